"""Parts of pages by themselves: what a button begins, what is said of work that was cancelled, where a click stands."""

from contextlib import nullcontext
from types import SimpleNamespace

import numpy as np
import pytest

from core.topics.jacobians.long_sequence import LongSequence
from core.topics.jacobians.rates import NO_RATES
from core.topics.jacobians.view import JacobianView
from core.topics.landscape.view import Region
from core.topics.race.demos import outcome
from core.topics.race.records import Solve
from core.topics.truncation.cost import LENGTHS
from core.topics.truncation.threshold_search import Rerun, ThresholdSearch
from core.training.record import JacobianMap
from pages._parts import landscape
from pages._parts.jacobians import charts, long_sequence
from pages._parts.truncation import adviser, cost, seen
from tests.helpers.live_runs import SMALL
from tests.helpers.shown import stood_in


def test_a_pair_beside_a_map_that_is_not_there_lies_inside_the_sequence():
    assert charts._on_grid(None, JacobianView(t=30, k=30), 10) == (10, 9)
    assert charts._on_grid(None, JacobianView(t=7, k=3), 10) == (7, 3)


@pytest.mark.parametrize(("t", "k", "pair"), [(1, 0, (3, 0)), (2, 2, (3, 0)), (3, 3, (3, 3)), (5, 5, (3, 3)),
                                              (9, 9, (6, 6)), (10, 9, (10, 6)), (30, 30, (10, 6))])
def test_a_pair_on_a_map_is_the_one_below_it_on_the_grid(t, k, pair):
    """Neither the row of the first step nor the column of the last, in which there is nothing."""
    found = SimpleNamespace(at=np.array([0, 3, 6, 10]))
    assert charts._on_grid(found, JacobianView(t=t, k=k), 10) == pair


def test_a_demo_counts_the_seconds_of_the_seeds_that_solved_it():
    lane = SimpleNamespace(solved=(Solve(4, 0.5), None, Solve(8, 2.0)), stopped_at=(None, 3, None))
    assert outcome._lane(lane) == outcome.LaneResult(3, 2, 6.0, 1, 2.5)


def test_a_search_begins_with_a_band_about_the_mean_norm_and_the_decades(monkeypatch):
    asked = []
    monkeypatch.setattr(adviser, "search_pieces", lambda *question: asked.append(question))
    monkeypatch.setattr(adviser, "begin", lambda name, make: (asked.append(name), make()))
    view, look = SimpleNamespace(experiment="of the run"), SimpleNamespace(reruns=30)
    low, high = adviser.BAND
    for norms, first in ((np.array([1.0, 3.0]), [2.0 * low, 2.0, 2.0 * high]), (np.array([]), [])):
        adviser._begin(view, look, SimpleNamespace(norms=norms, mean=2.0))
        assert asked == ["thresholds", ("of the run", 30, [*first, 0.01, 0.1, 1.0, 10.0, 100.0])]
        asked.clear()
    assert low < 1.0 < high


def test_a_long_sequence_is_measured_on_the_network_of_now(monkeypatch):
    asked = []
    view = SimpleNamespace(jacobians="J", weights=np.ones(2), record=SimpleNamespace(spectrum="S", step=7),
                           experiment=SimpleNamespace(activation=SimpleNamespace(gamma=0.5)))
    monkeypatch.setattr(long_sequence, "rates_of", lambda *of: ("rates", *of))
    monkeypatch.setattr(long_sequence, "long_reach", lambda *of: (asked.append(of), [(0.5, None), (1.0, "found")])[1])
    monkeypatch.setattr(long_sequence, "job", lambda *of: asked.append(of))
    long_sequence._begin_long(SimpleNamespace(view=lambda: view), 4096)
    (name, (of, step, weights, length), pieces), = asked
    assert (name, of, step, weights, length) == ("long", view.experiment, 7, hash(np.ones(2).tobytes()), 4096)
    assert list(pieces()) == [(0.5, None), (1.0, ("found", ("rates", "J", 0.5, "S")))]
    assert asked[1] == (view.experiment, 4096, view.weights)


