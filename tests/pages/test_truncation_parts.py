"""What truncation costs and loses, as its page asks for it, draws it and says of it while it is measured."""

import re
import threading
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from core.live.jobs import Jobs
from core.topics.truncation.cost import TruncationCost
from core.topics.truncation.presets import PRESETS
from core.topics.truncation.recorded_norms import proposal, recorded_norms
from core.topics.truncation.view import TruncationView
from core.training.truncated_pairs import dependency_of, map_of
from pages._kit.playing.player import standing
from pages._live.kept import Kept
from pages._parts.truncation import cost, seen
from pages._parts.truncation.adviser import Offers
from pages._parts.truncation.picture import Beside, beside, picture
from tests.helpers.live_runs import SMALL, changed, live, stepped
from tests.helpers.shown import Asked, stood_in
from tests.helpers.waiting import wait_until


def parts_of(parts):
    return {name: cell for cells in parts.values() for name, cell in cells.items()}


class OnPage:
    """Stands for a stage, on a stand-in's page."""

    def __init__(self, page):
        self.page = page

    def show(self, part, *, height=300, columns=1):
        self.page.shown.append(part)


@pytest.mark.parametrize("truncated", [True, False])
def test_the_cost_is_measured_where_there_is_a_truncation(monkeypatch, truncated):
    page, jobs, run = stood_in(monkeypatch, cost), Asked(), stepped(changed(SMALL, truncation=truncated), 1)
    monkeypatch.setattr(cost, "jobs", lambda: jobs)
    cost.show_cost(OnPage(page), run, truncated=truncated, measuring=False)
    assert page.buttons["measure_cost"].disabled is not truncated
    page.buttons["measure_cost"].click()
    assert (jobs.begun["cost"].func, jobs.begun["cost"].args) == (cost.cost_pieces, (run.experiment,))
    assert page.shown == ["cost", ("cost", True), "cost_said"]
    cost.show_cost(OnPage(page), run, truncated=truncated, measuring=True)
    assert ("cost", False) in page.shown
    cells = parts_of(cost.cost_parts(run.view(), None, Kept()))
    line = "Switch truncation on in the sidebar to measure it against full BPTT."
    assert (line in cells["cost_state"].html) is not truncated
    assert cells["cost_words"].html == "Not measured yet."


def test_the_cost_is_told_with_a_line_for_each_length():
    found = TruncationCost(np.array([50, 1000]), np.array([0.001, 0.02]), np.array([0.003, 0.005]),
                           np.array([0.0003, 0.005]), np.array([10, 1]), "T > 1,000: too <long>")
    work = SimpleNamespace(result=found, done=False, share=0.25)
    cells = parts_of(cost.cost_parts(stepped(changed(SMALL, truncation=True), 1).view(), work, Kept()))
    assert "25%" in cells["cost_state"].html
    words = cells["cost_words"].html
    assert words.count("<li>") == words.count("</li>") == 3
    assert "<li>T = 50: 1 ms in full, 3 ms truncated, <b>3 times</b>, in 10 updates of 0.3 ms" in words
    assert "left out: T &gt; 1,000: too &lt;long&gt;</li></ul>" in words
    work.result = replace(found, T=np.array([]))
    assert parts_of(cost.cost_parts(stepped(SMALL, 1).view(), work, Kept()))["cost_words"].html == (
        "Nothing could be timed: T &gt; 1,000: too &lt;long&gt;.")


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
    jobs = Asked(**more)
    jobs.work.error = None
    monkeypatch.setattr(seen, "dropped_pieces", lambda experiment, theta: [(0.5, None), (1.0, (experiment, theta))])
    return jobs, seen.measure_lost(jobs, run, view)


