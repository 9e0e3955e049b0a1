"""The shipped series is whole, and its windows are cut and judged as they say."""

import csv
from pathlib import Path

import numpy as np
import pytest

from core.tasks import sunspots
from core.tasks.base import tasks


def test_the_sunspot_file_has_every_year_once_and_the_known_maximum():
    with Path(sunspots.__file__).with_suffix(".csv").open(newline="") as file:
        rows = [(int(row["year"]), float(row["sunspot_number"])) for row in csv.DictReader(file)]
    assert [year for year, _ in rows] == list(range(1700, 2009))
    assert max(rows, key=lambda row: row[1]) == (1957, 190.2)
    assert sum(number == 0 for _, number in rows) == 3  # 1711, 1712, 1810


def test_sunspot_windows_start_at_every_year_that_leaves_room():
    _, values = sunspots.series()
    batch = tasks()["sunspots"].sample(np.random.default_rng(0), 300, 2000)
    assert set(batch.x[0, 0]) == set(values[:9])


@pytest.mark.parametrize("T", [2, 50, 300])
def test_sunspot_baselines_are_those_of_all_windows_together(T):
    """Not a sample: every window there is, each pair of years as often as they show it."""
    _, values = sunspots.series()
    windows = np.lib.stride_tricks.sliding_window_view(values, T + 1)
    now, after = windows[:, :-1].ravel(), windows[:, 1:].ravel()
    X = np.c_[np.ones(now.size), now]
    residual = after - X @ np.linalg.lstsq(X, after, rcond=None)[0]
    baselines = tasks()["sunspots"].baselines(T)
    assert (baselines.chance, baselines.memoryless) == pytest.approx((after.var(), np.mean(residual**2)), rel=1e-10)
