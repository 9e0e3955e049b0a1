"""Fewer points, the same picture: each bucket of updates is drawn by its smallest and its largest value."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
MOST = 600  # points of one curve: more than a chart has pixels to tell apart


def thin(y: Floats, most: int = MOST) -> tuple[Floats, Floats]:
    """At most `most` points of a curve over updates 1..N, its extremes among them.

    Buckets are 2^k updates wide and counted from the first update, so that a growing curve keeps the points it has
    and is extended, until k grows.

    Args:
        y: (N,); values that are not finite are left out of a bucket that has finite ones.

    Returns:
        x, y: updates and values, both (M,), M <= most, x ascending.
    """
    N = len(y)
    width = 1
    while (N if width == 1 else 2 * -(-N // width)) > most:
        width *= 2
    if width == 1:
        return np.arange(1.0, N + 1), np.asarray(y, float)
    padded = np.full(-(-N // width) * width, np.nan)
    padded[:N] = np.where(np.isfinite(y), y, np.nan)
    buckets = padded.reshape(-1, width)
    low = np.where(np.isnan(buckets), np.inf, buckets).argmin(axis=1)
    high = np.where(np.isnan(buckets), -np.inf, buckets).argmax(axis=1)
    at = np.sort(np.stack([low, high], axis=1), axis=1) + np.arange(len(buckets))[:, None] * width
    at = np.minimum(at.reshape(-1), N - 1)
    return at + 1.0, padded[at]
