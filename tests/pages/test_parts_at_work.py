"""Parts of pages while something is under way, which no visit finds as it is: what is asked of the engine, what is said
and drawn, and what each button does."""

from contextlib import nullcontext
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from core.topics.jacobians.rates import NO_RATES
from core.topics.jacobians.view import JacobianView
from core.topics.truncation.threshold_search import Rerun, ThresholdSearch
from core.topics.truncation.view import TruncationView
from pages._parts.jacobians import charts, measured
from pages._parts.truncation import adviser, cost, seen
from tests.helpers.live_runs import SMALL, changed, stepped


class Page:
    """Stands for Streamlit, and keeps what is shown."""

    def __init__(self):
        self.shown, self.buttons = [], {}

    def columns(self, spec):
        return [nullcontext()] * (spec if isinstance(spec, int) else len(spec))

    def container(self, **look):
        return nullcontext()

    def button(self, label, *, key, disabled=False, on_click=None, args=(), kwargs=None, **look):
        self.buttons[key] = SimpleNamespace(label=label, disabled=disabled,
                                            click=lambda: on_click(*args, **(kwargs or {})))

    def markdown(self, text, **look):
        self.shown.append(text)

    caption = markdown

    def page_link(self, path, **look):
        self.shown.append(path)


@pytest.fixture
def page(monkeypatch):
    made = Page()
    for module in (adviser, cost, seen, charts):
        monkeypatch.setattr(module, "st", made)
        monkeypatch.setattr(module, "plot", lambda drawn, key, height, **more: made.shown.append((key, drawn)))
    for module in (adviser, seen, charts):
        monkeypatch.setattr(module, "show_verdict", lambda verdict, spoken: made.shown.append((verdict, spoken)))
    for module in (adviser, cost):
        monkeypatch.setattr(module, "show_state", lambda *of, **words: made.shown.append((*of, words)))
        monkeypatch.setattr(module, "cancel_button", lambda name, *, disabled: made.shown.append((name, disabled)))
    return made


# -- measured beside the page of Jacobians -------------------------------------------------------------------------


class Asked:
    """Stands for `job`: what was asked for under which name, and how long it was waited for."""

    def __init__(self, result=None, share=0.5, done=False):
        self.asked, self.waits = {}, []
        self.work = SimpleNamespace(result=result, share=share, done=done, wait=self.waits.append,
                                    wait_for_a_result=lambda seconds: self.waits.append(("a result", seconds)))

    def __call__(self, name, asked, pieces, patient=False):
        self.asked[name] = asked, pieces, patient
        return self.work


def view_of(T, n=3, samples=8, state="paused"):
    """Of Jacobians that are told apart by how many sequences they are of."""
    J = SimpleNamespace(shape=(T, n, n), first=lambda sequences: ("of", sequences))
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
    assert measured.measure(view_of(9), JacobianView()) == measured.Measured(None, "rates", "spectrum", 0.25, False)
    works["singular"].done, works["singular"].share = True, 1.0
    assert measured.measure(view_of(9), JacobianView()) == measured.Measured(None, "rates", "spectrum", 0.75, True)
    none = SimpleNamespace(jacobians=None)
    assert measured.measure(none, JacobianView()) == measured.Measured(None, NO_RATES, None, 1.0, True)


# -- the threshold adviser -----------------------------------------------------------------------------------------

RERUNS = (Rerun(np.inf, 3, "loss is nan", np.nan, 9.0, 1.0), Rerun(100.0, 12, None, 4.0, 9.0, 1.0),
          Rerun(2.0, 12, None, 0.5, 9.0, 1.0))
FOUND = ThresholdSearch(12, 1.25, RERUNS)


def advised(monkeypatch, page, *, work=None, run=None, view=None, look=TruncationView(), values=None, taken=None):
    run = run or stepped(SMALL, 4)
    view = view or run.view()
    own = SimpleNamespace(spec=lambda kind: (look, None))
    settings = SimpleNamespace(values=values or {"clip_norm": False}, took=[])
    settings.take = lambda *of: settings.took.append(of)
    monkeypatch.setattr(adviser, "current", {"thresholds": work}.get)
    monkeypatch.setattr(adviser, "settings", lambda: settings)
    store = adviser.Taken(taken)
    monkeypatch.setattr(adviser, "session", lambda kind: store)
    monkeypatch.setattr(adviser, "control", lambda name, own: page.shown.append(name))
    monkeypatch.setattr(adviser, "threshold_verdict", lambda *of: of)
    monkeypatch.setattr(adviser, "threshold_histogram", lambda *of: of)
    monkeypatch.setattr(adviser, "thresholds_tried", lambda *of: of)
    adviser.show_adviser(run, view, own)
    return settings, store


@pytest.mark.parametrize(("made", "words"), [((), "25%, 0 runs made"), (RERUNS[:1], "25%, 1 run made"),
                                             (RERUNS, "25%, 3 runs made")])
def test_a_search_says_how_far_it_is_and_how_many_runs_it_has_made(monkeypatch, page, made, words):
    work = SimpleNamespace(result=replace(FOUND, reruns=made), share=0.25, done=False)
    advised(monkeypatch, page, work=work)
    assert (work, words, {"cancelled": "Cancelled: what is drawn was tried before."}) in page.shown
    assert ("thresholds", False) in page.shown
    work.result, work.done = None, True
    page.shown.clear()
    advised(monkeypatch, page, work=work)
    assert (work, "25%, 0 runs made", {"cancelled": "Cancelled: what is drawn was tried before."}) in page.shown
    assert ("thresholds", True) in page.shown
    assert ("thresholds_tried", (None,)) in page.shown
    page.shown.clear()
    advised(monkeypatch, page)
    assert (None, "", {"cancelled": "Cancelled: what is drawn was tried before."}) in page.shown
    assert ("thresholds", True) in page.shown


