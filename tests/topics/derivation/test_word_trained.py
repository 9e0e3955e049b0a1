"""The word of the derivation as a task: what the page says of it is what the trainer measures of losses and states.

The loss of a task is the mean over its steps, that of the word the sum.
"""

from dataclasses import replace

import numpy as np
import pytest

from core.network.activations import ACTIVATIONS
from core.remedies.leaky import LeakyUnits
from core.remedies.truncation import Truncation
from core.specs.task import Task
from core.specs.training import Training
from core.tasks.base import Batch, tasks
from core.topics.derivation.subject import Place, Subject
from core.training.experiment import Experiment
from core.training.trainer import Trainer
from tests.helpers.derivation_subjects import small
from tests.helpers.unrolled_reference import assert_close

EACH = pytest.mark.parametrize("activation", ACTIVATIONS)
T = 6


def trained(s, *remedies, t=None):
    """A trainer of the subject's network on its word, measured; with `t`, on the loss of that step alone."""
    steps = np.arange(1, T + 1) if t is None else np.array([t])

    def compose(*drawn):
        return Batch(s.word.x[:, :, None].copy(), steps, s.word.target[steps - 1, None])

    kind = replace(tasks()["sine"], name="word", n_in=len(s.word.alphabet), n_out=len(s.word.outputs), classes=True,
                   compose=compose)
    found = Trainer(Experiment(s.experiment.recurrence, Task(task=kind, seq_len=T, batch=1),
                               Training(lr=s.experiment.training.lr), remedies), full=True)
    found.record = found.measure()
    return found


def by_W_hh(trainer):
    return trainer.network.views(trainer.gradient()[0])[0][:, :7]


@EACH
def test_losses_gradients_and_jacobians_are_the_trainers(activation):
    s = small(activation, layers=1)
    trainer = trained(s)
    gradient_V, gradient_U = trainer.network.views(trainer.gradient()[0])
    assert trainer.record.loss * T == pytest.approx(s.word.loss, rel=1e-14)
    assert_close(s.layer.dL_dV / T, gradient_V)
    assert_close(s.word.dL_dU / T, gradient_U)
    with np.errstate(divide="ignore"):
        np.testing.assert_allclose(np.log10(np.linalg.norm(s.layer.dL_dh / T, axis=1)), trainer.record.log10_dL_dh,
                                   rtol=0, atol=1e-13)
    assert_close(np.asarray(s.layer.jacobians), np.asarray(trainer.jacobians()))


@EACH
def test_each_steps_loss_and_its_way_back_are_the_trainers_where_that_step_alone_has_a_target(activation):
    for t in range(1, T + 1):
        s = small(activation, layers=1, t=t)
        trainer = trained(s, t=t)
        assert trainer.record.loss == pytest.approx(s.word.L_t[t - 1], rel=1e-14)
        assert_close(sum(s.term(k) for k in range(1, t + 1)), by_W_hh(trainer))
        with np.errstate(divide="ignore"):
            np.testing.assert_allclose(np.log10(np.linalg.norm(s.layer.dLt_dh[t - 1], axis=1)),
                                       trainer.record.log10_dL_dh, rtol=0, atol=1e-13)


@pytest.mark.parametrize("k2", [1, 2, 3, 5, 6, 12])
def test_what_a_truncation_keeps_is_the_trainers_with_an_update_at_every_step(k2):
    """TBPTT(1, k2): the chunk of step t is that step, and its loss goes back k2 steps."""
    for t in (2, 4, T):
        s = replace(small(layers=1, t=t), k2=k2)
        assert_close(s.kept, by_W_hh(trained(s, Truncation(k1=1, k2=k2), t=t)))
        whole = sum(s.term(k) for k in range(1, t + 1))
        assert np.array_equal(s.kept, whole) == (k2 >= t - 1)  # the term of k = 1 is 0: h_0 = 0


@EACH
@pytest.mark.parametrize("alpha", [0.0, 0.3, 0.9])
def test_the_states_of_leaky_units_are_the_trainers(activation, alpha):
    s = replace(small(activation, layers=1), leak=alpha)
    trainer = trained(s, LeakyUnits(slowest=1.0 - alpha, fastest=1.0 - alpha))
    states = np.concatenate([np.zeros((1, 7)), trainer.course.tape.h[:, :, 0]])
    for t in range(1, T + 1):
        new, before, h = replace(s, t=t, k=1).slow
        assert_close(before, states[t - 1])
        assert_close(h, states[t])
        assert_close(alpha * before + (1.0 - alpha) * new, states[t])


@EACH
def test_one_update_of_the_first_letter_is_one_of_the_trainers(activation):
    """On the loss of the first step: W_hh has no gradient, and all other weights go as far as they do there."""
    s = small(activation, layers=1, t=1)
    trainer = trained(s, t=1)
    trainer.update()
    after = Subject.at(s.on_task, s.reading, Place(t=1)).one
    x, V, U = s.word.x[0], trainer.network.V, trainer.network.U
    assert np.array_equal(V[:, :7], s.layer.W_hh)
    assert_close(s.layer.W_xh - s.experiment.training.lr * after.dL_dW_xh, V[:, 7:-1])
    h = np.empty(7)
    ACTIVATIONS[activation].phi(V[:, 7:-1] @ x + V[:, -1], h)
    y = U[:, :-1] @ h + U[:, -1]
    assert after.loss_after == pytest.approx(np.log(np.exp(y).sum()) - y[s.word.target[0]], rel=1e-13)
