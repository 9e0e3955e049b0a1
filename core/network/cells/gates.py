"""What the gated cells share."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from core.arrays import Array
from core.network.activations import ACTIVATIONS, Activation

BLOCK = 12  # steps whose factors are made at a time: few enough to stay in the cache until they are used

TANH = ACTIVATIONS["tanh"]  # what a gated cell has unless another activation is asked for


def keeps_preactivation(activation: Activation) -> bool:
    """Whether phi' of a candidate needs a_t kept: that of tanh is read off phi(a_t) nearly everywhere."""
    return activation is not TANH


def fill_gates(V: Array, n: int, rng: np.random.Generator) -> None:
    """Rows of V that decide gates: weights uniform in +-1/sqrt(n), as torch has them, and biases 0."""
    V[:, :-1] = rng.uniform(-1.0, 1.0, (len(V), V.shape[1] - 1)) / np.sqrt(n)
    V[:, -1] = 0.0


def tanh_slope(h: Array, a: Callable[[], Array], out: Array) -> None:
    """1 - h^2, and sech^2 a where the difference has lost its digits.

    Args:
        h: tanh a.
        a: asked for only where it is needed.
    """
    np.multiply(h, h, out)
    np.subtract(1.0, out, out)
    if out.size and out.min() < 1e-3:
        saturated = out < 1e-3
        out[saturated] = sech_squared(a()[saturated])


def sech_squared(a: Array) -> Array:
    """tanh' where a is at hand: right to the last digit, and 0 only where its square leaves the number type."""
    with np.errstate(over="ignore"):
        out = np.cosh(a)
        np.multiply(out, out, out)
        return np.reciprocal(out, out)
