"""The same experiment on several seeds at once, so that luck is not mistaken for a cure.

    Replicas(experiment, seeds).update() -> [StepRecord, ...], one for each seed

All seeds go through one forward and one backward pass, on arrays with an axis of replicas: what costs time at small
sizes is the number of calls, and they share them. A remedy that makes the whole update by itself is run seed by seed.
A seed that leaves the finite numbers stops; the others go on.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from copy import copy
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from core.bptt.divergence import left_the_finite
from core.bptt.optimizers import Optimizer
from core.bptt.update import Gradient
from core.network.cells.base import Tape
from core.network.cells.jacobians import Jacobians, JoinedJacobians
from core.network.weights import Network
from core.norms import euclidean_norms
from core.remedies.hooks import Hooks
from core.tasks.base import Batch
from core.training.batches import sampled_each
from core.training.chunk import backward_chunk, forward_chunk, free_loss
from core.training.experiment import Experiment
from core.training.record import StepRecord
from core.training.trainer import Trainer


def seeded(experiment: Experiment, seed: int) -> Experiment:
    """The same with another seed."""
    return replace(experiment, recurrence=replace(experiment.recurrence, seed=seed))


class Replicas:
    """Record r is what a Trainer gives with that seed alone, up to rounding."""

    def __init__(self, experiment: Experiment, seeds: Sequence[int]) -> None:
        self.seeds = tuple(seeds)
        self.task = experiment.task.kind
        alone = len(self.seeds) == 1 or Hooks(experiment.remedies).solver() is not None
        self._way = (_OneByOne if alone else _Together)(experiment, self.seeds)
        self._records: list[StepRecord | None] = [None] * len(self.seeds)
        self.step = 1  # the update that comes next

    @property
    def experiment(self) -> Experiment:
        return self._way.experiment

    @property
    def share_passes(self) -> bool:
        """Whether all seeds go through one pass, so that none has a duration of its own."""
        return isinstance(self._way, _Together)

    def update(self) -> list[StepRecord]:
        """One update of every replica; one that has stopped repeats its last record."""
        going = [record is None or record.stopped is None for record in self._records]
        if any(going):
            for r, record in self._way.update(going):
                self._records[r] = record
        self.step += 1
        return list(self._records)

    def change(self, experiment: Experiment) -> None:
        """Go on with other settings from the next update; raises ValueError if they need a restart."""
        if not experiment.hot_from(self.experiment):
            names = [name for name, _, _ in experiment.changes_from(self.experiment)]
            raise ValueError(f"{', '.join(names)} cannot change during a run.")
        self._way.change(experiment)

    def jacobians(self, replica: int, samples: int = 1) -> Jacobians | None:
        """ds_t/ds_{t-1} of one replica's last record; None where a state is not finite."""
        return self._way.jacobians(replica, samples)


class _OneByOne:
    """A trainer for each seed."""

    def __init__(self, experiment: Experiment, seeds: Sequence[int]) -> None:
        self.experiment = experiment
        self._trainers = [Trainer(seeded(experiment, seed)) for seed in seeds]

    def update(self, going: Sequence[bool]) -> list[tuple[int, StepRecord]]:
        return [(r, trainer.update()) for r, trainer in enumerate(self._trainers) if going[r]]

    def change(self, experiment: Experiment) -> None:
        for trainer in self._trainers:
            trainer.change(seeded(experiment, trainer.experiment.recurrence.seed))
        self.experiment = experiment

    def jacobians(self, replica: int, samples: int) -> Jacobians | None:
        trainer = self._trainers[replica]
        return trainer.jacobians(samples) if trainer.finite_states else None


