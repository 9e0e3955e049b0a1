"""Cycles of two states and of more that x -> w phi(x) + b has; a map that only rises has none.

Cycles of two lie around a fixed point. Longer ones attract the orbit of a state where phi' = 0.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.arrays import Flags, Floats
from core.topics.landscape.bifurcations import FAR, bisect, phi, phi_prime, pieces

Indices = NDArray[np.intp]

REACH = np.geomspace(1e-6, 1e6, 240)  # distances from a fixed point at which cycles are looked for
APART = 1e-9  # states closer than this, relative to their size, are the same
SETTLING = 500  # steps after which an orbit should have settled
QUICK, LONGEST = 16, 64  # states of a cycle that is looked for, in many pairs and in one; twice as many are watched
SAME = 1e-7  # states of a cycle come back to this, relative to the largest of them
MOVED = 1e-3  # in two steps: more than this, and back, is no cycle of two
PATIENCE = 10  # times SETTLING steps before an orbit that is asked for by name is said to have no period


def cycles_of_two(activation: str, w: Floats, b: Floats, x: Floats, at: Indices) -> tuple[Floats, Indices]:
    """States p < q with f(p) = q and f(q) = p. A map that only rises has none."""
    around = np.flatnonzero((w[at] < 0.0) | (not only_rises(activation)))
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
    return w >= 0.0 and only_rises(activation)


def only_rises(activation: str) -> bool:
    return all(phi_prime(activation, end) >= 0.0 for ends in pieces(activation) for end in ends)


def longer_cycles(activation: str, w: Floats, b: Floats, patience: int) -> tuple[tuple[Floats, ...], Indices, Flags]:
    """Cycles of three states or more that the orbits of the states with phi' = 0 go to, and where one goes to none."""
    cycles: list[Floats] = []
    at, restless, longest = [], np.zeros(len(w), bool), QUICK if patience == 1 else LONGEST
    for flat in _flat_states(activation) if not only_rises(activation) else ():
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
