"""The way of a network through the sequences of its task: batch after batch, and each of them chunk after chunk.

One network, or several side by side along an axis of replicas: `Trainer` and `Replicas` share it, and differ in what
they do with a measured chunk.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any

import numpy as np

from core.arrays import Array
from core.bptt.backprop import Forward, Pass, Pull, Sweep, run_backward, run_forward
from core.bptt.closed_loop import Drive
from core.bptt.divergence import left_the_finite
from core.bptt.losses import Loss
from core.bptt.update import Gradient
from core.breath import breathe
from core.claims import Claim
from core.network.cells.tape import Tape
from core.network.spectrum import Complex
from core.network.weights import Network
from core.remedies.hooks import Hooks
from core.tasks.base import Batch
from core.training.batches import sampled, sampled_each
from core.training.experiment import Experiment
from core.training.record import StepRecord


@dataclass(frozen=True)
class Chunk:
    """A chunk that has a target, forward and back, by the weights as they were before the update."""

    found: Pass
    drive: Drive  # the weights that it was made with; an update leaves these as they are
    stop: int  # it ends at time `stop`
    window: int  # the first index that its gradient is carried back to
    whole: bool  # whether it is the whole sequence


@dataclass(frozen=True)
class Judged:
    """The gradient of one network's chunk, and whether an update can be made of it."""

    before: Gradient  # any remedy
    after: Gradient  # every remedy that changes it
    stopped: Claim | None  # which quantity left the finite numbers, and where; None while all are finite


