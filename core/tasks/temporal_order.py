"""Temporal order: two special symbols among distractors; name which pair came, in order."""

from __future__ import annotations

import numpy as np

from core.records import Baselines
from core.sources import HOCHREITER_1997
from core.tasks import Batch, Dependency, TaskKind, one_hot

SYMBOLS = 6  # two special ones (0, 1) and four distractors
CLASSES = 4


def window(T: int, low: int, high: int) -> tuple[int, int]:
    """Zero-based half-open range [low T/10, high T/10), never empty."""
    start = low * T // 10
    return start, max(high * T // 10, start + 1)


def sample(rng: np.random.Generator, T: int, B: int) -> Batch:
    """The specials stand at t1 in [T/10, 2T/10) and t2 in [4T/10, 5T/10); the class is their pair."""
    symbols = rng.integers(2, SYMBOLS, size=(T, B))
    first, second = rng.integers(2, size=(2, B))
    columns = np.arange(B)
    symbols[rng.integers(*window(T, 1, 2), size=B), columns] = first
    symbols[rng.integers(*window(T, 4, 5), size=B), columns] = second
    return Batch(one_hot(symbols, SYMBOLS), np.array([T]), (2 * first + second)[None])


def baselines(T: int) -> Baselines:
    """The last symbol is a distractor: it says nothing about the pair."""
    return Baselines(float(np.log(CLASSES)), float(np.log(CLASSES)), "nats")


def dependency(T: int) -> Dependency:
    """Of the first special symbol: the second is nearer."""
    first, last = window(T, 1, 2)
    return Dependency(T - last, T - 1 - first, "the first special symbol, between T/10 and 2T/10; the second is nearer")


TASK = TaskKind(
    name="temporal_order", title="Temporal order", source=HOCHREITER_1997,
    about="Two special symbols appear, near T/10 and near 4T/10, among distractors; at t = T their order is asked for.",
    n_in=SYMBOLS, n_out=CLASSES, classes=True, sample=sample, baselines=baselines, dependency=dependency,
    shortest=5, limit_reason="both special symbols need a place of their own before the end",
)
