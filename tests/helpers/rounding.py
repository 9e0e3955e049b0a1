"""Rounding by exact fractions: the definition of IEEE 754, with which the processor's own arithmetic is compared."""

from fractions import Fraction

import mpmath
import numpy as np
import torch

TYPES = ("float16", "bfloat16", "float32", "float64")
FORMATS = {"float16": (11, 15), "bfloat16": (8, 127), "float32": (24, 127), "float64": (53, 1023)}


def nearest(exact, dtype):
    """The nearest number of the type to an exact fraction, ties to the even one; inf beyond the largest."""
    p, largest_exponent = FORMATS[dtype]
    size = abs(exact)
    if size == 0:
        return 0.0
    exponent = size.numerator.bit_length() - size.denominator.bit_length()
    if Fraction(2) ** exponent > size:
        exponent -= 1
    spacing = Fraction(2) ** (max(exponent, 1 - largest_exponent) - p + 1)
    value = round(size / spacing) * spacing  # Python's round goes to the even one
    if value >= Fraction(2) ** (largest_exponent + 1):
        value = float("inf")
    return float(value) * (1 if exact > 0 else -1)


def scalar(x, dtype):
    """One number of the type, as numpy or torch hold it."""
    return torch.tensor(x, dtype=torch.bfloat16) if dtype == "bfloat16" else getattr(np, dtype)(x)


def loop(operation, start, by, steps, dtype):
    """start o by o by ..., one scalar operation of the type after the other."""
    value, by, seen = scalar(start, dtype), scalar(by, dtype), []
    with np.errstate(all="ignore"):
        for _ in range(steps):
            value = value * by if operation == "multiply" else value - by
            seen.append(float(value))
    return np.array(seen)


def log10_relative_error(value, rate, t):
    """log10 |value / rate^t - 1| with enough digits that nothing cancels; rate and value are floats."""
    with mpmath.workprec(53 * 4 + 200):
        error = abs(mpmath.mpf(value) / mpmath.mpf(rate) ** t - 1)
        return float("-inf") if error == 0 else float(mpmath.log10(error))
