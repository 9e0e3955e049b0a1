"""Whether a step was too long, measured: the loss of an update's own batch after it, beside before it.

A step along the gradient that is short enough lowers the loss of the batch it was computed on; where a momentum, a
penalty or a truncation has turned it, no length may. The loss of the next batch says nothing of that: it is another
batch. What is needed for the measurement is kept of the last updates, and it is made only where somebody asks: a
forward pass or two for each of them, and up to three more for one that made it worse.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass

import numpy as np

from core.arrays import Array
from core.bptt.backprop import run_forward
from core.network.cells.tape import Tape
from core.network.weights import Network
from core.remedies.hooks import Hooks
from core.training.batches import sampled
from core.training.experiment import Experiment

LOOKED_AT = 20  # updates
ROUNDING = 1e-9  # a share of the loss by which it must have grown to be called worse; float32 has 1e-7
FLOAT32_ROUNDING = 1e-5
SHORTER = (0.1, 0.01, 0.001)  # parts of a step that are tried where the whole one made it worse


@dataclass(frozen=True)
class Overshoots:
    """How many of the last updates made the loss of their own batch worse where a shorter step would not have."""

    worse: int
    of: int  # updates that were measured, at most LOOKED_AT


@dataclass
class _UpdateMade:
    step: int
    experiment: Experiment  # the settings that it was made with
    sequence: int  # number of its batch
    before: Array  # theta, (P,)
    after: Array  # theta, (P,)
    loss: float | None  # with the weights before; None where it is not known
    worse: bool | None = None  # None until it is measured


class OwnBatches:
    """The last updates of one run, and what was measured of them. One thread adds, others may ask."""

    def __init__(self) -> None:
        self._measuring = threading.Lock()
        self._updates: deque[_UpdateMade] = deque(maxlen=LOOKED_AT)
        self._tape: Tape | None = None

    def append(self, step: int, experiment: Experiment, sequence: int, before: Array, after: Array,
               loss: float | None = None) -> None:
        """One update that was applied; the arrays are kept, not copied. `loss` is that of its batch before it, as
        `own_loss` has it, where it is known."""
        last = self._updates[-1] if self._updates else None
        if last is not None and np.array_equal(last.after, before):
            before = last.after
        self._updates.append(_UpdateMade(step, experiment, sequence, before, after, loss))

    def cut(self, step: int) -> None:
        """Forget update `step` and all later ones."""
        self._updates = deque((one for one in self._updates if one.step < step), maxlen=LOOKED_AT)

    def measured(self, network: Network, steps: range, seconds: float) -> Overshoots:
        """Of those of these updates that are still kept, the latest first, as many as there is time for.

        Args:
            network: of the run, for its cell and sizes; its weights are not looked at.
            seconds: no further measurement begins after so long; what was measured once is known.
        """
        began = time.perf_counter()
        with self._measuring:
            updates = [one for one in tuple(self._updates) if one.step in steps]
            for update in reversed(updates):
                if update.worse is None:
                    if time.perf_counter() - began > seconds:
                        break
                    update.worse = self._made_worse(network, update)
        known = [one.worse for one in updates if one.worse is not None]
        return Overshoots(sum(known), len(known))

    def _made_worse(self, network: Network, update: _UpdateMade) -> bool:
        """Whether the loss rose, and would not have over a shorter part of the same step. Where it would have risen
        all the same, as a momentum of older batches makes it, its length is not what is wrong with the step."""
        spec = update.experiment.task
        if self._tape is None or (spec.seq_len, spec.batch) != (self._tape.T, self._tape.B):
            self._tape = network.cell.tape(spec.seq_len, spec.batch, network.theta.dtype)
        def loss(share: float) -> float:
            theta = update.after if share == 1.0 else update.before + (update.after - update.before) * theta_type(share)
            return own_loss(network, self._tape, update.experiment, update.sequence, theta)

        theta_type = network.theta.dtype.type
        before = loss(0.0) if update.loss is None else update.loss
        rounding = FLOAT32_ROUNDING if network.theta.dtype == np.float32 else ROUNDING
        if loss(1.0) <= before * (1.0 + rounding):  # not so where it is nan
            return False
        return any(loss(share) < before for share in SHORTER)


def own_loss(network: Network, tape: Tape, experiment: Experiment, sequence: int, theta: Array) -> float:
    """Loss of one batch of the experiment with these weights, as its training computes it: over all its steps, with
    the states that its chunks begin with; without penalties.

    Args:
        network: for its cell and sizes.
        tape: of the batch's size; it is written over.
        theta: (P,).
    """
    other, task, hooks = network.with_weights(theta), experiment.task.kind, Hooks(experiment.remedies)
    batch = sampled(experiment, sequence)
    tape.load(batch.x)
    window = hooks.window(tape.T)
    chunk = tape.T if window.carry else window.k1  # where the state is carried, the borders change nothing
    total = 0.0
    with np.errstate(over="ignore", invalid="ignore"):
        for start in range(0, tape.T, chunk):
            if start:
                tape.forget(start)
            seen = run_forward(other, tape, batch, task, start, min(start + chunk, tape.T), hooks.mix)
            if seen is not None:
                total += seen.loss.value * len(seen.at)
    return total / len(batch.target_steps)
