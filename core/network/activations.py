r"""Activations phi with their derivative phi' and gamma = sup |phi'|.

Each pair is written for `out=`, so that a sweep over time allocates nothing. The derivative takes the
pre-activation a as well as h = phi(a): 1 - h^2 is exactly 0 beyond |a| = 19 where sech^2(a) is 1e-16.
A new activation is a new row of ACTIVATIONS.

Source: torch's documentation, which names arXiv 1511.07289 for the elu and arXiv 1606.08415 for the gelu.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from math import erf, erfc, exp, pi, sqrt

import numpy as np

from core.arrays import Array
from core.cost import timed

Calls = list[Callable[[], object]]
TIMED = 2**12  # numbers of which a function is timed
MANY = 512  # numbers at a step from which on seeds side by side go the quick ways, which cost a last digit
LEAK = 0.01  # slope of leaky relu below zero, as in torch


@dataclass(frozen=True)
class Activation:
    """One nonlinearity."""

    name: str
    title: str
    gamma: float  # sup over a of |phi'(a)|
    phi: Callable[[Array, Array], Array]  # (a, out) -> out
    phi_prime: Callable[[Array, Array, Array], Array]  # (a, h = phi(a), out) -> out
    formula: str  # in Markdown without TeX, which no first page has to wait for
    source: str = ""
    of_many: Callable[[Sequence[Array], Sequence[Array]], Calls] | None = None  # `calls` for float64 by the thousand

    @cached_property
    def rates(self) -> tuple[float, float]:
        """s for phi and for phi' of a number, as this machine has them: measured when first asked for."""
        a = np.linspace(-3.0, 3.0, TIMED)
        h, out = self.phi(a, np.empty_like(a)), np.empty_like(a)
        return timed(lambda: self.phi(a, out), 3) / TIMED, timed(lambda: self.phi_prime(a, h, out), 3) / TIMED

    def calls(self, a: Sequence[Array], out: Sequence[Array], *, quickest: bool = False) -> Calls:
        """phi of each array into its place, ready to be called; `quickest`: where a last digit does not matter."""
        many = quickest and self.of_many is not None and a[0].size >= MANY and a[0].dtype == np.float64
        return self.of_many(a, out) if many else [partial(self.phi, *pair) for pair in zip(a, out, strict=True)]


def _linear(a: Array, out: Array) -> Array:
    np.copyto(out, a)
    return out


def _linear_prime(a: Array, h: Array, out: Array) -> Array:
    out.fill(1.0)
    return out


def _tanh_of_many(a: Sequence[Array], out: Sequence[Array]) -> Calls:
    """torch's: half of numpy's time. Imported at the first update, with the optimizer, not with the page."""
    from torch import from_numpy, tanh

    return [partial(tanh, from_numpy(x), out=from_numpy(y)) for x, y in zip(a, out, strict=True)]


def _tanh_prime(a: Array, h: Array, out: Array) -> Array:
    """1 - h^2, and sech^2 a = 4e/(1+e)^2 with e = exp(-2|a|) where the difference has lost its digits."""
    np.multiply(h, h, out=out)
    np.subtract(1.0, out, out=out)
    if out.size and out.min() < 1e-3:
        saturated = out < 1e-3
        e = np.exp(-2.0 * np.abs(a[saturated]))
        out[saturated] = 4.0 * e / (1.0 + e) ** 2
    return out


def _sigmoid(a: Array, out: Array) -> Array:
    """1 / (1 + exp(-a)); exp overflows to inf only where the answer is 0 to every digit."""
    with np.errstate(over="ignore"):
        np.negative(a, out=out)
        np.exp(out, out=out)
        np.add(out, 1.0, out=out)
        return np.reciprocal(out, out=out)


def _sigmoid_prime(a: Array, h: Array, out: Array) -> Array:
    """e / (1 + e)^2 with e = exp(-|a|): symmetric, and never the difference 1 - h."""
    np.abs(a, out=out)
    np.negative(out, out=out)
    np.exp(out, out=out)
    return np.divide(out, (1.0 + out) ** 2, out=out)


