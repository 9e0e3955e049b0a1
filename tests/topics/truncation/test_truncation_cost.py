"""The cost of truncation: counted, ordered and timed as it says."""

import time
from itertools import count

import numpy as np
import pytest

from core.live.memory import trainer_need
from core.remedies.truncation import Truncation
from core.specs.recurrence import Recurrence
from core.specs.task import Task
from core.specs.training import Training
from core.topics.truncation import cost as truncation_cost
from core.topics.truncation.cost import cost_pieces
from core.training.experiment import Experiment, network_alone
from core.training.trainer import Trainer


@pytest.fixture(autouse=True)
def short(monkeypatch):
    monkeypatch.setattr(truncation_cost, "LENGTHS", (10, 20))
    monkeypatch.setattr(truncation_cost, "ROUNDS", (2, 2))


def experiment(task="sine", **more):
    return Experiment(Recurrence(n_hidden=4), Task(task=task, seq_len=50, batch=2), Training(),
                      (Truncation(**{"k1": 5, "k2": 3} | more),))


def measured(experiment):
    pieces = list(cost_pieces(experiment))
    assert pieces[-1][0] == 1.0
    assert [share for share, _ in pieces] == sorted(share for share, _ in pieces)
    return next(found for _, found in reversed(pieces) if found is not None)


def test_every_length_is_measured_with_the_updates_that_it_takes():
    found = measured(experiment())
    assert (found.T.tolist(), found.updates.tolist(), found.left_out) == ([10, 20], [2, 4], None)


def test_with_one_target_at_the_end_a_sequence_is_one_update():
    assert measured(experiment("recall")).updates.tolist() == [1, 1]


def test_the_times_are_those_of_the_clock(monkeypatch):
    """A clock that ticks once a look: an update takes 1 s, a sequence as many as it has updates."""
    ticks = count()
    monkeypatch.setattr(truncation_cost, "clock", lambda: float(next(ticks)))
    monkeypatch.setattr(truncation_cost, "LONGEST", 1e9)
    found = measured(experiment())
    assert np.array_equal(found.full, [1.0, 1.0])
    assert np.array_equal(found.truncated, [2.0, 4.0])
    assert np.array_equal(found.update, [1.0, 1.0])
    assert np.array_equal(found.ratio, [2.0, 4.0])


def test_both_kinds_are_trained_in_turns(monkeypatch):
    made, update = [], Trainer.update
    monkeypatch.setattr(Trainer, "update", lambda self: (made.append(bool(self.experiment.remedies)), update(self))[1])
    measured(experiment("recall"))
    assert made == [False, True] * 6  # two lengths, one round to warm up and two that count


def test_a_length_that_would_take_too_long_is_left_out_in_words(monkeypatch):
    monkeypatch.setattr(truncation_cost, "LONGEST", 0.0)
    found = measured(experiment())
    assert found.T.tolist() == [10]
    assert found.left_out.text.startswith("T = 20 and longer: one sequence would take about")


def test_a_network_that_is_not_finite_is_left_out_in_words():
    wild = Experiment(Recurrence(n_hidden=4, activation="linear", rho=2.0, input_scale=3.0, alpha=3.0),
                      Task(task="sine", seq_len=50, batch=2), Training(lr=10.0), (Truncation(k1=5, k2=5),))
    found = measured(wild)
    assert found.left_out.text.startswith("T = ")
    assert np.isfinite(found.full).all()


def test_lengths_that_the_task_does_not_have_are_not_asked_for(monkeypatch):
    monkeypatch.setattr(truncation_cost, "LENGTHS", (2, 10, 500))
    assert measured(experiment("sunspots")).T.tolist() == [2, 10]


def test_a_piece_is_one_update():
    pieces = list(cost_pieces(experiment()))
    assert len(pieces) == 3 * (1 + 2) + 1 + 3 * (1 + 4) + 1


def test_it_takes_the_time_that_it_says():
    began = time.perf_counter()
    found = measured(experiment())
    assert 0.0 < 2 * (found.full + found.truncated).min() < time.perf_counter() - began


def ticking(monkeypatch, *seconds):
    """Updates take so long, one after the other; the last of these numbers holds for all that follow."""
    took, now, looks = list(seconds), [0.0], count()

    def clock():
        if next(looks) % 2:  # the second look at an update
            now[0] += took.pop(0) if len(took) > 1 else took[0]
        return now[0]

    monkeypatch.setattr(truncation_cost, "clock", clock)


@pytest.mark.parametrize(("longest", "lengths"), [(5.75, [10]), (6.0, [10, 20])])
def test_a_longer_length_is_left_out_where_it_would_take_more_than_is_allowed(monkeypatch, longest, lengths):
    """At T = 10 a sequence of both kinds takes 1 + 2 s: twice that at T = 20."""
    ticking(monkeypatch, 1.0)
    monkeypatch.setattr(truncation_cost, "LONGEST", longest)
    found = measured(experiment())
    assert found.T.tolist() == lengths
    assert (found.left_out and found.left_out.text) == (
        None if len(lengths) == 2 else "T = 20 and longer: one sequence would take about 6 s")


@pytest.mark.parametrize(("seconds", "rounds"), [(1.0, 4), (0.001, 6), (100.0, 2), (2.5, 2)])
def test_as_many_sequences_are_timed_as_there_is_time_for(monkeypatch, seconds, rounds):
    """12 s in all, and one sequence of both kinds of three updates."""
    ticking(monkeypatch, seconds)
    monkeypatch.setattr(truncation_cost, "LENGTHS", (10,))
    monkeypatch.setattr(truncation_cost, "ROUNDS", (2, 6))
    monkeypatch.setattr(truncation_cost, "BUDGET", 12.0)
    shares = [share for share, _ in cost_pieces(experiment())]
    assert len(shares) == 3 * (1 + rounds) + 1
    assert shares[-4:] == [(rounds / (rounds + 1))] * 3 + [1.0]


def test_the_first_sequence_warms_up_and_does_not_count(monkeypatch):
    ticking(monkeypatch, 90.0, 30.0, 60.0, 1.0, 2.0, 4.0, 3.0, 5.0, 6.0, 8.0)
    monkeypatch.setattr(truncation_cost, "LENGTHS", (10,))
    (found,) = [found for _, found in cost_pieces(experiment()) if found is not None]
    assert (found.full.tolist(), found.truncated.tolist()) == ([2.0], [(2.0 + 4.0 + 5.0 + 6.0) / 2])
    assert (found.update.tolist(), found.updates.tolist()) == ([4.5], [2])


def test_the_share_of_the_work_grows_by_lengths_and_by_sequences():
    shares = [share for share, _ in cost_pieces(experiment("recall"))]
    assert shares == pytest.approx([*(at / 6 for at in (0, 0, 1, 1, 2, 2)), 0.5,
                                    *(0.5 + at / 6 for at in (0, 0, 1, 1, 2, 2)), 1.0])


def test_what_is_held_is_both_networks_at_that_length_without_other_remedies():
    both = experiment("sine").changed(clip_norm=True)
    kept = [spec for spec in both.remedies if isinstance(spec, Truncation)]
    assert truncation_cost.pair_bytes(both) == (trainer_need(network_alone(both)).peak
                                                + trainer_need(network_alone(both, *kept)).peak)
