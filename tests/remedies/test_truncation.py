"""TBPTT(k1, k2): nothing changes when the windows are long, and the gradient is that of a detached state when not."""

import numpy as np
import pytest

from core.bptt.backprop import Window, run_backward, run_forward
from core.bptt.optimizers import Optimizer
from core.remedies.base import remedies
from core.remedies.hooks import Hooks
from core.remedies.truncation import REMEDY, Truncation
from core.specs.recurrence import Recurrence
from core.specs.task import Task
from core.specs.training import Training
from core.tasks.base import Batch, tasks
from core.training.experiment import Experiment
from core.training.trainer import Trainer
from tests.helpers.autograd_reference import differentiate

T, N, B = 20, 6, 4
RECURRENCE = Recurrence(n_hidden=N, alpha=0.5, angle=60.0, bias=0.1)
EACH_TASK = pytest.mark.parametrize("task", tasks())
K1_K2 = pytest.mark.parametrize(("k1", "k2"), [(T, 5), (5, 5), (5, T), (7, 3), (3, 8), (1, 1), (1, T)])


def experiment(task, *specs, **training):
    return Experiment(RECURRENCE, Task(task=task, seq_len=T, batch=B), Training(**training), specs)


def curve(experiment, updates, **more):
    trainer = Trainer(experiment, **more)
    return [trainer.update() for _ in range(updates)]


def assert_same(one, two):
    assert [(r.step, r.loss, r.grad_norm, r.clipped_norm) for r in one] == \
        [(r.step, r.loss, r.grad_norm, r.clipped_norm) for r in two]
    assert all(np.array_equal(a.W_hh, b.W_hh) for a, b in zip(one, two, strict=True))
    assert all(np.array_equal(a.log10_dL_dh, b.log10_dL_dh) for a, b in zip(one, two, strict=True))


def chunks(task, k1, k2, full=False):
    """Network, batch, kind, and (start, stop, Pass) of every chunk with a target, without an update between them."""
    kind = tasks()[task]
    network = Hooks().network(RECURRENCE, kind, np.dtype("float64"))
    tape = network.cell.tape(T, B, np.dtype("float64"))
    batch = kind.sample(np.random.default_rng(0), T, B)
    tape.load(batch.x)
    seen = []
    for start in range(0, T, k1):
        stop = min(start + k1, T)
        forward = run_forward(network, tape, batch, kind, start, stop)
        if forward is not None:
            seen.append((start, stop, run_backward(network, tape, forward, k2, full)))
    return network, tape, batch, kind, seen


def tolerance(kind):
    """Sums of m products over T steps there and back, 2 T m eps, and a factor of 10 for what cancels in them."""
    return 20 * T * (N + kind.n_in + 1) * np.finfo(float).eps


def test_the_remedy_fills_the_window_alone():
    assert remedies()["truncation"] is REMEDY
    assert REMEDY.window(Truncation(k1=3, k2=7)) == Window(3, 7)
    assert REMEDY.transform_gradient is None


@EACH_TASK
@pytest.mark.parametrize("k", [T, T + 1, 1000])
def test_windows_as_long_as_the_sequence_are_full_backpropagation_bit_for_bit(task, k):
    assert_same(curve(experiment(task, Truncation(k1=k, k2=k)), 10), curve(experiment(task), 10))


@EACH_TASK
@K1_K2
def test_the_state_is_carried_over_the_borders_bit_for_bit(task, k1, k2):
    _, in_chunks, *_ = chunks(task, k1, k2)
    _, whole, *_ = chunks(task, T, T)
    assert np.array_equal(in_chunks.h, whole.h)


@EACH_TASK
@K1_K2
def test_a_chunks_gradient_is_autograds_with_the_state_detached_k2_steps_back(task, k1, k2):
    network, _, batch, kind, seen = chunks(task, k1, k2)
    for start, stop, found in seen:
        cut = max(stop - k2, 0)
        oracle = differentiate(network, batch, kind, "tanh", start, stop, cut)
        assert found.loss.value == pytest.approx(oracle.loss, rel=tolerance(kind))
        for part, expected in zip(network.views(found.gradient), network.views(oracle.gradient), strict=True):
            assert np.linalg.norm(part - expected) <= tolerance(kind) * np.linalg.norm(expected)
        exact = np.log10(np.linalg.norm(oracle.dL_dh[cut:], axis=(1, 2)))
        assert np.abs(found.log10_dL_dh[cut:stop] - exact).max() < tolerance(kind)


@EACH_TASK
@K1_K2
def test_outside_the_window_dL_dh_is_exactly_zero(task, k1, k2):
    for _, stop, found in chunks(task, k1, k2)[-1]:
        inside = np.zeros(T, bool)
        inside[max(stop - k2, 0):stop] = True
        assert np.all(found.log10_dL_dh[~inside] == -np.inf)
        assert np.all(np.isfinite(found.log10_dL_dh[inside]))


