"""Parts of pages by themselves: what a button begins, what is said of work that was cancelled, where a click stands."""

from contextlib import nullcontext
from types import SimpleNamespace

import numpy as np
import pytest

from core.topics.jacobians.long_sequence import LongSequence
from core.topics.jacobians.rates import NO_RATES
from core.topics.landscape.view import Region
from core.topics.race.demos import outcome
from core.topics.race.records import Solve
from core.topics.truncation.cost import LENGTHS
from core.topics.truncation.threshold_search import Rerun, ThresholdSearch
from core.training.record import JacobianMap
from pages._live.kept import Kept
from pages._parts.jacobians import long_sequence, shown
from pages._parts.landscape.around import look
from pages._parts.truncation import adviser, cost, seen
from tests.helpers.shown import Asked, stood_in


def test_a_demo_counts_the_seconds_of_the_seeds_that_solved_it():
    lane = SimpleNamespace(solved=(Solve(4, 0.5), None, Solve(8, 2.0)), stopped_at=(None, 3, None))
    assert outcome._lane(lane) == outcome.LaneResult(3, 2, 6.0, 1, 2.5)


def test_a_search_begins_with_a_band_about_the_mean_norm_and_the_decades(monkeypatch):
    monkeypatch.setattr(adviser, "search_pieces", lambda *question: question)
    low, high = adviser.BAND
    for norms, first in ((np.array([1.0, 3.0]), [2.0 * low, 2.0, 2.0 * high]), (np.array([]), [])):
        jobs, view = Asked(), SimpleNamespace(experiment="of the run", curves=SimpleNamespace(grad_norm=norms))
        adviser._begin(jobs, SimpleNamespace(view=lambda view=view: view), SimpleNamespace(reruns=30))
        assert jobs.begun["thresholds"]() == ("of the run", 30, [*first, 0.01, 0.1, 1.0, 10.0, 100.0])
    assert low < 1.0 < high


def test_a_long_sequence_is_measured_on_the_network_of_now(monkeypatch):
    asked, jobs = [], Asked()
    view = SimpleNamespace(jacobians="J", weights=np.ones(2), record=SimpleNamespace(spectrum="S", step=7),
                           experiment=SimpleNamespace(activation=SimpleNamespace(gamma=0.5)))
    monkeypatch.setattr(long_sequence, "rates_of", lambda *of: ("rates", *of))
    monkeypatch.setattr(long_sequence, "long_reach", lambda *of: (asked.append(of), [(0.5, None), (1.0, "found")])[1])
    long_sequence._begin(jobs, SimpleNamespace(view=lambda: view), 4096)
    question, pieces, _ = jobs.asked["long"]
    assert question == (view.experiment, 7, hash(np.ones(2).tobytes()), 4096)
    assert list(pieces()) == [(0.5, None), (1.0, ("found", ("rates", "J", 0.5, "S")))]
    assert asked == [(view.experiment, 4096, view.weights)]


def test_what_is_said_and_drawn_of_a_long_sequence_is_what_its_work_found(monkeypatch):
    monkeypatch.setattr(long_sequence, "long_reach_figure", lambda *of: of)
    work = SimpleNamespace(result=("reached", "rates"), done=True, error=None, cancelled=False)
    state, drawn = long_sequence.long_cells(work, Kept()).values()
    assert drawn == ("reached", "rates")
    assert "Measured on the network as it was when the button was pressed; all lags, exact." in state.html
    work.cancelled = True
    assert "Cancelled: what is drawn was measured before." in long_sequence.long_cells(work, Kept())["long_state"].html
    work.result = None
    assert [long_sequence.long_cells(one, Kept())["long"] for one in (work, None)] == [(None, NO_RATES)] * 2


@pytest.mark.parametrize("finite", [True, False])
def test_a_long_sequence_is_measured_where_the_states_are_finite(monkeypatch, finite):
    said, begun = [], []
    monkeypatch.setattr(long_sequence, "st", SimpleNamespace(
        markdown=said.append, container=lambda **look: nullcontext(),
        button=lambda label, **more: said.append((label, more["disabled"])) or begun.append(more["args"])))
    monkeypatch.setattr(long_sequence, "control", lambda name, own: said.append(name))
    monkeypatch.setattr(long_sequence, "cancel_button", said.append)
    monkeypatch.setattr(long_sequence, "jobs", lambda: "jobs")
    run = SimpleNamespace(view=lambda: SimpleNamespace(jacobians="J" if finite else None))
    on_page = SimpleNamespace(show=lambda part, height: said.append((part, height)))
    long_sequence.long_sequence(on_page, run, SimpleNamespace(spec=lambda kind: (LongSequence(length=9), None)))
    assert said == ["## One very long sequence", "length", ("Measure", not finite), "long", ("long", 330)]
    assert begun == [("jobs", run, 9)]


