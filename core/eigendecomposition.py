r"""W_hh by its eigenvectors: W_hh = Q Lambda Q^-1, so that W_hh^l = Q Lambda^l Q^-1.

Along eigenvector i a product of l equal factors scales with lambda_i^l. How much that says of the whole depends on the
eigenvectors: ||W^l|| <= cond(Q) rho^l, with cond(Q) = 1 for a normal W_hh alone.

Sources: Golub & Van Loan, Matrix Computations, 7.1; Bauer & Fike 1960 (the condition of the eigenvectors).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Eigendecomposition:
    """Of one matrix, (n, n)."""

    eigenvalues: NDArray[np.complex128]  # (n,), largest magnitude first
    eigenvectors: NDArray[np.complex128]  # (n, n), one a column, of length 1
    condition: float  # of the eigenvectors, 1 (normal) up to inf (some are parallel: there is no such decomposition)

    def powers(self, lags: NDArray[np.int64]) -> NDArray[np.complex128]:
        """lambda_i^l, (n, L)."""
        with np.errstate(over="ignore", invalid="ignore"):
            return self.eigenvalues[:, None] ** lags

    def log10_powers(self, lags: NDArray[np.int64]) -> Floats:
        """log10 |lambda_i|^l, (n, L); -inf where it is exactly zero, 0 at lag 0."""
        with np.errstate(divide="ignore", invalid="ignore"):
            out = lags * np.log10(np.abs(self.eigenvalues))[:, None]
        return np.where(lags == 0, 0.0, out)


def eigendecomposition(W: Floats) -> Eigendecomposition:
    """Of a finite W, (n, n). Where eigenvectors are nearly parallel, `condition` says how many digits are left:
    above 1e16 none, and W has no decomposition that float64 could tell from one that does not exist."""
    scale = float(np.abs(W).max(initial=0.0)) or 1.0
    eigenvalues, Q = np.linalg.eig(W / scale)
    order = np.argsort(-np.abs(eigenvalues), kind="stable")
    singular = np.linalg.svd(Q, compute_uv=False)
    condition = float(singular[0] / singular[-1]) if singular[-1] > 0.0 else float("inf")
    return Eigendecomposition(eigenvalues[order].astype(np.complex128) * scale, Q[:, order].astype(np.complex128),
                              condition)
