"""What the playground's six charts are drawn of, and what is computed of one unit."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from core.topics.jacobians.rates import rates_of
from core.topics.landscape.one_unit import OneUnit
from core.topics.landscape.view import Descending, Region
from core.training.truncated_pairs import map_of
from pages._kit.link.values import Own
from pages._live.kept import Kept
from pages._parts import playground
from pages._parts.landscape import around, picture
from tests.helpers.live_runs import SMALL, changed, stepped


def charts_of(monkeypatch, view, reach=None):
    for name in ("eigenvalue_plane", "loss", "gradient_norm", "gradient_by_step", "gradient_map"):
        monkeypatch.setattr(playground, name, lambda *of, **more: (of, more))
    monkeypatch.setattr(playground, "flow_chart", lambda *of: of)
    found = playground._charts(Kept(), view, reach, playground._movable(view))
    assert list(found) == ["eigenvalues", "flow", "loss", "norm", "by_step", "map"]
    return found


def test_the_six_charts_are_of_one_view(monkeypatch):
    run = stepped(changed(SMALL, clip_norm=True, clip_norm_threshold=0.5, lstm=True), 3)
    view = run.view()
    found = charts_of(monkeypatch, view, "reach")
    (spectrum, start), more = found["eigenvalues"]
    assert (spectrum, more) == (view.record.spectrum, {"orthogonality": None, "candidate": True, "movable": "moved"})
    assert start is view.frames[0].record.eigenvalues
    assert found["flow"] == (view, "reach")
    assert found["loss"] == ((view.curves, view.baselines, None), {})
    assert found["norm"] == ((view.curves, 0.5, None), {})
    assert found["by_step"] == ((view.record,), {})
    assert found["map"][0][0] == [frame.record for frame in view.frames]


def test_before_the_first_update_the_run_before_is_drawn_where_it_is_the_same_quantity(monkeypatch):
    run = stepped(changed(SMALL, orthogonal_kept=True), 3)
    for values, same_task in (({"seed": 6}, True), ({"task": "adding"}, False)):
        run.reset(changed(SMALL, orthogonal_kept=True))
        run.step()
        run.apply(changed(run.experiment, **values))
        view = run.view()
        found = charts_of(monkeypatch, view)
        (_, start), more = found["eigenvalues"]
        assert (start, more) == (None, {"orthogonality": view.record.orthogonality, "candidate": False,
                                        "movable": ""})
        past = view.past.curves
        assert found["loss"][0][2] is (past if same_task else None)
        assert (found["norm"][0][1], found["norm"][0][2] is past) == (None, True)
        assert found["map"][0][0] == [view.record]


@pytest.mark.parametrize(("values", "updates", "movable"), [
    ({}, 0, "eigenvalues"), ({"shape": "gaussian"}, 0, "eigenvalues"), ({"leaky": True}, 0, "eigenvalues"),
    ({"moved": (0.9, 0.4)}, 0, "moved"), ({}, 1, "moved"), ({"gru": True}, 1, "moved"), ({"gru": True}, 0, ""),
    ({"orthogonal_init": True}, 0, ""), ({"orthogonal_kept": True}, 1, "")], ids=str)
def test_eigenvalues_are_moved_in_what_the_network_is_made_of_or_where_it_is_trained(monkeypatch, values, updates,
                                                                                      movable):
    found = charts_of(monkeypatch, stepped(changed(SMALL, **values), updates).view())
    assert found["eigenvalues"][1]["movable"] == movable


@pytest.mark.parametrize(("values", "cut", "name", "cut_by"), [
    ({}, None, "measured", "the chunk begins"), ({"truncation": True, "truncation_k2": 3}, 3, "untruncated", None),
    ({"task": "sine", "truncation": True, "truncation_k1": 4, "truncation_k2": 9, "truncation_carry": False}, 2,
     "untruncated", "the chunk begins")], ids=str)
def test_the_flow_says_where_it_is_cut_and_by_what(monkeypatch, values, cut, name, cut_by):
    monkeypatch.setattr(playground, "gradient_flow_figure", lambda *of, **more: (of, more))
    monkeypatch.setattr(playground, "product_claim", lambda reach, chunks: SimpleNamespace(text=(reach, chunks.k2)))
    view = stepped(changed(SMALL, **values), 1).view()
    reach = SimpleNamespace(flow="flow")
    (flow, at, text), more = playground.flow_chart(view, reach)
    assert (flow, at, text) == ("flow", cut, (reach, map_of(view.experiment).k2))
    assert more == {"name": name, "cut_by": cut_by or playground.CUT, **playground.factor_names(view)}
    assert set(playground.factor_names(view)) == {"bound_name", "rate_name"}
    rates = rates_of(view.whole, view.experiment.activation.gamma, view.record.spectrum)
    assert playground.factor_names(view) == {"bound_name": rates.bound_power, "rate_name": rates.free_power}
    assert playground.flow_chart(view, None) == ((None,), {})
    assert playground.factor_names(SimpleNamespace(whole=None)) == {}


@pytest.mark.parametrize(("window", "steps"), [("map", 1), ("surface", 1), ("surface", 500)])
def test_the_surface_of_one_unit_is_made_once_for_its_window(monkeypatch, window, steps):
    """Wherever the descents start."""
    kept = Kept()
    asked = []
    monkeypatch.setattr(picture, "surface", lambda *of: asked.append(of) or "surface")
    unit, descending, region = OneUnit(w=3.0, b=-1.0, steps=steps), Descending(updates=3), Region(view=window)
    found = picture.landscape_of(unit, descending, region, kept)
    picture.landscape_of(replace(unit, w=2.0), descending, region, kept)
    (anywhere, w, b), = asked
    size = min(picture.finest(unit), picture.FINEST if window == "map" else picture.MOST)
    assert (anywhere, len(w), len(b)) == (replace(unit, w=0.0, b=0.0), size, size)
    assert ((w[0], w[-1]), (b[0], b[-1])) == (region.w_span, region.b_span)
    assert (found.surface, found.unclipped.w[0], found.clipped.b[0], len(found.over)) == ("surface", 3.0, -1.0, 2)
    clipped, = (way for way in picture.descents(unit, descending.lr, (descending.threshold,), 3))
    assert np.array_equal(found.clipped.w, clipped.w)
    over = picture.crossings(unit.activation, unit.x0, clipped.w, clipped.b)
    assert (found.over[1].wall.tolist(), found.over[1].bifurcation.tolist()) == (
        over.wall.tolist(), over.bifurcation.tolist())
    picture.landscape_of(unit, replace(descending, lr=0.5), region, kept)
    assert len(asked) == 1


def test_the_slider_of_updates_takes_its_end_for_all(monkeypatch):
    seen = []
    monkeypatch.setattr(around, "control", lambda name, own, **look: seen.append((look["shown"], look["parameter"])))
    every = Descending.parameters()["shown"].default
    for asked, at, kept in ((80, 30, 80), (8, 8, 8), (30, 30, every), (every, 30, every)):
        own = Own("landscape", (Descending,), {"shown": str(asked), "updates": "30", "colour": "red"})
        around.updates_shown(own, own.spec(Descending)[0])
        shown, parameter = seen.pop()
        assert (shown, parameter.low, parameter.high, parameter.default) == (at, 0, 30, 30)
        assert own.values["shown"] == kept
        assert len(own.problems) == 1  # the line on the link is still to be shown


@pytest.mark.parametrize(("change", "made"), [
    ({}, []), ({"lr": 0.5}, ["descents", "crossings"]), ({"threshold": 0.5}, ["descents", "crossings"]),
    ({"updates": 4}, ["descents", "crossings"]), ({"w": 2.0}, ["descents", "crossings"]),
    ({"b": 2.0}, ["descents", "crossings"]), ({"x0": 2.0}, ["descents", "crossings", "surface"]),
    ({"steps": 60}, ["descents", "crossings", "surface"]), ({"target": 0.0}, ["descents", "crossings", "surface"]),
    ({"activation": "tanh"}, ["descents", "crossings", "surface"]), ({"view": "surface"}, ["surface"]),
    ({"width": 1.0}, ["surface"]), ({"w_mid": 1.0}, ["surface"]), ({"b_mid": 1.0}, ["surface"]),
    ({"shade": "gradient"}, []), ({"shown": 2}, [])], ids=str)
def test_of_one_unit_only_what_depends_on_a_change_is_made_again(monkeypatch, change, made):
    kept = Kept()
    found = []
    way = SimpleNamespace(w="w", b="b")
    monkeypatch.setattr(picture, "descents", lambda *of: found.append("descents") or (way, way))
    monkeypatch.setattr(picture, "surface", lambda *of: found.append("surface"))
    monkeypatch.setattr(picture, "crossings", lambda *of: found.append("crossings"))
    for values in ({}, change):
        found.clear()
        given = {"updates": 3, **values}
        picture.landscape_of(*(kind(**{name: value for name, value in given.items() if name in kind.parameters()})
                               for kind in (OneUnit, Descending, Region)), kept)
    assert list(dict.fromkeys(found)) == made
