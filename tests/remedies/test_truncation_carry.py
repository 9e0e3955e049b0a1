"""The state at the borders between chunks: carried over, or 0 again."""

import numpy as np
import pytest

from core.bptt.backprop import Window
from core.remedies.truncation import REMEDY, Truncation
from core.specs.recurrence import Recurrence
from core.specs.task import Task
from core.tasks.base import Batch, tasks
from core.training.experiment import Experiment
from core.training.trainer import Trainer
from tests.helpers.autograd_reference import differentiate

T, N, B = 20, 5, 3
K1 = pytest.mark.parametrize("k1", [1, 5, 7, T])
WHOLE = [task for task in tasks() if tasks()[task].cue is None]


def chunks(task, k1, k2=1000, carry=False):
    """(network, batch, record, flat gradient) of every update of one sequence, the weights put back after each."""
    trainer = Trainer(Experiment(Recurrence(n_hidden=N, alpha=0.5, bias=0.1), Task(task=task, seq_len=T, batch=B),
                                 remedies=(Truncation(k1=k1, k2=k2, carry=carry),)))
    theta = trainer.network.theta.copy()
    while True:
        gradient, batch = trainer.gradient()
        gradient = gradient.copy()
        record = trainer.update()
        trainer.network.theta[...] = theta
        yield trainer.network, batch, record, gradient
        if trainer.between_sequences:
            return


def test_the_window_says_whether_the_state_is_carried():
    assert REMEDY.window(Truncation(k1=3, k2=7, carry=False)) == Window(3, 7, False)
    assert REMEDY.window(Truncation(k1=3, k2=7)) == Window(3, 7, True)


@pytest.mark.parametrize("task", WHOLE)
@K1
def test_reset_at_the_borders_each_chunk_is_a_sequence_by_itself(task, k1):
    """Loss and gradient are autograd's on the chunk's own steps from h = 0."""
    kind = tasks()[task]
    _, batch, *_ = next(iter(chunks(task, k1)))
    stops = sorted({-(-int(t) // k1) * k1 for t in batch.target_steps})
    made = list(chunks(task, k1))
    assert len(made) == len(stops)
    for stop, (network, batch, record, gradient) in zip(stops, made, strict=True):
        start, stop = stop - k1, min(stop, T)
        inside = (batch.target_steps > start) & (batch.target_steps <= stop)
        alone = Batch(batch.x[start:stop], batch.target_steps[inside] - start, batch.target[inside])
        oracle = differentiate(network, alone, kind, "tanh")
        allowed = 20 * T * (N + kind.n_in + 1) * np.finfo(float).eps
        assert record.loss == pytest.approx(oracle.loss, rel=allowed)
        assert np.linalg.norm(gradient - oracle.gradient) <= allowed * np.linalg.norm(oracle.gradient)


@K1
def test_reset_at_the_borders_no_gradient_crosses_one(k1):
    for i, (*_, record, _) in enumerate(chunks("sine", k1)):
        reached = np.flatnonzero(np.isfinite(record.log10_dL_dh)) + 1
        assert reached.tolist() == list(range(i * k1 + 1, min((i + 1) * k1, T) + 1))


def test_carried_a_later_chunk_has_another_loss_than_reset():
    carried = [record.loss for *_, record, _ in chunks("sine", 5, carry=True)]
    reset = [record.loss for *_, record, _ in chunks("sine", 5)]
    assert carried[0] == reset[0]
    assert all(one != other for one, other in zip(carried[1:], reset[1:], strict=True))


def test_of_one_chunk_for_the_sequence_reset_and_carried_are_the_same_bit_for_bit():
    (*_, carried, one), = chunks("recall", T, carry=True)
    (*_, reset, other), = chunks("recall", T)
    assert (carried.loss, carried.grad_norm) == (reset.loss, reset.grad_norm)
    assert np.array_equal(one, other)


def test_it_can_be_switched_during_a_run():
    experiment = Experiment(Recurrence(n_hidden=N), Task(task="sine", seq_len=T, batch=B),
                            remedies=(Truncation(k1=5, k2=5),))
    assert experiment.with_remedy(Truncation(k1=5, k2=5, carry=False)).hot_from(experiment)
