"""Small live runs, and what `train` says their numbers are."""

from dataclasses import replace

import numpy as np

from core.live.player import Playback
from core.live.run import LiveRun
from core.live.slot import UpdateSlot
from core.specs.recurrence import Recurrence
from core.specs.task import Task
from core.specs.training import Training
from core.training.experiment import Experiment
from core.training.train import train
from tests.helpers.waiting import wait_until

RECURRENCE, TASK = Recurrence(n_hidden=4, alpha=0.3, angle=60.0, seed=5), Task(seq_len=10, batch=4)
SMALL = Experiment(RECURRENCE, TASK, Training(steps=40, lr=0.1))
LONG = replace(SMALL, training=Training(steps=20000, lr=0.01))


def changed(experiment, **values):
    return Experiment.from_values({**experiment.values(), **values})


def live(experiment=SMALL, pace="max", slot=None, until_solved=False):
    run = LiveRun(experiment, slot or UpdateSlot())
    run.playback = Playback(pace=pace, until_solved=until_solved)
    return run


def stepped(experiment=SMALL, updates=10, **more):
    run = live(experiment, **more)
    for _ in range(updates):
        run.step()
    return run


def played(run, **to):
    """Play until the run stops by itself, and all that is seen of it then is measured."""
    run.play(**to)
    wait_until(lambda: run.settled)
    return run


def scalars(records):
    return np.array([(r.loss, r.grad_norm, r.clipped_norm, np.nan if r.accuracy is None else r.accuracy)
                     for r in records])


def curves(run):
    seen = run.view().curves
    return np.column_stack([seen.loss, seen.grad_norm, seen.clipped_norm, seen.accuracy])


def reference(experiment, after=0, then=None):
    """What `train` gives, with one change after so many updates."""
    run = train(experiment.recurrence, experiment.task, experiment.training, experiment.remedies, full=True)
    records = [next(run) for _ in range(max(after, 1))]
    if then is not None:
        records.append(run.send(then))
    return scalars(records + list(run))


def same(one, two):
    """Bit for bit; nan is nan."""
    return one.shape == two.shape and np.array_equal(one, two, equal_nan=True)
