"""Which pairs truncation drops, against the engine's own truncated backward pass with one target at a time."""

import numpy as np
import pytest

from core.bptt.backprop import run_backward, run_forward
from core.remedies.hooks import Hooks
from core.remedies.truncation import Truncation
from core.specs.recurrence import Recurrence
from core.specs.task import Task
from core.tasks.base import Batch, tasks
from core.topics.jacobians.map import dropped_pairs, jacobian_map, thinned_grid
from core.training.experiment import Experiment
from core.training.trainer import Trainer

T, N = 12, 4
K1_K2 = pytest.mark.parametrize(("k1", "k2"), [(T, 5), (5, 5), (4, T), (7, 3), (3, 8), (1, 1), (1, T), (5, 1), (6, 4),
                                               (1000, 1000), (1000, 3)])


def reached(k1, k2):
    """log10 ||dL_t/dh_k|| that the update which sees L_t has, (T, T): -inf where exactly nothing arrives."""
    kind, recurrence = tasks()["sine"], Recurrence(n_hidden=N, seed=1)
    network = Hooks().network(recurrence, kind, np.dtype("float64"))
    tape = network.cell.tape(T, 1, np.dtype("float64"))
    batch = kind.sample(np.random.default_rng(0), T, 1)
    out = np.full((T, T), -np.inf)
    for t in range(1, T + 1):
        tape.load(batch.x)
        alone = Batch(batch.x, np.array([t]), batch.target[[t - 1]])
        for start in range(0, T, k1):
            stop = min(start + k1, T)
            seen = run_forward(network, tape, alone, kind, start, stop)
            if seen is not None:
                out[t - 1] = run_backward(network, tape, seen, k2).log10_dL_dh
    return out


@K1_K2
def test_a_pair_is_dropped_exactly_where_the_truncated_gradient_is_exactly_zero(k1, k2):
    dropped = dropped_pairs(np.arange(T + 1), k1, k2)[1:, 1:]
    below = np.tri(T, dtype=bool)
    assert np.array_equal(dropped, np.isneginf(reached(k1, k2)) & below)


@K1_K2
def test_what_is_not_dropped_arrives_as_it_does_without_truncation(k1, k2):
    kept = np.tri(T, dtype=bool) & ~dropped_pairs(np.arange(T + 1), k1, k2)[1:, 1:]
    assert np.array_equal(reached(k1, k2)[kept], reached(T, T)[kept])


@K1_K2
def test_a_truncated_map_is_the_full_one_where_nothing_is_dropped(k1, k2):
    """The factors of a chunk are those of the whole sequence: the state is carried over the borders."""
    recurrence, task = Recurrence(n_hidden=N), Task(task="sine", seq_len=T, batch=2)
    whole, cut = Trainer(Experiment(recurrence, task)), Trainer(Experiment(recurrence, task,
                                                                           remedies=(Truncation(k1=k1, k2=k2),)))
    for trainer in (whole, cut):
        trainer.measure()
    seen = jacobian_map(cut.jacobians())
    steps = min(k1, T)
    assert seen.at[-1] == steps
    expected = jacobian_map(whole.jacobians()).log10_norm[:steps + 1, :steps + 1]
    assert np.allclose(seen.log10_norm, expected, rtol=0, atol=1e-12, equal_nan=True)


@K1_K2
def test_the_first_state_gets_a_gradient_exactly_where_the_first_step_of_the_window_is_the_first_of_all(k1, k2):
    dropped = dropped_pairs(np.arange(T + 1), k1, k2)
    ends = np.array([min(-(-t // k1) * k1, T) for t in range(1, T + 1)])
    assert np.array_equal(dropped[1:, 0], ends > k2)
    assert not dropped[0].any()


@pytest.mark.parametrize(("k1", "k2"), [(7, 30), (100, 20), (33, 33)])
def test_on_a_thinned_grid_the_same_pairs_are_dropped(k1, k2):
    at = thinned_grid(200, 30)
    assert np.array_equal(dropped_pairs(at, k1, k2), dropped_pairs(np.arange(201), k1, k2)[np.ix_(at, at)])


def test_windows_as_long_as_the_sequence_drop_nothing():
    assert not dropped_pairs(np.arange(51), 50, 50).any()
    assert not dropped_pairs(np.arange(51), 1, 50).any()
