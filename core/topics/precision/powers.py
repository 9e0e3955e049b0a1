"""Powers of a rate in finite precision: where lambda^t leaves float16, bfloat16, float32 and float64.

A gradient that is multiplied by the same factor at every step back is such a power. It leaves a type downwards through
the subnormal numbers, which lose their digits one by one, or upwards through the largest number to inf.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.arrays import Floats
from core.parameters import Spec, choice, number
from core.spelling import as_told
from core.topics.precision.number_types import limits, number_types, repeated, rounded

COUNTED = 20000  # steps beyond those asked for that are made to see where a power ends


@dataclass(frozen=True, kw_only=True)
class Powers(Spec):
    """lambda^t, by repeated multiplication."""

    rate: float = number(0.25, 0.0, 4.0, step=0.01, label="Rate per step", symbol=r"\lambda",
                         help="What every step multiplies a gradient by. Any number may be typed, 1.001 too.")
    dtype: str = choice("float32", number_types, label="Number type",
                        help="The one that the sentences speak of; the charts show all four.")
    steps: int = number(1100, 1, 20000, step=1, log=True, label="Steps", symbol="t",
                        help="How many powers, and how many updates of the weight.")


@dataclass(frozen=True)
class TypedPowers:
    """rate^t for t = 1..steps, each rounded to the type before the next multiplication.

    Errors are log10 |a / b - 1|; -inf: no error; 0: all lost; +inf once the value is inf.
    """

    dtype: str  # float16, bfloat16, float32 or float64
    asked: float  # the rate that was asked for, a decimal number
    rate: float  # the rate as the type holds it
    t: NDArray[np.int64]  # (steps,) exponent, 1..steps
    log10_value: Floats  # (steps,) log10 of the value; -inf where it is exactly 0, +inf where it is inf
    log10_exact: Floats  # (steps,) log10 asked^t
    log10_error: Floats  # (steps,) of the value against asked^t
    log10_rate_error: Floats  # (steps,) what rounding the rate makes of it: rate^t against asked^t
    log10_product_error: Floats  # (steps,) what rounding the products makes of it: the value against rate^t
    first_subnormal: int | None  # first t at which the value is subnormal; None if never
    first_zero: int | None  # first t at which it is exactly 0
    first_inf: int | None  # first t at which it is inf
    first_stuck: int | None  # first t from which on it stays at a number that is not 0, though the rate is not 1

    @property
    def digits(self) -> Floats:
        """(steps,) decimal digits of the value that are right, from 0 to what the type holds."""
        return self._digits(self.log10_error)

    @property
    def rate_digits(self) -> Floats:
        """(steps,) digits that rounding the rate alone would leave."""
        return self._digits(self.log10_rate_error)

    @property
    def product_digits(self) -> Floats:
        """(steps,) digits that rounding the products alone would leave."""
        return self._digits(self.log10_product_error)

    def _digits(self, log10_error: Floats) -> Floats:
        return np.clip(-log10_error, 0.0, limits(self.dtype).digits) + 0.0  # no -0


def powers(rate: float, dtype: str, steps: int) -> TypedPowers:
    r"""rate^t for t = 1..steps by repeated multiplication in that type.

    The value is wrong for two reasons. The type holds the rate with a relative error rho, and each multiplication has
    a relative error delta_i, known exactly but for one rounding:

        value_t / asked^t = (1 + rho)^t \prod_{i<=t} (1 + delta_i),

    so that the sum of log1p(delta_i) gives the second with an absolute error of at most t 2^-52 sum |log1p(delta_i)|,
    where a difference of the two, or of their logarithms, would be lost in float64's own rounding.

    Args:
        rate: 0 to 4.
        dtype: float16, bfloat16, float32 or float64.
        steps: 1 to 20000.

    Raises:
        ParameterError: if one of them is not allowed.
        RuntimeError: if this thread flushes subnormals to zero.

    Source: Higham 2002, Accuracy and Stability of Numerical Algorithms (SIAM), 2nd edition, eq. 2.4 and lemma 3.1.
    """
    asked = Powers(rate=rate, dtype=dtype, steps=steps).rate
    kept = float(rounded(asked, dtype))
    values = repeated("multiply", 1.0, kept, steps, dtype)
    after, t = values[1:], np.arange(1, steps + 1)
    with np.errstate(divide="ignore", over="ignore"):
        log10_value, log10_exact = np.log10(after), t * np.log10(asked)
        of_the_rate = t * np.log1p(_rate_error(asked, kept))
    of_the_products = _log_ratio(values, kept)
    stays = (after[1:] == after[:-1]) & (after[1:] > 0) & np.isfinite(after[1:]) & (kept != 1.0)
    return TypedPowers(
        dtype, asked, kept, t, log10_value, log10_exact,
        *map(_log10_error, (of_the_rate + of_the_products, of_the_rate, of_the_products)),
        first_subnormal=_first((after > 0) & (after < limits(dtype).smallest_normal)), first_zero=_first(after == 0),
        first_inf=_first(np.isposinf(after)), first_stuck=_first(stays))


def powers_in_all_types(spec: Powers) -> list[TypedPowers]:
    """The same rate in the four types."""
    return [powers(spec.rate, dtype, spec.steps) for dtype in number_types()]


def steps_until(found: TypedPowers, size: float) -> tuple[int, bool]:
    """The first t at which these powers, which have not come there yet, pass `size` on their way down or up.

    Returns:
        t, and whether it was counted; else it is about so many, to two digits, since each rounding shifts it.
    """
    done = int(found.t[-1])
    ahead = math.ceil((math.log10(size) - float(found.log10_value[-1])) / math.log10(found.rate))
    if ahead > COUNTED:
        return int(as_told(done + ahead, 2)), False
    values = repeated("multiply", 1.0, found.rate, done + 2 * max(ahead, 10), found.dtype)
    there = np.flatnonzero(values < size if found.rate < 1.0 else values > size)
    return (int(there[0]), True) if len(there) else (done + max(ahead, 1), False)


def _rate_error(asked: float, kept: float) -> float:
    """kept / asked - 1, where what was asked for is the decimal number that was typed: 0.1 is none of float64's."""
    exact = Fraction(repr(asked))
    return float(Fraction(kept) / exact - 1) if exact else 0.0


