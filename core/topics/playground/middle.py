r"""Which sequence of a batch is in the middle, by the size of its product of Jacobians over the whole way.

A product costs T n^3. Where all of them would take long, each is estimated first: P G for some random columns G is of
about the size of ||P||, and costs T n^2. Those whose estimates lie so close to the middle one that the order is not
certain are then compared by their products; of the others the order is enough.
"""

from __future__ import annotations

import numpy as np

from core.arrays import Floats, Ints
from core.network.cells.jacobians import Jacobians
from core.norms import LOG10_2
from core.topics.jacobians.products import log10_spectral
from core.topics.jacobians.scaled import scaled_products

LONG = 2**30  # multiplications for all products: some 60 ms
COLUMNS = 8  # of G: ||P G|| / (||P|| sqrt(COLUMNS)) is 1 give or take a quarter
APART = 0.4  # in log10: estimates that lie farther apart are in order
SAME = 1e-9  # in log10: estimates of sequences with the same factors
TOGETHER, AT_ONCE = 16, 2**15  # steps, and numbers, that are rescaled at a time: more would not stay in the cache


def middle_of(J: Jacobians, lag: int, *, quick: bool = False) -> tuple[Ints, Floats]:
    """The sequence in the middle by ||dh_T/dh_{T-lag}||, or both where their number is even.

    Args:
        quick: go by the estimates alone: of sequences that are nearly as large one may be taken for another.

    Returns:
        indices (1 or 2), and log10 of the norms; where all products would take long these may be estimates.
    """
    if J.samples * lag * J.shape[1] ** 3 <= LONG:
        return _middle(_ends(J, lag))
    ends = _estimates(J, lag)
    middle = _middle(ends)[1]
    with np.errstate(invalid="ignore"):
        apart = np.where(ends == middle[:, None], 0.0, np.abs(ends - middle[:, None])).min(axis=0)
    close = np.flatnonzero(apart <= APART)
    if not quick and len(close) > len(middle) and apart[close].max() > SAME:
        ends[close] = _ends(J.select(close), lag)
    return _middle(ends)


def _middle(ends: Floats) -> tuple[Ints, Floats]:
    order = np.argsort(ends, kind="stable")
    found = order[(len(ends) - 1) // 2:len(ends) // 2 + 1]
    return found, ends[found]


def _ends(J: Jacobians, lag: int) -> Floats:
    """log10 ||dh_T/dh_{T-lag}|| of every sequence, (S,)."""
    X, log10_scale = _carried(J, lag, np.eye(J.shape[1]))
    return log10_spectral(X) + log10_scale


def _estimates(J: Jacobians, lag: int) -> Floats:
    """The same to about a quarter, (S,)."""
    X, log10_scale = _carried(J, lag, np.random.default_rng(0).normal(size=(COLUMNS, J.shape[1])))
    return 0.5 * np.log10(np.square(X).sum(axis=(1, 2)) / COLUMNS) + log10_scale


def _carried(J: Jacobians, lag: int, rows: Floats) -> tuple[Floats, Floats]:
    """The rows times the transposed product of every sequence, (S, c, n), and log10 of a power of two beside each."""
    carry, T = J.carriers(), len(J)
    X, exponent = np.tile(rows, (J.samples, 1, 1)), np.zeros(J.samples, int)
    held = np.empty((max(min(TOGETHER, AT_ONCE // X.size), 1), *X.shape))
    for first in range(T - lag, T, len(held)):
        steps = range(first, min(first + len(held), T))
        exponent += scaled_products(X, steps, lambda X, t, out: carry(t, X, out), held[:len(steps)])[-1]
        X = held[len(steps) - 1].copy()
    return X, exponent * LOG10_2