def test_what_is_said_and_drawn_of_a_long_sequence_is_what_its_work_found(monkeypatch):
    said, drawn = [], []
    work = SimpleNamespace(result=("reached", "rates"))
    monkeypatch.setattr(long_sequence, "st", SimpleNamespace(
        markdown=said.append, container=lambda **look: nullcontext(),
        button=lambda label, **more: said.append((label, more["disabled"]))))
    monkeypatch.setattr(long_sequence, "control", lambda name, own: said.append(name))
    monkeypatch.setattr(long_sequence, "cancel_button", said.append)
    monkeypatch.setattr(long_sequence, "current", {"long": work}.get)
    monkeypatch.setattr(long_sequence, "show_state", lambda *of, **words: said.append((*of, words)))
    monkeypatch.setattr(long_sequence, "long_reach_figure", lambda *of: of)
    monkeypatch.setattr(long_sequence, "plot", lambda fig, key, height: drawn.append((fig, key, height)))
    monkeypatch.setattr(long_sequence, "followed", lambda work, draw, every: (said.append(every), draw()))
    run = SimpleNamespace(view=lambda: SimpleNamespace(jacobians=None))
    long_sequence.long_sequence(run, SimpleNamespace(spec=lambda kind: (LongSequence(), None)))
    assert said == ["## One very long sequence", "length", ("Measure", True), "long", 0.5, (work, {
        "cancelled": "Cancelled: what is drawn was measured before.",
        "ended": "Measured on the network as it was when the button was pressed; all lags, exact."})]
    work.result = None
    long_sequence.long_sequence(run, SimpleNamespace(spec=lambda kind: (LongSequence(), None)))
    assert drawn == [(("reached", "rates"), "long", 330), ((None, NO_RATES), "long", 330)]


MAP = ("A point of the map is a network; its colour says {} after T steps. From the star two descents go down, one of "
       "them clipped. Click on the map to start elsewhere.")
SURFACE = ("A point of the surface is a network; its height says {} after T steps. From one start two descents go "
           "down, one of them clipped. Drag the surface to turn it.")


@pytest.mark.parametrize(("view", "words"), [("map", MAP), ("surface", SURFACE)])
@pytest.mark.parametrize(("shade", "says"), [("error", "how wrong it is"), ("log_error", "how wrong it is"),
                                             ("gradient", "how long the gradient of its error is")])
def test_what_to_look_for_on_a_map_and_on_a_surface(view, words, shade, says):
    assert landscape.look(Region(view=view, shade=shade)) == words.format(says)


# -- what is taken home ------------------------------------------------------------------------------------------------


@pytest.fixture
def taken(monkeypatch):
    """What a menu offers: files with what is in them, code, words; `taken.work` is what has been measured."""
    made = SimpleNamespace(offered=[], work={})
    for module in (charts, seen):
        monkeypatch.setattr(module, "current", lambda name: made.work.get(name))
        monkeypatch.setattr(module, "download_numbers", lambda label, content, file, *, disabled: made.offered.append(
            (label, file, None if disabled else content().splitlines())))
        monkeypatch.setattr(module, "code", lambda text: made.offered.append(text))
        monkeypatch.setattr(module, "menu", lambda own, content, *, experiment: (content(), made.offered.append(
            (own, experiment))))
    monkeypatch.setattr(charts, "st", SimpleNamespace(caption=made.offered.append))
    monkeypatch.setattr(seen, "run_command", lambda run: ("command of", run))
    return made


@pytest.mark.parametrize(("sequences", "of"), [(1, "sequence"), (3, "Jacobians")])
def test_the_map_is_taken_home_with_the_commands_that_measure_it(taken, sequences, of):
    run = SimpleNamespace(experiment=SimpleNamespace(without_effect=lambda part: part,
                                                     spelled=lambda idle: {"all_but_idle_for": idle}))
    own = SimpleNamespace(values={"sequences": sequences})
    empty = ("The map (CSV)", "jacobians.csv", None)
    charts.take_home(run, own)
    assert taken.offered[0] == empty
    taken.offered.clear()
    taken.work["map"] = SimpleNamespace(result=None)
    charts.take_home(run, own)
    file, lines, words, shown = taken.offered
    assert (file, words, shown) == (empty, "The commands speak of the initial network.", (own, True))
    assert lines.splitlines() == [f"python -m core map --all_but_idle_for={of} --sequences={sequences}",
                                  "python -m core singular --all_but_idle_for=sequence"]
    taken.offered.clear()
    taken.work["map"].result = JacobianMap(np.array([0, 5]), np.array([[0, np.nan], [-2.5, 0]]), True, 1), "rates"
    charts.take_home(run, own)
    assert taken.offered[0][2] == [
        "t,k,log10_norm,not_zero_in,sequences,exact", "0,0,0.0,1,1,True", "5,0,-2.5,1,1,True", "5,5,0.0,1,1,True"]


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
    monkeypatch.setattr(cost, "current", {}.get)
    cost.show_cost(SimpleNamespace(experiment=SMALL))
    assert helps == [f"Trains both at T up to {LENGTHS[-1]:,}, in turns, on this machine."]
    assert sorted(LENGTHS) == list(LENGTHS)