def test_what_is_lost_is_measured_with_the_weights_before_the_update_that_is_shown(monkeypatch):
    run = stepped(changed(SMALL, truncation=True, truncation_k2=3), 4)
    view = run.view()
    jobs, found = measured_lost(monkeypatch, run, view, result="lost", share=0.75)
    assert (found, jobs.waits) == (seen.Measured("lost", 0.75, False), [0.15])
    (experiment, update, weights), pieces, _ = jobs.asked["lost"]
    theta = run.frame_at(4).checkpoint.theta
    assert (experiment, update, weights) == (view.experiment, 4, hash(theta.tobytes()))
    first, (share, lost) = pieces()
    assert (first, share) == ((0.5, None), 1.0)
    assert (lost.experiment, lost.update) == (view.experiment, 4)
    assert (lost.chunks.k2, lost.found[0]) == (3, view.experiment)
    assert lost.found[1] is theta
    assert seen.measure_lost(jobs, run, view) == found
    assert jobs.waits == [0.15]  # for the same question it has waited


def test_what_is_lost_before_the_first_update_is_of_the_initial_network(monkeypatch):
    run = stepped(SMALL, 0)
    jobs, _ = measured_lost(monkeypatch, run, run.view())
    question, pieces, _ = jobs.asked["lost"]
    assert question == (SMALL, 1, None)
    assert [lost and (lost.update, lost.found) for _, lost in pieces()] == [None, (1, (SMALL, None))]


def test_what_is_lost_of_a_run_that_diverged_is_of_its_last_finite_update(monkeypatch):
    run = stepped(SMALL, 4)
    monkeypatch.setattr(run, "last_finite", lambda: run.frame_at(2))
    jobs, _ = measured_lost(monkeypatch, run, replace(run.view(), state="diverged"))
    assert jobs.asked["lost"][0][1] == 2


def test_while_a_run_plays_the_last_measurement_stays_and_one_that_is_refused_is_none():
    run = stepped(SMALL, 4)
    jobs, playing = Asked("before", share=0.5), replace(run.view(), state="playing")
    jobs.work.error = None
    assert seen.measure_lost(jobs, run, playing) == seen.Measured(None)
    assert jobs.asked == {}
    jobs.asked["lost"] = ()
    assert seen.measure_lost(jobs, run, playing) == seen.Measured("before", 0.5, False)
    assert jobs.asked == {"lost": ()}
    jobs.work.error = ValueError("not finite")
    for view in (playing, run.view()):
        assert seen.measure_lost(jobs, run, view) == seen.Measured(None, refused="not finite")


def test_what_is_drawn_of_a_truncation_is_told_apart_from_what_is_still_measured(monkeypatch):
    for name in ("truncation_verdict", "truncation_map_figure", "lost_by_lag", "dependency_figure"):
        monkeypatch.setattr(seen, name, lambda *of: of)
    monkeypatch.setattr(seen, "verdict_cell", lambda verdict, spoken: (verdict, spoken))
    view = replace(stepped(changed(SMALL, truncation=True, truncation_k2=3), 1).view(), state="playing")
    chunks = map_of(view.experiment)
    found = SimpleNamespace(by_lag="lags", no_split=None, sequences=2)
    lost = seen.Lost(found, view.experiment, chunks, 3)
    other = replace(lost, experiment=SMALL, chunks=map_of(SMALL))  # of the settings before

    def drawn(view, lost, share=1.0, refused=""):
        verdict, window, lags, of, needs = parts_of(
            seen.seen_parts(view, seen.Measured(lost, share, share == 1.0, refused), Kept())).values()
        return verdict, window, lags, needs, re.sub("<[^>]*>", "", of.html)

    verdict, window, lags, needs, of = drawn(view, lost, 0.5)
    needed = dependency_of(view.experiment)
    assert verdict[0][1:] == (needed, found)
    assert (verdict[0][0].k2, verdict[1]) == (3, False)
    assert window[1] == needed
    assert lags == ("lags", 3, "measuring …")
    assert needs == (SMALL.task.kind, 10, 3, chunks.bridged_share(needed.longest))
    assert of.startswith("2 sequences, weights as before update 3. Measuring: 50%.")
    verdict, _, lags, _, of = drawn(replace(view, state="paused"), other)
    assert (verdict[0][2], verdict[1], lags) == (None, True, ("lags", None, "measuring …"))
    assert of.endswith("Cl: what came back l steps, of all losses together.")
    *_, lags, needs, of = drawn(replace(view, experiment=SMALL), None)
    assert (lags, needs[2:], of) == ((None, None, "measuring …"), (None, 1.0), "Not measured yet.")
    found.no_split = "why"
    *_, lags, _, of = drawn(view, lost)
    assert lags[2] == "made for the plain cell only"
    assert of.endswith("update 3. The split by lag is made for the plain cell whose inputs are given.")
    *_, lags, _, of = drawn(view, None, refused="no")
    assert (lags[2], of) == ("the gradient is not finite", "no")


