r"""Bifurcations of the network of one unit, x -> w phi(x) + b: where its fixed points meet or lose their stability.

Fixed points are exact in the other direction: x is one for the bias b(x) = x - w phi(x). So b(x) turns, and two fixed
points meet and vanish (a fold), where w phi'(x) = 1; a fixed point gives way to a cycle of two states (a flip) where
w phi'(x) = -1. Where phi has a kink, w phi' jumps across 1 or -1: a border collision, which does the same.

Source: Pascanu, Mikolov & Bengio 2013 (ICML), section 2.2 and figure 3, which take the example from Doya 1993.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import ArrayLike

from core.arrays import Flags, Floats
from core.network.activations import ACTIVATIONS

FAR = 40.0  # |x| beyond which every phi is a straight line, to the last digit
BITS = 63  # times that an interval of 80 is halved: down to neighbouring floats
FEW = 16  # intervals, of which a call costs more than what it computes
JUMP = 1e-3  # phi' that changes so much between neighbouring floats has a kink there
DRAWN = 160  # points along a curve


@dataclass(frozen=True)
class Turns:
    """The fixed points of one weight at which something happens to them."""

    x: Floats  # (K,) the state, ascending
    b: Floats  # (K,) the bias for which it is a fixed point
    collision: Flags  # (K,) at a kink of phi, and not smooth


@dataclass(frozen=True)
class Branch:
    """Fixed points of one weight between two bifurcations."""

    x: Floats  # (P,) the state, ascending
    b: Floats  # (P,) the bias for which it is a fixed point
    stable: bool  # whether |w phi'(x)| < 1


def phi(activation: str, x: ArrayLike) -> Floats:
    """phi(x), elementwise."""
    a = np.asarray(x, np.float64).reshape(-1)
    return ACTIVATIONS[activation].phi(a, np.empty_like(a)).reshape(np.shape(x))


def phi_prime(activation: str, x: ArrayLike) -> Floats:
    """phi'(x), elementwise."""
    a = np.asarray(x, np.float64).reshape(-1)
    return ACTIVATIONS[activation].phi_prime(a, phi(activation, a), np.empty_like(a)).reshape(np.shape(x))


def bias_of(activation: str, w: ArrayLike, x: ArrayLike) -> Floats:
    """b(x) = x - w phi(x), the bias for which x is a fixed point."""
    return x - np.asarray(w) * phi(activation, x)


