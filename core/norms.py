"""Norms of numbers that leave the range of float64 when squared."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

LOG10_2 = float(np.log10(2.0))


def euclidean_norm(v: NDArray[np.floating]) -> float:
    """||v||_2 of a vector, right as long as the norm itself is a float64; inf or nan if an entry is."""
    v = v.astype(np.float64, copy=False)
    largest = float(np.abs(v).max(initial=0.0))
    if largest == 0.0 or not np.isfinite(largest):
        return largest
    if 1e-140 < largest < 1e140:
        return float(np.sqrt(v @ v))
    scaled = v / largest
    return largest * float(np.sqrt(scaled @ scaled))


def euclidean_norms(rows: NDArray[np.floating]) -> NDArray[np.float64]:
    """`euclidean_norm` of every row of (R, P), bit for bit."""
    rows = rows.astype(np.float64, copy=False)
    largest = np.abs(rows).max(axis=1, initial=0.0)
    with np.errstate(over="ignore", invalid="ignore"):
        norms = np.sqrt(np.vecdot(rows, rows))
    for r in np.flatnonzero(~((largest > 1e-140) & (largest < 1e140))):
        norms[r] = euclidean_norm(rows[r])
    return norms


def log10_norms(G: NDArray[np.floating]) -> NDArray[np.float64]:
    """log10 of the Frobenius norm of every G[t].

    Args:
        G: (T, [R,] rows, columns), float32 or float64.

    Returns:
        (T, [R]) log10 norms; -inf where G[t] is exactly zero, nan or inf where an entry is.
    """
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        flat = G.reshape(*G.shape[:-2], -1)
        squares = np.vecdot(flat, flat)
        doubtful = ~((squares > np.finfo(G.dtype).tiny * 1e20) & np.isfinite(squares))
        out = 0.5 * np.log10(squares.astype(np.float64))
        for at in zip(*np.nonzero(doubtful), strict=True):  # rare: squaring left the range of the type
            out[at] = np.log10(euclidean_norm(G[at].reshape(-1)))
    return out


def column_norms(X: NDArray[np.floating]) -> NDArray[np.floating]:
    """||.||_2 of every column of X, (..., rows, columns) -> (..., columns), in its type.

    Right as long as the norm is a number of that type; inf or nan where an entry is.
    """
    limits = np.finfo(X.dtype)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        squares = np.einsum("...rc,...rc->...c", X, X)
        out = np.sqrt(squares)
        if not ((squares > limits.tiny * 1e20) & (squares < limits.max)).all():  # squaring left the range, or 0
            largest = np.abs(X).max(axis=-2, initial=0.0)
            safe = np.where((largest > 0.0) & np.isfinite(largest), largest, 1.0)
            scaled = X / safe[..., None, :]
            out = np.where(safe == largest, largest * np.sqrt(np.einsum("...rc,...rc->...c", scaled, scaled)), largest)
    return out
