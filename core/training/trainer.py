"""Training: one update at a time, everything measured, changes taken between two updates.

    Experiment -> Trainer.update() -> StepRecord, StepRecord, ...

An update is measured on the network as it was before it, so that a record and the weights it shows belong
together: to go back to update u is to put these weights back and do update u again.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.bptt.losses import Loss
from core.bptt.optimizers import FirstOrder
from core.bptt.update import Problem, Solver
from core.network.activations import Activation
from core.network.cells.jacobians import Jacobians
from core.network.moved_eigenvalue import moves_since, refusal
from core.network.spectrum import Complex, Spectrum, spectrum_of
from core.norms import euclidean_norm
from core.remedies.base import remedy_of
from core.remedies.hooks import Hooks
from core.tasks.base import Batch
from core.training.by_hand import Asked, asked, then, work
from core.training.checkpoint import Checkpoint, Trained
from core.training.course import Chunk, Course, Judged
from core.training.experiment import Experiment
from core.training.record import StepRecord
from core.training.whole_pass import WholePass, jacobians_on


class Trainer:
    """A network in training. Owns nothing global; the same experiment gives the same curves, bit for bit."""

    def __init__(self, experiment: Experiment, theta: NDArray[np.floating] | None = None, *, full: bool = False,
                 ) -> None:
        """From the weights theta, (P,), or those of the seed. With `full`, every record has dL/dh_t without truncation
        too."""
        self.full = full
        self.step = 1  # the update that comes next
        self.task, self.dtype = experiment.task.kind, np.dtype(experiment.training.dtype)
        hooks = Hooks(experiment.remedies)
        self.network = hooks.network(experiment.recurrence, self.task, self.dtype, theta)
        self.course = Course(experiment, self.network)
        self.chunk: Chunk | None = None  # of the last record
        self._solver: Solver | None = None
        self._solver_state: dict[str, Any] = {}
        self._trained: Trained | None = None  # what the last update left, if W_hh was changed since
        asked = hooks.eigenvalues(experiment.recurrence) if theta is None else None
        self._initial = self.network.W_hh.copy(), asked

    @property
    def experiment(self) -> Experiment:
        return self.course.experiment

    @property
    def hooks(self) -> Hooks:
        return self.course.hooks

    @property
    def sequence(self) -> int:
        """Number of the batch that the next update is made on."""
        return self.course.sequence

    def change(self, experiment: Experiment) -> None:
        """Go on with other settings from the next update; raises ValueError if they need a restart.

        Of W_hh that the reader changes by hand: see `core.training.by_hand`.
        """
        names = [name for name, _, _ in experiment.changes_from(self.experiment)]
        if not experiment.hot_from(self.experiment):
            raise ValueError(f"{', '.join(names)} cannot change during a run.")
        left = self._left()
        self.course.adopt(experiment)
        if "rho" in names or "moved" in names:
            self._trained = left = replace(left, deeds=then(left.deeds, self._acting(experiment, left)))
            self.network.theta[...] = left.theta
            work(self.network, left.deeds)
            self.hooks.constrain(self.network.W_hh)

    def refusal(self, experiment: Experiment) -> str | None:
        """Why an eigenvalue cannot be moved as these settings ask; None where it can."""
        left = self._left()
        *before, last = then(left.deeds, self._acting(experiment, left))
        moves = moves_since(before[-1].moved, last.moved) if before else []
        if not moves:
            return None
        network = self.network.with_weights(left.theta.copy())
        work(network, tuple(before))
        return refusal(network.W_hh, moves)

    def _left(self) -> Trained:
        """What the last update left, and what was done to it since."""
        return self._trained or Trained(self.network.theta.copy(), (asked(self.experiment.recurrence),))

    def _acting(self, experiment: Experiment, left: Trained) -> Asked:
        """What settings ask of W_hh; a radius that has no effect stays as it is."""
        now = asked(experiment.recurrence)
        return now if "rho" not in experiment.without_effect() else now._replace(rho=left.deeds[-1].rho)

    def twin(self) -> Trainer:
        """One that stands where this one does, to be changed and measured: this one stays as it is. What an optimizer
        remembers is not copied."""
        twin = Trainer(self.experiment, self.network.theta.copy(), full=self.full)
        twin.step, twin._trained, twin._initial = self.step, self._trained, self._initial
        twin.course.stand_like(self.course)
        return twin

    # -- one update ---------------------------------------------------------------------------------------

    def update(self) -> StepRecord:
        """Measure, and apply the update if everything is finite; `stopped` says so if not.

        Where it is given up at a breath (`core.breath.Stopped`) it was not made: the next one makes it, with the same
        numbers. Until then there is no record, of which `weights` and `jacobians` would be.
        """
        began = time.perf_counter()
        chunk, shown, judged = self._measured()
        if judged.stopped is None:
            self._apply(self.problem(chunk, judged))
        record = self._record(chunk, shown, judged, time.perf_counter() - began)
        if judged.stopped is None:
            self.step += 1
            self.course.advance(chunk.stop)
        return record

    def measure(self) -> StepRecord:
        """The record of the update that comes next, without applying it."""
        began = time.perf_counter()
        measured = self._measured()
        return self._record(*measured, time.perf_counter() - began)

    def _record(self, chunk: Chunk, shown: Loss, judged: Judged, seconds: float) -> StepRecord:
        asked = self._asked(self.network.cell.recurrent(chunk.drive.V))
        return self.course.records(self.step, chunk, shown, {0: judged}, seconds, asked)[0]

    def _asked(self, W_hh: NDArray[np.floating]) -> Complex | None:
        """(n_hidden,) the eigenvalues that it was made from, where it is the initial one, and they are not drawn."""
        initial, eigenvalues = self._initial
        same = W_hh[0, 0] == initial[0, 0] and np.array_equal(W_hh, initial)  # the first alone tells nearly always
        return eigenvalues if same else None

    def gradient(self) -> tuple[NDArray[np.floating], Batch]:
        """dL/dtheta, (P,), before any remedy changes it, and the batch that it was taken on."""
        return self.course.measure().found.gradient, self.course.batch

    def _measured(self) -> tuple[Chunk, Loss, Judged]:
        self.chunk = None  # its arrays are free for the next
        self.chunk = chunk = self.course.measure(full=self.full)
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            judged = self.course.judged(self.step, chunk, [euclidean_norm(chunk.found.gradient)])[0]
        return chunk, self.course.shown_loss(chunk), judged

    def problem(self, chunk: Chunk, judged: Judged) -> Problem:
        """What a solver may look at."""
        course = self.course
        return Problem(self.network, course.tape, course.batch, self.task, chunk.found, judged.after.flat,
                       course.loss_with)

    def _apply(self, problem: Problem) -> None:
        training = self.experiment.training
        if self._solver is None:
            self._solver = self.hooks.solver() or FirstOrder(training.optimizer, self.network.theta, training.lr)
            self._solver.restore(self._solver_state)
        self.hooks.set(self._solver, training.lr)
        with np.errstate(over="ignore", invalid="ignore"):
            self._solver.step(problem)
            self.hooks.constrain(self.network.W_hh)
        self._trained = None

    # -- going back ---------------------------------------------------------------------------------------

    @property
    def between_sequences(self) -> bool:
        """Whether a checkpoint can be taken: the state carried over a chunk border is not part of one."""
        return self.course.position == 0

    def checkpoint(self) -> Checkpoint:
        """A copy from which `restore` goes on exactly as this would."""
        assert self.between_sequences
        state = self._solver.state() if self._solver else self._solver_state
        return Checkpoint(self.step, self.sequence, self.network.theta.copy(), state, self._trained)

    def restore(self, checkpoint: Checkpoint, experiment: Experiment | None = None) -> None:
        """Back to a checkpoint of this run, with the settings of then, if given, or as they are now."""
        if experiment is not None:
            self.course.adopt(experiment)
        self.course.restart(checkpoint.sequence)
        self.step = checkpoint.step
        self.network.theta[...] = checkpoint.theta
        self._trained = checkpoint.trained
        self._solver_state = checkpoint.solver
        if self._solver is not None:
            self._solver.restore(checkpoint.solver)

    @property
    def solves(self) -> bool:
        """Whether a remedy makes the whole update, which may take many times what measuring it takes."""
        return any(remedy_of(spec).solver is not None for spec in self.experiment.remedies)

    # -- what the page asks for ---------------------------------------------------------------------------

    @property
    def activation(self) -> Activation:
        """phi, the reader's or that of a remedy."""
        return self.experiment.activation

    @property
    def asked_eigenvalues(self) -> Complex | None:
        """(n_hidden,) those that W_hh was made from; None once it is trained or rescaled, and where they are drawn."""
        return self._asked(self.network.W_hh)

    @property
    def spectrum(self) -> Spectrum:
        """Of W_hh as it is now."""
        return spectrum_of(self.network.W_hh, self.asked_eigenvalues)

    @property
    def finite_states(self) -> bool:
        """Whether h_t is finite at every step that was measured last: phi' of an inf or a nan says nothing."""
        return bool(np.isfinite(self.course.tape.h[:self.chunk.stop]).all())

    @property
    def measured_whole(self) -> bool:
        """Whether the loss of the last record is that of a whole sequence, run as the gradient's was."""
        return self.chunk.whole and (self.task.cue is None or self.hooks.mix == 0.0)

    @property
    def weights(self) -> NDArray[np.floating]:
        """[W_hh | W_xh | b_h] as the last record measured it, before its update, (n, n + n_in + 1)."""
        return self.chunk.drive.V

    def jacobians(self, samples: int = 1) -> Jacobians:
        """ds_t/ds_{t-1} of the first sequences of the batch, as the last record measured it, before its update.

        They end at the step t where that record's chunk ended, T without truncation. Call `update` or `measure` first.
        """
        found = jacobians_on(self.course.tape, self.network.cell, self.chunk.drive, slice(0, samples))
        return found.until(self.chunk.stop)

    def whole_pass(self, samples: int = 1) -> WholePass | None:
        """The network of the last record over all steps of the first sequences of its batch, as without truncation.

        None where that is what the record measured: `jacobians` are then those of the whole sequence.
        """
        if self.chunk.whole:
            return None
        tape = self.course.tape
        return WholePass(self.network.cell, self.chunk.drive, tape.Z[:-1, tape.n:-1, :samples].copy())
