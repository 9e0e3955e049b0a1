"""When a sum stops changing: the weight w whose update lr g is too small for it.

    w - lr g == w    in a type with relative spacing eps, as soon as lr |g| is below about eps |w| / 2

The numbers near w are a spacing of eps 2^floor(log2 |w|) apart, and half of it is rounded away (a tie goes to the even
one). That is far above the smallest number of the type: what stops learning is the size of the update relative to the
weight, not the end of the type.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from core.arrays import Floats
from core.parameters import Spec, number
from core.topics.precision.number_types import (
    difference,
    number_at,
    number_types,
    numbers_above_zero,
    product,
    repeated,
    rounded,
)

DECADES = (-20.0, 0.5)  # of the update relative to the weight
PER_DECADE = 48  # close enough to show every stair of the first two decades


@dataclass(frozen=True, kw_only=True)
class Update(Spec):
    """w <- w - lr g, the same at every step."""

    weight: float = number(1.0, 1e-6, 1e4, step=0.1, log=True, label="Weight", symbol="w",
                           help="The number that is to change.")
    lr: float = number(0.03, 1e-5, 10.0, step=0.0001, log=True, label="Learning rate", symbol=r"\eta",
                       help="Size of the step along the gradient.")
    gradient: float = number(0.01, 1e-12, 1000.0, step=0.001, log=True, label="Gradient", symbol="g",
                             help="dL/dw, the same at every update.")


@dataclass(frozen=True)
class Stagnation:
    """What a type makes of an update."""

    dtype: str  # float16, bfloat16, float32 or float64
    weight: float  # w as the type holds it
    asked: float  # lr g as it was asked for
    update: float  # lr g, computed in the type; 0 where it is too small for it
    smallest: float  # the smallest update that still changes the weight
    size: Floats  # (N,) sizes of an update, from 10^-20 |w| to 3 |w|
    arrived: Floats  # (N,) (w - (w - size)) / size in the type: the share of each that arrives; 0: nothing, 1: all
    moved: Floats  # (steps + 1,) (w_0 - w_k) / (lr g) after k updates, lr g exact: how many updates have arrived

    @property
    def moves(self) -> bool:
        """Whether the update changes the weight at all."""
        return self.update >= self.smallest


def stagnation(weight: float, lr: float, gradient: float, dtype: str, steps: int) -> Stagnation:
    """Which updates change a weight in that type, found by making them.

    Args:
        steps: updates to make, one after the other.

    Raises:
        ParameterError: if a value is not allowed.

    Source: Higham 2002, Accuracy and Stability of Numerical Algorithms (SIAM), 2nd edition, section 2.1.
    """
    asked = Update(weight=weight, lr=lr, gradient=gradient)
    w = float(rounded(asked.weight, dtype))
    u = float(product(asked.lr, asked.gradient, dtype))
    size = asked.weight * np.logspace(*DECADES, round((DECADES[1] - DECADES[0]) * PER_DECADE) + 1)
    weights = repeated("subtract", w, u, steps, dtype)
    with np.errstate(invalid="ignore"):
        return Stagnation(dtype, w, asked.lr * asked.gradient, u, smallest_update(w, dtype), size,
                          arrived(w, size, dtype), (w - weights) / (asked.lr * asked.gradient))


def stagnation_in_all_types(spec: Update, steps: int) -> list[Stagnation]:
    """The same update in the four types."""
    return [stagnation(spec.weight, spec.lr, spec.gradient, dtype, steps) for dtype in number_types()]


def arrived(weight: float, size: Floats, dtype: str) -> Floats:
    """The share of updates of these sizes that changes the weight: (w - (w - u)) / u, both differences in the type.

    Args:
        weight: a number of the type.
        size: of the updates, not 0, (N,); negative ones make the weight larger.

    Returns:
        (N,) 0 where the update is lost, 2 where it is rounded up to twice its size, nan where it is too large.
    """
    with np.errstate(invalid="ignore"):
        return difference(weight, difference(weight, size, dtype), dtype) / size


def smallest_update(weight: float, dtype: str, *, upwards: bool = False) -> float:
    """The smallest u > 0 with w - u != w in that type, by bisection over the numbers of the type.

    Args:
        weight: a number of the type.
        upwards: w + u instead: the spacing above a power of two is twice the one below it.
    """
    sign = -1.0 if upwards else 1.0
    lost, changes = 0, numbers_above_zero(dtype)
    while changes - lost > 1:
        middle = (lost + changes) // 2
        if difference(weight, sign * number_at(middle, dtype), dtype) == weight:
            lost = middle
        else:
            changes = middle
    return number_at(changes, dtype)


def steps_until_lost(found: Stagnation, rate: float) -> int | None:
    """How many steps back a gradient that is multiplied by the rate at each still changes the weight.

    Returns:
        The first t at which lr |g| rate^t is below the smallest update; None if there is none.
    """
    if not found.moves:
        return 0
    if rate >= 1.0:
        return None
    return math.floor(math.log(found.smallest / found.update) / math.log(rate)) + 1 if rate > 0.0 else 1
