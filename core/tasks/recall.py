"""Recall: name, at the end, the symbol shown at the first step, after a long stretch of noise.

Source: Hochreiter & Schmidhuber 1997, task 3a, the 2-sequence problem of Bengio et al. 1994: the first N elements
tell the class, Gaussian noise follows. Here N = 1, four symbols, and the noise has an input of its own.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.sources import HOCHREITER_1997
from core.tasks.base import Baselines, Batch, Dependency, TaskKind
from core.tasks.words import say

SYMBOLS = 4
NOISE = 0.3  # standard deviation of the fifth input, at every step


def draw(rng: np.random.Generator, T: int, B: int) -> tuple[NDArray, ...]:
    """Symbols (B,), noise (T, B)."""
    return rng.integers(SYMBOLS, size=B), rng.normal(0.0, NOISE, (T, B))


def compose(T: int, symbol: NDArray, noise: NDArray) -> Batch:
    """Channels 1-4: the symbol, one-hot, at t = 1 only. Channel 5: noise."""
    B = len(symbol)
    x = np.zeros((T, SYMBOLS + 1, B))
    x[0, symbol, np.arange(B)] = 1.0
    x[:, SYMBOLS] = noise
    return Batch(x, np.array([T]), symbol[None])


def baselines(T: int) -> Baselines:
    """The last input is noise alone: without memory every symbol is as likely as any other."""
    return Baselines(float(np.log(SYMBOLS)), float(np.log(SYMBOLS)), "nats")


def dependency(T: int) -> Dependency:
    return Dependency(T - 1, T - 1, say("recall"))


TASK = TaskKind(
    name="recall", title="Recall the first symbol", source=HOCHREITER_1997,
    about="One of 4 symbols is shown at t = 1, noise follows, and the symbol is asked for at t = T.",
    n_in=SYMBOLS + 1, n_out=SYMBOLS, classes=True, draw=draw, compose=compose, baselines=baselines,
    dependency=dependency,
)
