r"""How far back the product of Jacobians reaches, for the median sequence of a batch.

    dh_T/dh_{T-l} = J_T J_{T-1} ... J_{T-l+1}

`middle` finds the sequence in the middle (two, where their number is even: then the mean of both). Of that one the
curve is drawn, at some lags; what is said of it is found at all lags. A norm is computed where it can decide something:
the largest column of a product is never above it, the Frobenius norm never below.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.arrays import Floats, Ints
from core.network.cells.jacobians import Jacobians, PlainJacobians
from core.norms import LOG10_2
from core.plotting.thinning import evenly
from core.topics.jacobians.kinds import HUMP
from core.topics.jacobians.products import CHUNK, MOST_NUMBERS, log10_spectral
from core.topics.jacobians.rounding import log10_rounding_share, sizes_on_the_way
from core.topics.jacobians.scaled import scaled_products
from core.topics.playground.middle import middle_of
from core.training.record import GradientFlow

MOST_LAGS = 96  # that are drawn, evenly spread over longer sequences
ALL = -2.0  # log10 of a share that rounding may have made, from which on it may be all: of what is rounded too
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
    rounding: float = -np.inf  # log10 of the share of the norm at `lag` that rounding may have made, see ALL
    nilpotent: bool = False  # whether it is rounding alone: every factor is a number times a W_hh without eigenvalues
    # but 0, and there are n of them or more


def last_lag(J: Jacobians) -> int:
    """The lag that is spoken of: T - 1, from the last step back to the first."""
    return max(len(J) - 1, 1)


def reach_of(J: Jacobians, lag: int, bound: float, rate: float, asked: Sequence[int] = (), most: int = MOST_LAGS,
             *, quick: bool = False) -> Reach:
    """Of some sequences of one batch.

    Args:
        J: their one-step Jacobians, finite; they end at the step T from which it is looked back.
        lag: the farthest that is spoken of, 1..len(J).
        bound, rate: of one step, as `Jacobians.per_step` gives them.
        asked: lags to be told one by one.
        most: of the lags that are drawn.
        quick: see `middle_of`.
    """
    with np.errstate(divide="ignore"):
        middle, ends = middle_of(J, lag, quick=quick)
        each = [J.of(int(s)) for s in middle]
        drawn = evenly(len(J), 1, most)
        found = _Curve(lag, float(np.mean(ends)))
        found.look(each, {*drawn.tolist(), *asked, lag})
        flow = GradientFlow(lag=drawn, log10_norm=np.array([found.values[at] for at in drawn]),
                            log10_bound=drawn * np.log10(bound), log10_rho=drawn * np.log10(rate))
        rounding = _rounding(each[0], found, bound)
    return Reach(lag, found.end, J.samples, found.half, found.double, found.hump,
                 {at: found.values[at] for at in asked}, flow, rounding,
                 nilpotent=rate == 0.0 and lag >= J.shape[1] and found.end > -np.inf and all(map(_even, each)))


def _rounding(J: Jacobians, found: _Curve, bound: float) -> float:
    """`Reach.rounding`: looked for where the bound of a factor does not exclude that rounding decides."""
    if np.isnan(bound) or found.end == -np.inf:
        return -np.inf
    lags = np.arange(found.lag)
    after = np.append(0.0, np.concatenate(found.highs)[:found.lag - 1])  # ||dh_T/dh_{T-l}|| for l = 0..lag-1
    at_most = log10_rounding_share(after, np.log10(bound) * np.ones(found.lag), np.log10(bound) * lags, found.end,
                                   J.shape[1])
    if at_most < ALL:
        return -np.inf
    after = np.append(0.0, np.concatenate(found.lows)[:found.lag - 1])
    return log10_rounding_share(after, *sizes_on_the_way(J, found.lag), found.end, J.shape[1])


def _even(J: Jacobians) -> bool:
    """Whether every factor is a number times W_hh."""
    return isinstance(J, PlainJacobians) and J.leak is None and bool((J.slopes == J.slopes[:, :1]).all())


class _Curve:
    """The mean of log10 over one or two sequences, lag by lag, and where it turns."""

    def __init__(self, lag: int, end: float) -> None:
        self.lag, self.end = lag, end
        self.values: dict[int, float] = {}
        self.half: int | None = None
        self.double: int | None = None
        self._peak = (0, -np.inf)
        self.lows: list[Floats] = []  # log10 of what the norm at lags 1, 2, ... is not below, in pieces
        self.highs: list[Floats] = []  # ... and not above

    @property
    def hump(self) -> tuple[int, float] | None:
        return self._peak if self._peak[1] > max(0.0, self.end) + HUMP else None

    def look(self, each: Sequence[Jacobians], wanted: set[int]) -> None:
        T, n, _ = each[0].shape
        size = min(CHUNK, max(MOST_NUMBERS // (n * n), 1), T)
        held = np.empty((size, len(each), n, n))
        product, exponent = np.tile(np.eye(n), (len(each), 1, 1)), np.zeros(len(each), int)
        for first in range(1, T + 1, size):
            lags = np.arange(first, min(first + size, T + 1))
            factors = np.stack([J.between(T - lags[-1], T - first + 1)[::-1] for J in each], axis=1)
            products = held[:len(lags)]
            exponents = exponent + scaled_products(product, factors, np.matmul, products)
            product, exponent = products[-1].copy(), exponents[-1]
            self._take(lags, products.swapaxes(0, 1), exponents.T * LOG10_2, wanted)
        self.end = self.values[self.lag]

    def _take(self, lags: Ints, products: Floats, log10_scale: Floats, wanted: set[int]) -> None:
        """Norms where they are asked for or can decide; then where the curve turns."""
        squares = np.square(products).sum(axis=2)  # of each column
        low = np.mean(0.5 * np.log10(squares.max(axis=2)) + log10_scale, axis=0)
        high = np.mean(0.5 * np.log10(squares.sum(axis=2)) + log10_scale, axis=0)
        self.lows.append(low)
        self.highs.append(high)
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
