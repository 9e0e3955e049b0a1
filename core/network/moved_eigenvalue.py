r"""One eigenvalue of a W_hh moved, in its own eigenvectors.

    W' = W + (z - \lambda) v u^H / (u^H v)

with W v = \lambda v and u^H W = \lambda u^H: \lambda becomes z, and the other eigenvalues and their eigenvectors stay.
A complex pair moves together, in the plane of the real and the imaginary part of v, so that W' is real. Where several
eigenvalues are equal one of them is moved, in those of their eigenvectors that meet best; two equal real ones may
leave the axis as a pair.

That the others stay follows in one line: for another eigenvalue mu with W v' = mu v', u^H v' = 0, and so W' v' = W v'.
How exactly it is met is bounded by the condition 1 / |u^H v| of the eigenvalue, of unit vectors: a change E of W moves
it by u^H E v / (u^H v) to first order.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.arrays import Floats
from core.spelling import power

MOST = {8: 8, 4: 4}  # by bytes a number, log10 of the condition above which nothing is moved: half of the digits go
SAME = 8 * np.finfo(np.float64).eps  # of n times the norm of W: what is as small is 0
NEAR = 1e-8  # of the norm of W: a pair that is as near to the real axis may be two equal ones, parted by rounding

Move = tuple[complex, complex]  # from the eigenvalue that is nearest to this, to that


def moves_since(before: tuple[complex, ...], now: tuple[complex, ...]) -> list[Move]:
    """What of a list of moves, each written as from, to, is to be made where `before` has been.

    A move that goes on to another place, as under a hand, is made from where it stood. Moves that are taken back leave
    what they have done.
    """
    old, new = _pairs(before), _pairs(now)
    same = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    rest = new[same:]
    if rest and same < len(old) and old[same][0] == rest[0][0]:
        rest[0] = old[same][1], rest[0][1]
    return rest


def _pairs(moved: tuple[complex, ...]) -> list[Move]:
    return list(zip(moved[::2], moved[1::2], strict=True))


def with_moves(W: Floats, moves: list[Move]) -> NDArray[np.float64]:
    """W, (n, n), after these moves, one after the other; what is too ill-conditioned to be moved stays."""
    most, W = MOST[W.dtype.itemsize], W.astype(np.float64)
    for start, to in moves:
        W, _ = _moved(W, start, to, most)
    return W


def refusal(W: Floats, moves: list[Move]) -> str | None:
    """Why the first of these moves that cannot be made cannot; None where all can."""
    most, W = MOST[W.dtype.itemsize], W.astype(np.float64)
    for start, to in moves:
        W, why = _moved(W, start, to, most)
        if why:
            return why
    return None


def _moved(W: NDArray[np.float64], start: complex, to: complex, most: int) -> tuple[NDArray[np.float64], str | None]:
    """W with the move, or as it was and why."""
    if not np.isfinite(W).all():
        return W, "moved must name an eigenvalue, got a matrix that is not finite."
    value = _nearest(W, start)
    right, left, met = _eigenvectors(W, value)
    if 0.0 < value.imag <= NEAR * np.linalg.norm(W) and len((on_axis := _eigenvectors(W, value.real))[2]) > 1:
        value, (right, left, met) = complex(value.real), on_axis
    pair = bool(value.imag) or (bool(to.imag) and len(met) > 1)
    least = met[0 if value.imag or not pair else 1]
    log10_condition = -float(np.log10(least)) if least else np.inf
    if log10_condition > most:
        return W, (f"moved must name an eigenvalue whose condition is at most 10^{most}, got one of "
                   f"{power(log10_condition)}.")
    if value.imag:
        R, L = (np.stack([one[:, 0].real, one[:, 0].imag], axis=1) for one in (right, left))
    else:
        R, L = right[:, :1 + pair], left[:, :1 + pair]
    by = _block(to, pair) - _block(value, pair)
    return W + R @ by @ np.linalg.solve(L.T @ R, L.T), None


def _nearest(W: NDArray[np.float64], to: complex) -> complex:
    """The eigenvalue nearest to a number; of a pair that with the positive imaginary part, whichever is named."""
    values = np.linalg.eigvals(W)  # where both are as near it comes first
    return complex(values[np.argmin(np.abs(values - complex(to.real, abs(to.imag))))])


def _eigenvectors(W: NDArray[np.float64], value: complex) -> tuple[NDArray, NDArray, NDArray[np.float64]]:
    """Those of an eigenvalue, right and left, unit vectors, (n, m), and |u_i^H v_i|, (m,), largest first.

    u_i^H v_j is 0. m is 1, or how many eigenvalues are equal to it, if not defective.
    """
    left, sizes, right = np.linalg.svd(W - (value if value.imag else value.real) * np.eye(len(W)))
    m = max(1, int(np.sum(sizes <= SAME * len(W) * np.linalg.norm(W))))
    left, right = left[:, -m:], right[-m:].conj().T
    turn, met, back = np.linalg.svd(left.conj().T @ right)
    return right @ back.conj().T, left @ turn, met


def _block(value: complex, pair: bool) -> NDArray[np.float64]:
    """What W does to its real eigenvector, or to the real and the imaginary part of that of a pair."""
    re, im = value.real, abs(value.imag)
    return np.array([[re, im], [-im, re]]) if pair else np.array([[re]])
