"""tanh applied again and again: a curve that gets flatter every time, or, with a gain above 1, a step."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.arrays import Floats
from core.parameters import Spec, number

SHOWN = (1, 2, 5, 10, 20, 50, 100)  # counts worth comparing with
POINTS = 481  # over [-3, 3]; odd, so that x = 0 is one


@dataclass(frozen=True, kw_only=True)
class Iteration(Spec):
    """x -> tanh(gain x), several times over: the states of one unit without input."""

    gain: float = number(1.0, 0.0, 4.0, step=0.05, label="Gain", symbol="c",
                         help="x_n = tanh(c x_{n-1}): the recurrent weight of one unit without input.")
    times: int = number(10, 1, 100, step=1, label="Applications", symbol="n",
                        help="How often tanh is applied.")


@dataclass(frozen=True)
class Iterated:
    """tanh(gain x) applied n times, and its slope."""

    gain: float
    times: int  # the count that was asked for
    x: Floats  # (N,) where it starts
    counts: NDArray[np.int64]  # (M,) numbers of applications, ascending; `times` is one of them
    value: Floats  # (M, N) the value after that many
    log10_slope: Floats  # (M, N) log10 of its derivative by x, which is never negative; -inf: exactly 0

    @property
    def row(self) -> int:
        """The row that was asked for."""
        return int(np.searchsorted(self.counts, self.times))

    def slope_at(self, x: float) -> float:
        """log10 of the slope of the row that was asked for, at the point nearest to x."""
        return float(self.log10_slope[self.row, np.abs(self.x - x).argmin()])


def iterated_tanh(gain: float, times: int, x: Floats | None = None) -> Iterated:
    r"""x_n = tanh(gain x_{n-1}) and its derivative in closed form.

        dx_n/dx_0 = \prod_{k=1..n} gain (1 - x_k^2),    1 - tanh^2(a) = 4 e / (1 + e)^2,  e = exp(-2 |a|),

    summed as logarithms from the pre-activations: 1 - x_k^2 would be exactly 0 beyond |a| = 19, and the product would
    leave float64.

    Args:
        gain: 0 to 4.
        times: 1 to 100.
        x: where it starts, (N,); from -3 to 3 when None.

    Raises:
        ParameterError: if the gain or the count is not allowed.
    """
    Iteration(gain=gain, times=times)
    x = np.linspace(-3.0, 3.0, POINTS) if x is None else np.asarray(x, np.float64)
    counts = sorted({*SHOWN, times})
    value, slope, values, slopes = x, np.zeros_like(x), [], []
    log_gain = math.log(gain) if gain > 0.0 else -math.inf
    for n in range(1, counts[-1] + 1):
        a = gain * value
        value = np.tanh(a)
        slope = slope + log_gain + math.log(4.0) - 2.0 * np.abs(a) - 2.0 * np.log1p(np.exp(-2.0 * np.abs(a)))
        if n in counts:
            values.append(value)
            slopes.append(slope / math.log(10.0))
    return Iterated(gain, times, x, np.array(counts), np.array(values), np.array(slopes))
