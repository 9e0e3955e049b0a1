"""What the page of Jacobians asks its work for, and what its charts are drawn of."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from core.topics.jacobians.figures.words import say
from core.topics.jacobians.map import jacobian_map
from core.topics.jacobians.rates import NO_RATES
from core.topics.jacobians.view import JacobianView
from pages._parts.jacobians import charts, measured
from tests.helpers.live_runs import SMALL, changed, stepped
from tests.helpers.shown import Asked, stood_in


@pytest.fixture
def page(monkeypatch):
    return stood_in(monkeypatch, charts)


def view_of(T, n=3, samples=8, state="paused"):
    """Of Jacobians that are told apart by how many sequences they are of."""
    J = type("J", (), {"__len__": lambda self: T, "shape": (T, n, n), "first": lambda self, count: ("of", count)})()
    return SimpleNamespace(jacobians=J, state=state, weights=np.arange(6.0), experiment=SMALL,
                           record=SimpleNamespace(step=7, spectrum="S"))


@pytest.mark.parametrize(("T", "lags"), [(10, list(range(1, 11))), (40, list(range(1, 41))), (80, None), (1000, None)])
def test_the_spectra_are_of_lags_from_1_to_the_last_and_of_the_first_sequence(monkeypatch, T, lags):
    asked, given = Asked(), []
    monkeypatch.setattr(measured, "job", asked)
    monkeypatch.setattr(measured, "rates_of", lambda *of: of)
    monkeypatch.setattr(measured, "singular_pieces", lambda *of: given.append(of))
    view = view_of(T)
    measured.measure(view, JacobianView(sequences=3))
    question, pieces, patient = asked.asked["singular"]
    pieces()
    (of, found), = given
    assert (of, found[0], found[-1], len(found), patient) == (("of", 1), 1, T, min(T, 40), False)
    assert lags is None or found.tolist() == lags
    assert np.ptp(np.diff(found)) <= 1
    assert question == (SMALL, 7, hash(view.weights.tobytes()), 3, False) == asked.asked["map"][0]
    assert asked.waits == [("a result", 0.2), 0.04, 0.04]


@pytest.mark.parametrize("state", ["paused", "playing"])
def test_the_map_is_of_as_many_sequences_as_are_asked_for_and_quick_while_it_plays(monkeypatch, state):
    asked, given = Asked(("found", "its rates")), []
    monkeypatch.setattr(measured, "job", asked)
    monkeypatch.setattr(measured, "rates_of", lambda *of: ("rates", *of))
    for name in ("quick_pieces", "map_pieces"):
        monkeypatch.setattr(measured, name, lambda *of, name=name: given.append((name, *of)) or [(0.25, None),
                                                                                              (1.0, "map")])
    view = view_of(30, state=state)
    found = measured.measure(view, JacobianView(sequences=3))
    _, pieces, patient = asked.asked["map"]
    rates = ("rates", view.jacobians, SMALL.activation.gamma, "S")
    assert list(pieces()) == [(0.25, None), (1.0, ("map", rates))]
    (name, of, at), = given
    assert (name, of, at.tolist()) == ("quick_pieces" if state == "playing" else "map_pieces", ("of", 3),
                                       list(range(31)))
    assert patient == (state == "playing")
    assert (found.map, found.rates) == ("found", "its rates")
    if state == "playing":
        assert (found.spectrum, found.share, found.done, list(asked.asked)) == (None, 0.5, True, ["map"])
    asked.work.result = None
    assert measured.measure(view, JacobianView()).rates == rates


def test_what_is_measured_is_done_and_as_far_as_the_slower_of_the_two(monkeypatch):
    works = {"map": SimpleNamespace(result=None, share=0.75, done=True), "singular": SimpleNamespace(
        result="spectrum", share=0.25, done=False)}
    for work in works.values():
        work.wait = work.wait_for_a_result = lambda seconds: None
    monkeypatch.setattr(measured, "job", lambda name, *of, **more: works[name])
    monkeypatch.setattr(measured, "rates_of", lambda *of: "rates")
    found = measured.MapAndSpectrum
    assert measured.measure(view_of(9), JacobianView()) == found(None, "rates", "spectrum", 0.25, False)
    works["singular"].done, works["singular"].share = True, 1.0
    assert measured.measure(view_of(9), JacobianView()) == found(None, "rates", "spectrum", 0.75, True)
    none = SimpleNamespace(jacobians=None)
    assert measured.measure(none, JacobianView()) == measured.MapAndSpectrum(None, NO_RATES, None, 1.0, True)


# -- what is drawn -----------------------------------------------------------------------------------------------------


@pytest.fixture
def drawn(monkeypatch, page):
    """What the figures of the page of Jacobians are asked for."""
    for name in ("jacobian_map_figure", "jacobian_lines", "singular_spectrum_figure", "slopes_figure", "one_step"):
        monkeypatch.setattr(charts, name, lambda *of, name=name, **more: (name, *of, *more.items()))
    monkeypatch.setattr(charts, "eigenvalue_plane", lambda spectrum, title: (spectrum, title))
    monkeypatch.setattr(charts, "jacobian_verdict", lambda *of: of)
    monkeypatch.setattr(charts, "control", lambda name, own: page.shown.append(name))
    monkeypatch.setattr(charts, "typed", lambda name, own, at: page.shown.append((name, at)))
    monkeypatch.setattr(charts, "trust", lambda found: ())
    return page.shown


def found_of(view, **more):
    J = view.jacobians
    values = {"map": jacobian_map(J.first(2)), "rates": "rates", "spectrum": None, "share": 0.25, "done": True}
    return measured.MapAndSpectrum(**values | more)


def test_the_map_is_drawn_with_what_truncation_hides_and_the_pair_that_is_chosen(monkeypatch, drawn):
    view = stepped(changed(SMALL, truncation=True, truncation_k2=3), 1).view()
    found, look = found_of(view), JacobianView(t=7, k=3, colours="recent")
    charts.show_map(view, look, found, None)
    verdict, (key, asked), colours, sequences, lines, t, k = drawn
    assert verdict == ((found.map, "rates", None), True)
    assert (key, asked[1], asked[3:]) == ("jacobian_map", found.map, (
        ("fixed", False), ("chosen", (7, 3)), ("why_empty", say("why.measuring"))))
    at = np.arange(11)
    assert np.array_equal(asked[2], (at[None, :] <= np.minimum(at[:, None], 7)) & (at[:, None] > 0))  # 10 - 3 = 7
    assert (colours, sequences, lines[0], t, k) == ("colours", "sequences", "jacobian_lines", ("t", 7), ("k", 3))
    assert lines[1][1:] == (found.map, 7, 3, "rates", say("why.measuring"))
    drawn.clear()
    charts.show_map(stepped(SMALL, 1).view(), JacobianView(), replace(found, done=False), None)
    assert (drawn[0], drawn[1][1][2]) == (((found.map, "rates", 0.25), False), None)
    assert ("fixed", True) in drawn[1][1]
    drawn.clear()
    charts.show_map(view, look, replace(found, map=None, share=0.125), None)
    verdict, spoken = drawn[0]
    assert (verdict.headline, verdict.kind, spoken) == ("Measuring the first map: 12%", "", True)
    assert (drawn[1][1][1:3], drawn[1][1][4]) == ((None, None), ("chosen", (7, 3)))
    drawn.clear()
    charts.show_map(replace(view, state="playing"), look, found, None)
    assert drawn[0][1] is False


def test_a_click_on_the_map_is_a_click_on_its_row_and_column(monkeypatch, drawn):
    view, taken, picks = stepped(SMALL, 1).view(), [], []
    monkeypatch.setattr(charts, "plot", lambda fig, key, height, on_pick=None: picks.append((key, height, on_pick)))
    own = SimpleNamespace(parameters=JacobianView.parameters(), take=lambda *of: taken.append(of))
    charts.show_map(view, JacobianView(), found_of(view), own)
    (key, height, pick), lines = picks
    assert (key, height, lines) == ("jacobian_map", 430, ("jacobian_lines", 430, None))
    pick({"x": 2.2, "y": 6.7})
    assert taken == [("t", 7), ("k", 2)]


@pytest.mark.parametrize(("state", "why"), [("playing", "why.playing"), ("paused", "why.measuring")],
                         ids=["playing", "paused"])
def test_one_factor_is_drawn_with_its_singular_values_eigenvalues_and_slopes(monkeypatch, drawn, state, why):
    view = replace(stepped(SMALL, 1).view(), state=state)
    charts.show_spectra(view, JacobianView(t=7, sequences=2), found_of(view))
    spectrum, long, slopes, plane, one = drawn
    factor = view.jacobians.at(6)
    assert spectrum == ("singular", ("singular_spectrum_figure", None, say(why)))
    assert long
    assert (slopes[0], slopes[1][1].shape, slopes[1][2:]) == (
        "slopes", (10, 4, 2), (view.experiment.activation.gamma, say("why.no_phi")))
    assert (plane[0], plane[1][1]) == ("factor_plane", "Eigenvalues of one factor, ∂h<sub>7</sub>/∂h<sub>6</sub>")
    name, sigma, sizes, t = one[1]
    assert (one[0], name, t) == ("one_step", "one_step", 7)
    np.testing.assert_allclose(sigma, np.linalg.svd(factor, compute_uv=False), rtol=1e-12)
    np.testing.assert_allclose(np.sort(sizes), np.sort(np.abs(np.linalg.eigvals(factor))), rtol=1e-9)
    np.testing.assert_allclose(np.sort(np.abs(plane[1][0].eigenvalues)), np.sort(sizes), rtol=1e-12)


def test_where_there_are_no_states_nothing_is_drawn_and_it_says_why(drawn):
    view = replace(stepped(SMALL, 1).view(), jacobians=None)
    charts.show_spectra(view, JacobianView(t=30), measured.MapAndSpectrum(None, NO_RATES, None, 1.0, True))
    spectrum, slopes, plane, one = drawn
    assert spectrum[1][2] == charts.NOT_FINITE
    assert (slopes[1][1].shape, slopes[1][3]) == ((0, 4, 1), charts.NOT_FINITE)
    assert (plane[1][1], one[1][1].size, one[1][2].size, one[1][3]) == (
        "Eigenvalues of one factor, ∂h<sub>10</sub>/∂h<sub>9</sub>", 0, 0, 10)
    assert np.isnan(plane[1][0].eigenvalues).all()


def test_where_there_are_no_states_the_map_says_why_and_the_pair_lies_inside_the_sequence(drawn):
    view = replace(stepped(SMALL, 1).view(), jacobians=None)
    charts.show_map(view, JacobianView(t=30, k=30), measured.MapAndSpectrum(None, NO_RATES, None, 1.0, True), None)
    verdict, (key, asked), _, _, (_, lines), t, k = drawn
    assert verdict == (charts.NO_STATES, True)
    assert (key, asked[1:3], asked[4:]) == ("jacobian_map", (None, None), (
        ("chosen", (10, 9)), ("why_empty", charts.NOT_FINITE)))
    assert (lines[1:], t, k) == ((None, 10, 9, NO_RATES, charts.NOT_FINITE), ("t", 10), ("k", 9))


def test_what_a_map_may_be_trusted_for_is_said_under_it(monkeypatch, drawn):
    monkeypatch.setattr(charts, "trust", lambda found: (SimpleNamespace(text="of ρ"), SimpleNamespace(text="too")))
    view = stepped(SMALL, 1).view()
    charts.show_map(view, JacobianView(), found_of(view), None)
    assert drawn[-2:] == [charts.as_html("of ρ"), "too"]
    drawn.clear()
    charts.show_map(replace(view, jacobians=None), JacobianView(), replace(found_of(view), map=None), None)
    assert "too" not in drawn
