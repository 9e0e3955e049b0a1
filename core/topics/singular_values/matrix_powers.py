r"""Powers of a matrix: what its eigenvalues say about them, what its singular values say, and what they are.

    rho^k <= ||W^k||_2 <= sigma_max^k       for every W and every k
    rho^k  = ||W^k||_2  = sigma_max^k       if W is normal, W W^T = W^T W

So sigma_max^k is the bound. rho^k, which many lectures print in its place ("the largest eigenvalue"), is a bound from
below: W^k has an eigenvalue of magnitude rho^k to carry. It is the rate in the long run, lim ||W^k||^(1/k) = rho.

Further reading: Horn & Johnson, Matrix Analysis; Trefethen & Embree 2005, Spectra and Pseudospectra.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.arrays import Floats
from core.network.spectrum import Complex, Spectrum, block_diagonal, spectrum_of
from core.topics.jacobians.products import log10_product_norms

EPS = float(np.finfo(np.float64).eps)


@dataclass(frozen=True)
class MatrixPowers:
    """||W^k||_2 and what is said about it."""

    k: NDArray[np.int64]  # (K + 1,) 0..K
    log10_norm: Floats  # (K + 1,) log10 ||W^k||_2; -inf where W^k is exactly zero
    log10_rho: Floats  # (K + 1,) log10 rho^k, never above log10_norm
    log10_sigma: Floats  # (K + 1,) log10 sigma_max^k, never below log10_norm
    log10_rounding: Floats  # (K + 1,) how far rounding may part each of them from the others, in log10
    log10_det: float  # log10 |det W|; -inf for a singular W
    spectrum: Spectrum  # of W

    @property
    def normal(self) -> bool:
        """Whether W W^T = W^T W, to rounding."""
        return self.spectrum.departure == 0.0

    @property
    def peak(self) -> int:
        """The k, 0..K, at which ||W^k|| is largest."""
        return int(np.argmax(self.log10_norm))

    @property
    def log10_peak(self) -> float:
        """log10 of the largest ||W^k||, k = 0..K."""
        return float(self.log10_norm[self.peak])

    @property
    def shrinks(self) -> bool:
        """Whether the eigenvalues say that every power is smaller than the one before: rho < 1, beyond rounding."""
        return bool(self.log10_rho[-1] < -self.log10_rounding[-1])

    @property
    def hump(self) -> bool:
        """Whether ||W^k|| rises although the eigenvalues say that it never will."""
        return self.shrinks and self.log10_peak > self.log10_rounding[self.peak]

    @property
    def excess(self) -> tuple[int, float]:
        """The first k at which ||W^k|| / rho^k is largest, to rounding, and log10 of it there; rho is above 0."""
        over = self.log10_norm - self.log10_rho
        k = int(np.argmax(over >= over.max() - self.log10_rounding))
        return k, float(over[k])

    @property
    def settled(self) -> int | None:
        """The k from which on ||W^k|| stays at 1 or below, as far as was looked; None if it is above 1 at the last."""
        above = np.flatnonzero(self.log10_norm > self.log10_rounding)
        last = int(above[-1]) if len(above) else -1
        return last + 1 if last < self.k[-1] else None


def matrix_powers(W: Floats, most: int, eigenvalues: Complex | None = None, eps: float = EPS) -> MatrixPowers:
    r"""||W^k||_2 for k = 0..most, with rho^k and sigma_max^k, in log space.

    Args:
        W: (n, n), finite.
        most: largest power, 1 or more.
        eigenvalues: those that W was made from, (n,); None where they have to be computed.
        eps: relative rounding of the number type that W was put in when it was made.

    Raises:
        ValueError: if W is not square.
    """
    if W.ndim != 2 or W.shape[0] != W.shape[1]:
        raise ValueError(f"W must be (n, n), got {W.shape}.")
    found, k = spectrum_of(W, eigenvalues), np.arange(most + 1)
    norm = np.concatenate([[0.0], log10_product_norms(np.broadcast_to(W, (most, *W.shape)))])
    rho, sigma = _log10_powers(found.rho, k), _log10_powers(found.sigma_max, k)
    with np.errstate(divide="ignore"):
        log10_det = float(np.linalg.slogdet(W)[1] / np.log(10.0))
    return MatrixPowers(k=k, log10_norm=norm, log10_rho=rho, log10_sigma=sigma, log10_det=log10_det, spectrum=found,
                        log10_rounding=_rounding(len(W), k, np.stack([norm, rho, sigma]), eps))


def _log10_powers(base: float, k: NDArray[np.int64]) -> Floats:
    """log10 base^k; 0^0 = 1."""
    out = np.zeros(len(k))
    with np.errstate(divide="ignore"):
        out[1:] = k[1:] * np.log10(base)
    return out


def _rounding(n: int, k: NDArray[np.int64], lines: Floats, eps: float) -> Floats:
    """What k products of (n, n) matrices, one norm and the logarithms may lose, in log10.

    A product P W is rounded by at most n eps/2 |P| |W|, entry by entry, so its norm by n eps/2 ||P||_F ||W||_F
    <= n^2 eps/2 ||P|| ||W||; the norm is the root of an eigenvalue of P^T P, rounded likewise; rho and sigma_max have
    n eps each, times k. The sum stays below (k + 1) n^2 eps. (Higham 2002, Accuracy and Stability, eq. 3.13.) A W
    in float32 has entries that are rounded by half a unit, sqrt(n) eps/2 of its norm.
    """
    largest = np.abs(np.where(np.isfinite(lines), lines, 0.0)).max(axis=0)
    held = np.sqrt(n) * eps / 2 if eps > EPS else 0.0
    return ((k + 1) * n**2 * EPS + k * held) / np.log(10.0) + 4 * EPS * largest


def normal_partner(eigenvalues: Complex) -> Floats:
    """A normal matrix with these eigenvalues, (n, n): a block [[a, -b], [b, a]] for each pair a +- ib."""
    return block_diagonal([(complex(z), 1 if z.imag == 0.0 else 2) for z in eigenvalues if z.imag >= 0.0])[0]


def eigenvector_condition(W: Floats) -> float:
    """kappa(V) = ||V|| ||V^-1|| of the matrix of unit eigenvectors: 1 if W is normal, infinite without a basis of them.

    It is what is missing in the bound by the largest eigenvalue: ||W^k|| = ||V Lambda^k V^-1|| <= kappa(V) rho^k.
    """
    if spectrum_of(W).departure == 0.0:  # a repeated eigenvalue has orthogonal eigenvectors too, but LAPACK's are not
        return 1.0
    condition = float(np.linalg.cond(np.linalg.eig(W)[1]))
    return condition if condition < 1.0 / (len(W) * EPS) else float("inf")


@dataclass(frozen=True)
class BoundCount:
    """In how many pairs of steps of a linear network each bound is exceeded."""

    pairs: int  # (t, j) with 0 <= j < t <= T
    rho: int  # of these with ||W^(t-j)|| > rho^(t-j)
    sigma: int  # of these with ||W^(t-j)|| > sigma_max^(t-j)
    log10_factor: float  # log10 of the largest ||W^k||/rho^k; inf where rho^k is 0 and W^k is not


def count_exceeded(powers: MatrixPowers) -> BoundCount:
    """Both bounds, tried on every dh_t/dh_j = W^(t-j) of a linear network that runs T = K steps.

    A norm exceeds a bound when it does so by more than rounding can explain.
    """
    k = powers.k[1:]
    pairs = powers.k[-1] + 1 - k  # of this lag
    norm, rounding = powers.log10_norm[1:], powers.log10_rounding[1:]
    alive = norm > -np.inf
    over = np.full(len(k), -np.inf)
    over[alive] = norm[alive] - powers.log10_rho[1:][alive]
    return BoundCount(
        pairs=int(pairs.sum()),
        rho=int(pairs[over > rounding].sum()),
        sigma=int(pairs[norm > powers.log10_sigma[1:] + rounding].sum()),
        log10_factor=float(max(over.max(), 0.0)),
    )
