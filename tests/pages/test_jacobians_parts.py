"""What the page of Jacobians asks its work for, and what its picture is made of."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from core.live.jobs import Jobs
from core.markup import as_html
from core.topics.jacobians.figures.words import say
from core.topics.jacobians.map import jacobian_map
from core.topics.jacobians.rates import NO_RATES
from core.topics.jacobians.view import JacobianView
from pages._chart.frame import HtmlCell
from pages._kit.playing.player import standing
from pages._live.kept import Kept
from pages._parts.jacobians import measured, picture, shown
from tests.helpers.live_runs import SMALL, changed, live, stepped
from tests.helpers.shown import Asked
from tests.helpers.waiting import wait_until


def view_of(T, n=3, samples=8, state="paused"):
    """Of Jacobians that are told apart by how many sequences they are of."""
    J = type("J", (), {"__len__": lambda self: T, "shape": (T, n, n), "first": lambda self, count: ("of", count)})()
    return SimpleNamespace(jacobians=J, state=state, weights=np.arange(6.0), experiment=SMALL,
                           record=SimpleNamespace(step=7, spectrum="S"))


@pytest.mark.parametrize(("T", "lags"), [(10, list(range(1, 11))), (40, list(range(1, 41))), (80, None), (1000, None)])
def test_the_spectra_are_of_lags_from_1_to_the_last_and_of_the_first_sequence(monkeypatch, T, lags):
    jobs, given = Asked(), []
    monkeypatch.setattr(measured, "rates_of", lambda *of: of)
    monkeypatch.setattr(measured, "singular_pieces", lambda *of: given.append(of))
    view = view_of(T)
    measured.measure(jobs, view, JacobianView(sequences=3))
    question, pieces, patient = jobs.asked["singular"]
    pieces()
    (of, found), = given
    assert (of, found[0], found[-1], len(found), patient) == (("of", 1), 1, T, min(T, 40), False)
    assert lags is None or found.tolist() == lags
    assert np.ptp(np.diff(found)) <= 1
    assert question == (SMALL, 7, hash(view.weights.tobytes()), 3, False) == jobs.asked["map"][0]


def test_a_picture_waits_for_the_first_answer_to_a_question_and_for_no_other(monkeypatch):
    """The answer to the question before is of another network; the exact one comes with a later picture."""
    jobs = Asked()
    monkeypatch.setattr(measured, "rates_of", lambda *of: of)
    for _ in range(2):
        measured.measure(jobs, view_of(9), JacobianView())
    assert jobs.waits == [("a result", measured.AT_ONCE)]


@pytest.mark.parametrize("state", ["paused", "playing"])
def test_the_map_is_of_as_many_sequences_as_are_asked_for_and_quick_while_it_plays(monkeypatch, state):
    jobs, given = Asked(("found", "its rates")), []
    monkeypatch.setattr(measured, "rates_of", lambda *of: ("rates", *of))
    for name in ("quick_pieces", "map_pieces"):
        monkeypatch.setattr(measured, name, lambda *of, name=name: given.append((name, *of)) or [(0.25, None),
                                                                                              (1.0, "map")])
    view = view_of(30, state=state)
    found = measured.measure(jobs, view, JacobianView(sequences=3))
    _, pieces, patient = jobs.asked["map"]
    rates = ("rates", view.jacobians, SMALL.activation.gamma, "S")
    assert list(pieces()) == [(0.25, None), (1.0, ("map", rates))]
    (name, of, at), = given
    assert (name, of, at.tolist()) == ("quick_pieces" if state == "playing" else "map_pieces", ("of", 3),
                                       list(range(31)))
    assert patient == (state == "playing")
    assert (found.map, found.rates) == ("found", "its rates")
    if state == "playing":
        assert (found.spectrum, found.share, found.done, list(jobs.asked)) == (None, 0.5, True, ["map"])
    jobs.work.result = None
    assert measured.measure(jobs, view, JacobianView()).rates == rates


def test_what_is_measured_is_done_and_as_far_as_the_slower_of_the_two(monkeypatch):
    works = {"map": SimpleNamespace(result=None, share=0.75, done=True), "singular": SimpleNamespace(
        result="spectrum", share=0.25, done=False)}
    jobs = SimpleNamespace(current=works.get, job=lambda name, *of, **more: works[name])
    monkeypatch.setattr(measured, "rates_of", lambda *of: "rates")
    found = measured.MapAndSpectrum
    assert measured.measure(jobs, view_of(9), JacobianView()) == found(None, "rates", "spectrum", 0.25, False)
    works["singular"].done, works["singular"].share = True, 1.0
    assert measured.measure(jobs, view_of(9), JacobianView()) == found(None, "rates", "spectrum", 0.75, True)
    none = SimpleNamespace(jacobians=None)
    assert measured.measure(jobs, none, JacobianView()) == measured.MapAndSpectrum(None, NO_RATES, None, 1.0, True)


def test_a_pair_where_there_are_no_states_lies_inside_the_sequence():
    view = replace(stepped(SMALL, 1).view(), jacobians=None)
    assert measured.pair(view, JacobianView(t=30, k=30)) == (10, 9)
    assert measured.pair(view, JacobianView(t=7, k=3)) == (7, 3)


@pytest.mark.parametrize(("t", "k", "pair"), [(1, 0, (3, 0)), (2, 2, (3, 0)), (3, 3, (3, 3)), (5, 5, (3, 3)),
                                              (9, 9, (6, 6)), (10, 9, (10, 6)), (30, 30, (10, 6))])
def test_a_pair_on_a_map_is_the_one_below_it_on_the_grid(monkeypatch, t, k, pair):
    """Neither the row of the first step nor the column of the last, in which there is nothing."""
    at, look = np.array([0, 3, 6, 10]), JacobianView(t=t, k=k)
    assert measured.pair(view_of(10), look, SimpleNamespace(at=at)) == pair
    monkeypatch.setattr(measured, "times", lambda J, look: at)
    assert measured.pair(view_of(10), look) == pair


# -- what is drawn -----------------------------------------------------------------------------------------------------


@pytest.fixture
def drawn(monkeypatch):
    """Each figure is what it is asked for."""
    for name in ("jacobian_map_figure", "jacobian_lines", "singular_spectrum_figure", "slopes_figure", "one_step"):
        monkeypatch.setattr(picture, name, lambda *of, name=name, **more: (name, *of, *more.items()))
    monkeypatch.setattr(picture, "eigenvalue_plane", lambda spectrum, title: (spectrum, title))
    monkeypatch.setattr(picture, "jacobian_verdict", lambda *of: of)
    monkeypatch.setattr(picture, "verdict_cell", lambda verdict, spoken: (verdict, spoken))
    monkeypatch.setattr(picture, "trust", lambda found: ())


def found_of(view, **more):
    J = view.jacobians
    values = {"map": jacobian_map(J.first(2)), "rates": "rates", "spectrum": None, "share": 0.25, "done": True}
    return measured.MapAndSpectrum(**values | more)


def parts_of(parts):
    return [cell for cells in parts.values() for cell in cells.values()]


def test_the_map_is_drawn_with_what_truncation_hides_and_the_pair_that_is_chosen(drawn):
    view = stepped(changed(SMALL, truncation=True, truncation_k2=3), 1).view()
    found, look = found_of(view), JacobianView(t=7, k=3, colours="recent")
    verdict, asked, lines, trust = parts_of(picture.map_parts(view, look, found, Kept()))
    assert (verdict, trust) == (((found.map, "rates", None), True), HtmlCell(""))
    assert (asked[1], asked[3:]) == (found.map, (
        ("fixed", False), ("chosen", (7, 3)), ("why_empty", say("why.measuring"))))
    at = np.arange(11)
    assert np.array_equal(asked[2], (at[None, :] <= np.minimum(at[:, None], 7)) & (at[:, None] > 0))  # 10 - 3 = 7
    assert lines == ("jacobian_lines", found.map, 7, 3, "rates", say("why.measuring"))
    verdict, asked, *_ = parts_of(picture.map_parts(
        stepped(SMALL, 1).view(), JacobianView(), replace(found, done=False), Kept()))
    assert (verdict, asked[2]) == (((found.map, "rates", 0.25), False), None)
    assert ("fixed", True) in asked
    none = replace(found, map=None, share=0.125)
    (verdict, spoken), asked, *_ = parts_of(picture.map_parts(view, look, none, Kept()))
    assert (verdict.headline, verdict.kind, spoken) == ("Measuring the first map: 12%", "", True)
    assert (asked[1:3], asked[4]) == ((None, None), ("chosen", (7, 3)))
    (_, spoken), *_ = parts_of(picture.map_parts(replace(view, state="playing"), look, found, Kept()))
    assert spoken is False


def test_a_click_on_the_map_is_a_click_on_its_row_and_column():
    taken = []
    own = SimpleNamespace(parameters=JacobianView.parameters(), take=lambda *of: taken.append(of))
    shown._choose(own, {"x": 2.2, "y": 6.7})
    assert taken == [("t", 7), ("k", 2)]


def test_beside_the_charts_stand_the_controls_and_the_pair_that_is_drawn(monkeypatch):
    seen = []
    monkeypatch.setattr(shown, "control", lambda name, own, typed=False, shown=None: seen.append(
        (name, shown) if typed else name))
    on_page = SimpleNamespace(show=lambda part, height=300, on_pick=None: seen.append((part, height, on_pick)))
    own = SimpleNamespace(parameters=JacobianView.parameters(), take=lambda *of: seen.append(of))
    shown.show_map(on_page, (10, 3), own)
    verdict, (part, height, pick), *others = seen
    assert (verdict, part, height) == (("verdict", 300, None), "map", 430)
    assert others == ["colours", "sequences", ("lines", 430, None), ("t", 10), ("k", 3), ("trust", 300, None)]
    pick({"x": 2.2, "y": 6.7})
    assert seen[-2:] == [("t", 7), ("k", 2)]


@pytest.mark.parametrize(("state", "why"), [("playing", "why.playing"), ("paused", "why.measuring")],
                         ids=["playing", "paused"])
def test_one_factor_is_drawn_with_its_singular_values_eigenvalues_and_slopes(drawn, state, why):
    view = replace(stepped(SMALL, 1).view(), state=state)
    spectrum, long, slopes, plane, one = parts_of(picture.spectra_parts(view, JacobianView(t=7, sequences=2),
                                                                        found_of(view), Kept()))
    factor = view.jacobians.at(6)
    assert spectrum == ("singular_spectrum_figure", None, say(why))
    assert long.html
    assert (slopes[1].shape, slopes[2:]) == ((10, 4, 2), (view.experiment.activation.gamma, say("why.no_phi")))
    assert plane[1] == "Eigenvalues of one factor, ∂h<sub>7</sub>/∂h<sub>6</sub>"
    name, sigma, sizes, t = one
    assert (name, t) == ("one_step", 7)
    np.testing.assert_allclose(sigma, np.linalg.svd(factor, compute_uv=False), rtol=1e-12)
    np.testing.assert_allclose(np.sort(sizes), np.sort(np.abs(np.linalg.eigvals(factor))), rtol=1e-9)
    np.testing.assert_allclose(np.sort(np.abs(plane[0].eigenvalues)), np.sort(sizes), rtol=1e-12)


def test_where_there_are_no_states_nothing_is_drawn_and_it_says_why(drawn):
    view = replace(stepped(SMALL, 1).view(), jacobians=None)
    none = measured.MapAndSpectrum(None, NO_RATES, None, 1.0, True)
    spectrum, slopes, plane, one = parts_of(picture.spectra_parts(view, JacobianView(t=30), none, Kept()))
    assert spectrum[2] == picture.NOT_FINITE
    assert (slopes[1].shape, slopes[3]) == ((0, 4, 1), picture.NOT_FINITE)
    assert (plane[1], one[1].size, one[2].size, one[3]) == (
        "Eigenvalues of one factor, ∂h<sub>10</sub>/∂h<sub>9</sub>", 0, 0, 10)
    assert np.isnan(plane[0].eigenvalues).all()
    verdict, asked, lines, _ = parts_of(picture.map_parts(view, JacobianView(t=30, k=30), none, Kept()))
    assert verdict == (picture.NO_STATES, True)
    assert (asked[1:3], asked[4:]) == ((None, None), (("chosen", (10, 9)), ("why_empty", picture.NOT_FINITE)))
    assert lines[1:] == (None, 10, 9, NO_RATES, picture.NOT_FINITE)


def test_what_a_map_may_be_trusted_for_is_said_under_it(monkeypatch, drawn):
    monkeypatch.setattr(picture, "trust", lambda found: (SimpleNamespace(text="of σ_max"), SimpleNamespace(text="too")))
    view = stepped(SMALL, 1).view()
    *_, trust = parts_of(picture.map_parts(view, JacobianView(), found_of(view), Kept()))
    assert trust.html == f'<p class="small">{as_html("of σ_max")}</p><p class="small">too</p>'
    *_, trust = parts_of(picture.map_parts(replace(view, jacobians=None), JacobianView(),
                                           replace(found_of(view), map=None), Kept()))
    assert trust.html == ""


# -- the picture as the run goes on ------------------------------------------------------------------------------------


@pytest.fixture
def jobs():
    mine = Jobs()
    yield mine
    mine.end()


def test_a_run_that_rests_ends_with_the_exact_map_of_its_last_update(jobs):
    """Whoever paints when a bell rings sees it: nobody else has to ask."""
    run, seen, made = live(changed(SMALL, steps=20000), pace="120"), [], []
    look, kept = JacobianView(t=8, k=2), Kept()
    for bell in (run.news, jobs.news):
        bell.listen(lambda: seen.append(1))

    def painted():
        seen.clear()
        made.append(picture.picture(jobs, kept, run, None, look))
        return made[-1]

    painted()
    run.play()
    wait_until(lambda: run.updates > 5)
    assert painted().moving
    assert "approximate" in made[-1].parts["map"]["jacobian_map"].layout["title"]["text"]
    run.pause()
    wait_until(lambda: bool(seen) and not painted().moving)
    view, last = run.view(), made[-1]
    expected = jacobian_map(view.jacobians.first(3))
    assert np.array_equal(last.parts["map"]["jacobian_map"].data[0]["z"], expected.log10_norm, equal_nan=True)
    assert "approximate" not in last.parts["map"]["jacobian_map"].layout["title"]["text"]
    assert last.around == (standing(run), (True, (8, 2)))
    assert made[1].around[1] == (True, None)  # with chunks the pair may change with every update


def test_an_update_that_is_looked_at_is_the_one_that_is_drawn(jobs):
    run, look = stepped(SMALL, 4), JacobianView()
    wait_until(lambda: not picture.picture(jobs, Kept(), run, 2, look).moving)
    drawn = picture.picture(jobs, Kept(), run, 2, look).parts["map"]["jacobian_map"].data[0]["z"]
    before = jacobian_map(run.look_at(run.frame_at(2)).jacobians.first(3))
    assert np.array_equal(drawn, before.log10_norm, equal_nan=True)
    assert not np.array_equal(drawn, jacobian_map(run.view().jacobians.first(3)).log10_norm, equal_nan=True)
