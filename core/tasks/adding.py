"""Adding: the sum of two marked numbers far apart.

Source: Hochreiter & Schmidhuber 1997, experiment 4, in the form that Tallec & Ollivier 2018 give: numbers of U(0, 1),
one marked in each half, T fixed, the sum itself. Who names the mean has 0.167, they write.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.sources import HOCHREITER_1997
from core.tasks.base import Baselines, Batch, Dependency, TaskKind
from core.tasks.words import say


def draw(rng: np.random.Generator, T: int, B: int) -> tuple[NDArray, ...]:
    """Numbers (T, B) of U(0, 1), and an index (B,) in each half."""
    return rng.random((T, B)), rng.integers(0, T // 2, size=B), rng.integers(T // 2, T, size=B)


def compose(T: int, values: NDArray, first: NDArray, second: NDArray) -> Batch:
    """Channel 1: the numbers. Channel 2: 1 at one step of each half, else 0. Target: the marked sum."""
    columns = np.arange(len(first))
    marker = np.zeros_like(values)
    marker[first, columns] = marker[second, columns] = 1.0
    target = values[first, columns] + values[second, columns]
    return Batch(np.stack([values, marker], axis=1), np.array([T]), target[None, None])


def baselines(T: int) -> Baselines:
    """Var U = 1/12. The mean, 1, misses by 1/6. The last input is a marked one in 1 of ceil(T/2) sequences,
    and then one of the two numbers is known: 1/12."""
    marked = 1.0 / (T - T // 2)
    return Baselines(1 / 6, (1 - marked) / 6 + marked / 12, "squared error")


def dependency(T: int) -> Dependency:
    """Of the first marked number: the second is nearer."""
    return Dependency(T - T // 2, T - 1, say("adding"))


TASK = TaskKind(
    name="adding", title="Adding two marked numbers", source=HOCHREITER_1997,
    about="Two of T random numbers are marked, one in each half; at t = T their sum is asked for.",
    n_in=2, n_out=1, classes=False, draw=draw, compose=compose, baselines=baselines, dependency=dependency,
    solved_loss=0.02,
)
