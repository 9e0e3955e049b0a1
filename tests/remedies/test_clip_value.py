"""Clipping by value: the rule entry by entry, its claims, and what a run with it records."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core.bptt.update import Gradient
from core.norms import euclidean_norm
from core.remedies.base import remedies
from core.remedies.clip_value import REMEDY, ClipValue, clip_value
from core.specs.recurrence import Recurrence
from core.specs.task import Task
from core.specs.training import Training
from core.training.experiment import Experiment
from core.training.trainer import Trainer
from tests.helpers.recorded import tell, updates

EPS = np.finfo(float).eps
VECTORS = arrays(float, 12, elements=st.floats(-1e150, 1e150))
LIMITS = st.floats(1e-5, 1e4)


def of(flat):
    return Gradient(flat, euclidean_norm(flat))


def run(*specs, lr=0.1, updates_made=15, rho=1.5, **training):
    trainer = Trainer(Experiment(Recurrence(n_hidden=8, rho=rho, activation="relu"),
                                 Task(task="adding", seq_len=20, batch=4), Training(lr=lr, **training), specs))
    return updates(trainer, updates_made), trainer


def test_the_remedy_changes_the_gradient_alone():
    assert remedies()["clip_value"] is REMEDY
    assert REMEDY.transform_gradient is clip_value
    assert (REMEDY.transform_vector, REMEDY.penalty, REMEDY.window) == (None, None, None)


@given(flat=VECTORS, limit=LIMITS)
def test_every_entry_is_the_nearest_number_inside_the_limits(flat, limit):
    after = clip_value(of(flat), ClipValue(limit=limit))
    assert after.flat.tolist() == [max(-limit, min(limit, entry)) for entry in flat.tolist()]
    assert after.norm == euclidean_norm(after.flat)


@given(flat=VECTORS, limit=LIMITS)
def test_clipping_twice_is_clipping_once_and_no_sign_changes(flat, limit):
    once = clip_value(of(flat), ClipValue(limit=limit))
    assert clip_value(once, ClipValue(limit=limit)) is once
    assert np.all(once.flat * flat >= 0)
    assert np.all((once.flat == 0) == (flat == 0))


@given(flat=VECTORS, low=LIMITS, high=LIMITS)
def test_of_two_limits_the_lower_one_decides(flat, low, high):
    low, high = sorted((low, high))
    both = clip_value(clip_value(of(flat), ClipValue(limit=high)), ClipValue(limit=low))
    assert np.array_equal(both.flat, clip_value(of(flat), ClipValue(limit=low)).flat)


@pytest.mark.parametrize("flat", [[0.0, 0.0], [0.5, -0.5], [0.3, 0.4], [-0.5, 0.0]])
def test_a_gradient_inside_the_limits_is_returned_as_it_is(flat):
    """Also where its norm is above the limit and no entry is."""
    before = of(np.array(flat))
    assert clip_value(before, ClipValue(limit=0.5)) is before


def test_an_entry_just_above_the_limit_is_cut():
    before = of(np.array([np.nextafter(0.5, 1.0), 0.1]))
    assert clip_value(before, ClipValue(limit=0.5)).flat.tolist() == [0.5, 0.1]


def test_the_direction_turns_towards_the_corner():
    """(10, 1) cut at 1 is (1, 1): 45 degrees and no longer 6. Clipping by the norm keeps the 6."""
    assert clip_value(of(np.array([10.0, 1.0])), ClipValue(limit=1.0)).flat.tolist() == [1.0, 1.0]


def test_the_callers_gradient_is_left_alone():
    before = of(np.array([3.0, -4.0]))
    clip_value(before, ClipValue(limit=1.0))
    assert before.flat.tolist() == [3.0, -4.0]


def test_float32_stays_float32_and_inside():
    before = of(np.array([3.0, 1e-3], np.float32))
    after = clip_value(before, ClipValue(limit=0.1))
    assert after.flat.dtype == np.float32
    assert after.flat.tolist() == [float(np.float32(0.1)), float(np.float32(1e-3))]
    assert clip_value(after, ClipValue(limit=0.1)) is after


def test_a_huge_limit_changes_nothing_in_a_whole_run_bit_for_bit():
    (free, one), (held, two) = run(lr=0.001), run(ClipValue(limit=1e4), lr=0.001)
    assert tell(free) == tell(held)
    assert np.array_equal(one.network.theta, two.network.theta)


def test_both_norms_are_recorded():
    free, held = run(updates_made=1)[0][0], run(ClipValue(limit=0.01), updates_made=1)[0][0]
    assert held.grad_norm == free.grad_norm == free.clipped_norm
    assert held.clipped_norm < 0.01 * np.sqrt(8 * 11 + 9)  # as many entries as there are weights
    assert held.clipped
    assert not free.clipped


def test_an_update_of_sgd_moves_no_weight_by_more_than_lr_times_the_limit():
    """The step is rounded where it meets a weight: eps |W_hh|."""
    for one, two in pairwise(run(ClipValue(limit=0.05), lr=0.1)[0]):
        allowed = 0.1 * 0.05 * (1 + 4 * EPS) + EPS * np.abs(one.W_hh)
        assert np.all(np.abs(two.W_hh - one.W_hh) <= allowed)


@pytest.mark.parametrize("seed", [0, 1])
def test_a_run_that_ends_in_nan_without_it_stays_finite_with_it(seed):
    """Recall over 50 steps by a relu network at 1.05 times the identity, SGD."""
    def records(*specs):
        recurrence = Recurrence(n_hidden=32, shape="identity", rho=1.05, activation="relu", seed=seed)
        trainer, out = Trainer(Experiment(recurrence, Task(seq_len=50, batch=32), Training(lr=0.03), specs)), []
        while len(out) < 100 and (not out or out[-1].stopped is None):
            out.append(trainer.update())
        return out

    assert records()[-1].stopped is not None
    assert records(ClipValue(limit=0.1))[-1].stopped is None
