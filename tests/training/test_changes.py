"""What may change during a run acts on the next update, without a restart, and what may not is refused."""

from dataclasses import replace

import numpy as np
import pytest

from core.network.spectrum import spectrum_of
from core.remedies.clip_norm import ClipNorm
from core.remedies.truncation import Truncation
from core.specs.recurrence import Recurrence
from core.specs.task import Task
from core.specs.training import Training, optimizer_titles
from core.training.trainer import Trainer
from tests.helpers.recorded import SMALL, tell, told, updates

CLIPPED = SMALL.with_remedy(ClipNorm(threshold=0.05))
CUT = SMALL.with_remedy(Truncation(k1=4, k2=3))
EACH_OPTIMIZER = pytest.mark.parametrize("optimizer", optimizer_titles())


def changed(experiment, after, count=3):
    """The records after a change, the trainer, and what they would have been without it."""
    trainer, left_alone = Trainer(experiment), Trainer(experiment)
    assert tell(updates(trainer, 4)) == tell(updates(left_alone, 4))
    trainer.change(after)
    return updates(trainer, count), trainer, updates(left_alone, count)


def test_a_new_learning_rate_scales_the_next_step():
    """Both steps are rounded where they meet theta, whose entries are below 4."""
    after, _, before = changed(SMALL, replace(SMALL, training=Training(lr=0.1)))
    assert told(after[0]) == told(before[0])
    step, usual = after[1].W_hh - after[0].W_hh, before[1].W_hh - before[0].W_hh
    assert np.abs(step - 2 * usual).max() < 4 * 4 * np.finfo(float).eps


@EACH_OPTIMIZER
def test_a_new_learning_rate_keeps_the_moments(optimizer):
    base = replace(SMALL, training=Training(optimizer=optimizer, lr=0.01))
    after, _, before = changed(base, replace(base, training=replace(base.training, lr=0.02)))
    step, usual = after[1].W_hh - after[0].W_hh, before[1].W_hh - before[0].W_hh
    assert np.abs(step - 2 * usual).max() < 4 * 4 * np.finfo(float).eps


def test_a_new_threshold_acts_on_the_next_update():
    after, _, _ = changed(CLIPPED, SMALL.with_remedy(ClipNorm(threshold=0.02)))
    assert after[0].clipped_norm == pytest.approx(0.02, rel=1e-12)


@pytest.mark.parametrize("spec", [ClipNorm(threshold=0.02), Truncation(k2=3)], ids=["clip_norm", "truncation"])
def test_a_remedy_can_be_switched_on_and_off_again(spec):
    after, trainer, before = changed(SMALL, SMALL.with_remedy(spec), count=1)
    assert told(after[0]) != told(before[0])
    trainer.change(SMALL)
    record = trainer.update()
    assert record.grad_norm == record.clipped_norm
    assert np.isfinite(record.log10_dL_dh).all()


@pytest.mark.parametrize(("spec", "reached"), [
    (Truncation(k1=1000, k2=5), range(8, 13)), (Truncation(k1=6), range(1, 7)),
], ids=["k2", "k1"])
def test_new_windows_act_on_the_next_update(spec, reached):
    after, _, _ = changed(SMALL.with_remedy(Truncation(k1=1000, k2=1000)), SMALL.with_remedy(spec))
    assert (np.flatnonzero(np.isfinite(after[0].log10_dL_dh)) + 1).tolist() == list(reached)


@pytest.mark.parametrize("seq_len", [7, 30])
def test_a_new_length_acts_on_the_next_batch(seq_len):
    after, _, _ = changed(SMALL, replace(SMALL, task=replace(SMALL.task, seq_len=seq_len)))
    assert [len(record.log10_dL_dh) for record in after] == [seq_len] * 3


def test_a_new_length_leaves_the_sequence_that_is_under_way_alone():
    """k1 = 4 of 12 steps: the fourth update was the first chunk of the second sequence."""
    after, _, before = changed(CUT, replace(CUT, task=replace(CUT.task, seq_len=20)))
    assert tell(after[:2]) == tell(before[:2])
    assert [len(record.log10_dL_dh) for record in after] == [12, 12, 20]


def test_a_new_batch_size_acts_on_the_next_batch():
    """At the same weights: what the trainer measures is what a trainer of that batch size has on this sequence."""
    _, trainer, _ = changed(SMALL, wider := replace(SMALL, task=replace(SMALL.task, batch=9)), count=1)
    other = Trainer(wider)
    other.restore(trainer.checkpoint())
    assert told(other.measure()) == told(trainer.measure())


def test_a_new_radius_rescales_the_weights_as_they_are_now():
    after, _, before = changed(SMALL, replace(SMALL, recurrence=replace(SMALL.recurrence, rho=0.5)))
    rho = spectrum_of(before[0].W_hh).rho
    assert after[0].rho == pytest.approx(0.5, rel=1e-12)
    assert np.allclose(after[0].W_hh, before[0].W_hh * (0.5 / rho), rtol=1e-14, atol=0)


@pytest.mark.parametrize("part", [Recurrence(n_hidden=7, alpha=0.3), Recurrence(n_hidden=6, alpha=0.4),
                                  Task(task="adding", seq_len=12, batch=4), Training(optimizer="adam", lr=0.05)],
                         ids=["n_hidden", "alpha", "task", "optimizer"])
def test_what_needs_a_restart_is_refused_by_name_and_changes_nothing(part):
    trainer, name = Trainer(SMALL), {Recurrence: "recurrence", Task: "task", Training: "training"}[type(part)]
    updates(trainer, 2)
    with pytest.raises(ValueError, match=r"^(n_hidden|alpha|task|optimizer) cannot change during a run\.$"):
        trainer.change(replace(SMALL, **{name: part}))
    assert trainer.experiment == SMALL
    assert tell(updates(trainer, 2)) == tell(updates(Trainer(SMALL), 4)[2:])
