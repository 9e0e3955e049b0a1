r"""Back-propagation through time over a cell, with ||dL/dh_t|| at every t for free.

    L = mean over target steps and batch of L_t,    dL/dV = sum over t of dL/da_t [h_{t-1}; x_t; 1]^T

Truncation: the loss of the chunk (start, stop] is carried back k2 steps from its end. What lies further back gets
exactly no gradient, and its dL/dh_t is recorded as exactly zero. The state is carried over the borders, or begins at 0
in each chunk.

An axis of replicas may stand before the rows of every array, as in `core.network.cells.base`.

Sources: Pascanu, Mikolov & Bengio 2013, eqs. 3-5; Sutskever 2013, section 2.8.6 (k1 and k2).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.arrays import Array
from core.bptt.closed_loop import Drive, chain_back, driven
from core.bptt.losses import Loss, cross_entropy, squared_error
from core.breath import breathe, steps_a_piece
from core.network.cells.base import Carry, Cell
from core.network.cells.products import stacked
from core.network.cells.tape import Tape
from core.network.weights import Network
from core.norms import LOG10_2, log10_norms
from core.tasks.base import Batch, TaskKind

SMALL = {np.dtype(np.float64): -290.0, np.dtype(np.float32): -33.0}  # log10 below which a sweep loses digits


@dataclass(frozen=True)
class Forward:
    """States and outputs of a chunk; the states are on the tape."""

    drive: Drive
    loss: Loss
    at: NDArray[np.int64]  # (S,) indices (time - 1) of the steps with a target
    stop: int  # the chunk ends at time `stop`


@dataclass(frozen=True)
class Window:
    """TBPTT(k1, k2)."""

    k1: int  # steps forward between updates
    k2: int  # steps back
    carry: bool = True  # whether a chunk begins with the state that the last one ended with, or with 0


@dataclass(frozen=True)
class Sweep:
    """What a penalty looks at: a forward and a backward pass that have just been made."""

    cell: Cell
    drive: Drive  # which weights it was made with at which index
    tape: Tape
    start: int  # indices start..stop-1 of the tape are filled
    stop: int
    at: NDArray[np.int64]  # indices of the steps with a target
    capped: bool  # whether a remedy changed what was carried back


@dataclass(frozen=True)
class Pull:
    """The gradient of a penalty by V[:, :n], in two parts: `direct` + sum over t of dL/da_t reads_t^T."""

    direct: Array | None = None  # ([R,] rows, n)
    # (stop - start, [R,] n, B): added to h_{t-1} where dL/dV is summed, so that it costs no product of its own
    reads: Array | None = None


@dataclass(frozen=True)
class Pass:
    """One forward and backward pass over a chunk."""

    drive: Drive  # which weights acted where
    loss: Loss
    at: NDArray[np.int64]  # (S,) indices (time - 1) of the steps with a target
    gradient: Array  # ([R,] P) dL/dtheta
    log10_dL_dh: NDArray[np.float64]  # (T, [R])
    log10_dL_dh_full: NDArray[np.float64] | None  # (T, [R]) without truncation, if asked for
    log10_dL_dc: NDArray[np.float64] | None  # (T, [R]) of what is carried beside h; None if nothing is
    log10_dL_dh_held: NDArray[np.float64] | None  # (T, [R]) of the numbers that there are; None where they are as exact


def run_forward(network: Network, tape: Tape, batch: Batch, task: TaskKind, start: int, stop: int,
                mix: float = 0.0) -> Forward | None:
    """States and loss of the steps start+1..stop; None where no step has a target.

    Args:
        mix: share of the teacher in the input of a task whose output is fed back.
    """
    drive = driven(network, task.cue, mix)
    steps = steps_a_piece(tape.G[0].size)
    for V, begin, end in drive.parts(start, stop):
        for first in range(begin, end, steps):
            network.cell.forward(V, tape, first, min(first + steps, end))
            breathe()
    inside = (batch.target_steps > start) & (batch.target_steps <= stop)
    at = batch.target_steps[inside] - 1
    if not len(at):
        return None
    W_hy = network.U[..., :-1]
    y = stacked(lambda now: np.matmul(W_hy, tape.h[at[now]]), len(at), tape.G[0].size) + network.U[..., -1:]
    return Forward(drive, (cross_entropy if task.classes else squared_error)(y, batch.target[inside]), at, stop)


def run_backward(network: Network, tape: Tape, seen: Forward, k2: int, full: bool = False, *,
                 reach: int = 0, carry: Carry | None = None,
                 pulls: Callable[[int], list[Pull]] | None = None) -> Pass:
    """dL/dtheta and every ||dL/dh_t||, back k2 steps from the chunk's end; with `full` also those that this drops.

    Args:
        reach: the first index that a gradient can get to, 0 unless the state began anew after it.
        carry: changes each dL/dh_{t-1} as it is carried back.
        pulls: (first index of the window) -> the gradients of penalties.
    """
    window = max(seen.stop - k2, reach)
    reach = reach if full else window
    W_hy_T = np.swapaxes(network.U[..., :-1], -1, -2)  # direct: dL_t/dh_t, (S, [R,] n, B)
    direct = stacked(lambda now: np.matmul(W_hy_T, seen.loss.dL_dy[now]), len(seen.at), tape.G[0].size)
    _sweep_back(network.cell, tape, seen, direct, reach, carry)
    gradient = _weight_gradient(network, tape, seen, window, pulls(window) if pulls is not None else [])

    reached = np.full((tape.T, *tape.replicas), -np.inf)
    breathe()
    reached[reach:seen.stop] = log10_norms(tape.G[reach:seen.stop])
    breathe()
    beside = _beside(network.cell.beside(tape), reach, seen.stop)
    held = reached.copy() if (reached[reach:seen.stop] < SMALL[tape.dtype]).any() else None
    _mend_in_log_space(network, tape, reached, beside, dict(zip(seen.at.tolist(), direct, strict=True)), seen, reach,
                       carry)
    truncated = reached.copy()
    truncated[:window] = -np.inf
    for other in (beside, held):
        if other is not None:
            other[:window] = -np.inf
    if held is not None and np.array_equal(held, truncated, equal_nan=True):
        held = None
    return Pass(seen.drive, seen.loss, seen.at, gradient, truncated, reached if full else None, beside, held)


def _sweep_back(cell: Cell, tape: Tape, seen: Forward, direct: Array, reach: int, carry: Carry | None) -> None:
    """dL/dh_t into the tape, from the chunk's end back to the index `reach`."""
    has_target = [False] * tape.T
    for index, g in zip(seen.at, direct, strict=True):
        has_target[index] = True
        tape.G_at[index][...] = g
    if not has_target[seen.stop - 1]:
        tape.G_at[seen.stop - 1].fill(0.0)
    for V, first, last in reversed(seen.drive.parts(reach, seen.stop)):
        cell.backward(V, tape, first, last, has_target, carry)
        if first > reach:
            cell.link(V, tape, first, has_target[first - 1], carry)


