"""Generator: draw a waveform from memory. The output is fed back: after a cue nothing tells the network where it is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.spelling import fixed
from core.tasks.base import Baselines, Batch, Dependency, TaskKind
from core.tasks.words import say

CUE = 5  # steps whose input is given: the network finds its place on the curve
PERIOD = 20.0  # steps


def waveforms() -> dict[str, str]:
    return {"eight": "figure of eight (2-D)", "circle": "circle (2-D)", "sine": "sine", "square": "square wave",
            "sawtooth": "sawtooth", "beat": "two sines"}


def curve(waveform: str, angle: NDArray[np.float64]) -> NDArray[np.float64]:
    """The points at phases `angle` (radians), (2, ...): mean 0 and variance 1/2 each. One channel: the second is 0."""
    turns = np.mod(angle / (2 * np.pi), 1.0)
    first = {
        "eight": np.sin(angle), "circle": np.cos(angle), "sine": np.sin(angle),
        "square": np.where(turns < 0.5, 1.0, -1.0) / np.sqrt(2.0),
        "sawtooth": np.sqrt(1.5) * (2.0 * turns - 1.0),
        "beat": (np.sin(angle) + np.sin(3.0 * angle)) / np.sqrt(2.0),
    }[waveform]
    second = {"eight": np.sin(2.0 * angle), "circle": np.sin(angle)}.get(waveform, np.zeros_like(angle))
    return np.stack([first, second])


def draw(rng: np.random.Generator, T: int, B: int, waveform: str = "eight") -> tuple[NDArray, ...]:
    """Where on the curve each sequence begins, (B,) radians."""
    return (rng.uniform(0.0, 2 * np.pi, size=B),)


def compose(T: int, phase: NDArray, waveform: str = "eight") -> Batch:
    """x_t is the point of step t - 1, the target of step t the point of step t."""
    points = curve(waveform, phase + 2 * np.pi / PERIOD * np.arange(T + 1)[:, None])  # (2, T + 1, B)
    points = np.ascontiguousarray(points.transpose(1, 0, 2))
    first = min(CUE, T - 1) + 1
    return Batch(points[:T].copy(), np.arange(first, T + 1), points[first:].copy())


def baselines(T: int, waveform: str = "eight") -> Baselines:
    """The mean of the curve, 0, misses by its variance, and of one channel there is half of it to miss.

    After the cue no input is given, so that without a memory and without its own output nothing is better than the
    mean. The output is a memory by itself: a network with W_hh = 0 that reads its own draws the circle exactly.
    """
    missed = 0.5 if waveform in ("eight", "circle") else 0.25
    return Baselines(missed, missed, "squared error", without="memory and feedback")


def dependency(T: int) -> Dependency:
    return Dependency(min(T - 1, 1), max(T - CUE, 1), say("generator"))


TASK = TaskKind(
    name="generator", title="Draw a waveform, running freely", source=None,
    about=f"After {CUE} given points the network's output is its own next input, and it must go on drawing the curve "
          f"(period {fixed(PERIOD, 0)} steps).",
    n_in=2, n_out=2, classes=False, draw=draw, compose=compose, baselines=baselines, dependency=dependency,
    solved_loss=0.02,
    shortest=CUE + 2, limit_reason="the cue is given, and something must be left to draw", cue=CUE,
    options=("waveform",),
)
