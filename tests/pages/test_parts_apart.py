"""Parts of pages by themselves: what a button begins, what is said of work that was cancelled, where a click stands."""

from contextlib import nullcontext
from types import SimpleNamespace

import numpy as np

from core.topics.jacobians.long_sequence import LongSequence
from core.topics.jacobians.rates import NO_RATES
from core.topics.jacobians.view import JacobianView
from core.topics.race.demos import outcome
from core.topics.race.records import Solve
from pages._parts.jacobians import charts, long_sequence
from pages._parts.truncation import adviser


def test_a_pair_beside_a_map_that_is_not_there_lies_inside_the_sequence():
    assert charts._on_grid(None, JacobianView(t=30, k=30), 10) == (10, 9)
    assert charts._on_grid(None, JacobianView(t=7, k=3), 10) == (7, 3)


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
    (name, (of, step, _, length), pieces), = asked
    assert (name, of, step, length) == ("long", view.experiment, 7, 4096)
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
