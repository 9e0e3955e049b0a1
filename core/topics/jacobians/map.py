r"""||dh_t/dh_k|| for every pair of time steps: the map of how far a gradient reaches, from anywhere to anywhere.

    dh_t/dh_k = J_t J_{t-1} ... J_{k+1},    J_t = diag(phi'(a_t)) W_hh

All products that end at t come from those that end at t - 1 by one matrix product, X <- (X W_hh^T) * phi'(a_t), with
the transposed products stacked in X. A block of columns k is carried to the end before the next one begins, so that
it stays in the cache and memory does not grow with T. Exponents are kept apart.

Of several sequences the mean of the logarithms is taken over those in which a product is not exactly 0, and how many
they are is kept beside it: one dead sequence says nothing about the others.

The norm costs more than the product. First a quick map by warm power sweeps: one a step, from the vector that the
step before found. Then the exact one, by the largest eigenvalue of each Gram matrix.

Source: Pascanu, Mikolov & Bengio 2013 (ICML), eqs. 5-7; Golub & Van Loan, Matrix Computations,
4th edition, 7.3 (power iteration).
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from core.arrays import Floats
from core.network.cells.jacobians import Jacobians
from core.norms import LOG10_2
from core.parameters import ParameterError
from core.topics.jacobians.peak import peak_pieces
from core.topics.jacobians.products import log10_spectral
from core.topics.jacobians.rounding import rounding_pieces
from core.training.record import Exceeded, JacobianMap

BLOCK = 2**16  # numbers of one block of products: half a megabyte, which the second-level cache holds
FRESH = 0.01  # of a power sweep's first vector, mixed in after each sweep
ROUNDED = 8e-14  # log10 a step: what rounding in float64 may have made of a product, and of the rate beside it
DRIFT = 100  # bits that products may grow or shrink before they are rescaled
PAGE_WORK = 1.2e11  # multiplications and additions of a map on a page
MOST_WORK = 2e11  # pairs times n^3: about a minute


def full_grid(T: int, n: int) -> NDArray[np.int64]:
    """All times 0..T.

    Raises:
        ParameterError: if the map of all pairs is too much work, with what is allowed.
    """
    most = int(np.sqrt(2 * MOST_WORK / n**3))
    if most < T:
        raise ParameterError(f"seq_len must be at most {most} for the map of all pairs at n_hidden = {n} (work grows "
                             f"with seq_len^2 n_hidden^3), got {T}.")
    return np.arange(T + 1)


def grid_size(T: int, n: int, sequences: int) -> int:
    """How many times a map that is to be there within seconds can have: of larger networks fewer."""
    sizes = (129, 97, 65, 49, 33)
    return next((G for G in sizes if sequences * G * n**3 * (T + 6 * min(G, T)) < PAGE_WORK), sizes[-1])


def jacobian_map(J: Jacobians, at: NDArray[np.int64] | None = None) -> JacobianMap:
    """The exact map of all sequences that J holds, at all times or at those of `at`."""
    at = full_grid(len(J), J.shape[1]) if at is None else at
    found = None
    for _, result in _pieces(J, at, exact=True, share=(0.0, 1.0)):
        found = result or found
    return found


def quick_pieces(J: Jacobians, at: NDArray[np.int64]) -> Iterator[tuple[float, JacobianMap | None]]:
    """The quick map alone, in pieces: (share of the work done, map or None)."""
    yield from _pieces(J, at, exact=False, share=(0.0, 1.0))


def map_pieces(J: Jacobians, at: NDArray[np.int64]) -> Iterator[tuple[float, JacobianMap | None]]:
    """The quick map, then the exact one, in pieces: (share of the work done, map or None).

    The last one has its rounding, and its peak where the grid leaves out steps.
    """
    yield from _pieces(J, at, exact=False, share=(0.0, 0.2))
    found = yield from _pieces(J, at, exact=True, share=(0.2, 0.9))
    for rounding in rounding_pieces(J, found):  # noqa: B007
        yield 0.9, None
    found = replace(found, log10_rounding=rounding)
    if len(at) <= len(J):
        for peak in peak_pieces(J):  # noqa: B007
            yield 0.95, None
        found = replace(found, peak=peak)
    yield 1.0, found


def _pieces(J: Jacobians, at: NDArray[np.int64], *, exact: bool,
            share: tuple[float, float]) -> Generator[tuple[float, JacobianMap | None], None, JacobianMap]:
    """The map comes with the last piece, and is returned as well."""
    G, n = len(at), J.shape[1]
    total, alive = np.zeros((G, G)), np.zeros((G, G), np.int64)
    width = max(BLOCK // (n * n), 1)
    blocks = [(sample, first) for sample in range(J.samples) for first in range(0, G, width)]
    for done, (sample, first) in enumerate(blocks):
        last = min(first + width, G)
        v = np.repeat(fresh(n)[None], last - first, axis=0)
        for row, X, exponent in products(J, at, sample, first, last):
            if not exact:
                norms = _power_sweep(X, v[:len(X)])
            elif row is not None:
                norms = log10_spectral_or_zero(X)
            if row is not None:
                columns = slice(first, first + len(X))
                total[row, columns] += np.where(np.isneginf(norms), 0.0, norms + exponent * LOG10_2)
                alive[row, columns] += norms > -np.inf
            yield share[0] + (share[1] - share[0]) * done / len(blocks), None
    np.fill_diagonal(alive, J.samples)
    mean = np.divide(total, alive, out=np.full((G, G), -np.inf), where=alive > 0)
    found = JacobianMap(at, np.where(at[:, None] < at[None, :], np.nan, mean), exact, J.samples, not_zero=alive,
                        held=np.sqrt(n) * J.eps / 2 / np.log(10.0))  # ||dW|| <= sqrt(n) eps/2 ||W||
    yield share[1], found
    return found


def products(J: Jacobians, at: NDArray[np.int64], sample: int, first: int,
             last: int) -> Iterator[tuple[int | None, Floats, Floats]]:
    """dh_t/dh_k, transposed, for the columns first..last-1 of the grid, at one time t after another.

    Yields:
        The row of the grid that t is, None where the grid leaves it out; the products (C, n, n) of the columns that
        have begun, to be read before the next is asked for; and their exponents (C,), to the base 2.
    """
    n = J.shape[1]
    one_step_on = J.carrier(sample)
    X, Y = np.empty((last - first, n, n)), np.empty((last - first, n, n))
    exponent = np.zeros(last - first)
    row, begun = first, 0
    for t in range(int(at[first]), len(J) + 1):
        on_grid = row < len(at) and at[row] == t
        if begun:
            carried = Y[:begun].reshape(-1, n)
            one_step_on(t - 1, X[:begun].reshape(-1, n), carried)
            X, Y = Y, X
            _rescale(X[:begun], exponent[:begun])
            yield row if on_grid else None, X[:begun], exponent[:begun]
        if on_grid:
            if first + begun < last:  # this time's own column begins: dh_t/dh_t is the identity
                X[begun] = np.eye(n)
                begun += 1
            row += 1


def _rescale(X: Floats, exponent: Floats) -> None:
    """Bring products that drifted away from 1 back near it, by powers of two."""
    squares = np.einsum("kij,kij->k", X, X)
    bits = np.frexp(squares)[1] // 2
    lost = (squares == 0.0) | (squares == np.inf)  # to the squaring: one factor of 1e-170 does that
    if lost.any():
        bits[lost] = np.frexp(np.abs(X[lost]).max(axis=(1, 2)))[1]
    far = np.abs(bits) > DRIFT
    if far.any():
        X[far] = np.ldexp(X[far], -bits[far, None, None])
        exponent[far] += bits[far]


def fresh(n: int) -> Floats:
    """What a power sweep starts from, (n, 1): no symmetry of W_hh is likely to be blind to it."""
    return np.linspace(1.0, 2.0, n)[:, None] / np.sqrt(n)


def log10_spectral_or_zero(X: Floats) -> Floats:
    """As log10_spectral, and -inf where a product is exactly zero."""
    with np.errstate(divide="ignore", invalid="ignore"):
        out = log10_spectral(X)
    return np.where(X.any(axis=(1, 2)), out, -np.inf)


def _power_sweep(X: Floats, v: Floats) -> Floats:
    """One power sweep from v, in place; log10 of ||X X^T v|| / ||X^T v||, which is never above log10 ||X||.

    v lies on the side of h_k, where the directions settle as t goes on; on the side of h_t every step turns them.
    A hundredth of the first v is kept in it: what has faded away may grow again.
    """
    u = X.transpose(0, 2, 1) @ v
    w = X @ u
    below, above = (np.sqrt(np.einsum("kij,kij->k", z, z)) for z in (u, w))
    alive = (below > 0.0) & (above > 0.0)
    np.divide(w, above[:, None, None], out=v, where=alive[:, None, None])
    v += FRESH * fresh(X.shape[1])
    ratio = np.divide(above, below, out=np.ones(len(X)), where=alive)
    return np.where(alive, np.log10(ratio), -np.inf)


def exceeded(found: JacobianMap, rate: float) -> Exceeded:
    """Over how many pairs ||dh_t/dh_k|| is larger than rate^(t-k), by more than rounding can explain.

    Args:
        rate: sigma_max gamma, which is a bound, or rho gamma, which many texts take for one.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        excess = found.log10_norm - found.lag * np.log10(rate)
    over = found.pairs & (excess > (ROUNDED + found.held) * found.lag)
    return Exceeded(int(over.sum()), int(found.pairs.sum()), float(excess[over].max()) if over.any() else 0.0)