class _Together:
    """One pass for all seeds."""

    def __init__(self, experiment: Experiment, seeds: Sequence[int]) -> None:
        self._seeds, self._dtype = seeds, np.dtype(experiment.training.dtype)
        self._adopt(experiment)
        self._step, self._sequence, self._position = 1, 0, 0
        self._batch: Batch | None = None
        self._tape: Tape | None = None
        self._free: Tape | None = None
        networks = [self._hooks.network(one.recurrence, self._task, self._dtype) for one in self._each]
        self._cells = [network.cell for network in networks]
        self._network = copy(networks[0])  # theta (R, P), with V and U as views of it
        self._network.cell = self._cells[0].beside_others(self._cells)
        self._network.theta = np.stack([network.theta for network in networks])
        self._network.V, self._network.U = self._network.views(self._network.theta)
        self._optimizer = None

    def _adopt(self, experiment: Experiment) -> None:
        self.experiment = experiment
        self._task, self._hooks = experiment.task.kind, Hooks(experiment.remedies)
        self._each = [seeded(experiment, seed) for seed in self._seeds]

    def change(self, experiment: Experiment) -> None:
        rho = experiment.recurrence.rho
        if any(name == "rho" for name, _, _ in experiment.changes_from(self.experiment)):
            for r in range(len(self._seeds)):
                self._alone(r).rescale(rho)
            self._hooks.constrain(self._network.W_hh)
        self._adopt(experiment)

    def _alone(self, r: int) -> Network:
        """Replica r's network, on the same memory."""
        network = copy(self._network)
        network.theta = self._network.theta[r]
        network.V, network.U = network.views(network.theta)
        return network

    def update(self, going: Sequence[bool]) -> list[tuple[int, StepRecord]]:
        began = time.perf_counter()
        with np.errstate(all="ignore"):
            tape = self._open_sequence()
            seen, start = forward_chunk(self._network, tape, self._batch, self._task, self._hooks, self._position)
            found = backward_chunk(self._network, tape, seen, self._hooks, start, full=False)
            shown = seen.loss
            if self._task.cue is not None and self._hooks.mix > 0.0:
                self._free = self._fitting(self._free)
                self._free.load(self._batch.x)
                shown = free_loss(self._network, self._free, self._batch, self._task)
        self._V, self._fed, self._stop = self._network.V.copy(), seen.drive.fed, seen.stop
        window = max(seen.stop - self._hooks.window(tape.T).k2, 0)
        measured, step = [], found.gradient  # owned here: becomes what the optimizer is given, row by row
        norms = euclidean_norms(step)
        finite = np.isfinite(seen.loss.value) & np.isfinite(norms)
        for r in map(int, np.flatnonzero(going)):
            before = Gradient(step[r], float(norms[r]))
            stopped = None
            if not finite[r]:
                stopped = left_the_finite(self._step, float(seen.loss.value[r]), before.norm, self._network.theta[r],
                                          tape.replica(r), window, seen.stop)
            after = before
            if stopped is None:
                after = self._hooks.transformed(before)
                if after is not before:
                    step[r] = after.flat
            measured.append((r, before.norm, after.norm, stopped))
        W_hh, by_step = self._network.cell.recurrent(self._V), np.ascontiguousarray(found.log10_dL_dh.T)
        held = {} if found.log10_dL_dh_held is None else {  # of those that are too small for their number type
            r: column for r, column in enumerate(np.ascontiguousarray(found.log10_dL_dh_held.T))
            if not np.array_equal(column, by_step[r], equal_nan=True)}
        self._apply(step, [r for r, _, _, stopped in measured if stopped is None])
        number = self._step
        self._advance(seen.stop)
        each = (time.perf_counter() - began) / len(measured)
        return [(r, StepRecord(
            step=number, loss=float(shown.value[r]), grad_norm=before, clipped_norm=after, log10_dL_dh=by_step[r],
            log10_dL_dh_full=None, log10_dL_dc=None if found.log10_dL_dc is None else found.log10_dL_dc[:, r],
            log10_dL_dh_held=held.get(r),
            W_hh=W_hh[r], accuracy=None if shown.accuracy is None else float(shown.accuracy[r]), seconds=each,
            stopped=stopped)) for r, before, after, stopped in measured]

    def _apply(self, gradient: NDArray[np.floating], alive: Sequence[int]) -> None:
        """One step of the optimizer for all; what has stopped is put aside as a network of zeros, quick and finite."""
        training, stopped = self.experiment.training, [r for r in range(len(self._seeds)) if r not in alive]
        gradient[stopped] = 0.0
        if self._optimizer is None:
            self._optimizer = Optimizer(training.optimizer, self._network.theta, training.lr)
        self._optimizer.set_lr(training.lr)
        with np.errstate(all="ignore"):
            self._optimizer.step(gradient)
        self._network.theta[stopped] = 0.0
        if alive:
            self._hooks.constrain(self._network.W_hh)

    def _fitting(self, tape: Tape | None) -> Tape:
        spec = self.experiment.task
        if tape is not None and (spec.seq_len, spec.batch) == (tape.T, tape.B):
            return tape
        return self._network.cell.tape(spec.seq_len, spec.batch, self._dtype, (len(self._seeds),))

    def _open_sequence(self) -> Tape:
        if self._batch is None:
            self._batch = sampled_each(self.experiment, self._seeds, self._sequence)
            self._tape = self._fitting(self._tape)
            self._tape.load(self._batch.x)
        return self._tape

    def _advance(self, stop: int) -> None:
        self._step, self._position = self._step + 1, stop
        if stop == self._tape.T:
            self._batch, self._position = None, 0
            self._sequence += 1

    def jacobians(self, replica: int, samples: int) -> Jacobians | None:
        tape, cell, chosen = self._tape.replica(replica), self._cells[replica], slice(0, samples)
        if not np.isfinite(tape.h[:self._stop]).all():
            return None
        found = cell.jacobians(self._V[replica], tape, chosen)
        if self._task.cue is not None:
            found = JoinedJacobians(found, cell.jacobians(self._fed[replica], tape, chosen), self._task.cue)
        return found.until(self._stop)
