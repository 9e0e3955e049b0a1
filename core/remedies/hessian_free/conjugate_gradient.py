r"""Conjugate gradients for A x = b, stopped when the quadratic model hardly falls any more.

    phi(x) = 1/2 x^T A x - b^T x,    stop after i steps if (phi(x_i) - phi(x_{i-k})) / phi(x_i) < k epsilon

with k = max(10, i/10): what counts is how far phi still falls, not how small the residual is.

Sources: Golub & Van Loan, Matrix Computations, 4th edition, 11.3; the program hessianfree, which gives the stop to
Martens 2010.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.arrays import Floats

EPSILON = 5e-4  # of phi, a step


@dataclass(frozen=True)
class Solution:
    """Where the steps led."""

    x: Floats  # (P,) the last iterate
    phi: list[float]  # 1/2 x^T A x - b^T x at the start and after every step
    stop: str  # "progress"; "limit"; "residual", it is 0; "curvature", p^T A p is not above 0 or not finite

    @property
    def steps(self) -> int:
        return len(self.phi) - 1


def conjugate_gradient(A: Callable[[Floats], Floats], b: Floats, start: Floats | None = None, *,
                       limit: int, epsilon: float = EPSILON) -> Solution:
    """At most `limit` steps from `start`, or from 0.

    Args:
        A: v -> A v, symmetric and positive semi-definite; called once a step.
        b: (P,).
        start: (P,) a first guess, which costs one more product.
        limit: most steps.
        epsilon: of the stop; 0 goes on to the limit or to a residual of 0.
    """
    x = np.zeros_like(b) if start is None else start.copy()
    r = b.copy() if start is None else b - A(x)
    p, rr = r.copy(), float(r @ r)
    phi = [-0.5 * float(x @ (r + b))]
    while len(phi) <= limit:
        if rr == 0.0:
            return Solution(x, phi, "residual")
        Ap = A(p)
        curvature = float(p @ Ap)
        if not 0.0 < curvature < np.inf:
            return Solution(x, phi, "curvature")
        step = rr / curvature
        x += step * p
        r -= step * Ap
        phi.append(-0.5 * float(x @ (r + b)))
        if hardly_falls(phi, epsilon):
            return Solution(x, phi, "progress")
        rr, before = float(r @ r), rr
        p *= rr / before
        p += r
    return Solution(x, phi, "limit")


def hardly_falls(phi: list[float], epsilon: float) -> bool:
    """Martens' stop, of phi at x_0 .. x_i. While phi is not below 0, x = 0 would be better: go on."""
    i = len(phi) - 1
    k = max(10, i // 10)
    return i > k and phi[i] < 0.0 and phi[i - k] - phi[i] < -phi[i] * k * epsilon
