"""Powers of a rate in finite precision: where lambda^t leaves float16, bfloat16, float32 and float64.

A gradient that is multiplied by the same factor at every step back is such a power. It leaves a type downwards through
the subnormal numbers, which lose their digits one by one, or upwards through the largest number to inf.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.number_types import limits, number_types, repeated, rounded
from core.parameters import Spec, choice, number

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Powers(Spec):
    """lambda^t, by repeated multiplication."""

    rate: float = number(0.25, 0.0, 4.0, step=0.01, label="Rate per step", symbol=r"\lambda",
                         help="What every step multiplies a gradient by. Any number may be typed, 1.001 too.")
    dtype: str = choice("float32", number_types, label="Number type",
                        help="The one that the sentences speak of; the charts show all four.")
    steps: int = number(1100, 1, 20000, step=1, label="Steps", symbol="t",
                        help="How many powers, and how many updates of the weight.")


@dataclass(frozen=True)
class TypedPowers:
    """rate^t for t = 1..steps, each rounded to the type before the next multiplication."""

    dtype: str  # float16, bfloat16, float32 or float64
    rate: float  # the rate as the type holds it
    t: NDArray[np.int64]  # (steps,) exponent, 1..steps
    log10_value: Floats  # (steps,) log10 of the value; -inf where it is exactly 0, +inf where it is inf
    log10_exact: Floats  # (steps,) log10 of the exact power of `rate`
    log10_error: Floats  # (steps,) log10 |value / exact - 1|; -inf: no error; 0: all lost; +inf once the value is inf
    first_subnormal: int | None  # first t at which the value is subnormal; None if never
    first_zero: int | None  # first t at which it is exactly 0
    first_inf: int | None  # first t at which it is inf
    first_stuck: int | None  # first t from which on it stays at a number that is not 0, though the rate is not 1

    @property
    def digits(self) -> Floats:
        """(steps,) decimal digits of the value that are right, from 0 to what the type holds."""
        return np.clip(-self.log10_error, 0.0, limits(self.dtype).digits) + 0.0  # no -0


def powers(rate: float, dtype: str, steps: int) -> TypedPowers:
    r"""rate^t for t = 1..steps by repeated multiplication in that type.

    The error is that of the multiplications alone, against the exact power of the rate as the type holds it. Each
    multiplication has a relative error delta_i, known exactly but for one rounding, and

        value_t / rate^t = \prod_{i<=t} (1 + delta_i),

    so that the sum of log1p(delta_i) gives it with an absolute error of at most t 2^-52 sum |log1p(delta_i)|, where a
    difference of the two, or of their logarithms, would be lost in float64's own rounding.

    Args:
        rate: 0 to 4.
        dtype: float16, bfloat16, float32 or float64.
        steps: 1 to 20000.

    Raises:
        ParameterError: if one of them is not allowed.
        RuntimeError: if this thread flushes subnormals to zero.

    Source: Higham 2002, Accuracy and Stability of Numerical Algorithms (SIAM), 2nd edition, eq. 2.4 and lemma 3.1.
    """
    asked = Powers(rate=rate, dtype=dtype, steps=steps)
    kept = float(rounded(asked.rate, dtype))
    values = repeated("multiply", 1.0, kept, steps, dtype)
    after, t = values[1:], np.arange(1, steps + 1)
    with np.errstate(divide="ignore", over="ignore"):
        log10_value, log10_exact = np.log10(after), t * np.log10(kept)
    stays = (after[1:] == after[:-1]) & (after[1:] > 0) & np.isfinite(after[1:]) & (kept != 1.0)
    return TypedPowers(
        dtype, kept, t, log10_value, log10_exact, _log10_error(values, kept),
        first_subnormal=_first((after > 0) & (after < limits(dtype).smallest_normal)), first_zero=_first(after == 0),
        first_inf=_first(np.isposinf(after)), first_stuck=_first(stays))


def powers_in_all_types(spec: Powers) -> list[TypedPowers]:
    """The same rate in the four types."""
    return [powers(spec.rate, dtype, spec.steps) for dtype in number_types()]


def steps_to_reach(rate: float, size: float) -> int | None:
    """About the first t at which rate^t has passed `size` on its way down from 1 or up; None if it never does."""
    if rate <= 0.0 or (rate < 1.0) != (size < 1.0) or rate == 1.0:
        return 1 if rate == 0.0 and size < 1.0 else None
    ratio = math.log(size) / math.log(rate)
    return math.floor(ratio) + 1 if rate < 1.0 else math.ceil(ratio)


def _log10_error(values: Floats, rate: float) -> Floats:
    """log10 |value_t / rate^t - 1| of the powers 0..steps of the rate, for t = 1..steps."""
    steps = len(values) - 1
    if rate == 0.0:
        return np.full(steps, -np.inf)
    alive = int(np.count_nonzero((values[:-1] > 0) & np.isfinite(values[:-1])))  # what is 0 or inf stays so
    delta = _relative_errors(values[:alive], rate, values[1:alive + 1])
    log_ratio = np.empty(steps)
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        log_ratio[:alive] = np.cumsum(np.log1p(delta))
        log_ratio[alive:] = np.inf if np.isinf(values[-1]) else -np.inf
        small = np.log10(np.abs(np.expm1(np.minimum(log_ratio, 1.0))))
        large = log_ratio / np.log(10.0) + np.log10(-np.expm1(-np.maximum(log_ratio, 1.0)))
    return np.where(log_ratio > 1.0, large, small)


def _relative_errors(before: Floats, rate: float, after: Floats) -> Floats:
    """after / (before rate) - 1, from the exact product of the two.

    The product of the significands is split into a sum of two float64 without error (Dekker 1971); the powers of two
    are kept apart, so that nothing overflows or becomes subnormal.
    """
    m, k = np.frexp(before)
    m_rate, k_rate = np.frexp(rate)
    product = m * m_rate
    (m_high, m_low), (r_high, r_low) = _halves(m), _halves(m_rate)
    rest = ((m_high * r_high - product) + m_high * r_low + m_low * r_high) + m_low * r_low
    return ((np.ldexp(after, -(k + k_rate)) - product) - rest) / product


def _halves(x: ArrayLike) -> tuple[Floats, Floats]:
    """x as a sum of two numbers of at most 26 bits (Veltkamp)."""
    scaled = x * (2.0**27 + 1.0)
    high = scaled - (scaled - x)
    return high, x - high


def _first(where: NDArray[np.bool_]) -> int | None:
    """The first t, counted from 1, at which it holds."""
    return int(where.argmax()) + 1 if where.any() else None
