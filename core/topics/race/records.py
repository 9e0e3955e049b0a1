"""What a race shows, taken at one moment: every lane's curves over its seeds, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.arrays import Floats
from core.claims import Claim
from core.plotting.thinning import buckets, extremes
from core.tasks.base import Baselines
from core.topics.race.lag_norms import LEVEL
from core.training.experiment import Experiment

MOST, MOST_EDGES = 160, 60  # points of a median, beside its ends, and of a band: up to seven lanes share a chart


@dataclass(frozen=True)
class Band:
    """One quantity over the seeds of a lane. A seed that left the finite numbers counts as +inf: it is not left out."""

    x: Floats  # (M,) updates, steps or lags, ascending; M is bounded
    median: Floats  # (M,)
    edges: Floats  # (E,) as x, for the two that follow; E is bounded
    low: Floats  # (E,) lowest seed, or lower quartile
    high: Floats  # (E,) highest seed, or upper quartile


NOTHING = Band(*(np.empty(0) for _ in range(5)))


@dataclass(frozen=True)
class Solve:
    """When one seed had solved its task."""

    update: int
    seconds: float  # processor time of as many updates of one network by itself, recording included, s


@dataclass(frozen=True)
class LaneView:
    """One lane."""

    slot: int  # its place: 0 is the baseline; its colour, dash and number on every chart
    title: str  # what it has of its own
    experiment: Experiment
    state: str  # racing, solved (every seed), diverged (every seed), over (solved or diverged, each seed), finished
    updates: int  # made so far
    solved: tuple[Solve | None, ...]  # one for each seed; None while it has not
    stopped_at: tuple[int | None, ...]  # one for each seed: at which update it left the finite numbers; None while not
    loss: Band  # by update; nats or squared error
    grad_norm: Band  # by update; log10 ||dL/dtheta||, before any remedy changes it
    dL_dh: Band  # by step t = 1..T, of the last update; log10 ||dL/dh_t||
    dL_dc: Band | None  # the same for the memory of a gated cell; None for a cell without one
    flow: Band  # by lag; log10 ||dh_T/dh_{T-lag}||
    horizon: tuple[float, ...]  # for each seed the first of all lags at which the norm is below the level; inf: at none
    seconds: float  # median processor time of an update of one network by itself, s; nan before a few were measured
    failed: Claim | None  # why an update could not be computed; None where none failed
    orthogonality: float | None  # largest ||W_hh' W_hh - I||_F over the seeds; None without a remedy that is about it

    @property
    def alive(self) -> bool:
        """Whether it makes more updates."""
        return self.state == "racing"


@dataclass(frozen=True)
class RaceView:
    """All lanes at one moment."""

    state: str  # ready, playing, paused, finished
    front: int  # the update that the foremost lane has made
    steps: int  # updates that the race goes on for
    seeds: tuple[int, ...]
    T: int  # length of the sequences, steps
    lanes: tuple[LaneView, ...]  # the baseline first
    baselines: Baselines
    settled: bool  # nothing moves any more: what is shown is the last update
    level: float = LEVEL  # of the norm, below which a lag counts as out of reach
    quick: bool = False  # less is measured than will be when a reader's hand rests: some lanes, or some lags


def quantiles(values: NDArray[np.floating], shares: tuple[float, ...]) -> Floats:
    """By linear interpolation along the first axis, where infinities are values like others.

    Args:
        values: (S, ...), no nan.
        shares: each 0..1.

    Returns:
        (len(shares), ...); nan only between -inf and +inf.
    """
    if len(values) == 1:
        return np.repeat(values, len(shares), axis=0)
    ordered, last = np.sort(values, axis=0), len(values) - 1
    out = np.empty((len(shares), *values.shape[1:]))
    for i, share in enumerate(shares):
        at = share * last
        below, weight = int(at), at - int(at)
        if weight == 0.0:
            out[i] = ordered[below]
        else:
            with np.errstate(invalid="ignore"):
                out[i] = (1 - weight) * ordered[below] + weight * ordered[below + 1]
    return out


MIDDLE = 0.5
SHARES = (0.0, 0.25, MIDDLE, 0.75, 1.0)
COLUMNS = {"range": (0, 4), "quartiles": (1, 3)}  # of SHARES


def band_over_seeds(x: NDArray, values: NDArray[np.floating], band: str) -> Band:
    """Median and band of (S, N) values; nan counts as +inf."""
    found = quantiles(np.where(np.isnan(values), np.inf, values), SHARES).T
    return thinned_band(found, band, np.asarray(x, float))


def thinned_band(found: Floats, band: str, x: Floats | None = None) -> Band:
    """A curve of N values as a band of few points, both ends and the extremes of its median among them.

    Two points for each bucket of 2^k values, where the median is lowest and where it is highest in it. The band has
    fewer and wider buckets, each from the lowest to the highest value in it.

    Args:
        found: (N, 5) quantiles at SHARES.
        x: (N,) where; updates 1..N when None.
    """
    low, high = COLUMNS[band]
    x = np.arange(1.0, len(found) + 1) if x is None else x
    edges, lows, highs = x, found[:, low], found[:, high]
    if len(found) > MOST_EDGES:
        wide = buckets(found, MOST_EDGES)
        first = np.arange(len(wide)) * wide.shape[1]
        edges = np.repeat(x[first], 2)
        edges[1::2] = x[np.minimum(first + wide.shape[1] - 1, len(x) - 1)]
        lows, highs = np.repeat(wide[:, :, low].min(axis=1), 2), np.repeat(wide[:, :, high].max(axis=1), 2)
    if len(found) <= MOST:
        return Band(x, found[:, 2], edges, lows, highs)
    median = buckets(found[:, 2], MOST)
    median = np.where(np.isnan(median), np.inf, median)
    at = extremes(median, median, len(found))
    at = np.concatenate([[0], at[(at > 0) & (at < len(found) - 1)], [len(found) - 1]])
    return Band(x[at], found[at, 2], edges, lows, highs)
