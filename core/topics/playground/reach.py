r"""How far back the product of Jacobians reaches, for the median sequence of a batch.

    dh_T/dh_{T-l} = J_T J_{T-1} ... J_{T-l+1}

The product over the whole way is made for every sequence, and the median of the logarithms of its norms names the
sequence in the middle (two, where their number is even: then the mean of both). Of that one the curve is drawn, at some
lags; what is said of it is found at all lags. A norm is computed where it can decide something: the largest column of a
product is never above it, the Frobenius norm never below.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.arrays import Floats, Ints
from core.network.cells.jacobians import Jacobians
from core.norms import LOG10_2
from core.plotting.thinning import evenly
from core.topics.jacobians.kinds import HUMP
from core.topics.jacobians.products import CHUNK, MOST_NUMBERS, log10_spectral
from core.training.record import GradientFlow

MOST_LAGS = 96  # that are drawn, evenly spread over longer sequences
HALF, DOUBLE = float(np.log10(0.5)), float(np.log10(2.0))


@dataclass(frozen=True)
class Reach:
    """||dh_T/dh_{T-l}||_2 of the median sequence."""

    lag: int  # the farthest that is spoken of, steps
    log10: float  # at that lag: median over the sequences of log10 of the norm; -inf exactly zero
    sequences: int  # the median is over so many
    half: int | None  # first lag at which the norm is 1/2 or less; None where there is none up to `lag`
    double: int | None  # first lag at which it is 2 or more
    peak: tuple[int, float] | None  # lag and log10 of the largest norm, where it stands out by HUMP above both ends
    at: dict[int, float]  # log10 of the norm at the lags that were asked for
    flow: GradientFlow  # the curve as it is drawn


def last_lag(J: Jacobians) -> int:
    """The lag that is spoken of: T - 1, from the last step back to the first."""
    return max(len(J) - 1, 1)


def reach_of(J: Jacobians, lag: int, bound: float, rate: float, asked: Sequence[int] = (), most: int = MOST_LAGS,
             ) -> Reach:
    """Of some sequences of one batch.

    Args:
        J: their one-step Jacobians, finite; they end at the step T from which it is looked back.
        lag: the farthest that is spoken of, 1..len(J).
        bound, rate: of one step, as `Jacobians.per_step` gives them.
        asked: lags to be told one by one.
        most: of the lags that are drawn.
    """
    with np.errstate(divide="ignore"):
        ends = _ends(J, lag)
        order = np.argsort(ends, kind="stable")
        middle = order[(len(ends) - 1) // 2:len(ends) // 2 + 1]
        drawn = evenly(len(J), 1, most)
        found = _Curve(lag, float(np.mean(ends[middle])))
        found.look([J.of(int(s)) for s in middle], {*drawn.tolist(), *asked, lag})
        flow = GradientFlow(lag=drawn, log10_norm=np.array([found.values[at] for at in drawn]),
                            log10_bound=drawn * np.log10(bound), log10_rho=drawn * np.log10(rate))
    return Reach(lag, found.end, len(ends), found.half, found.double, found.hump,
                 {at: found.values[at] for at in asked}, flow)


def _ends(J: Jacobians, lag: int) -> Floats:
    """log10 ||dh_T/dh_{T-lag}|| of every sequence, (S,)."""
    carry, (T, n, _) = J.carriers(), J.shape
    X, exponent = np.tile(np.eye(n), (J.samples, 1, 1)), np.zeros(J.samples, int)
    out = np.empty_like(X)
    for t in range(T - lag, T):
        carry(t, X, out)
        shift = _shift(out)
        np.multiply(out, np.ldexp(1.0, -shift)[:, None, None], X)
        exponent += shift
    return log10_spectral(X) + exponent * LOG10_2


def _shift(X: Floats) -> Ints:
    """The power of two, as an integer, that brings the largest entry of each matrix near 1; 0 where all are 0."""
    flat = X.reshape(len(X), -1)
    return np.clip(np.frexp(np.maximum(flat.max(axis=1), -flat.min(axis=1)))[1], -1000, 1000)  # 2^1000 is a float64


class _Curve:
    """The mean of log10 over one or two sequences, lag by lag, and where it turns."""

    def __init__(self, lag: int, end: float) -> None:
        self.lag, self.end = lag, end
        self.values: dict[int, float] = {}
        self.half: int | None = None
        self.double: int | None = None
        self._peak = (0, -np.inf)

    @property
    def hump(self) -> tuple[int, float] | None:
        return self._peak if self._peak[1] > max(0.0, self.end) + HUMP else None

    def look(self, each: Sequence[Jacobians], wanted: set[int]) -> None:
        T, n, _ = each[0].shape
        size = min(CHUNK, max(MOST_NUMBERS // (n * n), 1), T)
        held, exponents = np.empty((len(each), size, n, n)), np.empty((len(each), size), int)
        product, exponent = np.tile(np.eye(n), (len(each), 1, 1)), np.zeros(len(each), int)
        factors = np.empty_like(product)
        for first in range(1, T + 1, size):
            lags = np.arange(first, min(first + size, T + 1))
            for i, lag in enumerate(lags):
                for factor, J in zip(factors, each, strict=True):
                    factor[...] = J[T - lag]
                product = np.matmul(product, factors)
                shift = _shift(product)
                product *= np.ldexp(1.0, -shift)[:, None, None]
                exponent += shift
                held[:, i], exponents[:, i] = product, exponent
            self._take(lags, held[:, :len(lags)], exponents[:, :len(lags)] * LOG10_2, wanted)

    def _take(self, lags: Ints, products: Floats, log10_scale: Floats, wanted: set[int]) -> None:
        """Norms where they are asked for or can decide; then where the curve turns."""
        squares = np.square(products).sum(axis=2)  # of each column
        low = np.mean(0.5 * np.log10(squares.max(axis=2)) + log10_scale, axis=0)
        high = np.mean(0.5 * np.log10(squares.sum(axis=2)) + log10_scale, axis=0)
        inside = lags <= self.lag
        need = np.isin(lags, list(wanted))
        if self.half is None:
            need |= inside & (low <= HALF)
        if self.double is None:
            need |= inside & (high >= DOUBLE)
        need |= inside & (high > max(self._peak[1], max(0.0, self.end) + HUMP))
        at = np.flatnonzero(need)
        if not len(at):
            return
        n = products.shape[-1]
        norms = log10_spectral(products[:, at].reshape(-1, n, n)).reshape(-1, len(at)) + log10_scale[:, at]
        for lag, value in zip(lags[at].tolist(), np.mean(norms, axis=0).tolist(), strict=True):
            self._turn(lag, value)

    def _turn(self, lag: int, value: float) -> None:
        self.values[lag] = value
        if lag > self.lag:
            return
        if self.half is None and value <= HALF:
            self.half = lag
        if self.double is None and value >= DOUBLE:
            self.double = lag
        if value > self._peak[1]:
            self._peak = lag, value