def test_what_a_search_found_can_be_used_and_is_taken_over(monkeypatch, page):
    work = SimpleNamespace(result=FOUND, share=1.0, done=True)
    settings, store = advised(monkeypatch, page, work=work)
    labels = {key: button.label for key, button in page.buttons.items() if key.startswith("use")}
    assert labels.pop("use_proposed").startswith("Use this one: proposed, θ = ")
    assert labels == {"use_highest_finite": "Use this one: highest finite, θ = 100",
                      "use_highest_that_ends_at_chance_or_better":
                          "Use this one: highest that ends at chance or better, θ = 2"}
    page.buttons["use_highest_that_ends_at_chance_or_better"].click()
    assert (settings.took, store.threshold) == ([("clip_norm_threshold", 2.0), ("clip_norm", True)], 2.0)
    page.buttons.clear()
    same = replace(FOUND, reruns=(RERUNS[0], RERUNS[2]))  # the highest finite one is sound
    advised(monkeypatch, page, work=SimpleNamespace(result=same, share=1.0, done=True))
    assert "use_highest_finite" in page.buttons
    assert "use_highest_that_ends_at_chance_or_better" not in page.buttons
    page.buttons.clear()
    needless = replace(FOUND, reruns=(replace(RERUNS[0], stopped=None, loss=9.0), RERUNS[2]))  # ruined without a clip
    advised(monkeypatch, page, work=SimpleNamespace(result=needless, share=1.0, done=True))
    assert ("use_highest_finite" in page.buttons, "use_highest_that_ends_at_chance_or_better" in page.buttons) == (
        False, True)


def test_before_there_is_a_run_one_can_be_recorded(monkeypatch, page):
    run, played = stepped(SMALL, 0), []
    monkeypatch.setattr(run, "play", lambda to: played.append(to))
    advised(monkeypatch, page, run=run, look=TruncationView(reruns=1250))
    assert (page.buttons["record"].label, page.buttons["record"].disabled) == ("Record 1,250 updates here", False)
    page.buttons["record"].click()
    assert played == [1250]
    assert (page.buttons["use_proposed"].label, page.buttons["use_proposed"].disabled) == ("Use this one", True)
    run.state = "diverged"
    advised(monkeypatch, page, run=run, view=run.view())
    assert page.buttons["record"].disabled
    page.buttons.clear()
    advised(monkeypatch, page)
    assert "record" not in page.buttons


def norms_of(*values):
    return SimpleNamespace(curves=SimpleNamespace(grad_norm=np.array(values)), state="paused", experiment=SMALL)


ALLOWED = "A threshold must be a number from 0.0001 to 10000."


@pytest.mark.parametrize(("norms", "centre", "words"), [
    ((1.0, 1.0, 1e9), "mean", f"{ALLOWED} This one would be 10^8.5. Start from the median, or search for one."),
    ((1.0, 1e9, 1e9), "mean", f"{ALLOWED} This one would be 10^8.8. Search for one."),
    ((1.0, 1e9, 1e9), "median", f"{ALLOWED} This one would be 10^9.0. Search for one."),
    ((np.inf, np.nan), "mean", "No finite norm is recorded. Search for one.")], ids=str)
def test_a_threshold_that_cannot_be_used_says_why_and_what_else_there_is(monkeypatch, page, norms, centre, words):
    monkeypatch.setattr(adviser, "as_markdown", lambda text: text)
    advised(monkeypatch, page, view=norms_of(*norms), look=TruncationView(centre=centre))
    assert words in [text for text in page.shown if isinstance(text, str)]
    assert page.buttons["use_proposed"].disabled
    assert [one[1][1] for one in page.shown if one[0] == "threshold_histogram"] == [None]


@pytest.mark.parametrize(("values", "taken", "words"), [
    ({"clip_norm": False}, 2.0, "Clipping is off."),
    ({"clip_norm": True, "clip_norm_threshold": 2.0}, 2.0, "**Set: θ = 2**, here and in the playground."),
    ({"clip_norm": True, "clip_norm_threshold": 0.5}, 2.0, "**Clipping is on: θ = 0.5**, here and in the playground."),
    ({"clip_norm": True, "clip_norm_threshold": 5.0}, None, "**Clipping is on: θ = 5**, here and in the playground.")])
def test_what_is_in_use_now_can_be_trained_with_again(monkeypatch, page, values, taken, words):
    run, done = stepped(SMALL, 4), []
    advised(monkeypatch, page, run=run, values=values, taken=taken, look=TruncationView(reruns=77))
    assert words in page.shown
    assert page.shown[-1] == "pages/playground.py"
    assert ("again" in page.buttons) == values["clip_norm"]
    if values["clip_norm"]:
        monkeypatch.setattr(run, "reset", lambda: done.append("reset"))
        monkeypatch.setattr(run, "play", lambda to: done.append(to))
        page.buttons["again"].click()
        assert done == ["reset", 77]


@pytest.mark.parametrize(("state", "spoken"), [("paused", True), ("playing", False)])
def test_a_headline_is_spoken_where_it_stays(monkeypatch, page, state, spoken):
    view = replace(stepped(SMALL, 4).view(), state=state)
    advised(monkeypatch, page, view=view)
    (norms, chosen, found), told = page.shown[0]
    assert (norms.updates, chosen.refused, found, told) == (4, None, None, spoken)


# -- what truncation costs, and what it loses ----------------------------------------------------------------------


@pytest.mark.parametrize("truncated", [True, False])
def test_the_cost_is_measured_where_there_is_a_truncation(monkeypatch, page, truncated):
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
