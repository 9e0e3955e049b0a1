"""QR of a matrix whose rows differ by hundreds of decades, before columns that do so too.

LAPACK's QR is right up to eps times the whole matrix: beside a unit whose slope is 1, what comes through one whose
slope is 1e-60 would be rounding. With the longest column first, and in it the largest entry on top, a Householder QR
is right up to eps times each row.

Source: Higham 2002, Accuracy and Stability of Numerical Algorithms, theorem 20.7 (of Powell & Reid, Cox & Higham).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.arrays import Floats


def graded_qr(B: Floats, log2_D: Floats) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """B[:, order] = Q R, the columns in the order in which those of B D are longest.

    Args:
        B: (k, r).
        log2_D: magnitudes that the columns are to be multiplied by, as log2, (r,).

    Returns:
        Q (k, m) with orthonormal columns, R (m, r) upper triangular, order (r,). m is the rank as far as what is left
        is exactly zero.
    """
    k, r = B.shape
    R, order, rows = B.copy(), np.arange(r), np.arange(k)
    V, beta = np.zeros((k, min(k, r))), np.zeros(min(k, r))  # the mirrors I - beta_i V_i V_i^T
    m = 0
    for i in range(min(k, r)):
        left = np.abs(R[i:, i:])
        top = left.max(axis=0)
        with np.errstate(divide="ignore", invalid="ignore"):
            lengths = np.log2(top) + 0.5 * np.log2(np.sum((left / top) ** 2, axis=0))  # nan where all is 0
            far = np.where(top > 0.0, lengths + log2_D[order[i:]], -np.inf)
        j = i + int(far.argmax())
        if far[j - i] == -np.inf:
            break
        p = i + int(np.abs(R[i:, j]).argmax())
        R[:, [i, j]], order[[i, j]] = R[:, [j, i]], order[[j, i]]
        R[[i, p]], V[[i, p]], rows[[i, p]] = R[[p, i]], V[[p, i]], rows[[p, i]]
        v = R[i:, i] / R[i, i]  # its first entry is 1, the others are smaller
        length = np.sqrt(v @ v)
        v[0] += length
        V[i:, i], beta[i] = v, 2.0 / (v @ v)
        R[i, i], R[i + 1:, i] = -length * R[i, i], 0.0
        R[i:, i + 1:] -= v[:, None] * (beta[i] * (v @ R[i:, i + 1:]))
        m += 1
    Q = np.eye(k, m)
    for i in reversed(range(m)):
        Q -= V[:, i, None] * (beta[i] * (V[:, i] @ Q))
    out = np.empty_like(Q)
    out[rows] = Q
    return out, R[:m], order
