"""One chunk of a sequence: forward to the next target, and back as far as the window of back-propagation goes."""

from __future__ import annotations

import numpy as np

from core.bptt.backprop import Forward, Pass, Pull, Sweep, run_backward, run_forward
from core.bptt.losses import Loss
from core.network.cells.base import Tape
from core.network.weights import Network
from core.remedies.hooks import Hooks
from core.tasks.base import Batch, TaskKind


def forward_chunk(network: Network, tape: Tape, batch: Batch, task: TaskKind, hooks: Hooks, start: int,
                  ) -> tuple[Forward, int]:
    """From index `start` to the end of the next chunk that has a target, and the index at which that chunk began."""
    window = hooks.window(tape.T)
    while True:
        if start and not window.carry:
            tape.forget(start)
        seen = run_forward(network, tape, batch, task, start, min(start + window.k1, tape.T), hooks.mix)
        if seen is not None:
            return seen, start
        start = min(start + window.k1, tape.T)  # the last step of every task has a target, so this ends


def backward_chunk(network: Network, tape: Tape, seen: Forward, hooks: Hooks, start: int, *, full: bool) -> Pass:
    """dL/dtheta with the penalties, and every dL/dh_t; with `full` also without truncation."""
    window = hooks.window(tape.T)

    carry = hooks.carry()

    def pulls(first: int) -> list[Pull]:
        return hooks.pulls(lambda: Sweep(network.cell, seen.drive, tape, first, seen.stop, seen.at, carry is not None))

    return run_backward(network, tape, seen, window.k2, full and window.k2 < seen.stop,
                        reach=0 if window.carry else start, carry=carry, pulls=pulls)


def free_loss(network: Network, tape: Tape, batch: Batch, task: TaskKind) -> Loss:
    """What a network whose output is fed back loses when no teacher holds it."""
    with np.errstate(over="ignore", invalid="ignore"):
        return run_forward(network, tape, batch, task, 0, tape.T).loss