class Course:
    """Where a network is on its way; its weights are changed by others, between two chunks."""

    def __init__(self, experiment: Experiment, network: Network, seeds: Sequence[int] = ()) -> None:
        """With `seeds`, of as many networks side by side, each with the batches of its own seed."""
        self.network, self.seeds = network, tuple(seeds)
        self.task, self.dtype = experiment.task.kind, network.theta.dtype
        self.sequence = 0  # number of the current batch
        self.position = 0  # steps of it that are behind us
        self.batch: Batch | None = None
        self.tape: Tape | None = None
        self._free: Tape | None = None  # of the same batch, for losses beside the update
        self.experiment, self.hooks = experiment, Hooks(experiment.remedies)

    def adopt(self, experiment: Experiment) -> None:
        """Other settings, from the next chunk on."""
        if self.position == 0 and experiment.task != self.experiment.task:
            self.batch = None  # measured, but not applied: the next update draws its own
        self.experiment, self.hooks = experiment, Hooks(experiment.remedies)

    def restart(self, sequence: int) -> None:
        """To the beginning of a batch."""
        self.sequence, self.position, self.batch = sequence, 0, None

    def stand_like(self, other: Course) -> None:
        """Where another course of these settings stands: on its batch, with the state that it carries."""
        self.sequence, self.position, self.batch = other.sequence, other.position, other.batch
        if self.batch is not None:
            self.tape = self._fitting(None)
            self.tape.load(self.batch.x)
            if self.position:
                self.tape.take_over(other.tape)

    def advance(self, stop: int) -> None:
        """Past a chunk that ends at time `stop`."""
        self.position = stop
        if stop == self.tape.T:
            self.restart(self.sequence + 1)

    # -- a chunk ------------------------------------------------------------------------------------------

    def measure(self, *, full: bool = False) -> Chunk:
        """The next chunk that has a target, forward and back; with `full` also without truncation."""
        tape = self._opened()
        window = self.hooks.window(tape.T)
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            seen, start = self._forward(tape)
            found = self._backward(tape, seen, start, full=full)
        V = self.network.V.copy()
        drive = replace(seen.drive, V=V, fed=V if self.task.cue is None else seen.drive.fed)
        whole = self.position == 0 and seen.stop == tape.T and (start == 0 or window.carry)
        return Chunk(found, drive, seen.stop, max(seen.stop - window.k2, 0), whole)

    def _opened(self) -> Tape:
        """The tape of the sequence we are in; with a new batch where the last has ended."""
        if self.batch is None:
            batch = (sampled_each(self.experiment, self.seeds, self.sequence) if self.seeds else
                     sampled(self.experiment, self.sequence))
            breathe()
            self.tape = self._fitting(self.tape)
            self.tape.load(batch.x)
            self.batch = batch
        return self.tape

    def _fitting(self, tape: Tape | None) -> Tape:
        """The tape, or a new one if it does not fit the settings."""
        spec = self.experiment.task
        if tape is not None and (spec.seq_len, spec.batch) == (tape.T, tape.B):
            return tape
        return self.network.cell.tape(spec.seq_len, spec.batch, self.dtype, (len(self.seeds),) if self.seeds else ())

    def _forward(self, tape: Tape) -> tuple[Forward, int]:
        """To the end of the next chunk that has a target, and the index at which that chunk began."""
        window, start = self.hooks.window(tape.T), self.position
        while True:
            if start and not window.carry:
                tape.forget(start)
            stop = min(start + window.k1, tape.T)
            seen = run_forward(self.network, tape, self.batch, self.task, start, stop, self.hooks.mix)
            if seen is not None:
                return seen, start
            start = stop  # the last step of every task has a target, so this ends

    def _backward(self, tape: Tape, seen: Forward, start: int, *, full: bool) -> Pass:
        """dL/dtheta with the penalties, and every dL/dh_t, as far back as the window goes."""
        window, carry = self.hooks.window(tape.T), self.hooks.carry()

        def pulls(first: int) -> list[Pull]:
            return self.hooks.pulls(lambda: Sweep(self.network.cell, seen.drive, tape, first, seen.stop, seen.at,
                                                  carry is not None))

        return run_backward(self.network, tape, seen, window.k2, full and window.k2 < seen.stop,
                            reach=0 if window.carry else start, carry=carry, pulls=pulls)

    def shown_loss(self, chunk: Chunk) -> Loss:
        """That of the task: a network that a teacher held is asked to run freely."""
        held = self.task.cue is not None and self.hooks.mix > 0.0
        return self._loss(self.network, 0.0) if held else chunk.found.loss

    def loss_with(self, theta: Array) -> float:
        """The loss on the current batch with other weights; the tape is left alone."""
        return self._loss(self.network.with_weights(theta), self.hooks.mix).value

    def _loss(self, network: Network, mix: float) -> Loss:
        self._free = self._fitting(self._free)
        self._free.load(self.batch.x)
        with np.errstate(over="ignore", invalid="ignore"):
            return run_forward(network, self._free, self.batch, self.task, 0, self._free.T, mix).loss

    # -- of each network ----------------------------------------------------------------------------------

    def _each(self, array: Array | float | None) -> Sequence[Any] | None:
        """What an array, or a number, says of each network."""
        return array if self.seeds or array is None else (array,)

    def judged(self, step: int, chunk: Chunk, norms: Sequence[float], going: Iterable[int] = (0,)) -> dict[int, Judged]:
        """What the remedies make of each network's gradient of update `step`, where everything is finite.

        Args:
            norms: of the gradient of each.
            going: which networks.
        """
        losses, gradients = self._each(chunk.found.loss.value), self._each(chunk.found.gradient)
        out = {}
        for r in going:
            loss, norm = float(losses[r]), float(norms[r])
            before = after = Gradient(gradients[r], norm)
            stopped = None
            if isfinite(loss) and isfinite(norm):
                after = self.hooks.transformed(before)
            else:
                tape = self.tape.replica(r) if self.seeds else self.tape
                stopped = left_the_finite(step, loss, norm, self._each(self.network.theta)[r], tape, chunk.window,
                                          chunk.stop)
            out[r] = Judged(before, after, stopped)
        return out

    def records(self, step: int, chunk: Chunk, shown: Loss, judged: Mapping[int, Judged], seconds: float,
                asked: Complex | None = None) -> list[StepRecord]:
        """Of update `step`, one for each network that was judged; `seconds` is what each took, `asked` the eigenvalues
        that each W_hh was made from."""
        found, each = chunk.found, self._each
        W_hh, loss, accuracy = (each(one) for one in (self.network.cell.recurrent(chunk.drive.V), shown.value,
                                                      shown.accuracy))
        norms = found.log10_dL_dh, found.log10_dL_dh_full, found.log10_dL_dc, found.log10_dL_dh_held  # (T, [R])
        by_step, full, beside, held = (None if one is None else each(np.ascontiguousarray(one.T)) for one in norms)
        out = []
        for r, one in judged.items():
            kept = None if held is None else held[r]
            if kept is not None and np.array_equal(kept, by_step[r], equal_nan=True):  # another network's is not
                kept = None
            out.append(StepRecord(
                step=step, loss=float(loss[r]), grad_norm=one.before.norm, clipped_norm=one.after.norm,
                log10_dL_dh=by_step[r], log10_dL_dh_full=None if full is None else full[r],
                log10_dL_dc=None if beside is None else beside[r], log10_dL_dh_held=kept, W_hh=W_hh[r],
                accuracy=None if accuracy is None else float(accuracy[r]), seconds=seconds, stopped=one.stopped,
                asked=asked))
        return out
