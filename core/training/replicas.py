"""The same experiment on several seeds at once, so that luck is not mistaken for a cure.

    Replicas(experiment, seeds).update() -> [StepRecord, ...], one for each seed

All seeds go through one forward and one backward pass, on arrays with an axis of replicas: what costs time at small
sizes is the number of calls, and they share them. A remedy that makes the whole update by itself is run seed by seed.
A seed that leaves the finite numbers stops; the others go on.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from core.bptt.optimizers import Optimizer
from core.breath import breathe
from core.network.cells.jacobians import Jacobians
from core.norms import euclidean_norms
from core.remedies.hooks import Hooks
from core.training.course import Chunk, Course, Judged
from core.training.experiment import Experiment
from core.training.record import StepRecord
from core.training.trainer import Trainer
from core.training.whole_pass import jacobians_on

Thetas = Sequence[NDArray[np.floating] | None]


def seeded(experiment: Experiment, seed: int) -> Experiment:
    """The same with this seed."""
    if experiment.recurrence.seed == seed:  # as a race has it of its first: nothing is checked anew
        return experiment
    return replace(experiment, recurrence=replace(experiment.recurrence, seed=seed))


class Replicas:
    """Record r is what a Trainer gives with that seed alone, up to rounding."""

    def __init__(self, experiment: Experiment, seeds: Sequence[int], thetas: Thetas | None = None) -> None:
        """From weights for each seed, (P,), or those that it draws; its batches are its own in any case."""
        self.experiment, self.task, self.seeds = experiment, experiment.task.kind, tuple(seeds)
        alone = len(self.seeds) == 1 or Hooks(experiment.remedies).solver() is not None
        thetas = [None] * len(self.seeds) if thetas is None else thetas
        self._way = (_OneByOne if alone else _Together)(experiment, self.seeds, thetas)
        self._records: list[StepRecord | None] = [None] * len(self.seeds)
        self.step = 1  # the update that comes next

    @property
    def share_passes(self) -> bool:
        """Whether all seeds go through one pass, so that none has a duration of its own."""
        return isinstance(self._way, _Together)

    def update(self) -> list[StepRecord]:
        """One update of every replica; one that has stopped repeats its last record."""
        going = [r for r, record in enumerate(self._records) if record is None or record.stopped is None]
        if going:
            for r, record in zip(going, self._way.update(self.step, going), strict=True):
                self._records[r] = record
        self.step += 1
        return list(self._records)

    def jacobians(self, replica: int, samples: int = 1) -> Jacobians | None:
        """ds_t/ds_{t-1} of one replica's last record; None where a state is not finite."""
        return self._way.jacobians(replica, samples)


class _OneByOne:
    """A trainer for each seed."""

    def __init__(self, experiment: Experiment, seeds: Sequence[int], thetas: Thetas) -> None:
        self._trainers = [Trainer(seeded(experiment, seed), theta) for seed, theta in zip(seeds, thetas, strict=True)]
        self._made: dict[int, StepRecord] = {}  # of an update that was stopped before all had made it

    def update(self, step: int, going: Sequence[int]) -> list[StepRecord]:
        for r in going:
            if r not in self._made:
                self._made[r] = self._trainers[r].update()
                breathe()
        made, self._made = self._made, {}
        return [made[r] for r in going]

    def jacobians(self, replica: int, samples: int) -> Jacobians | None:
        trainer = self._trainers[replica]
        return trainer.jacobians(samples) if trainer.finite_states else None


class _Together:
    """One pass for all seeds."""

    def __init__(self, experiment: Experiment, seeds: Sequence[int], thetas: Thetas) -> None:
        hooks, dtype = Hooks(experiment.remedies), np.dtype(experiment.training.dtype)
        networks = [hooks.network(seeded(experiment, seed).recurrence, experiment.task.kind, dtype, theta)
                    for seed, theta in zip(seeds, thetas, strict=True)]
        self._cells = [network.cell for network in networks]
        self._network = networks[0].with_weights(np.stack([network.theta for network in networks]))
        self._network.cell = self._cells[0].beside_others(self._cells)
        self._course = Course(experiment, self._network, seeds)
        self._optimizer = Optimizer(experiment.training.optimizer, self._network.theta, experiment.training.lr)
        self._chunk: Chunk | None = None  # of the last records

    def update(self, step: int, going: Sequence[int]) -> list[StepRecord]:
        began, course = time.perf_counter(), self._course
        self._chunk = None  # its arrays are free for the next
        self._chunk = chunk = course.measure()
        shown, norms = course.shown_loss(chunk), euclidean_norms(chunk.found.gradient)
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            judged = course.judged(step, chunk, norms, going)
        self._apply(chunk.found.gradient, judged)
        course.advance(chunk.stop)
        each = (time.perf_counter() - began) / len(going)
        return course.records(step, chunk, shown, judged, each)

    def _apply(self, gradient: NDArray[np.floating], judged: dict[int, Judged]) -> None:
        """One step of the optimizer for all; what has stopped is put aside as a network of zeros, quick and finite.

        Args:
            gradient: (R, P), before any remedy; what the optimizer is given is put in its place.
        """
        alive = [r for r, one in judged.items() if one.stopped is None]
        stopped = [r for r in range(len(gradient)) if r not in alive]
        for r in alive:
            if judged[r].after is not judged[r].before:
                gradient[r] = judged[r].after.flat
        gradient[stopped] = 0.0
        with np.errstate(all="ignore"):
            self._optimizer.step(gradient)
        self._network.theta[stopped] = 0.0
        if alive:
            self._course.hooks.constrain(self._network.W_hh)

    def jacobians(self, replica: int, samples: int) -> Jacobians | None:
        chunk, tape = self._chunk, self._course.tape.replica(replica)
        if not np.isfinite(tape.h[:chunk.stop]).all():
            return None
        found = jacobians_on(tape, self._cells[replica], chunk.drive.replica(replica), slice(0, samples))
        return found.until(chunk.stop)
