"""What truncation costs and loses, as its page asks for it, draws it and says of it while it is measured."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from core.topics.truncation.presets import PRESETS
from core.training.truncated_pairs import dependency_of, map_of
from pages._parts.truncation import cost, seen
from tests.helpers.live_runs import SMALL, changed, stepped
from tests.helpers.shown import Asked, stood_in


@pytest.fixture
def page(monkeypatch):
    return stood_in(monkeypatch, seen)


@pytest.mark.parametrize("truncated", [True, False])
def test_the_cost_is_measured_where_there_is_a_truncation(monkeypatch, truncated):
    page = stood_in(monkeypatch, cost)
    begun = []
    monkeypatch.setattr(cost, "current", {}.get)
    monkeypatch.setattr(cost, "begin", lambda name, pieces: begun.append((name, pieces.func, pieces.args)))
    experiment = changed(SMALL, truncation=truncated)
    cost.show_cost(SimpleNamespace(experiment=experiment))
    assert page.buttons["measure_cost"].disabled is not truncated
    page.buttons["measure_cost"].click()
    assert begun == [("cost", cost.cost_pieces, (experiment,))]
    line = "Switch truncation on in the sidebar to measure it against full BPTT."
    assert [line in page.shown, (None, {}) in page.shown] == [not truncated, truncated]
    assert ("cost", True) in page.shown
    assert "Not measured yet." in page.shown
    monkeypatch.setattr(cost, "current", {"cost": SimpleNamespace(result=None, done=False)}.get)
    cost.show_cost(SimpleNamespace(experiment=experiment))
    assert ("cost", False) in page.shown


def test_a_preset_sets_its_values_and_no_others(monkeypatch):
    asked = []
    monkeypatch.setattr(seen, "experiment_presets", lambda *of: asked.append(of))
    seen.truncation_presets("run")
    (run, presets, key, values, otherwise), = asked
    assert (run, presets, key) == ("run", PRESETS, "truncation")
    assert [values(preset) for preset in presets.values()] == [preset.values for preset in PRESETS.values()]
    assert otherwise == ("Rows are losses, columns the steps they are carried back to. Choose k₁ and k₂ in the "
                         "sidebar, and see what the task needs beside what is seen.")


def measured_lost(monkeypatch, run, view, **more):
    asked = Asked(**more)
    asked.work.error = None
    monkeypatch.setattr(seen, "job", asked)
    monkeypatch.setattr(seen, "dropped_pieces", lambda experiment, theta: [(0.5, None), (1.0, (experiment, theta))])
    return asked, seen.measure_lost(run, view)


def test_what_is_lost_is_measured_with_the_weights_before_the_update_that_is_shown(monkeypatch):
    run = stepped(changed(SMALL, truncation=True, truncation_k2=3), 4)
    view = run.view()
    asked, found = measured_lost(monkeypatch, run, view, result="lost", share=0.75)
    assert (found, asked.waits) == (("lost", 0.75, False), [0.15])
    (experiment, update, weights), pieces, _ = asked.asked["lost"]
    theta = run.frame_at(4).checkpoint.theta
    assert (experiment, update, weights) == (view.experiment, 4, hash(theta.tobytes()))
    first, (share, lost) = pieces()
    assert (first, share) == ((0.5, None), 1.0)
    assert (lost.experiment, lost.update) == (view.experiment, 4)
    assert (lost.chunks.k2, lost.found[0]) == (3, view.experiment)
    assert lost.found[1] is theta


def test_what_is_lost_before_the_first_update_is_of_the_initial_network(monkeypatch):
    run = stepped(SMALL, 0)
    asked, _ = measured_lost(monkeypatch, run, run.view())
    question, pieces, _ = asked.asked["lost"]
    assert question == (SMALL, 1, None)
    assert [lost and (lost.update, lost.found) for _, lost in pieces()] == [None, (1, (SMALL, None))]


def test_what_is_lost_of_a_run_that_diverged_is_of_its_last_finite_update(monkeypatch):
    run = stepped(SMALL, 4)
    monkeypatch.setattr(run, "last_finite", lambda: run.frame_at(2))
    asked, _ = measured_lost(monkeypatch, run, replace(run.view(), state="diverged"))
    assert asked.asked["lost"][0][1] == 2


def test_while_a_run_plays_the_last_measurement_stays_and_one_that_is_refused_is_none(monkeypatch):
    run = stepped(SMALL, 4)
    for work, lost in ((None, None), (SimpleNamespace(result="before"), "before")):
        monkeypatch.setattr(seen, "current", {"lost": work}.get)
        assert seen.measure_lost(run, replace(run.view(), state="playing")) == (lost, 1.0, True)
    asked = Asked("lost")
    asked.work.error = ValueError("not finite")
    monkeypatch.setattr(seen, "job", asked)
    assert seen.measure_lost(run, run.view()) == (None, 1.0, True)


def test_what_is_drawn_of_a_truncation_is_told_apart_from_what_is_still_measured(monkeypatch, page):
    for name in ("truncation_verdict", "truncation_map_figure", "lost_by_lag", "dependency_figure"):
        monkeypatch.setattr(seen, name, lambda *of: of)
    monkeypatch.setattr(seen, "current", {}.get)
    view = replace(stepped(changed(SMALL, truncation=True, truncation_k2=3), 1).view(), state="playing")
    chunks = map_of(view.experiment)
    found = SimpleNamespace(by_lag="lags", no_split=None, sequences=2)
    lost = seen.Lost(found, view.experiment, chunks, 3)
    other = replace(lost, experiment=SMALL, chunks=map_of(SMALL))  # of the settings before

    def drawn(view, lost, share):
        page.shown.clear()
        seen.show_what_is_seen(view, lost, share)
        return [one for one in page.shown if isinstance(one, tuple)]

    verdict, seen_map, lags, needs = drawn(view, lost, 0.5)
    needed = dependency_of(view.experiment)
    assert verdict[0][1:] == (needed, found)
    assert (verdict[0][0].k2, verdict[1]) == (3, False)
    assert (seen_map[0], seen_map[1][1]) == ("truncation_map", needed)
    assert lags == ("lost_by_lag", ("lags", 3, "measuring …"))
    assert needs == ("dependency", (SMALL.task.kind, 10, 3, chunks.bridged_share(needed.longest)))
    assert page.shown[-2].startswith("2 sequences, weights as before update 3. Measuring: 50%.")
    verdict, _, lags, _ = drawn(replace(view, state="paused"), other, 1.0)
    assert (verdict[0][2], verdict[1], lags[1]) == (None, True, ("lags", None, "measuring …"))
    assert page.shown[-2].endswith("$C_l$: what came back $l$ steps, of all losses together.")
    *_, lags, needs = drawn(replace(view, experiment=SMALL), None, 1.0)
    assert (lags[1], needs[1][2:], page.shown[-2]) == ((None, None, "measuring …"), (None, 1.0), "Not measured yet.")
    found.no_split = "why"
    *_, lags, _ = drawn(view, lost, 1.0)
    assert lags[1][2] == "made for the plain cell only"
    assert page.shown[-2].endswith("update 3. The split by lag is made for the plain cell whose inputs are given.")
    for work, empty, words in ((SimpleNamespace(error=None), "measuring …", "Not measured yet."),
                               (SimpleNamespace(error=ValueError("no")), "the gradient is not finite", "no")):
        monkeypatch.setattr(seen, "current", {"lost": work}.get)
        *_, lags, _ = drawn(view, None, 1.0)
        assert (lags[1][2], page.shown[-2]) == (empty, words)


C_L = r"$C_l$: what came back $l$ steps, of all losses together"


@pytest.mark.parametrize(("values", "words"), [
    ({"truncation": False}, "."), ({"truncation_k2": 3}, r"; from $l = k_2$ on it is dropped."),
    ({"task": "sine", "truncation_k1": 4, "truncation_k2": 3},
     r"; losses early in a chunk lose shorter lags than $k_2$ as well."),
    ({"task": "sine", "truncation_k1": 1, "truncation_k2": 3}, r"; from $l = k_2$ on it is dropped."),
    ({"task": "sine", "truncation_k1": 5, "truncation_k2": 10, "truncation_carry": False},
     r"; losses early in a chunk lose shorter lags than $k_2$ as well."),
    ({"task": "sine", "truncation_k1": 1, "truncation_k2": 3, "truncation_carry": False},
     r"; losses early in a chunk lose shorter lags than $k_2$ as well.")], ids=str)
def test_what_the_curves_by_lag_are_of_is_said(values, words):
    chunks = map_of(changed(SMALL, **{"truncation": True} | values))
    lost = seen.Lost(SimpleNamespace(sequences=1, no_split=None), SMALL, chunks, 1)
    assert seen._trust(lost, 1.0) == f"1 sequence, weights as before update 1. {C_L}{words}"