C_L = "Cl: what came back l steps, of all losses together"


@pytest.mark.parametrize(("values", "words"), [
    ({"truncation": False}, "."), ({"truncation_k2": 3}, "; from l = k2 on it is dropped."),
    ({"task": "sine", "truncation_k1": 4, "truncation_k2": 3},
     "; losses early in a chunk lose shorter lags than k2 as well."),
    ({"task": "sine", "truncation_k1": 1, "truncation_k2": 3}, "; from l = k2 on it is dropped."),
    ({"task": "sine", "truncation_k1": 5, "truncation_k2": 10, "truncation_carry": False},
     "; losses early in a chunk lose shorter lags than k2 as well."),
    ({"task": "sine", "truncation_k1": 1, "truncation_k2": 3, "truncation_carry": False},
     "; losses early in a chunk lose shorter lags than k2 as well.")], ids=str)
def test_what_the_curves_by_lag_are_of_is_said(values, words):
    chunks = map_of(changed(SMALL, **{"truncation": True} | values))
    lost = seen.Lost(SimpleNamespace(sequences=1, no_split=None), SMALL, chunks, 1)
    said = re.sub("<[^>]*>", "", seen._trust(seen.Measured(lost)))
    assert said == f"1 sequence, weights as before update 1. {C_L}{words}"


# -- the picture as the run goes on ------------------------------------------------------------------------------------


@pytest.fixture
def jobs():
    mine = Jobs()
    yield mine
    mine.end()


def test_a_run_that_rests_ends_with_what_the_truncation_loses_at_its_last_update(jobs):
    """Whoever paints when a bell rings sees it: nobody else has to ask."""
    run, look, seen, made = live(changed(SMALL, steps=20000, truncation=True), pace="120"), TruncationView(), [], []
    kept = Kept()
    for bell in (run.news, jobs.news):
        bell.listen(lambda: seen.append(1))

    def painted():
        seen.clear()
        made.append(picture(jobs, kept, run, None, look))
        return made[-1]

    assert painted().around == (standing(run), beside(run, look, jobs))
    run.play()
    wait_until(lambda: run.updates > 2)
    around = painted().around
    assert around == painted().around or run.state != "playing"  # the page around is left alone
    assert made[-1].moving
    run.pause()
    wait_until(lambda: bool(seen) and not painted().moving)
    assert f"weights as before update {run.view().record.step}." in made[-1].parts["lost"]["lost_of"].html
    proposed = proposal(recorded_norms(run.view().curves), "mean", 1.0).threshold
    assert made[-1].around[1] == Beside(True, False, Offers(True, True, proposed, None, None, False))


@pytest.mark.parametrize(("name", "is_told"), [("cost", lambda told: told.measuring),
                                               ("thresholds", lambda told: told.offered.searching)])
def test_work_on_demand_moves_the_picture_and_is_told_to_the_page_around(jobs, name, is_told):
    run, look, held = stepped(SMALL, 1), TruncationView(), threading.Event()
    kept = Kept()

    def work():
        yield 0.5, None
        held.wait(60)
        yield 1.0, None

    wait_until(lambda: not picture(jobs, kept, run, None, look).moving)
    assert not is_told(beside(run, look, jobs))
    found = jobs.begin(name, work)
    assert is_told(beside(run, look, jobs))
    assert picture(jobs, kept, run, None, look).moving
    held.set()
    wait_until(lambda: found.done)
    assert not is_told(beside(run, look, jobs))
    assert not picture(jobs, kept, run, None, look).moving