MAP = ("A point of the map is a network; its colour says {} after T steps. From the star two descents go down, one of "
       "them clipped. Click on the map to start elsewhere.")
SURFACE = ("A point of the surface is a network; its height says {} after T steps. From one start two descents go "
           "down, one of them clipped. Drag the surface to turn it.")


@pytest.mark.parametrize(("view", "words"), [("map", MAP), ("surface", SURFACE)])
@pytest.mark.parametrize(("shade", "says"), [("error", "how wrong it is"), ("log_error", "how wrong it is"),
                                             ("gradient", "how long the gradient of its error is")])
def test_what_to_look_for_on_a_map_and_on_a_surface(view, words, shade, says):
    assert look(Region(view=view, shade=shade)) == words.format(says)


# -- what is taken home ------------------------------------------------------------------------------------------------


@pytest.fixture
def taken(monkeypatch):
    """What a menu offers: files with what is in them, code, words; `taken.work` is what has been measured."""
    made = SimpleNamespace(offered=[], work={})
    for module in (shown, seen):
        monkeypatch.setattr(module, "jobs", lambda: SimpleNamespace(current=made.work.get))
        monkeypatch.setattr(module, "download_numbers", lambda label, content, file, *, disabled: made.offered.append(
            (label, file, None if disabled else content().splitlines())))
        monkeypatch.setattr(module, "code", lambda text: made.offered.append(text))
        monkeypatch.setattr(module, "menu", lambda own, content, *, experiment: (content(), made.offered.append(
            (own, experiment))))
    monkeypatch.setattr(shown, "st", SimpleNamespace(caption=made.offered.append))
    monkeypatch.setattr(seen, "run_command", lambda run: ("command of", run))
    return made


@pytest.mark.parametrize(("sequences", "of"), [(1, "sequence"), (3, "Jacobians")])
def test_the_map_is_taken_home_with_the_commands_that_measure_it(taken, sequences, of):
    run = SimpleNamespace(experiment=SimpleNamespace(without_effect=lambda part: part,
                                                     spelled=lambda idle: {"all_but_idle_for": idle}),
                          view=lambda: SimpleNamespace(jacobians=None))
    own = SimpleNamespace(values={"sequences": sequences})
    shown.take_home(run, own)
    file, lines, words, menu = taken.offered
    assert (file, words, menu) == (("The map (CSV)", "jacobians.csv", None),
                                   "The commands speak of the initial network.", (own, True))
    assert lines.splitlines() == [f"python -m core map --all_but_idle_for={of} --sequences={sequences}",
                                  "python -m core singular --all_but_idle_for=sequence"]
    taken.offered.clear()
    waited = []
    taken.work["map"] = SimpleNamespace(wait=lambda: waited.append(1), result=(
        JacobianMap(np.array([0, 5]), np.array([[0, np.nan], [-2.5, 0]]), True, 1), "rates"))
    run.view = lambda: SimpleNamespace(jacobians="J")
    shown.take_home(run, own)
    assert taken.offered[0][2] == [
        "t,k,log10_norm,not_zero_in,sequences,exact", "0,0,0.0,1,1,True", "5,0,-2.5,1,1,True", "5,5,0.0,1,1,True"]
    assert waited  # until it is exact


def test_what_a_search_tried_is_taken_home_once_there_is_something(taken):
    own, nothing = SimpleNamespace(), ("Thresholds tried (CSV)", "thresholds.csv", None)
    for work in (None, SimpleNamespace(result=None)):
        taken.work["thresholds"] = work
        seen.take_home("run", own)
        assert taken.offered == [nothing, ("command of", "run"), (own, True)]
        taken.offered.clear()
    taken.work["thresholds"] = SimpleNamespace(result=ThresholdSearch(12, 1.25, (Rerun(0.25, 12, None, 1.5, 2.0),)))
    seen.take_home("run", own)
    assert taken.offered[0][2] == ["threshold,updates,finite,loss,largest_norm", "0.25,12,True,1.5,2.0"]


def test_the_longest_sequence_that_is_timed_is_the_one_that_is_announced(monkeypatch):
    helps = []
    page = stood_in(monkeypatch, cost)
    button = page.button
    monkeypatch.setattr(page, "button", lambda label, **look: (helps.append(look.get("help")), button(label, **look)))
    monkeypatch.setattr(cost, "jobs", Asked)
    cost.show_cost(SimpleNamespace(show=lambda *of, **look: None), None, truncated=True, measuring=False)
    assert helps == [f"Trains both at T up to {LENGTHS[-1]:,}, in turns, on this machine."]
    assert sorted(LENGTHS) == list(LENGTHS)