def _relu(a: Array, out: Array) -> Array:
    return np.maximum(a, 0.0, out=out)


def _relu_prime(a: Array, h: Array, out: Array) -> Array:
    """0 at a = 0, as torch has it."""
    return np.greater(a, 0.0, out=out, casting="unsafe")


def _leaky_relu(a: Array, out: Array) -> Array:
    np.multiply(a, LEAK, out=out)
    return np.maximum(a, out, out=out)


def _leaky_relu_prime(a: Array, h: Array, out: Array) -> Array:
    np.greater(a, 0.0, out=out, casting="unsafe")
    out *= 1.0 - LEAK
    out += LEAK
    return out


def _elu(a: Array, out: Array) -> Array:
    np.minimum(a, 0.0, out=out)
    np.expm1(out, out=out)
    return np.add(out, np.maximum(a, 0.0), out=out)


def _elu_prime(a: Array, h: Array, out: Array) -> Array:
    np.minimum(a, 0.0, out=out)
    return np.exp(out, out=out)


def _softplus(a: Array, out: Array) -> Array:
    return np.logaddexp(a, 0.0, out=out)


def _softplus_prime(a: Array, h: Array, out: Array) -> Array:
    return _sigmoid(a, out)


_erfc = np.frompyfunc(erfc, 1, 1)  # exact in both tails; numpy has no erf, and scipy is for the tests only


def _normal_cdf(a: Array) -> Array:
    """Phi(a), the normal distribution function."""
    return _erfc(a * -sqrt(0.5)).astype(a.dtype) * 0.5


def _gelu(a: Array, out: Array) -> Array:
    return np.multiply(a, _normal_cdf(a), out=out)


def _gelu_prime(a: Array, h: Array, out: Array) -> Array:
    density = np.exp(-0.5 * a * a) / sqrt(2.0 * pi)
    np.multiply(a, density, out=out)
    return np.add(out, _normal_cdf(a), out=out)


# The slope of gelu is largest at a = sqrt(2), where its second derivative (2 - a^2) phi(a) changes sign.
GELU_GAMMA = 0.5 * (1.0 + erf(1.0)) + sqrt(2.0) * exp(-1.0) / sqrt(2.0 * pi)

ACTIVATIONS: dict[str, Activation] = {
    activation.name: activation
    for activation in (
        Activation("linear", "linear", 1.0, _linear, _linear_prime, "*φ*(*a*) = *a*"),
        Activation("tanh", "tanh", 1.0, np.tanh, _tanh_prime, "*φ*(*a*) = tanh *a*",
                   of_many=_tanh_of_many),
        Activation("sigmoid", "sigmoid", 0.25, _sigmoid, _sigmoid_prime, "*φ*(*a*) = 1/(1 + exp(−*a*))"),
        Activation("relu", "ReLU", 1.0, _relu, _relu_prime, "*φ*(*a*) = max(*a*, 0)"),
        Activation("leaky_relu", "leaky ReLU", 1.0, _leaky_relu, _leaky_relu_prime,
                   "*φ*(*a*) = max(*a*, 0.01 *a*)"),
        Activation("elu", "ELU", 1.0, _elu, _elu_prime, "*φ*(*a*) = *a* if *a* > 0, else exp(*a*) − 1",
                   "PyTorch 2, torch.nn.ELU, after arXiv 1511.07289"),
        Activation("softplus", "softplus", 1.0, _softplus, _softplus_prime, "*φ*(*a*) = ln(1 + exp(*a*))"),
        Activation("gelu", "GELU", GELU_GAMMA, _gelu, _gelu_prime, "*φ*(*a*) = *a* Φ(*a*)",
                   "PyTorch 2, torch.nn.GELU, after arXiv 1606.08415"),
    )
}


def activation_titles() -> dict[str, str]:
    return {name: activation.title for name, activation in ACTIVATIONS.items()}
