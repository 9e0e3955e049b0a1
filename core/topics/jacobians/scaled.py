"""Products of many factors, each brought near 1 by a power of two that is kept apart.

The rescaling is exact, and so it matters not after how many factors it is made, as long as nothing leaves float64 in
between: it is made for many products at once, and for fewer where they come near to that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np

from core.arrays import Floats, Ints

Factor = TypeVar("Factor")

FAR = 2.0**200  # and 1/FAR: products between these are rescaled together. Of their entries, those 247 decades below the
# largest are lost


def scaled_products(first: Floats, factors: Sequence[Factor], times: Callable[[Floats, Factor, Floats], Any],
                    out: Floats) -> Ints:
    """`first` times some factors, one after the other.

    Args:
        first: (S, c, n), near 1; no part of `out`.
        times: (X, factor, out): their product.
        out: (len(factors), S, c, n), the product after each factor, near 1.

    Returns:
        (len(factors), S) the powers of two that they were divided by.
    """
    X = first
    with np.errstate(over="ignore", invalid="ignore"):
        for factor, product in zip(factors, out, strict=True):
            times(X, factor, product)
            X = product
        largest = largest_entries(out)
        near = (largest >= 1.0 / FAR) & (largest <= FAR)
    if len(factors) > 1 and not near.all() and not (near | ~first.any(axis=(1, 2))).all():
        half = len(factors) // 2
        before = scaled_products(first, factors[:half], times, out[:half])
        after = scaled_products(out[half - 1], factors[half:], times, out[half:])
        return np.concatenate([before, before[-1] + after])
    shift = shift_to_1(largest)
    out *= np.ldexp(1.0, -shift)[..., None, None]
    return shift


def largest_entries(X: Floats) -> Floats:
    """Of each matrix of a stack, by size: (..., c, n) -> (...)."""
    flat = X.reshape(*X.shape[:-2], -1)
    return np.maximum(flat.max(axis=-1), -flat.min(axis=-1))


def shift_to_1(largest: Floats) -> Ints:
    """The power of two, as an integer, that brings a size near 1; 0 for 0."""
    return np.clip(np.frexp(largest)[1], -1000, 1000)  # 2^1000 is a float64
