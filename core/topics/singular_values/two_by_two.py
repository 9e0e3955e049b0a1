"""A 2 x 2 matrix as it is seen: where it takes the unit circle, and the directions that it leaves as they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.arrays import Floats

ROUNDING = 8 * float(np.finfo(np.float64).eps)  # relative, of what is made of products of two entries


@dataclass(frozen=True)
class TwoByTwo:
    """W takes the unit circle to an ellipse, whose semi-axes are sigma_i u_i; W v_i = sigma_i u_i."""

    W: Floats  # (2, 2)
    sigma: Floats  # (2,) singular values, the largest first
    u: Floats  # (2, 2) unit vectors, a column each
    eigenvalues: tuple[float, ...]  # the real ones that have a direction of their own, the largest first: 0 to 2
    directions: Floats  # (len(eigenvalues), 2) unit eigenvectors of these
    every: bool  # W is a multiple of the identity: every vector is an eigenvector


def two_by_two(W: Floats) -> TwoByTwo:
    """In closed form, but for the singular values: a matrix with one direction for a double eigenvalue shows one."""
    u, sigma, _ = np.linalg.svd(W)
    (a, b), (c, d) = W.tolist()
    half, scale = 0.5 * (a - d), float(np.abs(W).max()) ** 2
    inside = half * half + b * c  # a quarter of the discriminant
    if abs(inside) <= ROUNDING * scale:
        inside = 0.0
    if inside < 0.0:
        return TwoByTwo(W, sigma, u, (), np.empty((0, 2)), every=False)
    mean, apart = 0.5 * (a + d), inside**0.5
    if apart == 0.0 and b == 0.0 and c == 0.0:
        return TwoByTwo(W, sigma, u, (), np.empty((0, 2)), every=True)
    found = tuple(dict.fromkeys((mean + apart, mean - apart)))
    return TwoByTwo(W, sigma, u, found, np.array([_eigenvector(W, z) for z in found]), every=False)


def _eigenvector(W: Floats, z: float) -> Floats:
    """Perpendicular to the longer row of W - z I; of the two it is the one that points right, or up."""
    rows = W - z * np.eye(2)
    x, y = rows[np.argmax(np.hypot(*rows.T))]
    sign = 1.0 if (-y, x) > (0.0, 0.0) else -1.0
    return sign * np.array([-y, x]) / np.hypot(x, y)
