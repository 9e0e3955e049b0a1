"""What work costs: bytes and seconds, foretold from the sizes of what is worked on.

    prices().of(8, seeds, held).product(n, m, B)        # s of one matrix product, by the sides of what is multiplied

What this machine takes for a little of each kind of work (a product of matrices, one operation on each number of an
array, a random number, a factorization) is measured once a process, when it is first asked for, in some hundredths of a
second. A formula counts how much of each there is; it stands beside what it foretells.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

SIDES = (1, 4, 16, 64, 128)  # of a product, the smallest: the others are LONG
LONG = 128
SIZES = (4, 16, 64)  # of a factorization
CACHE = 2**20  # bytes that stay near from one step of the work to the next
NEAR, FAR = 2**12, 2**21  # numbers of an array that does, and of one that does not
FACTORIZATIONS: dict[str, Callable[[np.ndarray], object]] = {
    "eigvals": np.linalg.eigvals, "eigvalsh": lambda M: np.linalg.eigvalsh(M + M.T),
    "svd": lambda M: np.linalg.svd(M, compute_uv=False), "qr": lambda M: np.linalg.qr(M, mode="r")}


@dataclass(frozen=True)
class Cost:
    """Of a piece of work."""

    bytes: float  # held at most
    seconds: float  # of one processor


@dataclass(frozen=True)
class Prices:
    """s, as this machine has them, on the arrays of so many networks side by side."""

    call: float  # of a call of the library, however little there is to do
    products: tuple[float, ...]  # of a multiplication with its addition, where the smallest side is each of SIDES
    near: float  # of one operation on a number: one that stays in the cache,
    far: float  # and one that comes from memory
    exp: float  # of an exponential
    drawn: float  # of a random number
    factorized: dict[str, tuple[float, ...]]  # of a matrix of each of SIZES
    number: float = 8  # bytes of a number
    replicas: int = 1
    held: float = 0.0  # bytes of the arrays that are gone through

    def of(self, number: int, replicas: int, held: float) -> Prices:
        """On arrays of this kind."""
        return replace(self, number=number, replicas=replicas, held=held)

    def product(self, rows: float, inner: float, columns: float) -> float:
        """(rows, inner) times (inner, columns)."""
        side = np.log(max(min(rows, inner, columns), 1))
        rate = float(np.exp(np.interp(side, np.log(SIDES), np.log(self.products))))
        return self.call + self.replicas * self.number / 8 * rate * rows * inner * columns

    def each(self, numbers: float, times: float = 1.0) -> float:
        """So many operations on each number of an array, a call each."""
        rate = self.near if self.held <= CACHE else self.far
        return times * (self.call + self.replicas * self.number / 8 * rate * numbers)

    def function(self, rate: float, numbers: float) -> float:
        """Of each number, where one takes `rate`."""
        return self.call + self.replicas * rate * numbers

    def factorization(self, kind: str, n: float) -> float:
        """Of one matrix, (n, n), in float64."""
        known = self.factorized[kind]
        if n > SIZES[-1]:
            return known[-1] * (n / SIZES[-1]) ** 3
        return float(np.exp(np.interp(np.log(max(n, 1)), np.log(SIZES), np.log(known))))


@cache
def prices() -> Prices:
    """Of this machine, measured at the first call."""
    rng = np.random.default_rng(0)
    A, B = rng.normal(size=(LONG, LONG)), rng.normal(size=(LONG, LONG))
    small, matrices = np.ones(4), {n: rng.normal(size=(n, n)) for n in SIZES}
    products = []
    for side in SIDES:
        left, right = A[:side].copy(), np.empty((side, LONG))
        rate = timed(lambda left=left, right=right: left.dot(B, right)) / (side * LONG * LONG)
        # more rows never take less time
        products.append(max(rate, products[-1] * SIDES[len(products) - 1] / side) if products else rate)
    rates = []
    for size in (NEAR, FAR):
        x = np.ones(size)
        rates.append(timed(lambda x=x: np.multiply(x, 1.0, x), 4) / size)
    x, y = np.linspace(-1.0, 1.0, NEAR), np.empty(NEAR)
    return Prices(
        call=timed(lambda: np.multiply(small, small, small), 200), products=tuple(products), near=rates[0],
        far=max(rates), exp=timed(lambda: np.exp(x, y)) / NEAR, drawn=timed(lambda: rng.normal(size=NEAR)) / NEAR,
        factorized={kind: tuple(timed(lambda act=act, n=n: act(matrices[n]), 3) for n in SIZES)
                    for kind, act in FACTORIZATIONS.items()})


def timed(act: Callable[[], object], rounds: int = 10) -> float:
    """s that it takes, by the quickest of some rounds: what else the machine does only adds to it."""
    took = []
    for _ in range(rounds):
        began = time.perf_counter()
        act()
        took.append(time.perf_counter() - began)
    return min(took)