def _log_ratio(values: Floats, rate: float) -> Floats:
    """log(value_t / rate^t) of the powers 0..steps of the rate, for t = 1..steps; -inf: lost, +inf: overflown."""
    if rate == 0.0:
        return np.zeros(len(values) - 1)
    alive = int(np.count_nonzero((values[:-1] > 0) & np.isfinite(values[:-1])))  # what is 0 or inf stays so
    delta = _relative_errors(values[:alive], rate, values[1:alive + 1])
    out = np.full(len(values) - 1, np.inf if np.isinf(values[-1]) else -np.inf)
    with np.errstate(divide="ignore"):
        out[:alive] = np.cumsum(np.log1p(delta))
    return out


def _log10_error(log_ratio: Floats) -> Floats:
    """log10 |r - 1| from log r."""
    with np.errstate(divide="ignore", over="ignore"):
        small = np.log10(np.abs(np.expm1(np.minimum(log_ratio, 1.0))))
        large = log_ratio / np.log(10.0) + np.log10(-np.expm1(-np.maximum(log_ratio, 1.0)))
    return np.where(log_ratio > 1.0, large, small)


def _relative_errors(before: Floats, rate: float, after: Floats) -> Floats:
    """after / (before rate) - 1, from the exact product of the two.

    The product of the significands is split into a sum of two float64 without error; the powers of two
    are kept apart, so that nothing overflows or becomes subnormal.
    """
    m, k = np.frexp(before)
    m_rate, k_rate = np.frexp(rate)
    product = m * m_rate
    (m_high, m_low), (r_high, r_low) = _halves(m), _halves(m_rate)
    rest = ((m_high * r_high - product) + m_high * r_low + m_low * r_high) + m_low * r_low
    return ((np.ldexp(after, -(k + k_rate)) - product) - rest) / product


def _halves(x: ArrayLike) -> tuple[Floats, Floats]:
    """x as a sum of two numbers of at most 26 bits."""
    scaled = x * (2.0**27 + 1.0)
    high = scaled - (scaled - x)
    return high, x - high


def _first(where: NDArray[np.bool_]) -> int | None:
    """The first t, counted from 1, at which it holds."""
    return int(where.argmax()) + 1 if where.any() else None
