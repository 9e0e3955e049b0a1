r"""W_hh by its eigenvectors: W_hh = Q Lambda Q^-1, so that W_hh^l = Q Lambda^l Q^-1.

Along eigenvector i a product of l equal factors scales with lambda_i^l. How much that says of the whole depends on the
eigenvectors: ||W^l|| <= cond(Q) rho^l, with cond(Q) = 1 for a normal W_hh alone.

A normal W has orthonormal eigenvectors, also where an eigenvalue repeats and an eigenvalue routine returns any vectors
that span its eigenspace. They are those of the Hermitian S + c i K: the symmetric part S and the skew one K of a normal
W commute, and c tells apart what one of them alone does not.

Source: Golub & Van Loan, Matrix Computations, 4th edition, 7.1 (Schur form: of a normal W it is diagonal).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.arrays import Floats

MIXES = (0.577, 1.325, 0.11)  # c: any will do that makes no two different eigenvalues one; the first as a rule
ROUNDING = 64.0  # times n eps: how far a normal W may be from it


@dataclass(frozen=True)
class Eigendecomposition:
    """Of one matrix, (n, n)."""

    eigenvalues: NDArray[np.complex128]  # (n,), largest magnitude first
    eigenvectors: NDArray[np.complex128]  # (n, n), one a column, of length 1
    condition: float  # of the eigenvectors, 1 (normal) up to inf (some are parallel: there is no such decomposition)


def eigendecomposition(W: Floats) -> Eigendecomposition:
    """Of a finite W, (n, n). Where eigenvectors are nearly parallel, `condition` says how many digits are left:
    above 1e16 none, and W has no decomposition that float64 could tell from one that does not exist."""
    scale = float(np.abs(W).max(initial=0.0)) or 1.0
    eigenvalues, Q = _of_a_normal(W / scale) or np.linalg.eig(W / scale)
    order = np.argsort(-np.round(np.abs(eigenvalues), 12), kind="stable")
    singular = np.linalg.svd(Q, compute_uv=False)
    condition = float(singular[0] / singular[-1]) if singular[-1] > 0.0 else float("inf")
    return Eigendecomposition(eigenvalues[order].astype(np.complex128) * scale, Q[:, order].astype(np.complex128),
                              condition)


def _of_a_normal(W: Floats) -> tuple[NDArray[np.complex128], NDArray[np.complex128]] | None:
    """Eigenvalues and orthonormal eigenvectors; None where W is not normal, up to its rounding."""
    size = float(np.linalg.norm(W))
    allowed = ROUNDING * len(W) * np.finfo(np.float64).eps * size
    if np.linalg.norm(W @ W.T - W.T @ W) > allowed * size:
        return None
    for c in MIXES:
        _, Q = np.linalg.eigh((W + W.T) / 2 + c * 1j * (W - W.T) / 2)
        image = W @ Q
        eigenvalues = np.einsum("ij,ij->j", Q.conj(), image)
        if np.linalg.norm(image - Q * eigenvalues) <= allowed:
            return eigenvalues, Q
    return None
