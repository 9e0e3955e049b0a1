"""Fewer points, the same picture: each bucket of a curve is drawn by its lowest and its highest point."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.arrays import Floats

MOST = 600  # points of one curve: more than a chart has pixels to tell apart


def evenly(first: int, last: int, most: int) -> NDArray[np.int64]:
    """At most `most` of the whole numbers from `first` to `last`, evenly spread and both among them; ascending, also
    where they are counted down."""
    return np.unique(np.round(np.linspace(first, last, min(most, abs(last - first) + 1))).astype(np.int64))


def thin(y: Floats, most: int = MOST) -> tuple[Floats, Floats]:
    """At most `most` points of a curve over updates 1..N, its extremes among them.

    Args:
        y: (N,); inf and nan are left out of a bucket that has more than these. -inf, log10 of exactly 0, is the
            lowest value.

    Returns:
        x, y: updates and values, both (M,), M <= most, x ascending.
    """
    in_buckets = buckets(y, most)
    if in_buckets.shape[1] == 1:
        return np.arange(1.0, len(y) + 1), np.asarray(y, float)
    known, lowest = in_buckets < np.inf, np.finfo(float).min
    at = extremes(np.where(known, in_buckets, np.inf), np.where(known, np.maximum(in_buckets, lowest), -np.inf), len(y))
    return at + 1.0, np.where(y[at] < np.inf, y[at], np.nan)


def buckets(values: NDArray[np.floating], most: int) -> Floats:
    """(buckets, 2^k, ...), with at most `most` points of two for each; the last value fills the last bucket up.

    They are counted from the first value, so that a growing curve keeps the points it has and is extended, until k
    grows. One value each, k = 0, as long as these are few enough.

    Args:
        values: (N, ...).
    """
    N, width = len(values), 1
    while (N if width == 1 else 2 * -(-N // width)) > most:
        width *= 2
    return np.concatenate([values, np.repeat(values[-1:], -N % width, axis=0)]).reshape(-1, width, *values.shape[1:])


def extremes(low: Floats, high: Floats, N: int) -> NDArray[np.int64]:
    """Where the lowest and the highest value of each bucket are, two indices of 0..N-1 a bucket, ascending.

    Args:
        low, high: the values as (buckets, width), with what is not to count as lowest, or as highest, out of reach.
    """
    ends = low.argmin(axis=1), high.argmax(axis=1)
    at = np.stack([np.minimum(*ends), np.maximum(*ends)], axis=1)
    return np.minimum(at + np.arange(len(low))[:, None] * low.shape[1], N - 1).reshape(-1)
