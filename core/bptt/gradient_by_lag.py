r"""dL/dV split by lag: how much of it came back 0, 1, 2, ... steps through time.

    dL/dV = sum_l C_l,    C_l = sum_t dL_t/dh_t dh_t/dh_{t-l} dh_{t-l}/dV,    V = [W_hh | W_xh | b_h]

Back-propagation adds up all lags at once. Here each step's loss is carried back for itself, all of them side by side:
one lag is one matrix product for all steps and sequences, and one more for its part of the gradient. The work grows
with the square of T where every step has a target.

The exponent is kept apart: a part of 1e-829 comes out right. Within one part, steps 300 decades below the largest are
lost. A gradient that is alive may live from the shortest lags alone: short ways mask long ones.

Sources: Pascanu, Mikolov & Bengio 2013, eqs. 3-5; Goodfellow, Bengio & Courville 2016, 10.7 (short ways mask long
ones).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from core.arrays import Floats
from core.bptt.backprop import run_forward
from core.bptt.losses import Loss
from core.network.cells.vanilla import Vanilla, VanillaTape
from core.network.weights import Network
from core.norms import LOG10_2, euclidean_norm
from core.tasks.base import Batch, TaskKind

DRIFT = 10  # bits that the carried vectors may grow or shrink before they are rescaled


@dataclass(frozen=True)
class Part:
    """C_l = mantissa 2^exponent."""

    lag: int  # l
    mantissa: Floats  # (n, m), up to 1
    exponent: int

    @property
    def log10_norm(self) -> float:
        """log10 of the Frobenius norm; -inf where the part is exactly zero."""
        norm = euclidean_norm(self.mantissa.reshape(-1))
        return float(np.log10(norm)) + self.exponent * LOG10_2 if norm > 0.0 else float("-inf")

    def plus(self, other: Part) -> Part:
        """The sum, at the lag of the other."""
        if not self.mantissa.any():
            return other
        if not other.mantissa.any():
            return replace(self, lag=other.lag)
        exponent = max(self.exponent, other.exponent)
        return Part(other.lag, np.ldexp(self.mantissa, self.exponent - exponent)
                    + np.ldexp(other.mantissa, other.exponent - exponent), exponent)


@dataclass(frozen=True)
class GradientByLag:
    """||C_l|| and the norms of their sums, for the whole batch."""

    lag: NDArray[np.int64]  # (L,) l = 0..T-1; L < T while the work is under way
    log10_part: Floats  # (L,) log10 ||C_l||; -inf exactly zero
    log10_running: Floats  # (L,) log10 ||C_0 + ... + C_l||: with k2 = l + 1 steps back at every step, this is left
    log10_dropped: float | None  # log10 ||C_k2 + C_{k2+1} + ...||, what the k2 asked for drops; None if none was
    dL_dV: Floats = field(repr=False)  # (n, n + n_in + 1) the sum so far; inf or 0 where it leaves float64

    @property
    def log10_whole(self) -> float:
        """log10 ||dL/dV||."""
        return float(self.log10_running[-1])

    @property
    def log10_share(self) -> Floats:
        """log10 of ||C_0 + ... + C_l|| / ||dL/dV||, (L,): 0 where the sum has reached the whole; -inf if that is 0."""
        if self.log10_whole == -np.inf:
            return np.full(len(self.lag), -np.inf)
        return self.log10_running - self.log10_whole


def gradient_by_lag(network: Network, batch: Batch, task: TaskKind,
                    k2: int | None = None) -> GradientByLag:
    """The split of dL/dV on a batch, without truncation, in float64.

    Args:
        network: its weights as they are.
        k2: also measure what truncation after so many steps back would drop, 1 or more.

    Raises:
        ValueError: if a state or an output is not finite, or the cell is not the plain one.
    """
    found = None
    for _, result in lag_pieces(network, batch, task, k2):
        found = result
    return found


def lag_pieces(network: Network, batch: Batch, task: TaskKind,
               k2: int | None = None) -> Iterator[tuple[float, GradientByLag]]:
    """The same, lag by lag: (share of the work done 0..1, the lags so far)."""
    if type(network.cell) is not Vanilla or task.cue is not None:
        raise ValueError(f"The split by lag is made for the plain cell whose inputs are given, got {network.cell.name} "
                         f"on the task {task.name}.")
    T, B = batch.x.shape[0], batch.x.shape[2]
    tape = network.cell.tape(T, B, np.dtype(np.float64))
    tape.load(batch.x)
    with np.errstate(over="ignore", invalid="ignore"):
        seen = run_forward(network, tape, batch, task, 0, T)
    if not (np.isfinite(tape.h).all() and np.isfinite(seen.loss.value)):
        raise ValueError("The states are not finite, so there is no gradient to split.")
    zero = Part(-1, np.zeros((network.n, network.V.shape[1])), 0)
    running, dropped = zero, zero
    parts, sums = np.full(T, -np.inf), np.empty(T)
    for part in lag_parts(network, tape, seen.loss, seen.at):
        lag = part.lag
        running = running.plus(part)
        dropped = dropped.plus(part) if k2 is not None and lag >= k2 else dropped
        parts[lag], sums[lag] = part.log10_norm, running.log10_norm
        with np.errstate(over="ignore"):
            dL_dV = np.ldexp(running.mantissa, running.exponent)
        yield (lag + 1) / T, GradientByLag(np.arange(lag + 1), parts[:lag + 1].copy(), sums[:lag + 1].copy(),
                                           None if k2 is None else dropped.log10_norm, dL_dV)


def lag_parts(network: Network, tape: VanillaTape, loss: Loss, at: NDArray[np.int64]) -> Iterator[Part]:
    """C_0, C_1, ..., C_{T-1} after a forward pass.

    Args:
        tape: float64, filled by `run_forward`.
        loss, at: what it returned.
    """
    n, B = tape.n, tape.B
    first, last = int(at[0]), int(at[-1]) + 1
    # side by side, (features, steps times batch): a range of steps is a slice, and one product takes them all
    P = tape.P[:last].transpose(1, 0, 2).reshape(n, -1)
    Z, Z_exponent = _near_one(tape.Z[:last].transpose(1, 0, 2).reshape(tape.Z.shape[1], -1))
    direct = np.zeros((last - first, n, B))  # steps between two targets carry nothing
    direct[at - first] = np.matmul(network.U[:, :-1].T.astype(np.float64), loss.dL_dy)
    carried, exponent = _near_one(direct.transpose(1, 0, 2).reshape(n, -1))
    W_T, other = np.ascontiguousarray(network.W_hh.T, dtype=np.float64), np.empty_like(carried)
    for lag in range(tape.T):
        gone = max(lag - first, 0) * B  # columns whose way back has reached the beginning
        here = slice(max(first - lag, 0) * B, max(last - lag, 0) * B)
        if lag:
            np.matmul(W_T, carried[:, gone:], out=other[:, gone:])
            carried, other = other, carried
        D = carried[:, gone:]  # dL_t/dh_{t-lag}, and then dL_t/da_{t-lag}
        D *= P[:, here]
        bits = int(np.frexp(max(D.max(initial=0.0), -D.min(initial=0.0)))[1])
        if abs(bits) > DRIFT:
            np.ldexp(D, -bits, out=D)
            exponent += bits
        mantissa, more = _near_one(D @ Z[:, here].T)
        yield Part(lag, mantissa, exponent + Z_exponent + more)


def _near_one(X: Floats) -> tuple[Floats, int]:
    """X as (mantissas up to 1, exponent of 2)."""
    exponent = int(np.frexp(max(X.max(initial=0.0), -X.min(initial=0.0)))[1])
    return np.ldexp(X, -exponent), exponent
