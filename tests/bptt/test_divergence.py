"""A run that diverges is data: it says what left the finite numbers, and keeps the last finite weights."""

import re
from dataclasses import replace
from itertools import islice

import numpy as np
import pytest

from core.bptt.optimizers import Optimizer
from core.network.weights import BATCHES
from core.remedies.clip_norm import ClipNorm
from core.specs.recurrence import Recurrence
from core.specs.task import Task
from core.specs.training import Training
from core.training.experiment import Experiment
from core.training.trainer import Trainer, train
from tests.helpers.recorded import SMALL, tell, updates

EXPLODING = Experiment(Recurrence(n_hidden=8, rho=2.0, alpha=3.0, activation="relu", input_scale=3.0),
                       Task(task="adding", seq_len=50, batch=4), Training(lr=10.0))
OVERFLOWING = Experiment(Recurrence(n_hidden=8, rho=2.0, alpha=3.0, activation="linear"),
                         Task(task="adding", seq_len=1000, batch=4))
DIVERGING = pytest.mark.parametrize("experiment", [EXPLODING, OVERFLOWING], ids=["by training", "at once"])


def until_stopped(experiment):
    trainer = Trainer(experiment)
    for _ in range(200):
        before = trainer.network.theta.copy()
        if (record := trainer.update()).stopped is not None:
            return trainer, record, before
    raise AssertionError("it did not diverge")


@DIVERGING
def test_the_sentence_names_quantity_update_and_time_step(experiment):
    _, record, _ = until_stopped(experiment)
    assert re.fullmatch(rf"(loss|the gradient) is (inf|nan) at update {record.step}; the first was "
                        r"(h at t=\d+|dL/dh at t=\d+|the output)", record.stopped.text)


def test_the_time_step_is_the_first_at_which_the_state_is_not_finite():
    trainer, record, _ = until_stopped(EXPLODING)
    network, task = trainer.network, EXPLODING.task
    x = trainer.task.sample(np.random.default_rng([0, BATCHES, record.step - 1]), task.seq_len, task.batch).x
    h, t = np.zeros((network.n, task.batch)), 0
    with np.errstate(all="ignore"):
        while np.isfinite(h).all():
            h = np.maximum(network.V @ np.vstack([h, x[t], np.ones((1, task.batch))]), 0.0)
            t += 1
    assert record.stopped.text.endswith(f"h at t={t}")


@DIVERGING
def test_the_weights_are_left_as_they_were_and_finite(experiment):
    trainer, _, before = until_stopped(experiment)
    assert np.array_equal(trainer.network.theta, before)
    assert np.isfinite(before).all()


@DIVERGING
def test_asked_again_it_stops_at_the_same_update_with_the_same_words(experiment):
    trainer, record, _ = until_stopped(experiment)
    again = trainer.update()
    assert (again.step, again.stopped) == (record.step, record.stopped)


@DIVERGING
def test_the_generator_ends_with_the_record_that_says_so(experiment):
    records = list(islice(train(experiment.recurrence, experiment.task, experiment.training), 200))
    assert [record.stopped is None for record in records] == [True] * (len(records) - 1) + [False]
    assert all(np.isfinite([record.loss, record.grad_norm]).all() for record in records[:-1])


@DIVERGING
def test_clipping_never_turns_inf_or_nan_into_a_number(experiment):
    _, record, _ = until_stopped(experiment.with_remedy(ClipNorm(threshold=1e4)))
    assert not np.isfinite(record.grad_norm)
    assert record.clipped_norm == record.grad_norm or (np.isnan(record.grad_norm) and np.isnan(record.clipped_norm))


@pytest.mark.parametrize("bad", [np.inf, np.nan])
def test_weights_that_an_update_made_infinite_are_named(bad, monkeypatch):
    monkeypatch.setattr(Optimizer, "step", lambda self, gradient: self.parameter.fill_(bad))
    trainer = Trainer(SMALL)
    trainer.update()
    assert trainer.update().stopped.text.endswith("at update 2; the first was the weights, after the update before")


def test_after_going_back_and_lowering_lr_the_run_goes_on():
    trainer = Trainer(EXPLODING)
    start = trainer.checkpoint()
    assert any(trainer.update().stopped for _ in range(200))
    trainer.restore(start)
    trainer.change(careful := replace(EXPLODING, training=Training(lr=1e-5), remedies=(ClipNorm(threshold=1.0),)))
    assert tell(updates(trainer, 5)) == tell(updates(Trainer(careful), 5))