@EACH_TASK
@K1_K2
def test_asked_for_the_full_gradient_it_tells_dL_dh_without_the_cut(task, k1, k2):
    network, _, batch, kind, seen = chunks(task, k1, k2, full=True)
    for start, stop, found in seen:
        oracle = differentiate(network, batch, kind, "tanh", start, stop, cut=0)
        exact = np.log10(np.linalg.norm(oracle.dL_dh, axis=(1, 2)))
        assert np.abs(found.log10_dL_dh_full[:stop] - exact).max() < tolerance(kind)
        assert np.all(found.log10_dL_dh_full[stop:] == -np.inf)


@EACH_TASK
@K1_K2
def test_telling_the_full_gradient_does_not_change_the_one_that_is_used(task, k1, k2):
    plain, asked = chunks(task, k1, k2)[-1], chunks(task, k1, k2, full=True)[-1]
    assert len(plain) == len(asked)
    for (_, _, one), (_, _, two) in zip(plain, asked, strict=True):
        assert np.array_equal(one.gradient, two.gradient)
        assert np.array_equal(one.log10_dL_dh, two.log10_dL_dh)


def test_a_chunk_may_end_after_its_last_target():
    """Targets at t = 3 and t = 12 of a tape that has been used before: nothing of that is left behind t = 12."""
    network, tape, batch, kind, _ = chunks("sine", T, T)
    sparse = Batch(batch.x, np.array([3, 12]), batch.target[[2, 11]])
    found = run_backward(network, tape, run_forward(network, tape, sparse, kind, 0, T), T)
    oracle = differentiate(network, sparse, kind, "tanh")
    assert np.linalg.norm(found.gradient - oracle.gradient) <= tolerance(kind) * np.linalg.norm(oracle.gradient)
    assert np.isfinite(found.log10_dL_dh).tolist() == [t <= 12 for t in range(1, T + 1)]


def test_a_record_has_the_full_gradient_only_where_something_is_cut_off():
    cut, = curve(experiment("recall", Truncation(k2=5)), 1, full=True)
    whole, = curve(experiment("recall", Truncation(k2=T)), 1, full=True)
    unasked, = curve(experiment("recall", Truncation(k2=5)), 1)
    assert cut.log10_dL_dh_full is not None
    assert (whole.log10_dL_dh_full, unasked.log10_dL_dh_full) == (None, None)


def test_a_run_that_tells_the_full_gradient_is_the_same_run():
    truncated = experiment("sine", Truncation(k1=6, k2=3))
    assert_same(curve(truncated, 10, full=True), curve(truncated, 10))


@pytest.mark.parametrize(("task", "k1", "updates"), [
    ("recall", 1, 1), ("recall", 7, 1), ("recall", T, 1),  # a target at the last step only
    ("copy", 1, 3), ("copy", 2, 2), ("copy", 18, 2), ("copy", 3, 2),  # at the last three: 18, 19, 20
    ("sine", 1, T), ("sine", 7, 3), ("sine", 10, 2),  # at every step
])
def test_a_chunk_without_a_target_makes_no_update(task, k1, updates):
    trainer = Trainer(experiment(task, Truncation(k1=k1)))
    count = 1
    trainer.update()
    while not trainer.between_sequences:
        trainer.update()
        count += 1
    assert count == updates
    assert trainer.step == updates + 1


def test_with_the_updates_switched_off_the_chunks_add_up_to_the_full_pass_of_every_sequence(monkeypatch):
    """Four equal chunks of every-step targets: their mean loss is that of the sequence, in the second one too, which
    starts from the zero state again."""
    monkeypatch.setattr(Optimizer, "step", lambda self, gradient: None)
    whole = [record.loss for record in curve(experiment("sine"), 2)]
    parts = [record.loss for record in curve(experiment("sine", Truncation(k1=5, k2=5)), 8)]
    assert [np.mean(parts[:4]), np.mean(parts[4:])] == pytest.approx(whole, rel=T * np.finfo(float).eps)


def test_k1_alone_moves_the_updates_and_not_the_reach():
    for record, stop in zip(curve(experiment("sine", Truncation(k1=5, k2=1000)), 4), (5, 10, 15, 20), strict=True):
        assert np.isfinite(record.log10_dL_dh).tolist() == [t <= stop for t in range(1, T + 1)]


def test_k2_alone_moves_the_reach_and_not_the_loss():
    full, = curve(experiment("sine"), 1)
    cut, = curve(experiment("sine", Truncation(k1=1000, k2=5)), 1)
    assert cut.loss == full.loss
    assert np.array_equal(cut.log10_dL_dh[-5:], full.log10_dL_dh[-5:])
    assert np.all(cut.log10_dL_dh[:-5] == -np.inf)
