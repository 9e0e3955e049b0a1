"""Four number types: what they can hold, and arithmetic done in them.

Arrays go in and come out as float64, which holds every number of the four exactly. numpy does the arithmetic of
float16, float32 and float64 and torch that of bfloat16: nothing is simulated. torch is imported when bfloat16 is first
asked for, since that takes a second.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.arrays import Floats

# significand bits p (the leading one included) and largest exponent, as torch.finfo tells them
FORMATS = {"float16": (11, 15), "bfloat16": (8, 127), "float32": (24, 127), "float64": (53, 1023)}
WIDTH = {"float16": 16, "bfloat16": 16, "float32": 32, "float64": 64}  # bits
OPERATORS = {"multiply": "__mul__", "subtract": "__sub__"}


def number_types() -> dict[str, str]:
    """Name -> title."""
    return {name: name for name in FORMATS}


@dataclass(frozen=True)
class Limits:
    """What a number type can hold."""

    dtype: str  # its name
    largest: float  # beyond it, inf
    smallest_normal: float  # below it digits are lost
    smallest_subnormal: float  # the smallest number above 0; half of it is rounded to 0
    eps: float  # from 1 to the next number: the relative spacing, 2^-52 in float64
    digits: float  # decimal digits that one rounding keeps, -log10(eps / 2)


def limits(dtype: str) -> Limits:
    """From the two parameters of the format.

    Raises:
        KeyError: if there is no such type.
    """
    p, largest_exponent = FORMATS[dtype]
    eps, smallest_normal = 2.0 ** (1 - p), 2.0 ** (1 - largest_exponent)
    return Limits(dtype, (2.0 - eps) * 2.0**largest_exponent, smallest_normal, smallest_normal * eps, eps,
                  float(-np.log10(eps / 2)))


def rounded(x: ArrayLike, dtype: str) -> Floats:
    """The nearest numbers of the type; inf beyond the largest."""
    with np.errstate(over="ignore", under="ignore"):
        return _plain(_native(x, dtype))


def product(a: ArrayLike, b: ArrayLike, dtype: str) -> Floats:
    """a b in that type, both rounded to it first."""
    with np.errstate(all="ignore"):
        return _plain(_native(a, dtype) * _native(b, dtype))


def difference(a: ArrayLike, b: ArrayLike, dtype: str) -> Floats:
    """a - b in that type, both rounded to it first."""
    with np.errstate(all="ignore"):
        return _plain(_native(a, dtype) - _native(b, dtype))


def repeated(operation: str, start: float, by: float, steps: int, dtype: str) -> Floats:
    """start, start o by, (start o by) o by, ...: rounded to the type after every operation.

    numpy's accumulate rounds every element to its type. torch.cumprod carries bfloat16 in float32 and must not be used:
    torch makes the table of x o by over all 2^16 numbers of the type at once, and each step is one look-up.

    Args:
        operation: multiply or subtract.
        steps: number of operations.

    Returns:
        (steps + 1,), the start first.
    """
    with np.errstate(all="ignore"):
        if dtype != "bfloat16":
            terms = np.full(steps + 1, by).astype(dtype)
            terms[0] = start
            return getattr(np, operation).accumulate(terms).astype(np.float64)
        table = _bits(getattr(_of_bits(np.arange(2**16)), OPERATORS[operation])(_native(by, dtype))).tolist()
    at = int(_bits(_native([start], dtype))[0])
    seen = [at]
    for _ in range(steps):
        at = table[at]
        seen.append(at)
    return _plain(_of_bits(np.array(seen)))


def number_at(place: int, dtype: str) -> float:
    """The place-th number of the type above 0: place 1 is the smallest subnormal."""
    bits = np.array([place], f"u{WIDTH[dtype] // 8}")
    return float(_plain(_of_bits(bits) if dtype == "bfloat16" else bits.view(dtype))[0])


def numbers_above_zero(dtype: str) -> int:
    """How many finite numbers above 0 the type has: the place of the largest."""
    p, largest_exponent = FORMATS[dtype]
    return (2 * largest_exponent + 1) * 2 ** (p - 1) - 1


def subnormals_kept() -> bool:
    """Whether this thread's processor computes with subnormals, as IEEE 754 asks, and does not flush them to 0."""
    return bool(np.float32(1e-40) * np.float32(1.0) > 0)


def _native(x: ArrayLike, dtype: str) -> Any:
    """As numpy or torch hold the type."""
    if not subnormals_kept():
        raise RuntimeError("Subnormal numbers are flushed to zero in this thread, so what is below the smallest normal "
                           "number would be wrong. Switch it off: torch.set_flush_denormal(False).")
    x = np.asarray(x, np.float64)
    if dtype != "bfloat16":
        return x.astype(dtype)
    import torch

    return torch.from_numpy(np.array(x)).to(torch.bfloat16)


def _plain(values: Any) -> Floats:
    return values.astype(np.float64) if isinstance(values, (np.ndarray, np.generic)) else values.double().numpy()


def _of_bits(bits: NDArray[np.integer]) -> Any:
    """bfloat16 numbers by their 16 bits."""
    import torch

    return torch.from_numpy(bits.astype(np.uint16).view(np.int16)).view(torch.bfloat16)


def _bits(values: Any) -> NDArray[np.uint16]:
    import torch

    return values.view(torch.int16).numpy().view(np.uint16)
