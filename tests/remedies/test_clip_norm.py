"""Clipping: the published rule, its claims, and what a run with it records."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core.bptt.update import Gradient
from core.norms import euclidean_norm
from core.remedies.base import remedies
from core.remedies.clip_norm import REMEDY, ClipNorm, clip_norm
from core.specs.recurrence import Recurrence
from core.specs.task import Task
from core.specs.training import Training
from core.tasks.base import CLASSES_SOLVED
from core.training.experiment import Experiment
from core.training.train import train
from core.training.trainer import Trainer

SIZE = 500
EPS = np.finfo(float).eps
SLACK = (SIZE + 4) * EPS  # of a norm: SIZE squares summed, a root, a division, a product
THRESHOLDS = [1e-4, 0.3, 1.0, 50.0, 1e4]
VECTORS = arrays(float, 12, elements=st.floats(-1e150, 1e150))
LIMITS = st.floats(1e-4, 1e4)


def gradient(norm=37.0, seed=0, dtype=np.float64):
    flat = np.random.default_rng(seed).normal(size=SIZE)
    flat = (flat * (norm / np.linalg.norm(flat))).astype(dtype)
    return Gradient(flat, euclidean_norm(flat))


def of(flat):
    return Gradient(flat, euclidean_norm(flat))


def run(*specs, lr=0.1, updates=20, rho=1.5):
    trainer = Trainer(Experiment(Recurrence(n_hidden=8, rho=rho, activation="relu"),
                                 Task(task="adding", seq_len=20, batch=4), Training(lr=lr), specs))
    return [trainer.update() for _ in range(updates)]


def test_the_remedy_changes_the_gradient_alone():
    assert remedies()["clip_norm"] is REMEDY
    assert (REMEDY.transform_gradient, REMEDY.window) == (clip_norm, None)


@pytest.mark.parametrize("threshold", THRESHOLDS)
@pytest.mark.parametrize("norm", [1e-30, 0.2999, 1.0, 49.0, 1e300])
def test_the_new_norm_is_the_smaller_of_norm_and_threshold(norm, threshold):
    before = gradient(norm)
    after = clip_norm(before, ClipNorm(threshold=threshold))
    assert after.norm == pytest.approx(min(before.norm, threshold), rel=SLACK)
    assert after.norm == euclidean_norm(after.flat)


@pytest.mark.parametrize("threshold", THRESHOLDS)
def test_the_direction_is_kept(threshold):
    """Every entry by the same factor, to the rounding of one product."""
    before = gradient()
    after = clip_norm(before, ClipNorm(threshold=threshold))
    factor = min(1.0, threshold / before.norm)
    assert np.all(np.abs(after.flat - before.flat * factor) <= EPS * np.abs(before.flat * factor))


@pytest.mark.parametrize("norm", [0.0, 1.0, 37.0])
def test_a_gradient_at_or_below_the_threshold_is_returned_as_it_is(norm):
    before = Gradient(np.full(1, norm), norm)
    assert clip_norm(before, ClipNorm(threshold=max(norm, 0.5))) is before


def test_a_gradient_just_above_the_threshold_is_shortened():
    before = of(np.array([np.nextafter(1.0, 2.0)]))
    assert clip_norm(before, ClipNorm(threshold=1.0)).norm == 1.0


@pytest.mark.parametrize("threshold", THRESHOLDS)
def test_clipping_twice_is_clipping_once(threshold):
    """To the rounding of the norm: it may be a few ulp above the threshold after the first time."""
    once = clip_norm(gradient(), ClipNorm(threshold=threshold))
    twice = clip_norm(once, ClipNorm(threshold=threshold))
    assert np.all(np.abs(twice.flat - once.flat) <= SLACK * np.abs(once.flat))


def test_the_callers_gradient_is_left_alone():
    before = gradient()
    copy = before.flat.copy()
    clip_norm(before, ClipNorm(threshold=1.0))
    assert np.array_equal(before.flat, copy)


def test_float32_stays_float32_with_its_norm_at_the_threshold():
    """Every entry is rounded to float32 once; the norm is taken in float64."""
    after = clip_norm(gradient(dtype=np.float32), ClipNorm(threshold=1.0))
    assert after.flat.dtype == np.float32
    assert after.norm == pytest.approx(1.0, rel=2 * float(np.finfo(np.float32).eps))


@given(flat=VECTORS, threshold=LIMITS)
def test_no_gradient_gets_longer_than_the_threshold_or_than_it_was(flat, threshold):
    before = of(flat)
    after = clip_norm(before, ClipNorm(threshold=threshold))
    assert after.norm <= min(before.norm, threshold) * (1 + SLACK)


@given(flat=VECTORS, low=LIMITS, high=LIMITS)
def test_of_two_thresholds_the_lower_one_decides(flat, low, high):
    low, high = sorted((low, high))
    both = clip_norm(clip_norm(of(flat), ClipNorm(threshold=high)), ClipNorm(threshold=low))
    one = clip_norm(of(flat), ClipNorm(threshold=low))
    assert np.all(np.abs(both.flat - one.flat) <= SLACK * np.abs(one.flat) + 1e-300)


def test_a_huge_threshold_changes_nothing_in_a_whole_run_bit_for_bit():
    free, held = run(lr=0.001), run(ClipNorm(threshold=1e4), lr=0.001)
    assert [(r.loss, r.grad_norm) for r in free] == [(r.loss, r.grad_norm) for r in held]
    assert [r.clipped_norm for r in free] == [r.clipped_norm for r in held]
    assert np.array_equal(free[-1].W_hh, held[-1].W_hh)
    assert not any(record.clipped for record in held)


def test_the_norm_before_and_after_are_both_recorded():
    free, held = run(updates=1)[0], run(ClipNorm(threshold=0.5), updates=1)[0]
    assert free.grad_norm > 0.5
    assert (held.grad_norm, free.clipped_norm) == (free.grad_norm, free.grad_norm)
    assert held.clipped_norm == pytest.approx(0.5, rel=SLACK)
    assert (held.clipped, free.clipped) == (True, False)


def test_an_update_of_sgd_is_never_longer_than_lr_times_the_threshold():
    """The step is rounded where it meets a weight: eps ||W_hh||."""
    records = run(ClipNorm(threshold=0.5), lr=0.1)
    for one, two in pairwise(records):
        assert np.linalg.norm(two.W_hh - one.W_hh) <= 0.1 * 0.5 * (1 + SLACK) + EPS * np.linalg.norm(one.W_hh)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_run_that_ends_in_nan_without_it_is_solved_with_it(seed):
    """Recall over 50 steps by a relu network at 1.05 times the identity, SGD: the published effect."""
    def records(*specs):
        recurrence = Recurrence(n_hidden=32, shape="identity", rho=1.05, activation="relu", input_scale=0.1, seed=seed)
        return list(train(recurrence, Task(task="recall", seq_len=50, batch=32), Training(lr=0.03, steps=200), specs))

    assert records()[-1].stopped is not None
    held = records(ClipNorm(threshold=1.0))
    assert held[-1].stopped is None
    assert np.mean([record.accuracy for record in held[-20:]]) > CLASSES_SOLVED
