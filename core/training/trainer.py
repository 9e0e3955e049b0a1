"""Training: one update at a time, everything measured, changes taken between two updates.

    Experiment -> Trainer.update() -> StepRecord, StepRecord, ...

An update is measured on the network as it was before it, so that a record and the weights it shows belong
together: to go back to update u is to put these weights back and do update u again.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.bptt.backprop import Pass, run_forward
from core.bptt.divergence import left_the_finite
from core.bptt.losses import Loss
from core.bptt.optimizers import Descent
from core.bptt.update import Gradient, Problem, Solver
from core.network.activations import Activation
from core.network.cells.base import Tape
from core.network.cells.jacobians import Jacobians
from core.network.spectrum import Complex, Spectrum, spectrum_of
from core.norms import euclidean_norm
from core.parameters import Spec
from core.remedies.hooks import Hooks
from core.specs.recurrence import Recurrence
from core.specs.task import Task
from core.specs.training import Training
from core.tasks.base import Batch
from core.training.batches import sampled
from core.training.chunk import backward_chunk, forward_chunk, free_loss
from core.training.experiment import Experiment
from core.training.record import StepRecord
from core.training.whole_pass import WholePass, jacobians_on


@dataclass(frozen=True)
class Checkpoint:
    """All that is needed to do update `step` again, at the beginning of a sequence."""

    step: int  # the update that comes next, from 1
    sequence: int  # number of the batch it starts with
    theta: NDArray[np.floating]  # (P,)
    solver: dict[str, Any]  # what the optimizer remembers: moments and counters
    trained: NDArray[np.floating] | None = None  # (P,) theta as update `step - 1` left it; None where it is `theta`

    @property
    def nbytes(self) -> int:
        arrays = (self.theta, self.trained, *self.solver.values())
        return sum(getattr(array, "nbytes", 0) for array in arrays)


class Trainer:
    """A network in training. Owns nothing global; the same experiment gives the same curves, bit for bit."""

    def __init__(self, experiment: Experiment, *, full: bool = False) -> None:
        """With `full`, every record has dL/dh_t without truncation too."""
        self.full = full
        self.step = 1  # the update that comes next
        self._sequence = 0  # number of the current batch
        self._position = 0  # steps of it that are behind us
        self._tape: Tape | None = None
        self._free: Tape | None = None  # of the same batch, without a teacher
        self._batch: Batch | None = None
        self._solver: Solver | None = None
        self._solver_state: dict[str, Any] = {}
        self._trained: NDArray[np.floating] | None = None  # theta as the last update left it, if rescaled since
        self._adopt(experiment)
        self.network = self.hooks.network(experiment.recurrence, self.task, self.dtype)
        self._initial = self.network.W_hh.copy(), self.hooks.eigenvalues(experiment.recurrence)

    @property
    def experiment(self) -> Experiment:
        return self._experiment

    @property
    def sequence(self) -> int:
        """Number of the batch that the next update is made on."""
        return self._sequence

    def _adopt(self, experiment: Experiment) -> None:
        self._experiment = experiment
        self.task = experiment.task.kind
        self.dtype = np.dtype(experiment.training.dtype)
        self.hooks = Hooks(experiment.remedies)

    def change(self, experiment: Experiment) -> None:
        """Go on with other settings from the next update; raises ValueError if they need a restart.

        Of several radii before one update the last one counts: the weights that the last update left are rescaled to
        it, so that a slider that is dragged leaves no trace of the values that it passed.
        """
        names = [name for name, _, _ in experiment.changes_from(self._experiment)]
        if not experiment.hot_from(self._experiment):
            raise ValueError(f"{', '.join(names)} cannot change during a run.")
        before = self._experiment
        self._adopt(experiment)
        if self.between_sequences and experiment.task != before.task:
            self._batch = None  # measured, but not applied: the next update draws its own
        if "rho" in names:
            if self._trained is None:
                self._trained = self.network.theta.copy()
            self.network.theta[...] = self._trained
            self.network.rescale(experiment.recurrence.rho)
            self.hooks.constrain(self.network.W_hh)

    # -- one update ---------------------------------------------------------------------------------------

    def update(self) -> StepRecord:
        """Measure, and apply the update if everything is finite; `stopped` says so if not."""
        record, problem, stop = self._measured()
        if record.stopped is None:
            began = time.perf_counter()
            training = self._experiment.training
            if self._solver is None:
                self._solver = self.hooks.solver() or Descent(training.optimizer, self.network.theta, training.lr)
                self._solver.restore(self._solver_state)
            self.hooks.set(self._solver, training.lr)
            with np.errstate(over="ignore", invalid="ignore"):
                self._solver.step(problem)
                self.hooks.constrain(self.network.W_hh)
            record = replace(record, seconds=record.seconds + time.perf_counter() - began)
            self._trained = None
            self.step += 1
            self._advance(stop)
        return record

    def measure(self) -> StepRecord:
        """The record of the update that comes next, without applying it."""
        return self._measured()[0]

    def gradient(self) -> tuple[NDArray[np.floating], Batch]:
        """dL/dtheta, (P,), before any remedy changes it, and the batch that it was taken on."""
        return self._pass()[0].gradient, self._batch

    def _measured(self) -> tuple[StepRecord, Problem, int]:
        began = time.perf_counter()
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            seen, stop = self._pass()
            self._measured_to = stop
            before = Gradient(seen.gradient, euclidean_norm(seen.gradient))
            window = max(stop - self.hooks.window(self._tape.T).k2, 0)
            stopped = left_the_finite(self.step, seen.loss.value, before.norm, self.network.theta, self._tape, window,
                                      stop)
            after = before if stopped is not None else self.hooks.transformed(before)
            shown = self._shown_loss(seen)
        V = self.network.V.copy()
        self._drive = replace(seen.drive, V=V, fed=V if self.task.cue is None else seen.drive.fed)
        record = StepRecord(
            step=self.step, loss=shown.value, grad_norm=before.norm, clipped_norm=after.norm,
            log10_dL_dh=seen.log10_dL_dh, log10_dL_dh_full=seen.log10_dL_dh_full, log10_dL_dc=seen.log10_dL_dc,
            log10_dL_dh_held=seen.log10_dL_dh_held,
            W_hh=self.network.cell.recurrent(V), accuracy=shown.accuracy,
            seconds=time.perf_counter() - began, stopped=stopped, asked=self.asked_eigenvalues,
        )
        return record, Problem(self.network, self._tape, self._batch, self.task, seen, after.flat, self._loss_at), stop

    def _pass(self) -> tuple[Pass, int]:
        """The next chunk that has a target, forward and backward."""
        batch, tape = self._open_sequence()
        seen, start = forward_chunk(self.network, tape, batch, self.task, self.hooks, self._position)
        carried = start == 0 or self.hooks.window(tape.T).carry
        self._whole = self._position == 0 and seen.stop == tape.T and carried
        return backward_chunk(self.network, tape, seen, self.hooks, start, full=self.full), seen.stop

    def _shown_loss(self, seen: Pass) -> Loss:
        """That of the task: a network that a teacher held is asked to run freely."""
        if self.task.cue is None or self.hooks.mix == 0.0:
            return seen.loss
        self._free = self._fitting(self._free)
        self._free.load(self._batch.x)
        return free_loss(self.network, self._free, self._batch, self.task)

    def _loss_at(self, theta: NDArray[np.floating]) -> float:
        """The loss on the current batch with other weights; the tape is left alone."""
        other = copy(self.network)
        other.theta = theta
        other.V, other.U = other.views(theta)
        self._free = self._fitting(self._free)
        self._free.load(self._batch.x)
        with np.errstate(over="ignore", invalid="ignore"):
            return run_forward(other, self._free, self._batch, self.task, 0, self._free.T, self.hooks.mix).loss.value

    def _fitting(self, tape: Tape | None) -> Tape:
        """The tape, or a new one if it does not fit the settings."""
        spec = self._experiment.task
        if tape is not None and (spec.seq_len, spec.batch) == (tape.T, tape.B):
            return tape
        return self.network.cell.tape(spec.seq_len, spec.batch, self.dtype)

    def _open_sequence(self) -> tuple[Batch, Tape]:
        """The batch and tape of the sequence we are in; a new one where the last has ended."""
        if self._batch is None:
            self._batch = sampled(self._experiment, self._sequence)
            self._tape = self._fitting(self._tape)
            self._tape.load(self._batch.x)
        return self._batch, self._tape

    def _advance(self, stop: int) -> None:
        self._position = stop
        if stop == self._tape.T:
            self._batch, self._position = None, 0
            self._sequence += 1

    # -- going back ---------------------------------------------------------------------------------------

    @property
    def between_sequences(self) -> bool:
        """Whether a checkpoint can be taken: the state carried over a chunk border is not part of one."""
        return self._position == 0

    def checkpoint(self) -> Checkpoint:
        """A copy from which `restore` goes on exactly as this would."""
        assert self.between_sequences
        state = self._solver.state() if self._solver else self._solver_state
        return Checkpoint(self.step, self._sequence, self.network.theta.copy(), state, self._trained)

    def restore(self, checkpoint: Checkpoint, experiment: Experiment | None = None) -> None:
        """Back to a checkpoint of this run, with the settings of then, if given, or as they are now."""
        if experiment is not None:
            self._adopt(experiment)
        self.step, self._sequence, self._position = checkpoint.step, checkpoint.sequence, 0
        self._batch = None
        self.network.theta[...] = checkpoint.theta
        self._trained = checkpoint.trained
        self._solver_state = checkpoint.solver
        if self._solver is not None:
            self._solver.restore(checkpoint.solver)

    # -- what the page asks for ---------------------------------------------------------------------------

    @property
    def activation(self) -> Activation:
        """phi, the reader's or that of a remedy."""
        return self.hooks.activation(self._experiment.recurrence)

    @property
    def asked_eigenvalues(self) -> Complex | None:
        """(n_hidden,) those that W_hh was made from; None once it is trained or rescaled, and where they are drawn."""
        W_hh, eigenvalues = self._initial
        return eigenvalues if np.array_equal(self.network.W_hh, W_hh) else None

    @property
    def spectrum(self) -> Spectrum:
        """Of W_hh as it is now."""
        return spectrum_of(self.network.W_hh, self.asked_eigenvalues)

    @property
    def finite_states(self) -> bool:
        """Whether h_t is finite at every step that was measured last: phi' of an inf or a nan says nothing."""
        return bool(np.isfinite(self._tape.h[:self._measured_to]).all())

    @property
    def weights(self) -> NDArray[np.floating]:
        """[W_hh | W_xh | b_h] as the last record measured it, before its update, (n, n + n_in + 1)."""
        return self._drive.V

    def jacobians(self, samples: int = 1) -> Jacobians:
        """ds_t/ds_{t-1} of the first sequences of the batch, as the last record measured it, before its update.

        They end at the step t where that record's chunk ended, T without truncation. Call `update` or `measure` first.
        """
        found = jacobians_on(self._tape, self.network.cell, self._drive, slice(0, samples))
        return found.until(self._measured_to)

    def whole_pass(self, samples: int = 1) -> WholePass | None:
        """The network of the last record over all steps of the first sequences of its batch, as without truncation.

        None where that is what the record measured: `jacobians` are then those of the whole sequence.
        """
        if self._whole:
            return None
        tape = self._tape
        return WholePass(self.network.cell, self._drive, tape.Z[:-1, tape.n:-1, :samples].copy())


def train(
    recurrence: Recurrence, task: Task, training: Training, remedies: Iterable[Spec] = (), *, full: bool = False,
) -> Generator[StepRecord, Experiment | Sequence[Experiment] | None, None]:
    """One StepRecord an update, until `training.steps` or until a quantity leaves the finite numbers.

    Send an Experiment between two updates to change what may change during a run (lr, thresholds, k1, k2, seq_len,
    batch, rho, remedies), or several that act one after the other; send returns the next record.

        run = train(Recurrence(), Task(), Training(), [ClipNorm(threshold=1.0)])
        first = next(run)
        second = run.send(replace(experiment, training=Training(lr=0.1)))
    """
    trainer = Trainer(Experiment(recurrence, task, training, tuple(remedies)), full=full)
    while trainer.step <= trainer.experiment.training.steps:
        record = trainer.update()
        changed = yield record
        if record.stopped is not None:
            return
        for after in (changed,) if isinstance(changed, Experiment) else changed or ():
            trainer.change(after)
