r"""Where the network of one unit goes when it is left alone: the attractors of x -> w phi(x) + b.

Between two folds (see bifurcations.py) b(x) = x - w phi(x) is monotone, so that bisection finds every fixed point; far
from 0 every phi is a straight line, and so is the equation.

Source: Pascanu, Mikolov & Bengio 2013 (ICML), section 2.2 and figure 3, which take the example from Doya 1993.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from core.topics.landscape.bifurcations import (
    FAR,
    JUMP,
    Flags,
    Floats,
    bias_of,
    bisect,
    phi,
    phi_prime,
    turning,
)
from core.topics.landscape.cycles import PATIENCE, Indices, cycles_of_two, longer_cycles

TOUCH = 1e-12  # a state so near to a kink of phi is at it


@dataclass(frozen=True)
class Attractors:
    """Where x -> w phi(x) + b can go, for N pairs (w, b). Flat lists; `*_at` says which pair an entry belongs to."""

    x: Floats  # (F,) fixed points, ascending for each pair
    slope: Floats  # (F,) w phi'(x) there; at a kink of phi what both sides together do in a step
    x_at: Indices  # (F,)
    cycle: Floats  # (C, 2) cycles of two, the lower state first
    multiplier: Floats  # (C,) product of w phi' at the two
    cycle_at: Indices  # (C,)
    escapes: Flags  # (N,) whether states that are large enough grow for ever
    longer: tuple[Floats, ...]  # (L,) attracting cycles of three states or more, in their order, the lowest first
    longer_at: Indices  # (L,)
    one_sided: Flags  # (F,) at a kink: whether it attracts on one side and repels on the other
    restless: Flags  # (N,) whether a bounded orbit was found that goes to none of these: no period was found

    @property
    def stable(self) -> Flags:
        """(F,) whether a fixed point attracts."""
        return np.abs(self.slope) < 1.0

    @property
    def stable_cycle(self) -> Flags:
        """(C,) whether a cycle attracts."""
        return np.abs(self.multiplier) < 1.0

    @property
    def count(self) -> Indices:
        """(N,) bounded attractors: stable fixed points, stable cycles, and one where an orbit is restless."""
        n = len(self.escapes)
        return (np.bincount(self.x_at[self.stable], minlength=n)
                + np.bincount(self.cycle_at[self.stable_cycle], minlength=n)
                + np.bincount(self.longer_at, minlength=n) + self.restless)


def attractors(activation: str, w: ArrayLike, b: ArrayLike, *, patience: int = 1) -> Attractors:
    """All fixed points and cycles of two, for every pair of `w` and `b`, numbers or (N,).

    For a phi that only rises these are all attractors that a map of one state can have, but for infinity. For one
    that does not (gelu), the orbits of the states where phi' = 0 are followed to find longer cycles.

    Args:
        patience: how often SETTLING steps are waited for an orbit to come back to itself.
    """
    w, b = (np.atleast_1d(a).astype(np.float64) for a in np.broadcast_arrays(w, b))
    with np.errstate(all="ignore"):
        x, at = _fixed_points(activation, w, b)
        cycle, cycle_at = cycles_of_two(activation, w, b, x, at)
        slopes = w[cycle_at, None] * phi_prime(activation, cycle)
        slope, one_sided = _at_a_kink(activation, w[at], x)
        longer, longer_at, restless = longer_cycles(activation, w, b, patience)
        return Attractors(x, slope, at, cycle, slopes.prod(axis=1), cycle_at, _escapes(activation, w, b), longer,
                          longer_at, one_sided, restless)


@lru_cache(maxsize=64)
def attractors_at(activation: str, w: float, b: float) -> Attractors:
    """Of one pair, which is spoken of, and so with more patience."""
    return attractors(activation, w, b, patience=PATIENCE)


def orbit(activation: str, w: float, b: float, x0: float, steps: int) -> Floats:
    """x_0, x_1, ... x_T, (T+1,). What overflows is inf or nan."""
    x = np.full(steps + 1, x0)
    with np.errstate(all="ignore"):
        for t in range(steps):
            x[t + 1:t + 2] = w * phi(activation, x[t:t + 1]) + b
    return x


def _fixed_points(activation: str, w: Floats, b: Floats) -> tuple[Floats, Indices]:
    """All of them, and the pair of each."""
    n = len(w)
    kinks, collision = turning(activation, w, 1.0)
    turns = np.sort(kinks, axis=0)  # nan comes last
    edges = np.concatenate([np.full((1, n), -FAR), np.where(np.isnan(turns), FAR, turns), np.full((1, n), FAR)])
    above = bias_of(activation, w, edges) > b
    row, at = np.nonzero(above[:-1] != above[1:])
    low, high = bisect(lambda x: bias_of(activation, w[at], x) > b[at], edges[row, at], edges[row + 1, at])
    xs, ats = [0.5 * (low + high)], [at]
    for end in (-FAR, FAR):
        slope, intercept = _asymptote(activation, end)
        x = (b + w * intercept) / (1.0 - w * slope)
        beyond = np.flatnonzero(np.isfinite(x) & (x / end > 1.0))
        xs.append(x[beyond])
        ats.append(beyond)
    row, meet = np.nonzero(collision & (bias_of(activation, w, kinks) == b))  # two that are one, just there
    x, at = np.concatenate([*xs, kinks[row, meet]]), np.concatenate([*ats, meet])
    order = np.lexsort((x, at))
    return x[order], at[order]


def _at_a_kink(activation: str, w: Floats, x: Floats) -> tuple[Floats, Flags]:
    """w phi'(x), and at a kink of phi: a state stays on its side where w > 0, so that the steeper side tells; it goes
    to the other at each step where w < 0, so that the geometric mean does. Whether the sides differ in what they do."""
    left, right = (phi_prime(activation, x + side) for side in (-TOUCH, TOUCH))
    kink, steep, flat = np.abs(right - left) > JUMP, np.maximum(left, right), np.minimum(left, right)
    both = w * np.where(w > 0.0, steep, np.sqrt(left * right))
    return np.where(kink, both, w * phi_prime(activation, x)), kink & (w * steep > 1.0) & (w * flat < 1.0) & (w > 0.0)


def _asymptote(activation: str, end: float) -> tuple[float, float]:
    """Slope and intercept of the line that phi is beyond `end`."""
    slope = float(phi_prime(activation, end))
    return slope, float(phi(activation, end)) - slope * end


def _escapes(activation: str, w: Floats, b: Floats) -> Flags:
    """Far out the map is a line on either side: w times its slope says whether it grows; at 1, its intercept does."""
    (left, below), (right, above) = (_asymptote(activation, end) for end in (-FAR, FAR))
    up = (w * right > 1.0) | ((w * right == 1.0) & (w * above + b > 0.0))
    down = (w * left > 1.0) | ((w * left == 1.0) & (w * below + b < 0.0))
    return np.where(w > 0.0, up | down, (w < 0.0) & (w * w * left * right > 1.0))


