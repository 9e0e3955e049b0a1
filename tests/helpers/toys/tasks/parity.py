"""Parity: whether the number of ones that were shown is odd."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.tasks.base import Baselines, Batch, TaskKind


def draw(rng: np.random.Generator, T: int, B: int) -> tuple[NDArray, ...]:
    """Bits, (T, B)."""
    return (rng.integers(0, 2, size=(T, B)),)


def compose(T: int, bits: NDArray) -> Batch:
    """One target, at the last step."""
    return Batch(bits[:, None, :].astype(np.float64), np.array([T]), bits.sum(axis=0)[None] % 2)


def baselines(T: int) -> Baselines:
    """The last bit alone says nothing."""
    return Baselines(float(np.log(2)), float(np.log(2)), "nats")


TASK = TaskKind(name="parity", title="Parity", source=None, about="Whether the number of ones is odd.", n_in=1, n_out=2,
                classes=True, draw=draw, compose=compose, baselines=baselines)
