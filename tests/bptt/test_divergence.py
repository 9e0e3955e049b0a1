"""A run that diverges is data: it says what left the finite numbers, and keeps the last finite weights."""

import re
from dataclasses import replace
from itertools import islice

import numpy as np
import pytest

from core.bptt.divergence import left_the_finite
from core.bptt.optimizers import Optimizer
from core.network.cells.tape import Tape
from core.network.weights import BATCHES
from core.remedies.clip_norm import ClipNorm
from core.specs.recurrence import Recurrence
from core.specs.task import Task
from core.specs.training import Training
from core.training.experiment import Experiment
from core.training.train import train
from core.training.trainer import Trainer
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


def stopped(loss=1.0, norm=1.0, theta=0.0, h=(), G=(), window=0, stop=5):
    """What is said at update 7 of 5 steps, 2 units and 3 sequences where these steps have a number that is none."""
    tape = Tape(5, 2, 1, 3, np.dtype("float64"))
    for t in h:
        tape.h[t - 1, 1, 2] = np.nan
    for t in G:
        tape.G[t - 1, 0, 1] = np.inf
    return left_the_finite(7, loss, norm, np.array([0.0, theta]), tape, window, stop)


@pytest.mark.parametrize(("facts", "words"), [
    ({}, None), ({"h": (2,), "G": (3,)}, None),  # nothing is looked for while loss and gradient are finite
    ({"loss": np.inf}, "loss is inf at update 7; the first was the output"),
    ({"loss": np.nan, "norm": np.inf, "G": (3,)}, "loss is nan at update 7; the first was the output"),
    ({"loss": np.nan, "theta": np.inf, "h": (1,)},
     "loss is nan at update 7; the first was the weights, after the update before"),
    ({"loss": -np.inf, "h": (3, 5)}, "loss is -inf at update 7; the first was h at t=3"),
    ({"loss": np.inf, "h": (5,), "stop": 4}, "loss is inf at update 7; the first was the output"),
    ({"norm": np.inf, "h": (1,), "G": (4,)}, "the gradient is inf at update 7; the first was h at t=1"),
    ({"norm": np.nan, "G": (1, 2, 4)}, "the gradient is nan at update 7; the first was dL/dh at t=4"),
    ({"norm": np.inf, "G": (5,)}, "the gradient is inf at update 7; the first was dL/dh at t=5"),
    ({"norm": np.inf, "G": (1, 3), "window": 2}, "the gradient is inf at update 7; the first was dL/dh at t=3"),
    ({"norm": np.inf, "G": (2,), "window": 2}, "the gradient is inf at update 7; the first was dL/dW"),
    ({"norm": np.inf, "G": (5,), "stop": 4}, "the gradient is inf at update 7; the first was dL/dW"),
], ids=str)
def test_the_sentence_names_what_came_first_forward_and_then_from_the_last_step_back(facts, words):
    found = stopped(**facts)
    assert (None if found is None else found.text) == words


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
