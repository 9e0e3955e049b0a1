"""What the work beside the page of Jacobians costs, foretold from the sizes."""

from __future__ import annotations

from core.cost import Cost, Prices, prices
from core.live.memory import DRAWN, FLOAT
from core.tasks.base import TaskKind

SWEEPS = 7  # of rotations that a singular spectrum takes
ROTATED = 12  # operations on each number of two rows that are rotated
GRIDS = 12  # arrays over all pairs: sums, counts, rounding
SCALED = 6  # operations on each number of a product, to keep it within the numbers
MOST_NUMBERS = 2**16  # of rows that are rotated together
STRETCH = 1024  # steps of a long sequence's forward pass at a time
NORMS = 4  # copies of what is known so far
VIEWS = 2200  # bytes of the views that a tape has ready for each step


def map_cost(T: int, n: int, sequences: int, grid: int, block: int, at: Prices | None = None) -> Cost:
    """Of the quick and the exact map, its rounding and its peak.

    Args:
        n: numbers of the state.
        grid: times that it has.
        block: numbers that are carried at a time.
    """
    own = (at or prices()).of(8, 1, 0)
    columns = 0.5 * grid  # that have begun, on the way
    carried = columns * (own.product(n, n, n) + own.each(n * n, SCALED))
    swept = columns * own.each(n * n, 3)
    normed = 0.5 * grid**2 * (own.product(n, n, n) + own.factorization("eigvalsh", n))
    factors = 3 * T * (own.product(n, n, n) + own.factorization("eigvalsh", n) + own.each(n * n, SCALED))
    seconds = sequences * (T * (2 * carried + swept) + normed + factors)
    between = (T / grid + 1) * n * n  # the factors between two times of the grid, of which rounding is made
    return Cost(FLOAT * (GRIDS * grid**2 + 8 * max(min(block, grid * n * n), n * n) + 6 * between), seconds)


def singular_cost(T: int, n: int, lags: int, at: Prices | None = None) -> Cost:
    """Of all singular values at so many lags: a QR a step, and rotations at each of these lags."""
    own = (at or prices()).of(8, 1, 0)
    step = 2 * own.factorization("qr", n) + 4 * own.product(n, n, n) + own.each(n * n, SCALED)
    rotated = SWEEPS * n * own.each(n * n, ROTATED)
    together = min(lags * n * n, MOST_NUMBERS) + n * n
    return Cost(FLOAT * (16 * n * n + 8 * together + 4 * lags * n), T * step + lags * rotated)


def long_bytes(length: int, n: int, task: TaskKind) -> float:
    """Of each step of a long sequence the slopes of n units, the input, and the norms, or what the input is drawn with
    before; beside them the tape of one stretch."""
    stretch = STRETCH * (VIEWS + FLOAT * (5 * n + task.n_in + 1))
    return stretch + FLOAT * max(n + task.n_in + NORMS, 2 * task.n_in + DRAWN) * length


def long_seconds(length: int, n: int, at: Prices | None = None) -> float:
    """A product and its norm a step."""
    own = (at or prices()).of(8, 1, 0)
    norm = own.factorization("eigvalsh", n) + own.product(n, n, n)
    return length * (2 * own.product(n, n, n) + norm + own.each(n * n, SCALED) + own.product(n, n, 1) + 10 * own.call)
