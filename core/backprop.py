r"""Back-propagation through time over a cell, with ||dL/dh_t|| at every t for free.

    L = mean over target steps and batch of L_t,    dL/dV = sum over t of dL/da_t [h_{t-1}; x_t; 1]^T

Truncation: the loss of the chunk (start, stop] is carried back k2 steps from its end. What lies further back gets
exactly no gradient, and its dL/dh_t is recorded as exactly zero. The state is carried over the borders.

Sources: Werbos 1990; Williams & Peng 1990 (TBPTT(k1, k2)).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.activations import Activation
from core.cells import vanilla
from core.losses import Loss, cross_entropy, squared_error
from core.network import Network
from core.scaling import LOG10_2, euclidean_norm, log10_norms
from core.tasks import Batch, TaskKind

Array = NDArray[np.floating]
SMALL = {np.dtype(np.float64): -290.0, np.dtype(np.float32): -33.0}  # log10 below which a sweep loses digits


@dataclass(frozen=True)
class Pass:
    """One forward and backward pass over a chunk."""

    loss: Loss
    gradient: Array  # (P,) dL/dtheta
    log10_dL_dh: NDArray[np.float64]  # (T,)
    log10_dL_dh_full: NDArray[np.float64] | None  # (T,) without truncation, if asked for


def run_forward(network: Network, tape: vanilla.Tape, batch: Batch, task: TaskKind, activation: Activation,
                start: int, stop: int) -> tuple[Loss | None, NDArray[np.int64]]:
    """States and loss of the steps start+1..stop; the loss is None where no step has a target.

    Returns:
        The loss, and the indices (time - 1) of the target steps, (S,).
    """
    vanilla.forward(network.V, tape, activation, start, stop)
    inside = (batch.target_steps > start) & (batch.target_steps <= stop)
    at = batch.target_steps[inside] - 1
    if not len(at):
        return None, at
    y = np.matmul(network.U[:, :-1], tape.h[at]) + network.U[:, -1:]
    return (cross_entropy if task.classes else squared_error)(y, batch.target[inside]), at


def run_backward(network: Network, tape: vanilla.Tape, loss: Loss, at: NDArray[np.int64],
                 stop: int, k2: int, full: bool) -> Pass:
    """dL/dtheta and every ||dL/dh_t||, back k2 steps from `stop`; with `full` also those that this drops."""
    window = max(stop - k2, 0)
    reach = 0 if full else window
    direct = np.matmul(network.U[:, :-1].T, loss.dL_dy)  # (S, n, B): dL_t/dh_t
    has_target = [False] * tape.T
    for index, g in zip(at, direct, strict=True):
        has_target[index] = True
        tape.G_at[index][...] = g
    if not has_target[stop - 1]:
        tape.G_at[stop - 1].fill(0.0)
    vanilla.backward(network.V, tape, reach, stop, has_target)

    gradient = np.empty_like(network.theta)
    dV, dU = network.views(gradient)
    dV[...] = vanilla.weight_gradient(tape, window, stop)
    dU[:, :-1] = np.matmul(loss.dL_dy, tape.h[at].transpose(0, 2, 1)).sum(axis=0)
    dU[:, -1] = loss.dL_dy.sum(axis=(0, 2))

    reached = np.full(tape.T, -np.inf)
    reached[reach:stop] = log10_norms(tape.G[reach:stop])
    _mend_in_log_space(network, tape, reached, dict(zip(at.tolist(), direct, strict=True)), reach, stop)
    truncated = reached.copy()
    truncated[:window] = -np.inf
    return Pass(loss, gradient, truncated, reached if full else None)


def _mend_in_log_space(network: Network, tape: vanilla.Tape, log10: NDArray[np.float64],
                       direct: dict[int, Array], reach: int, stop: int) -> None:
    """Norms below 1e-290 again, from the last healthy step, with the exponent kept apart: 1e-829 comes out right."""
    doubtful = np.flatnonzero(log10[reach:stop] < SMALL[tape.G.dtype]) + reach
    if not len(doubtful) or doubtful[-1] == stop - 1:
        return
    t = int(doubtful[-1]) + 1
    g, exponent = tape.G[t].astype(np.float64), 0
    for earlier in range(t - 1, reach - 1, -1):
        g = vanilla.carry_back(network.V, tape, earlier + 1, g)
        if earlier in direct:
            g = np.ldexp(g, exponent) + direct[earlier]
            exponent = 0
        largest = float(np.abs(g).max(initial=0.0))
        if largest == 0.0:
            log10[earlier], exponent = -np.inf, 0
            continue
        if not np.isfinite(largest):
            return
        shift = int(np.frexp(largest)[1])
        g = np.ldexp(g, -shift)
        exponent += shift
        log10[earlier] = np.log10(euclidean_norm(g.reshape(-1))) + exponent * LOG10_2
