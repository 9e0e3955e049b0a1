"""Temporal order: two special symbols among distractors; name which pair came, in order.

Source: Hochreiter & Schmidhuber 1997, experiment 6a: the special symbols come between 10 and 20 and between 50 and 60
of 100 to 110 steps, after a first and before a last symbol of their own. Here the second comes between 4T/10 and 5T/10,
T is fixed, and there is no first and no last symbol.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.sources import HOCHREITER_1997
from core.tasks.base import Baselines, Batch, Dependency, TaskKind, one_hot
from core.tasks.words import say

SYMBOLS = 6  # two special ones (0, 1) and four distractors
CLASSES = 4


def tenths(T: int, low: int, high: int) -> tuple[int, int]:
    """Zero-based half-open range [low T/10, high T/10), never empty."""
    start = low * T // 10
    return start, max(high * T // 10, start + 1)


def draw(rng: np.random.Generator, T: int, B: int) -> tuple[NDArray, ...]:
    """Distractors (T, B), the pair of specials (2, B), t1 - 1 and t2 - 1: in [T/10, 2T/10) and [4T/10, 5T/10)."""
    return (rng.integers(2, SYMBOLS, size=(T, B)), rng.integers(2, size=(2, B)),
            rng.integers(*tenths(T, 1, 2), size=B), rng.integers(*tenths(T, 4, 5), size=B))


def compose(T: int, symbols: NDArray, pair: NDArray, t1: NDArray, t2: NDArray) -> Batch:
    """The specials in the place of two distractors; the class is their pair."""
    symbols, columns = symbols.copy(), np.arange(len(t1))
    first, second = pair
    symbols[t1, columns] = first
    symbols[t2, columns] = second
    return Batch(one_hot(symbols, SYMBOLS), np.array([T]), (2 * first + second)[None])


def baselines(T: int) -> Baselines:
    """The last symbol is a distractor: it says nothing about the pair."""
    return Baselines(float(np.log(CLASSES)), float(np.log(CLASSES)), "nats")


def dependency(T: int) -> Dependency:
    """Of the first special symbol: the second is nearer."""
    first, last = tenths(T, 1, 2)
    return Dependency(T - last, T - 1 - first, say("temporal_order"))


TASK = TaskKind(
    name="temporal_order", title="Temporal order", source=HOCHREITER_1997,
    about="Two special symbols appear, near T/10 and near 4T/10, among distractors; at t = T their order is asked for.",
    n_in=SYMBOLS, n_out=CLASSES, classes=True, draw=draw, compose=compose, baselines=baselines, dependency=dependency,
    shortest=5, limit_reason="both special symbols need a place of their own before the end",
)
