"""Sunspots: next year's sunspot number, from the measured yearly series 1700-2008.

Data: sunspots.csv beside this file, yearly mean sunspot numbers compiled by NOAA's National Geophysical Data
Center (Solar data services). Public domain, as a work of the United States government.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.sources import SUNSPOTS
from core.tasks.base import Baselines, Batch, Dependency, TaskKind
from core.tasks.words import say

UNIT = 100.0  # the network sees the number in hundreds


@cache
def series() -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Years, (309,), and sunspot numbers / 100, (309,)."""
    with Path(__file__).with_suffix(".csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    years = np.array([int(row["year"]) for row in rows])
    return years, np.array([float(row["sunspot_number"]) for row in rows]) / UNIT


def draw(rng: np.random.Generator, T: int, B: int) -> tuple[NDArray, ...]:
    """The years, counted from the first, at which windows of T + 1 years begin: anywhere, (B,)."""
    return (rng.integers(len(series()[1]) - T, size=B),)


def compose(T: int, start: NDArray) -> Batch:
    """The target at every step is the next year."""
    _, values = series()
    window = values[start + np.arange(T + 1)[:, None]]
    return Batch(window[:T, None].copy(), np.arange(1, T + 1), window[1:, None].copy())


def baselines(T: int) -> Baselines:
    """Mean, and least-squares line through (this year, next year), each pair of years counted as often as the
    windows show it."""
    _, values = series()
    now, after = values[:-1], values[1:]
    i = np.arange(len(now))
    windows = len(values) - T
    weight = np.minimum(np.minimum(i + 1, len(now) - i), min(T, windows)).astype(float)
    weight /= weight.sum()
    mean = weight @ after
    slope, cut = np.polyfit(now, after, 1, w=np.sqrt(weight))
    return Baselines(
        float(weight @ (after - mean) ** 2), float(weight @ (after - slope * now - cut) ** 2), "squared error")


def dependency(T: int) -> Dependency:
    """A measured series keeps its secret: from one year, for this year's number, to one cycle of 11."""
    return Dependency(1, min(11, T - 1), say("sunspots"))


TASK = TaskKind(
    name="sunspots", title="Sunspots: next year's number (measured)", source=SUNSPOTS,
    about="Yearly sunspot numbers, 1700-2008; at every step the next year is asked for. A cycle takes 11 years.",
    n_in=1, n_out=1, classes=False, draw=draw, compose=compose, baselines=baselines, dependency=dependency,
    solved_loss=0.03,
    longest=300, limit_reason="the series has 309 years",
)
