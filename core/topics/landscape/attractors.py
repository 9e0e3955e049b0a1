r"""Where the network of one unit goes when it is left alone: the attractors of x -> w phi(x) + b.

Between two folds (see bifurcations.py) b(x) = x - w phi(x) is monotone, so that bisection finds every fixed point; far
from 0 every phi is a straight line, and so is the equation. Cycles of two states lie around a fixed point.

Source: Pascanu, Mikolov & Bengio 2013 (ICML), section 2.2 and figure 3, which take the example from Doya 1993.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.topics.landscape.bifurcations import (
    FAR,
    JUMP,
    Flags,
    Floats,
    bias_of,
    bisect,
    phi,
    phi_prime,
    pieces,
    turning,
)

Indices = NDArray[np.intp]

REACH = np.geomspace(1e-6, 1e6, 240)  # distances from a fixed point at which cycles are looked for
TOUCH = 1e-12  # a state so near to a kink of phi is at it
APART = 1e-9  # states closer than this, relative to their size, are the same
SETTLING = 500  # steps after which an orbit should have settled
QUICK, LONGEST = 16, 64  # states of a cycle that is looked for, in many pairs and in one; twice as many are watched
SAME = 1e-7  # states of a cycle come back to this, relative to the largest of them
MOVED = 1e-3  # in two steps: more than this, and back, is no cycle of two
PATIENCE = 10  # times SETTLING steps before an orbit that is asked for by name is said to have no period


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


@dataclass(frozen=True)
class Crossings:
    """The steps of a path in the plane of (w, b) that lead somewhere else: i for the step from point i to i + 1."""

    bifurcation: Indices  # the attractors change in number
    wall: Indices  # x_0 changes from one basin of attraction to another


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
        cycle, cycle_at = _cycles(activation, w, b, x, at)
        slopes = w[cycle_at, None] * phi_prime(activation, cycle)
        slope, one_sided = _at_a_kink(activation, w[at], x)
        longer, longer_at, restless = _longer(activation, w, b, patience)
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


def _cycles(activation: str, w: Floats, b: Floats, x: Floats, at: Indices) -> tuple[Floats, Indices]:
    """States p < q with f(p) = q and f(q) = p. A map that only rises has none."""
    around = np.flatnonzero((w[at] < 0.0) | (not _rises(activation)))
    size = np.minimum(np.abs(b[at[around]]), 1.0) if _straight(activation) else np.ones(len(around))
    q = x[around, None] + REACH * size[:, None]
    back = _twice(activation, w[at[around], None], b[at[around], None], q)
    row, column = np.nonzero((back[:, :-1] > q[:, :-1]) != (back[:, 1:] > q[:, 1:]))
    pair = at[around[row]]
    low, high = bisect(lambda s: _twice(activation, w[pair], b[pair], s) > s, q[row, column], q[row, column + 1])
    q = 0.5 * (low + high)
    p = w[pair] * phi(activation, q) + b[pair]
    real = np.flatnonzero(q - p > APART * (size[row] + np.abs(q)))  # fixed points come back after two steps too
    _, first = np.unique(np.round([pair[real], q[real]], 9), axis=1, return_index=True)
    kept = real[first]
    return np.stack([p[kept], q[kept]], axis=1), pair[kept]


def _twice(activation: str, w: Floats, b: Floats, x: Floats) -> Floats:
    """Two steps from x."""
    return w * phi(activation, w * phi(activation, x) + b) + b


def _straight(activation: str) -> bool:
    """Whether phi is a line on either side of 0: then nothing but the bias says how large the states are."""
    return bool(np.allclose(phi(activation, [-FAR, FAR]), FAR * phi(activation, [-1.0, 1.0]), rtol=1e-12))


def orbits_are_monotone(activation: str, w: float) -> bool:
    """Whether x -> w phi(x) + b never falls, so that every orbit only rises or only falls."""
    return w >= 0.0 and _rises(activation)


def _rises(activation: str) -> bool:
    return all(phi_prime(activation, end) >= 0.0 for ends in pieces(activation) for end in ends)


def _escapes(activation: str, w: Floats, b: Floats) -> Flags:
    """Far out the map is a line on either side: w times its slope says whether it grows; at 1, its intercept does."""
    (left, below), (right, above) = (_asymptote(activation, end) for end in (-FAR, FAR))
    up = (w * right > 1.0) | ((w * right == 1.0) & (w * above + b > 0.0))
    down = (w * left > 1.0) | ((w * left == 1.0) & (w * below + b < 0.0))
    return np.where(w > 0.0, up | down, (w < 0.0) & (w * w * left * right > 1.0))


def _longer(activation: str, w: Floats, b: Floats, patience: int) -> tuple[tuple[Floats, ...], Indices, Flags]:
    """Cycles of three states or more that the orbits of the states with phi' = 0 go to, and where one goes to none."""
    cycles: list[Floats] = []
    at, restless, longest = [], np.zeros(len(w), bool), QUICK if patience == 1 else LONGEST
    for flat in _flat_states(activation) if not _rises(activation) else ():
        pairs, orbit = np.arange(len(w)), np.full(len(w), flat)
        for _ in range(patience):
            for _ in range(SETTLING):
                orbit = w[pairs] * phi(activation, orbit) + b[pairs]
            seen = [orbit]
            for _ in range(2 * longest):
                seen.append(w[pairs] * phi(activation, seen[-1]) + b[pairs])
            states = np.array(seen)  # (2 longest + 1, pairs)
            moved = states[2:] - states[:-2]
            going = (moved > MOVED).any(axis=0) & (moved < -MOVED).any(axis=0) & np.isfinite(states[-1])
            period = _periods(states, longest)
            for i in np.flatnonzero(going & (period >= 3)):
                cycle = states[:period[i], i]
                cycles.append(np.roll(cycle, -int(cycle.argmin())))
                at.append(int(pairs[i]))
            left = going & (period == 0)
            pairs, orbit = pairs[left], states[-1, left]
            if not len(pairs):
                break
        restless[pairs] = True
    order = np.argsort(at, kind="stable")
    return tuple(cycles[i] for i in order), np.array(at, np.intp)[order], restless


def _periods(states: Floats, longest: int) -> Indices:
    """After how many steps, 1..longest, the states, (2 longest + 1, N), come back to themselves; 0: they do not."""
    found = np.zeros(states.shape[1], np.intp)
    near = SAME * (1.0 + np.abs(states).max(axis=0))
    for period in range(1, longest + 1):
        back = (np.abs(states[period:period + longest] - states[:longest]) <= near).all(axis=0)
        found[back & (found == 0)] = period
    for i in np.flatnonzero((found > 0) & (found % 2 == 0)):
        # twice a period, while the orbit still comes nearer to it from both sides, is none
        gap = np.abs(states[found[i] // 2:, i] - states[:-(found[i] // 2), i])
        if gap[:longest].max() - gap[-longest:].max() > 1e-3 * near[i]:
            found[i] = 0
    return found


def _flat_states(activation: str) -> Floats:
    """States with phi'(x) = 0 between pieces on which phi' has either sign."""
    ends = [(low, high) for low, high in pieces(activation)
            if phi_prime(activation, low) * phi_prime(activation, high) < 0.0]
    low, high = np.array(ends).reshape(-1, 2).T
    left, right = bisect(lambda x: phi_prime(activation, x) > 0.0, low, high)
    return 0.5 * (left + right)