def _weight_gradient(network: Network, tape: Tape, seen: Forward, window: int, pulls: list[Pull]) -> Array:
    """dL/dtheta, ([R,] P), of the steps from the index `window` on, and of penalties."""
    drive, cell, dL_dy = seen.drive, network.cell, seen.loss.dL_dy
    gradient = np.zeros_like(network.theta)
    dV, dU = network.views(gradient)
    dU[..., :-1] = stacked(lambda now: np.matmul(dL_dy[now], np.swapaxes(tape.h[seen.at[now]], -1, -2)),
                           len(seen.at), tape.G[0].size).sum(axis=0)
    dU[..., -1] = dL_dy.sum(axis=(0, -1))
    reads = [pull.reads for pull in pulls if pull.reads is not None]
    for V, first, last in drive.parts(window, seen.stop):
        part = cell.weight_gradient(tape, first, last, [more[first - window:last - window] for more in reads])
        if V is drive.V:
            dV += part
        else:
            chain_back(network, drive, part, dV, dU)
    for pull in pulls:
        if pull.direct is not None:
            dV[..., :cell.n] += pull.direct
    if cell.zero is not None:
        dV[..., cell.zero] = 0.0
    return gradient


def _beside(gradient: Array | None, reach: int, stop: int) -> NDArray[np.float64] | None:
    if gradient is None:
        return None
    out = np.full(gradient.shape[:-2], -np.inf)
    out[reach:stop] = log10_norms(gradient[reach:stop])
    return out


def _mend_in_log_space(network: Network, tape: Tape, log10: NDArray[np.float64], beside: NDArray[np.float64] | None,
                       direct: dict[int, Array], seen: Forward, reach: int, carry: Carry | None) -> None:
    """Norms below 1e-290 again, from the last healthy step, with the exponent kept apart: 1e-829 comes out right."""
    doubtful = log10[reach:seen.stop] < SMALL[tape.dtype]
    if not doubtful.any():
        return
    # of each replica, the step that is the last healthy one on the way back; -1 where there is nothing to mend
    steps = np.arange(reach, seen.stop).reshape(-1, *[1] * len(tape.replicas))
    start = np.where(doubtful, steps, -2).max(axis=0) + 1
    start = np.where(start >= seen.stop, -1, start)
    n, t = network.n, int(start.max())
    weights = {i: V for V, first, last in seen.drive.parts(reach, seen.stop) for i in range(first, last)}
    g, exponent = np.zeros_like(network.cell.carried(tape, max(t, 0)), np.float64), np.zeros(tape.replicas, int)
    for earlier in range(t - 1, reach - 1, -1):
        breathe()
        begins = start == earlier + 1
        g[begins], exponent = network.cell.carried(tape, earlier + 1)[begins], np.where(begins, 0, exponent)
        before, g = g, network.cell.carry_back(weights[earlier + 1], tape, earlier + 1, g)
        if carry is not None:
            carry(g, before)
        if earlier in direct:
            g = np.ldexp(g, exponent[..., None, None])
            g[..., :n, :] += direct[earlier]
            exponent = np.zeros_like(exponent)
        largest = np.abs(g).max(axis=(-2, -1), initial=0.0)
        going = (start > earlier) & np.isfinite(largest)
        start = np.where(np.isfinite(largest), start, -1)
        shift = np.where(going, np.frexp(np.where(going, largest, 1.0))[1], 0)
        g = np.ldexp(g, -shift[..., None, None])
        exponent = exponent + shift
        c = None if beside is None else network.cell.beside_of(weights[earlier], tape, earlier, g)
        for out, part in ((log10, g[..., :n, :]), (beside, c)):
            if part is not None:
                with np.errstate(divide="ignore"):
                    norms = 0.5 * np.log10(np.square(part).sum(axis=(-2, -1))) + exponent * LOG10_2
                out[earlier] = np.where(going, norms, out[earlier])
        others = (start > reach) & (start <= earlier)  # begin farther back
        if not np.any(largest, where=going) and not others.any() and not any(i < earlier for i in direct):
            for out in filter(lambda one: one is not None, (log10, beside)):  # as of dead units: 0 it is and stays
                out[reach:earlier] = np.where(going, -np.inf, out[reach:earlier])
            return
