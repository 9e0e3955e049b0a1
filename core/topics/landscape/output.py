"""The states whose output is the target, phi(x) = target: where the error of one unit is 0."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from core.arrays import Floats
from core.network.activations import ACTIVATIONS, LEAK

HALVINGS = 64  # of an interval, after which float64 has no more digits
LOWEST_OF_GELU = -0.7517915246935645  # where phi'(x) = 0
FAR = 40.0  # below -FAR gelu is 0 to every digit


def _gelu(v: Floats, low: float, high: float, rises: float) -> Floats:
    """By halving an interval in which it only rises (1) or only falls (-1)."""
    below, above = np.full(len(v), low), np.full(len(v), high)
    for _ in range(HALVINGS):
        middle = 0.5 * (below + above)
        left = rises * (ACTIVATIONS["gelu"].phi(middle, np.empty_like(middle)) - v) < 0.0
        below, above = np.where(left, middle, below), np.where(left, above, middle)
    ends = ACTIVATIONS["gelu"].phi(np.array([low, high]), np.empty(2))
    return np.where((v >= ends.min()) & (v <= ends.max()), 0.5 * (below + above), np.nan)


LARGEST: dict[str, Callable[[Floats], Floats]] = {
    "linear": lambda v: v + 0.0,
    "tanh": np.arctanh,
    "sigmoid": lambda v: np.log(v) - np.log1p(-v),
    "relu": lambda v: np.where(v >= 0.0, v, np.nan),
    "leaky_relu": lambda v: np.where(v >= 0.0, v, v / LEAK),
    "elu": lambda v: np.where(v >= 0.0, v, np.log1p(np.minimum(v, 0.0))),
    "softplus": lambda v: np.log(np.expm1(v)),
    "gelu": lambda v: _gelu(v, LOWEST_OF_GELU, FAR, 1.0),
}


def largest_state(activation: str, outputs: Floats) -> Floats:
    """The largest x with phi(x) = v for each of `outputs`, (V,); nan where there is none. It rises with v."""
    with np.errstate(all="ignore"):
        found = LARGEST[activation](np.asarray(outputs, float))
    return np.where(np.isfinite(found), found, np.nan)


def is_flat(activation: str, output: float) -> bool:
    """Whether all states up to one have this output."""
    return activation == "relu" and output == 0.0


def states_of(activation: str, output: float) -> list[float]:
    """All of them, the largest last; where all up to it are, it alone."""
    states = [float(largest_state(activation, np.array([output]))[0])]
    if activation == "gelu" and output < 0.0:
        states.insert(0, float(_gelu(np.array([output]), -FAR, LOWEST_OF_GELU, -1.0)[0]))
    return [x for x in states if np.isfinite(x)]


@lru_cache(maxsize=len(ACTIVATIONS))
def scale_of_outputs(activation: str, low: float, high: float, step: float) -> tuple[Floats, Floats]:
    """Outputs from low to high that some state has, a step apart and close to the ends of what phi reaches, and for
    each the largest such state; both rise."""
    v = np.linspace(low, high, round((high - low) / step) + 1)
    near = [end + way * 10.0**-k for end in (-1.0, 0.0, 1.0) for way in (1, -1) for k in (3, 4, 5, 6)]
    v = np.unique(np.concatenate([np.round(v, 12), [one for one in near if low < one < high]]))
    x = largest_state(activation, v)
    kept = np.isfinite(x)
    return v[kept], x[kept]
