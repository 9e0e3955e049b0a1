"""A run repeats bit for bit, goes back, measures without disturbing, and ends where it should."""

from dataclasses import replace

import numpy as np
import pytest

from core.remedies.clip_norm import ClipNorm
from core.remedies.truncation import Truncation
from core.specs.recurrence import Recurrence
from core.specs.task import Task
from core.specs.training import Training, dtypes, optimizer_titles
from core.tasks.base import tasks
from core.topics.jacobians.products import log10_product_norms
from core.training.train import train
from core.training.trainer import Trainer
from tests.helpers.recorded import SMALL, tell, told, updates

CLIPPED = SMALL.with_remedy(ClipNorm(threshold=0.05))
CUT = SMALL.with_remedy(Truncation(k1=4, k2=3))
EACH_OPTIMIZER = pytest.mark.parametrize("optimizer", optimizer_titles())


@pytest.mark.parametrize("task", tasks())
@pytest.mark.parametrize("dtype", dtypes())
@EACH_OPTIMIZER
def test_the_same_experiment_gives_the_same_run_bit_for_bit(task, dtype, optimizer):
    experiment = replace(CLIPPED, task=Task(task=task, seq_len=12, batch=4),
                         training=Training(dtype=dtype, optimizer=optimizer))
    assert tell(updates(Trainer(experiment), 8)) == tell(updates(Trainer(experiment), 8))


def test_two_runs_side_by_side_do_not_disturb_each_other():
    one, two, alone = Trainer(SMALL), Trainer(CUT), tell(updates(Trainer(SMALL), 6))
    beside = [(told(one.update()), told(two.update()))[0] for _ in range(6)]
    assert beside == alone


def test_another_seed_is_another_run():
    other = replace(SMALL, recurrence=replace(SMALL.recurrence, seed=1))
    assert Trainer(SMALL).update().loss != Trainer(other).update().loss


def test_every_update_draws_a_fresh_batch():
    """The weights hold still as far as lr = 1e-5 allows: the loss moves by the batch."""
    still = replace(SMALL, training=Training(lr=1e-5))
    losses = [record.loss for record in updates(Trainer(still), 5)]
    assert np.diff(np.sort(losses)).min() > 1e-4


@EACH_OPTIMIZER
@pytest.mark.parametrize("experiment", [SMALL, CUT], ids=["whole", "in chunks"])
def test_going_back_to_a_checkpoint_goes_on_bit_for_bit(optimizer, experiment):
    trainer = Trainer(replace(experiment, training=Training(optimizer=optimizer)))
    updates(trainer, 6)
    checkpoint = trainer.checkpoint()
    first = tell(updates(trainer, 7))
    trainer.restore(checkpoint)
    assert tell(updates(trainer, 7)) == first


@EACH_OPTIMIZER
def test_a_fresh_trainer_goes_on_from_a_checkpoint_bit_for_bit(optimizer):
    experiment = replace(SMALL, training=Training(optimizer=optimizer))
    trainer = Trainer(experiment)
    updates(trainer, 5)
    checkpoint, fresh = trainer.checkpoint(), Trainer(experiment)
    fresh.restore(checkpoint)
    assert tell(updates(fresh, 5)) == tell(updates(trainer, 5))


@EACH_OPTIMIZER
def test_a_checkpoint_does_not_change_with_the_run(optimizer):
    trainer = Trainer(replace(SMALL, training=Training(optimizer=optimizer)))
    updates(trainer, 2)
    start, first = trainer.checkpoint(), tell(updates(trainer, 3))
    for _ in range(2):
        trainer.restore(start)
        assert tell(updates(trainer, 3)) == first


@pytest.mark.parametrize("experiment", [SMALL, CLIPPED, CUT], ids=["plain", "clipped", "truncated"])
def test_measuring_does_not_disturb_the_run(experiment):
    trainer, seen = Trainer(experiment), []
    for _ in range(8):
        announced = told(trainer.measure())
        record = told(trainer.update())
        assert announced == record
        seen.append(record)
    assert seen == tell(updates(Trainer(experiment), 8))


def test_a_record_shows_the_network_before_the_update_that_it_tells():
    trainer = Trainer(SMALL)
    before = trainer.network.W_hh.copy()
    record = trainer.update()
    assert np.array_equal(record.W_hh, before)
    assert not np.array_equal(trainer.network.W_hh, before)


def test_an_update_of_sgd_moves_the_weights_by_lr_times_the_recorded_norm():
    """theta is rounded once an entry: eps ||theta||."""
    trainer = Trainer(CLIPPED)
    for _ in range(5):
        before = trainer.network.theta.copy()
        record = trainer.update()
        moved = np.linalg.norm(trainer.network.theta - before)
        assert moved == pytest.approx(0.05 * record.clipped_norm, abs=np.finfo(float).eps * np.linalg.norm(before))


def test_the_jacobians_after_an_update_are_those_of_the_network_that_was_measured():
    trainer = Trainer(SMALL)
    trainer.measure()
    announced = np.asarray(trainer.jacobians())
    trainer.update()
    assert np.array_equal(trainer.jacobians(), announced)


def test_the_jacobians_of_a_linear_network_are_its_matrix():
    trainer = Trainer(replace(SMALL, recurrence=Recurrence(n_hidden=6, activation="linear")))
    record = trainer.update()
    assert np.array_equal(trainer.jacobians(), np.broadcast_to(record.W_hh, (12, 6, 6)))
    assert np.abs(log10_product_norms(trainer.jacobians())).max() < 12 * 6 * 10 * np.finfo(float).eps


# -- the generator ----------------------------------------------------------------------------------------------------


def test_train_gives_the_records_of_the_trainer_and_ends_after_the_last_update():
    experiment = replace(CLIPPED, training=Training(lr=0.05, steps=7))
    run = train(experiment.recurrence, experiment.task, experiment.training, experiment.remedies)
    assert tell(run) == tell(updates(Trainer(experiment), 7))


def test_an_experiment_sent_to_train_acts_on_the_record_that_comes_back():
    run = train(SMALL.recurrence, SMALL.task, SMALL.training)
    first = next(run)
    second = run.send(CLIPPED)
    assert first.clipped_norm == first.grad_norm
    assert (second.step, second.clipped_norm) == (2, pytest.approx(0.05, rel=1e-12))


def test_train_without_a_change_is_the_same_whether_sent_nothing_or_iterated():
    sent, iterated = (train(SMALL.recurrence, SMALL.task, SMALL.training) for _ in range(2))
    assert tell([next(sent), sent.send(None), sent.send(SMALL)]) == tell([next(iterated) for _ in range(3)])


def test_the_number_of_updates_can_be_changed_on_the_way():
    run = train(SMALL.recurrence, SMALL.task, Training(lr=0.05, steps=3))
    next(run)
    run.send(replace(SMALL, training=Training(lr=0.05, steps=5)))
    assert [record.step for record in run] == [3, 4, 5]


def test_train_refuses_what_needs_a_restart():
    run = train(SMALL.recurrence, SMALL.task, SMALL.training)
    next(run)
    with pytest.raises(ValueError, match=r"^n_hidden cannot change during a run\.$"):
        run.send(replace(SMALL, recurrence=replace(SMALL.recurrence, n_hidden=7)))
