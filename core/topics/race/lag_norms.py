"""||dh_T/dh_k|| by lag, for the seeds of one lane."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import log10

import numpy as np
from numpy.typing import NDArray

from core.network.cells.jacobians import Jacobians
from core.plotting.thinning import evenly
from core.topics.jacobians.horizon import Horizon
from core.topics.jacobians.products import log10_product_norms

MOST_LAGS = 96  # of ||dh_T/dh_k||, evenly spread over longer sequences
FEW_LAGS = 16  # the same while the race plays, and while a reader's hand moves something
LEVEL = 1e-3  # of the norm: a lag at which it is below counts as out of reach


@dataclass(frozen=True)
class LagNorms:
    """The norms of the products of Jacobians by lag, for the seeds whose states are finite."""

    lags: NDArray[np.int64]  # (L,)
    norms: NDArray[np.float64]  # (seeds, L) log10 ||dh_T/dh_{T-l}||
    level: float  # below which a norm counts as out of reach
    horizon: tuple[float, ...]  # of each seed: first of all lags at which the norm is below the level; inf: at none


NO_LAGS = LagNorms(np.empty(0, int), np.empty((0, 0)), LEVEL, ())


def lag_norms(found: Sequence[Jacobians | None], most: int, level: float = LEVEL) -> LagNorms:
    """Of the last factors, at no more than `most` lags; None stands for a seed whose states are not finite."""
    whole, T = _longest(found)
    lags = evenly(1, T, most) if T else np.empty(0, int)
    horizons = [Horizon(log10(level)) for _ in whole]
    with np.errstate(all="ignore"):
        norms = [log10_product_norms(J, lags, horizon) for J, horizon in zip(whole, horizons, strict=True)]
    return LagNorms(lags, np.array(norms).reshape(len(norms), len(lags)), level, tuple(one.lag for one in horizons))


def at_level(known: LagNorms, found: Sequence[Jacobians | None], level: float) -> LagNorms:
    """The norms that are known, and the horizons at another level: little more than the products of the factors."""
    whole, T = _longest(found)
    horizons = [Horizon(log10(level)) for _ in whole]
    for J, horizon in zip(whole, horizons, strict=True):
        with np.errstate(all="ignore"):
            log10_product_norms(J, np.array([T]), horizon)
    return replace(known, level=level, horizon=tuple(one.lag for one in horizons))


def _longest(found: Sequence[Jacobians | None]) -> tuple[list[Jacobians], int]:
    """Those that are finite and go back farthest, and how far that is."""
    known = [J for J in found if J is not None]
    T = max(map(len, known), default=0)
    return [J for J in known if len(J) == T], T
