r"""All singular values of dh_T/dh_{T-l} at every lag, down to those that are 1e-500 of the largest.

The transposed product is kept as M = Q D X: Q orthogonal, D diagonal with its magnitudes as log2, descending, and X
well-conditioned. One step back, J^T M = (J^T Q) D X, costs one QR of J^T Q with its columns in the order of D:

    (J^T Q) P = Q' R,    D' = diag(R) P^T D P,    X' = (D'^-1 R P^T D P) P^T X

The entries of D'^-1 R D fall off above the diagonal, so nothing overflows. Where some units hardly respond beside
others that do, diag(phi') is taken back by itself first, with a QR that is right in every row (graded_qr). The singular
values of M are those of D X, found by one-sided Jacobi rotations with an exponent kept for each row: each to its own
digits, however small.

A rank is lost exactly where phi' = 0. Where a factor sends a direction to less than n eps of itself, as a W_hh with an
eigenvalue 0 does, what is left is the rounding of W_hh: the rank is lost there too, and nothing is carried on from it.

Estimates of the Lyapunov exponents are the growth of D a step: right only as the sequence grows long.

Source: Golub & Van Loan, Matrix Computations, 4th edition, 8.6.4 (Jacobi for singular values). That they come out to
their own digits, and the exponents right, is measured in the tests. Further reading: Demmel & Veselic 1992, Jacobi's
method is more accurate than QR; Benettin et al. 1980, for the Lyapunov exponents.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from core.arrays import Floats
from core.network.cells.jacobians import Jacobians
from core.norms import LOG10_2
from core.topics.jacobians.cost import MOST_NUMBERS
from core.topics.jacobians.graded_qr import graded_qr
from core.training.record import SingularSpectrum

SWEEPS = 30  # of rotations; some seven are enough
CONVERGED = 2e-15  # cosine between two rows
EPS = float(np.finfo(np.float64).eps)
STEEP = 10  # bits between the rows of one factor beyond which they are taken apart


def singular_spectrum(J: Floats | Jacobians, lags: NDArray[np.int64] | None = None) -> SingularSpectrum:
    """Singular values of dh_T/dh_{T-l}, and estimates of the Lyapunov exponents.

    Args:
        J: one-step Jacobians, oldest first, (T, n, n), finite.
        lags: the lags wanted, ascending, each 1..T; all when None.
    """
    *_, (_, found) = singular_pieces(J, lags)
    return found


def singular_pieces(J: Floats | Jacobians, lags: NDArray[np.int64] | None = None,
                    ) -> Iterator[tuple[float, SingularSpectrum | None]]:
    """The same in pieces: (share of the work done, the spectrum with the last one)."""
    T, n, _ = J.shape
    lags = np.arange(1, T + 1) if lags is None else lags
    wanted, most = set(lags.tolist()), int(lags[-1])
    Q, log2_D, X = np.eye(n), np.zeros(n), np.eye(n)
    out: list[Floats] = []
    waiting: list[tuple[Floats, Floats]] = []
    for lag in range(1, most + 1):
        Q, log2_D, X = _one_step_back(J[T - lag], Q, log2_D, X)
        if lag in wanted:
            waiting.append((log2_D, X))
        if len(waiting) * n * n >= MOST_NUMBERS or (lag == most and waiting):
            for values in _singular_values(waiting, n):  # noqa: B007
                yield lag / most * 0.99, None
            out.extend(values)
            waiting = []
        yield lag / most * 0.99, None
    grown = np.full(n, -np.inf)
    grown[:len(log2_D)] = np.sort(log2_D)[::-1]
    yield 1.0, SingularSpectrum(lags, np.array(out) * LOG10_2, grown * np.log(2.0) / most)


def _one_step_back(J: Floats, Q: Floats, log2_D: Floats, X: Floats) -> tuple[Floats, Floats, Floats]:
    """J^T (Q D X) as Q' D' X'. A unit with phi' = 0 takes a rank away: those directions are exactly zero and go."""
    sizes = np.abs(J).max(axis=1)
    alive = np.flatnonzero(sizes)
    J, Q, bits = J[alive], Q[alive], np.frexp(sizes[alive])[1]
    top = int(bits.max(initial=-2000))
    if len(alive) and top - bits.min() > STEEP:  # diag(2^bits) first, then the rest of J, whose rows are alike
        found = graded_qr(np.ldexp(Q, bits[:, None] - top), log2_D)
        Q, log2_D, X = _carried(*found, log2_D, X)
        J = np.ldexp(J, top - bits[:, None])
    B = np.ldexp(J, -top).T @ Q
    with np.errstate(divide="ignore"):
        order = np.argsort(-(np.log2(np.linalg.norm(B, axis=0)) + log2_D), kind="stable")
    Q, R, order = _without_rounding(B, order, len(alive))
    Q, log2_D, X = _carried(Q, R, order, log2_D, X)
    return Q, log2_D + top, X


def _without_rounding(B: Floats, order: NDArray[np.int64],
                      most: int) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """QR of B[:, order] with its zero rows left out; columns that depend on those before them go to the end.

    Args:
        B: (n, r), its columns not graded.
        most: ranks that there can be.
    """
    rounding = len(B) * EPS * float(np.linalg.norm(B, axis=0).max(initial=0.0))
    for independent in range(len(order), -1, -1):
        Q, R = np.linalg.qr(B[:, order])
        ranks = min(most, independent)
        gone = np.flatnonzero(np.abs(np.diag(R)[:ranks]) <= rounding)
        if not len(gone):
            break
        order = np.append(np.delete(order, gone[0]), order[gone[0]])
    return Q, R[:ranks], order


def _carried(Q: Floats, R: Floats, order: NDArray[np.int64], log2_D: Floats, X: Floats,
             ) -> tuple[Floats, Floats, Floats]:
    """B D X as Q D' X', with B[:, order] = Q R; it ends before the first zero on the diagonal of R."""
    log2_D, diagonal = log2_D[order], np.abs(np.diag(R))
    rank = int(np.argmin(np.append(diagonal, 0.0)))
    with np.errstate(divide="ignore"):
        steep = np.log2(np.abs(R[:rank])) - np.log2(diagonal[:rank, None]) + log2_D[None, :] - log2_D[:rank, None]
    X = np.sign(np.triu(R[:rank])) * np.exp2(np.minimum(steep, 1000.0)) @ X[order]
    return Q[:, :rank], log2_D[:rank] + np.log2(diagonal[:rank]), X


def _singular_values(parts: list[tuple[Floats, Floats]], n: int) -> Iterator[list[Floats]]:
    """log2 of the singular values of D X for each (log2 D, X), largest first, -inf for the ranks that are gone.

    Yields after each round of rotations what is found so far; the last one holds.
    """
    out = [np.full(n, -np.inf) for _ in parts]
    ranks = np.array([len(log2_D) for log2_D, _ in parts], int)
    for rank in np.unique(ranks[ranks > 0]):
        at = np.flatnonzero(ranks == rank)
        exponents, rows = np.stack([parts[i][0] for i in at]), np.stack([parts[i][1] for i in at])
        for found in _one_sided_jacobi(exponents, rows):  # noqa: B007
            yield out
        for i, values in zip(at, found, strict=True):
            out[i][:rank] = values
    yield out


def _one_sided_jacobi(log2_D: Floats, X: Floats) -> Iterator[Floats]:
    """After each sweep, log2 of the singular values of each diag(2^log2_D) X, (L, r), largest first.

    Rotations of disjoint pairs of rows are made at once, in the order of a round-robin tournament. With the scaled
    rows a = 2^d x and b = 2^(d + e) y, e <= 0, a rotation changes x by s 2^e y, and y by s 2^-e x: both harmless,
    for s itself is of the order 2^e.
    """
    r = X.shape[1]
    d, X = log2_D.copy(), X.copy()
    for _ in range(SWEEPS if r > 1 else 1):
        cosine = max((_rotate(d, X, pairs) for pairs in _tournament(r)), default=0.0)
        with np.errstate(divide="ignore"):  # ends before the yield: the caller's settings are its own
            found = -np.sort(-(d + np.log2(np.linalg.norm(X, axis=2))), axis=1)
        yield found
        if cosine < CONVERGED:
            break


def _rotate(d: Floats, X: Floats, pairs: tuple[NDArray[np.int64], NDArray[np.int64]]) -> float:
    """Make the rows of each pair orthogonal, in place; the largest cosine that there was between two rows."""
    swap = d[:, pairs[1]] > d[:, pairs[0]]
    i = np.where(swap, pairs[1], pairs[0])  # (L, m) the row with the larger exponent
    j = np.where(swap, pairs[0], pairs[1])
    at = np.arange(len(X))[:, None]
    x, y = X[at, i], X[at, j]
    e = np.maximum(d[at, j] - d[at, i], -500.0)  # far beyond, the rows are as good as orthogonal after one rotation
    small = np.exp2(e)
    xx, yy, xy = (np.einsum("lmk,lmk->lm", u, v) for u, v in ((x, x), (y, y), (x, y)))
    length = np.sqrt(xx * yy)
    cosine = np.divide(np.abs(xy), length, out=np.zeros_like(xy), where=length > 0.0)
    # t = tan of the angle; tau = t / 2^e, which stays a plain number however far apart the rows are
    gap = xx - small * small * yy
    root = np.hypot(gap, 2.0 * small * xy)
    bottom = np.where(gap >= 0.0, gap + root, gap - root)
    tau = np.divide(2.0 * xy, bottom, out=np.zeros_like(xy), where=bottom != 0.0)
    t = tau * small
    c = 1.0 / np.sqrt(1.0 + t * t)
    X[at, i] = c[..., None] * (x + (t * small)[..., None] * y)
    X[at, j] = c[..., None] * (y - tau[..., None] * x)
    return float(cosine.max(initial=0.0))


def _tournament(r: int) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Every pair of 0..r-1 once, in rounds of disjoint pairs (the circle method)."""
    size = r + r % 2
    seats, rounds = list(range(size)), []
    for _ in range(size - 1):
        pairs = [(a, b) for a, b in zip(seats[:size // 2], reversed(seats[size // 2:]), strict=True)
                 if a < r and b < r]
        rounds.append((np.array([a for a, _ in pairs], int), np.array([b for _, b in pairs], int)))
        seats = [seats[0], seats[-1], *seats[1:-1]]
    return rounds
