"""Sine: the next value of a sine of unknown frequency. Everything learns it: the control."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.tasks.base import Baselines, Batch, Dependency, TaskKind
from core.tasks.words import say

LOW, HIGH = 0.1, 0.6  # angular frequency, radians a step


def draw(rng: np.random.Generator, T: int, B: int) -> tuple[NDArray, ...]:
    """omega, radians a step, and phase, radians: (B,) each."""
    return rng.uniform(LOW, HIGH, size=B), rng.uniform(0.0, 2 * np.pi, size=B)


def compose(T: int, omega: NDArray, phase: NDArray) -> Batch:
    """x_t = sin(omega t + phase); the target at every step is x_{t+1}."""
    wave = np.sin(np.arange(T + 1)[:, None] * omega + phase)
    return Batch(wave[:T, None].copy(), np.arange(1, T + 1), wave[1:, None].copy())


def baselines(T: int) -> Baselines:
    """x_{t+1} = x_t cos(omega) + y_t sin(omega), with y_t of either sign given x_t:
    the best guess from x_t alone is x_t E[cos omega], and it misses by (1 - E[cos omega]^2)/2."""
    mean_cos = (np.sin(HIGH) - np.sin(LOW)) / (HIGH - LOW)
    return Baselines(0.5, float(0.5 * (1 - mean_cos**2)), "squared error")


def dependency(T: int) -> Dependency:
    """2 cos(omega) = (x_t + x_{t-2}) / x_{t-1}, and x_{t+1} = 2 cos(omega) x_t - x_{t-1}."""
    return Dependency(min(2, T - 1), min(2, T - 1), say("sine"))


TASK = TaskKind(
    name="sine", title="Next value of a sine", source=None,
    about="A sine of unknown frequency; at every step its next value is asked for. Two steps of memory are enough.",
    n_in=1, n_out=1, classes=False, draw=draw, compose=compose, baselines=baselines, dependency=dependency,
    solved_loss=0.02,
)
