"""Training: one update at a time, everything measured, changes taken between two updates.

    Experiment -> Trainer.update() -> StepRecord, StepRecord, ...

An update is measured on the network as it was before it, so that a record and the weights it shows belong
together: to go back to update u is to put these weights back and do update u again.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.activations import ACTIVATIONS
from core.backprop import Pass, run_backward, run_forward
from core.cells import vanilla
from core.experiment import Experiment
from core.network import BATCHES, Network
from core.optimizers import Optimizer
from core.parameters import Spec
from core.records import StepRecord
from core.remedies import Gradient, Window, remedy_of
from core.scaling import euclidean_norm
from core.specs import Recurrence, Task, Training
from core.tasks import Batch, tasks


@dataclass(frozen=True)
class Checkpoint:
    """All that is needed to do update `step` again, at the beginning of a sequence."""

    step: int  # the update that comes next, from 1
    sequence: int  # number of the batch it starts with
    theta: NDArray[np.floating]  # (P,)
    optimizer: dict[str, Any]  # moments and counters

    @property
    def nbytes(self) -> int:
        return self.theta.nbytes * (1 + sum(getattr(v, "numel", lambda: 0)() > 1 for v in self.optimizer.values()))


class Trainer:
    """A network in training. Owns nothing global; the same experiment gives the same curves, bit for bit."""

    def __init__(self, experiment: Experiment, *, full: bool = False) -> None:
        """With `full`, every record has dL/dh_t without truncation too."""
        self.full = full
        self.step = 1  # the update that comes next
        self._sequence = 0  # number of the current batch
        self._position = 0  # steps of it that are behind us
        self._tape: vanilla.Tape | None = None
        self._batch: Batch | None = None
        self._optimizer: Optimizer | None = None
        self._optimizer_state: dict[str, Any] = {}
        self._experiment = experiment
        self._adopt(experiment)
        self.network = Network(experiment.recurrence, self.task, self.dtype)

    @property
    def experiment(self) -> Experiment:
        return self._experiment

    def _adopt(self, experiment: Experiment) -> None:
        self._experiment = experiment
        self.task = tasks()[experiment.task.task]
        self.dtype = np.dtype(experiment.training.dtype)
        self.activation = ACTIVATIONS[experiment.recurrence.activation]
        hooks = [(remedy_of(spec), spec) for spec in experiment.remedies]
        self._transforms = [(r.transform_gradient, spec) for r, spec in hooks if r.transform_gradient]
        self._window = next(((r.window, spec) for r, spec in hooks if r.window), None)

    def change(self, experiment: Experiment) -> None:
        """Go on with other settings from the next update; raises ValueError if they need a restart."""
        if not experiment.hot_from(self._experiment):
            names = [name for name, _, _ in experiment.changes_from(self._experiment)]
            raise ValueError(f"{', '.join(names)} cannot change during a run.")
        before = self._experiment
        self._adopt(experiment)
        if self.between_sequences and experiment.task != before.task:
            self._batch = None  # measured, but not applied: the next update draws its own
        if experiment.recurrence.rho != before.recurrence.rho:
            self.network.rescale(experiment.recurrence.rho)
        if self._optimizer is not None:
            self._optimizer.set_lr(experiment.training.lr)

    # -- one update ---------------------------------------------------------------------------------------

    def update(self) -> StepRecord:
        """Measure, and apply the update if everything is finite; `stopped` says so if not."""
        record, gradient, stop = self._measured()
        if record.stopped is None:
            if self._optimizer is None:
                training = self._experiment.training
                self._optimizer = Optimizer(training.optimizer, self.network.theta, training.lr)
                self._optimizer.restore(self._optimizer_state)
            began = time.perf_counter()
            with np.errstate(over="ignore", invalid="ignore"):
                self._optimizer.step(gradient)
            record = replace(record, seconds=record.seconds + time.perf_counter() - began)
            self.step += 1
            self._advance(stop)
        return record

    def measure(self) -> StepRecord:
        """The record of the update that comes next, without applying it."""
        return self._measured()[0]

    def gradient(self) -> tuple[NDArray[np.floating], Batch]:
        """dL/dtheta, (P,), before any remedy changes it, and the batch that it was taken on."""
        return self._pass()[0].gradient, self._batch

    def _measured(self) -> tuple[StepRecord, NDArray[np.floating], int]:
        began = time.perf_counter()
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            seen, stop = self._pass()
            self._measured_to = stop
            before = Gradient(seen.gradient, euclidean_norm(seen.gradient))
            stopped = self._left_the_finite(seen, before.norm, stop)
            after = before
            if stopped is None:
                for transform, spec in self._transforms:
                    after = transform(after, spec)
        self._V = self.network.V.copy()
        record = StepRecord(
            step=self.step, loss=seen.loss.value, grad_norm=before.norm, clipped_norm=after.norm,
            log10_dL_dh=seen.log10_dL_dh, log10_dL_dh_full=seen.log10_dL_dh_full, W_hh=self._V[:, :self.network.n],
            accuracy=seen.loss.accuracy, seconds=time.perf_counter() - began, stopped=stopped,
        )
        return record, after.flat, stop

    def _pass(self) -> tuple[Pass, int]:
        """The next chunk that has a target, forward and backward."""
        batch, tape = self._open_sequence()
        k1, k2 = self._k1_k2()
        start = self._position
        while True:
            stop = min(start + k1, tape.T)
            loss, at = run_forward(self.network, tape, batch, self.task, self.activation, start, stop)
            if loss is not None:
                full = self.full and k2 < stop
                return run_backward(self.network, tape, loss, at, stop, k2, full), stop
            start = stop  # the last step of every task has a target, so this ends

    def _k1_k2(self) -> tuple[int, int]:
        T = self._tape.T
        window = self._window[0](self._window[1]) if self._window else Window(T, T)
        return min(window.k1, T), min(window.k2, T)

    def _open_sequence(self) -> tuple[Batch, vanilla.Tape]:
        """The batch and tape of the sequence we are in; a new one where the last has ended."""
        if self._batch is None:
            spec = self._experiment.task
            seed = self._experiment.recurrence.seed
            rng = np.random.default_rng([seed, BATCHES, self._sequence])
            self._batch = self.task.sample(rng, spec.seq_len, spec.batch)
            shape = (spec.seq_len, self.network.n, self.network.n_in, spec.batch)
            if self._tape is None or (self._tape.T, self._tape.n, self._tape.n_in, self._tape.B) != shape:
                self._tape = vanilla.Tape(*shape, self.dtype)
            self._tape.load(self._batch.x)
        return self._batch, self._tape

    def _advance(self, stop: int) -> None:
        self._position = stop
        if stop == self._tape.T:
            self._batch, self._position = None, 0
            self._sequence += 1

    def _left_the_finite(self, seen: Pass, norm: float, stop: int) -> str | None:
        """Which quantity is not finite any more, and where it began; None while all are finite."""
        if not np.isfinite(seen.loss.value):
            quantity, value = "loss", seen.loss.value
        elif not np.isfinite(norm):
            quantity, value = "the gradient", norm
        else:
            return None
        bad_state = ~np.isfinite(self._tape.h[:stop]).all(axis=(1, 2))
        window = max(stop - self._k1_k2()[1], 0)
        bad_gradient = ~np.isfinite(self._tape.G[window:stop]).all(axis=(1, 2))
        if not np.isfinite(self.network.theta).all():
            first = "the weights, after the update before"
        elif bad_state.any():
            first = f"h at t={int(bad_state.argmax()) + 1}"
        elif quantity == "the gradient" and bad_gradient.any():
            first = f"dL/dh at t={window + int(np.flatnonzero(bad_gradient)[-1]) + 1}"
        elif quantity == "the gradient":
            first = "dL/dW"
        else:
            first = "the output"
        return f"{quantity} is {value} at update {self.step}; the first was {first}"

    # -- going back ---------------------------------------------------------------------------------------

    @property
    def between_sequences(self) -> bool:
        """Whether a checkpoint can be taken: the state carried over a chunk border is not part of one."""
        return self._position == 0

    def checkpoint(self) -> Checkpoint:
        """A copy from which `restore` goes on exactly as this would."""
        assert self.between_sequences
        state = self._optimizer.state() if self._optimizer else self._optimizer_state
        return Checkpoint(self.step, self._sequence, self.network.theta.copy(), state)

    def restore(self, checkpoint: Checkpoint, experiment: Experiment | None = None) -> None:
        """Back to a checkpoint of this run, with the settings of then, if given, or as they are now."""
        if experiment is not None:
            self._adopt(experiment)
            if self._optimizer is not None:
                self._optimizer.set_lr(experiment.training.lr)
        self.step, self._sequence, self._position = checkpoint.step, checkpoint.sequence, 0
        self._batch = None
        self.network.theta[...] = checkpoint.theta
        self._optimizer_state = checkpoint.optimizer
        if self._optimizer is not None:
            self._optimizer.restore(checkpoint.optimizer)

    # -- what the page asks for ---------------------------------------------------------------------------

    @property
    def finite_states(self) -> bool:
        """Whether h_t is finite at every step that was measured last: phi' of an inf or a nan says nothing."""
        return bool(np.isfinite(self._tape.h[:self._measured_to]).all())

    @property
    def weights(self) -> NDArray[np.floating]:
        """[W_hh | W_xh | b_h] as the last record measured it, before its update, (n, n + n_in + 1)."""
        return self._V

    def jacobians(self, samples: int = 1) -> vanilla.Jacobians:
        """dh_t/dh_{t-1} of the first sequences of the batch, as the last record measured it, before its update.

        They end at the step t where that record's chunk ended, T without truncation. Call `update` or `measure` first.
        """
        found = vanilla.jacobians(self._V, self._tape, slice(0, samples))
        return vanilla.Jacobians(found.slopes[:self._measured_to], found.W_hh)


def train(
    recurrence: Recurrence, task: Task, training: Training, remedies: Iterable[Spec] = (), *, full: bool = False,
) -> Generator[StepRecord, Experiment | None, None]:
    """One StepRecord an update, until `training.steps` or until a quantity leaves the finite numbers.

    Send an Experiment between two updates to change what may change during a run (lr, thresholds, k1, k2, seq_len,
    batch, rho, remedies); send returns the next record.

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
        if changed is not None:
            trainer.change(changed)
