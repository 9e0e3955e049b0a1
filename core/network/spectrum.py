r"""W_hh from its eigenvalues, and the numbers that describe it.

    W_hh = Q (Lambda + alpha U) Q^T

Lambda is real and block-diagonal, [[a, -b], [b, a]] for a complex pair a +- ib; Q is Haar-distributed orthogonal;
U is strictly block-upper with N(0, 1)/sqrt(n) entries. Any alpha leaves the eigenvalues alone and moves
the singular values: alpha = 0 is normal (sigma_max = rho), a larger alpha is not.

Source: Golub & Van Loan, Matrix Computations, 4th edition, 7.4 (real Schur form). Others name Mezzadri 2007, How to
generate random matrices from the classical compact groups, for Q, and Henrici for the departure from normality.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.arrays import Floats
from core.parameters import ParameterError

Complex = NDArray[np.complex128]


@dataclass(frozen=True)
class Spectrum:
    """What the eigenvalues and the singular values of W_hh say."""

    eigenvalues: Complex  # (n_hidden,), largest magnitude first
    rho: float  # spectral radius, the largest |eigenvalue|: the asymptotic rate of W^k
    sigma_max: float  # largest singular value: the bound of one step
    departure: float  # Henrici's departure from normality, sqrt(||W||_F^2 - sum |eigenvalue|^2)


def spectrum_of(W: Floats, eigenvalues: Complex | None = None) -> Spectrum:
    """Eigenvalues, spectral radius, largest singular value and departure from normality of a finite W, (n, n).

    A W with inf or nan gives nan throughout: a diverged network still has a picture.

    Args:
        eigenvalues: those that W was made from, (n,); None where they have to be computed. Of a W far from normal
            float64 holds others, up to eps^(1/n) away, and these are what an eigenvalue routine finds.
    """
    n = len(W)
    if not np.isfinite(W).all():
        return Spectrum(np.full(n, complex(np.nan, np.nan)), float("nan"), float("nan"), float("nan"))
    W = W.astype(np.float64, copy=False)
    scale = float(np.abs(W).max(initial=0.0)) or 1.0
    if eigenvalues is not None:
        eigenvalues = eigenvalues + 0.0  # -0 is 0
    else:
        eigenvalues = (np.linalg.eigvals(W / scale) * scale).astype(np.complex128)
    key = np.round(eigenvalues / scale, 9)  # so that rounding does not part the two members of a pair
    eigenvalues = eigenvalues[np.lexsort((-key.imag, np.abs(key.imag), -key.real, -np.round(np.abs(key), 8)))]
    squares = float(np.sum((W / scale) ** 2))
    gap = squares - float(np.sum(np.abs(eigenvalues / scale) ** 2))
    if gap < 16 * n * np.finfo(np.float64).eps * squares:  # not told from 0 by a difference of squares
        gap = 0.0
    return Spectrum(eigenvalues=eigenvalues, rho=float(np.abs(eigenvalues).max()),
                    sigma_max=float(np.linalg.norm(W / scale, 2)) * scale, departure=gap**0.5 * scale)


Block = tuple[complex, int]  # an eigenvalue with its block's size: 1 for a real one, 2 for a pair z, conj(z)


def shaped_blocks(n: int, rho: float, spread: float, angle: float) -> list[Block]:
    """n eigenvalues, closed under conjugation, as the three sliders ask.

    Args:
        n: how many.
        rho: largest magnitude; it is taken on.
        spread: smallest magnitude / largest, 0..1; the magnitudes between are evenly spaced.
        angle: largest phase in degrees, 0..180; it is taken on. The phases are evenly spaced from 0 and dealt
            out so that large and small magnitudes mix. At 0 all eigenvalues are real.
    """
    if angle == 0.0:
        return [(complex(m), 1) for m in np.linspace(rho, rho * spread, n)]
    pairs, odd = divmod(n, 2)
    magnitudes = np.linspace(rho, rho * spread, pairs + odd)
    # The golden-ratio order keeps neighbours in magnitude apart in phase; the largest pair takes the full angle.
    order = np.argsort(np.argsort((np.arange(pairs) * 0.6180339887498949) % 1.0))
    phases = np.deg2rad(angle) * (np.arange(pairs, 0, -1) / max(pairs, 1))[order]
    blocks = [(complex(m * np.cos(p), m * np.sin(p) if p < np.pi else 0.0), 2)
              for m, p in zip(magnitudes[:pairs], phases, strict=True)]
    return blocks + [(complex(magnitudes[-1]), 1)] * odd


def listed_blocks(listed: tuple[complex, ...], n: int) -> list[Block]:
    """The explicit list, each complex value with its conjugate, filled up with zeros to n.

    A conjugate that is itself listed is not brought twice.

    Raises:
        ParameterError: if the list with its conjugates is longer than n.
    """
    blocks: list[Block] = []
    waiting: list[complex] = []  # conjugates already placed, that the list may still name
    for z in listed:
        if z in waiting:
            waiting.remove(z)
        elif z.imag == 0.0:
            blocks.append((z, 1))
        else:
            blocks.append((z, 2))
            waiting.append(z.conjugate())
    count = sum(size for _, size in blocks)
    if count > n:
        raise ParameterError(f"eigenvalues must be at most n_hidden = {n} values, conjugates counted, got {count}.")
    return blocks + [(0j, 1)] * (n - count)


def eigenvalues_of(blocks: list[Block]) -> Complex:
    """All of them, each pair written out."""
    return np.array([w for z, size in blocks for w in ((z,) if size == 1 else (z, z.conjugate()))], np.complex128)


def block_diagonal(blocks: list[Block]) -> tuple[Floats, NDArray[np.bool_]]:
    """Lambda, (n, n), and the mask of what lies strictly above its diagonal blocks."""
    n = sum(size for _, size in blocks)
    Lambda = np.zeros((n, n))
    above = np.triu(np.ones((n, n), bool), 1)
    i = 0
    for z, size in blocks:
        Lambda[i, i] = z.real
        if size == 2:
            Lambda[i:i + 2, i:i + 2] = [[z.real, -z.imag], [z.imag, z.real]]
            above[i, i + 1] = False
        i += size
    return Lambda, above


def haar_orthogonal(n: int, rng: np.random.Generator) -> Floats:
    """Q with Q^T Q = 1, uniform over the orthogonal group: QR with the signs of R's diagonal."""
    Q, R = np.linalg.qr(rng.normal(size=(n, n)))
    return Q * np.sign(np.diag(R))


def matrix_from_blocks(blocks: list[Block], alpha: float, rng: np.random.Generator) -> Floats:
    """Q (Lambda + alpha U) Q^T, (n, n).

    Its eigenvalues are those asked for up to eps * sigma_max * (their condition number). With alpha > 0 and equal
    eigenvalues that number is infinite: no float64 matrix outside triangular form has them exactly.
    """
    Lambda, above = block_diagonal(blocks)
    n = len(Lambda)
    Q = haar_orthogonal(n, rng)
    U = np.where(above, rng.normal(size=(n, n)) / np.sqrt(n), 0.0)
    return Q @ (Lambda + alpha * U) @ Q.T


def gaussian_matrix(n: int, rho: float, rng: np.random.Generator) -> Floats:
    """N(0, 1) entries rescaled to the spectral radius rho."""
    return rescaled(rng.normal(size=(n, n)), rho)


def rescaled(W: Floats, rho: float) -> Floats:
    """W times a number, so that its spectral radius is rho; W = 0 stays 0."""
    now = spectrum_of(W).rho
    return W * (rho / now) if now > 0.0 else W.copy()