def bisect(side: Callable[[Floats], Flags], low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Neighbouring floats between which `side` changes, for all pairs of ends, (n,), at the same time.

    By eighths instead of halves, and by 128ths where there are few.

    Args:
        side: elementwise, (m, n) -> (m, n), of the same kind all the way up to one change.
    """
    bits, columns = 7 if len(low) <= FEW else 3, np.arange(len(low))
    parts = (np.arange(1, 2**bits) / 2.0**bits)[:, None]
    left = side(low[None])
    for _ in range(BITS // bits):
        marks = low + (high - low) * parts
        reached = (side(marks) == left).sum(axis=0)  # marks before the change
        ends = np.concatenate([low[None], marks, high[None]])
        low, high = ends[reached, columns], ends[reached + 1, columns]
    return low, high


@cache
def pieces(activation: str) -> tuple[tuple[float, float], ...]:
    """The intervals of [-FAR, FAR] on which phi' only rises or only falls."""
    x = np.linspace(-FAR, FAR, 2001)
    change = np.diff(phi_prime(activation, x))
    moving = np.flatnonzero(np.abs(change) > 1e-13)  # below is rounding, where phi' is flat
    signs = np.sign(change[moving])
    ends = [_extremum(activation, x[moving[i]], x[moving[i + 1] + 1], signs[i])
            for i in np.flatnonzero(signs[1:] != signs[:-1])]
    return tuple(zip([-FAR, *ends], [*ends, FAR], strict=True))


def _extremum(activation: str, low: float, high: float, sign: float) -> float:
    """Where phi' is largest (sign 1) or smallest (-1) between low and high, by thirds."""
    for _ in range(100):
        third = (high - low) / 3
        left, right = sign * phi_prime(activation, [low + third, high - third])
        low, high = (low + third, high) if left < right else (low, high - third)
    return round(0.5 * float(low + high), 7) + 0.0  # phi' is flat there: the digits that follow are rounding


def turning(activation: str, w: ArrayLike, level: float) -> tuple[Floats, Flags]:
    """The states where w phi'(x) = level, or jumps across it, for every weight of w, (M,).

    Returns:
        x, (J, M), one row a piece of phi', nan where it has none; whether it is a kink, (J, M).
    """
    w = np.asarray(w, np.float64)
    x, collision = np.full((2, len(pieces(activation)), len(w)), np.nan)
    with np.errstate(all="ignore"):
        wanted = level / w
    for row, (low, high) in enumerate(pieces(activation)):
        ends = np.sort(phi_prime(activation, [low, high]))
        found = (ends[0] < wanted) & (wanted < ends[1])
        aim, n = wanted[found], int(found.sum())
        left, right = bisect(lambda at, aim=aim: phi_prime(activation, at) > aim, np.full(n, low), np.full(n, high))
        kink = np.abs(phi_prime(activation, right) - phi_prime(activation, left)) > JUMP
        x[row, found] = np.where(kink, np.round(right, 12), 0.5 * (left + right))
        collision[row, found] = kink
    return x, collision == 1.0


def folds(activation: str, w: float) -> Turns:
    """Where two fixed points meet and vanish."""
    return _turns(activation, w, 1.0)


def flips(activation: str, w: float) -> Turns:
    """Where a fixed point gives way to a cycle of two."""
    return _turns(activation, w, -1.0)


@lru_cache(maxsize=64)
def _turns(activation: str, w: float, level: float) -> Turns:
    x, collision = (rows[:, 0] for rows in turning(activation, np.array([w]), level))
    there = np.flatnonzero(np.isfinite(x))
    order = there[np.argsort(x[there])]
    return Turns(x[order], bias_of(activation, w, x[order]), collision[order])


def fold_curves(activation: str, w_low: float, w_high: float) -> tuple[Floats, Floats]:
    """The folds in the plane of (w, b): weights and biases of all curves in turn, nan between two of them."""
    return _curves(activation, w_low, w_high, 1.0)


def flip_curves(activation: str, w_low: float, w_high: float) -> tuple[Floats, Floats]:
    """The flips in the plane of (w, b), as `fold_curves`."""
    return _curves(activation, w_low, w_high, -1.0)


@lru_cache(maxsize=16)
def _curves(activation: str, w_low: float, w_high: float, level: float) -> tuple[Floats, Floats]:
    """Where two pieces of phi' meet, two curves meet in a cusp, which is put in exactly."""
    weights, biases = [], []
    spread = np.linspace(w_low, w_high, DRAWN)
    for x, ends in zip(turning(activation, spread, level)[0], pieces(activation), strict=True):
        tips = np.array([end for end in ends if abs(end) < FAR])
        with np.errstate(divide="ignore"):
            w = np.append(spread, level / phi_prime(activation, tips))
        x = np.append(x, tips)
        keep = np.isfinite(x) & (w_low <= w) & (w <= w_high)
        order = np.argsort(w[keep])
        w, x = w[keep][order], x[keep][order]
        weights += [w, [np.nan]]
        biases += [bias_of(activation, w, x), [np.nan]]
    return np.concatenate(weights), np.concatenate(biases)


def branches(activation: str, w: float, b_low: float, b_high: float) -> tuple[Branch, ...]:
    """All fixed points with |x| <= FAR for the biases from b_low to b_high, cut where their stability changes."""
    cuts = np.concatenate([folds(activation, w).x, flips(activation, w).x, [FAR]])
    out, low = [], -FAR
    for high in np.sort(cuts):
        b = bias_of(activation, w, np.array([low, high]))  # monotone in between
        aims, sign = np.clip([b_low, b_high], b.min(), b.max()), np.sign(b[1] - b[0])
        if aims[0] < aims[1]:
            ends = bisect(lambda x, aims=aims, sign=sign: sign * (bias_of(activation, w, x) - aims) > 0.0,
                          np.full(2, low), np.full(2, high))
            x = np.linspace(*np.sort(0.5 * (ends[0] + ends[1])), DRAWN)
            slope = w * phi_prime(activation, x[DRAWN // 2])
            out.append(Branch(x, bias_of(activation, w, x), bool(abs(slope) < 1.0)))
        low = high
    return tuple(out)
