"""The wall of the error surface: where the first state changes from one basin of attraction to another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from core.arrays import Floats
from core.topics.landscape.attractors import attractors
from core.topics.landscape.bifurcations import bias_of, phi_prime
from core.topics.landscape.cycles import Indices


@dataclass(frozen=True)
class Crossings:
    """The steps of a path in the plane of (w, b) that lead somewhere else: i for the step from point i to i + 1."""

    bifurcation: Indices  # the attractors change in number
    wall: Indices  # x_0 changes from one basin of attraction to another


def basin_edge(activation: str, x0: float, w: ArrayLike) -> Floats:
    """The bias for which x0 is a fixed point that repels, nan where it would attract: the wall of the error surface.

    On the two sides of this line the orbits of x0 part. Where it is crossed no attractor comes or goes: the state
    where the unit starts changes from one basin of attraction to the other.
    """
    w = np.asarray(w, np.float64)
    repels = np.abs(w * phi_prime(activation, x0)) > 1.0
    return np.where(repels, bias_of(activation, w, x0), np.nan)


def crossings(activation: str, x0: float, w: ArrayLike, b: ArrayLike) -> Crossings:
    """Where a path crosses a bifurcation, or the line of `basin_edge`.

    Args:
        w, b: the path, (N,).
    """
    w, b = np.asarray(w, np.float64), np.asarray(b, np.float64)
    found = attractors(activation, w, b)
    with np.errstate(all="ignore"):
        ahead = b - bias_of(activation, w, x0)  # linear in (w, b), so that the weight at the crossing is exact
        at = w[:-1] + np.diff(w) * ahead[:-1] / (ahead[:-1] - ahead[1:])
        repels = np.abs(at * phi_prime(activation, x0)) > 1.0
    over = (ahead[:-1] > 0.0) != (ahead[1:] > 0.0)
    return Crossings(np.flatnonzero((np.diff(found.count) != 0) | np.diff(found.escapes)),
                     np.flatnonzero(over & repels))
