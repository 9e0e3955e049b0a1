r"""Products of Jacobians in log space.

    dh_T/dh_{T-l} = J_T J_{T-1} ... J_{T-l+1},    J_t = dh_t/dh_{t-1}

Every factor is rescaled by a power of two and the exponent is kept as an integer: 1e-1200 or 1e+1200 come out
right where the plain product is 0 or inf. Within one product, entries 308 decades below the largest are lost.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from core.arrays import Floats
from core.breath import breathe, steps_a_piece
from core.network.cells.jacobians import Jacobians
from core.norms import LOG10_2
from core.plotting.thinning import evenly
from core.topics.jacobians.horizon import Horizon
from core.training.record import GradientFlow

CHUNK = 64  # products normed at a time: one batched eigenvalue call, little memory
MOST_NUMBERS = 2**17  # of them, so that a piece of the work stays short for large networks


def log10_product_norms(J: Floats | Jacobians, lags: NDArray[np.int64] | None = None,
                        horizon: Horizon | None = None) -> Floats:
    r"""Spectral norm of the product of Jacobians at every lag, as log10.

    Args:
        J: one-step Jacobians, oldest first, (T, n, n), finite.
        lags: the lags wanted, ascending, each 1..T; all when None. The product is exact either way, the norms
            of the others are spared.
        horizon: is shown the product at every lag, wanted or not.

    Returns:
        log10 ||dh_T/dh_{T-l}||_2, (len(lags),). -inf where the product is exactly zero.

    Raises:
        ValueError: if J is not (T, n, n).

    Source: Pascanu, Mikolov & Bengio 2013 (ICML), eqs. 5-7.
    """
    out = np.full(len(J) if lags is None else len(lags), -np.inf)
    for done, norms in product_norms(J, lags, horizon):
        out[done:done + len(norms)] = norms
    return out


def product_norms(J: Floats | Jacobians, lags: NDArray[np.int64] | None = None,
                  horizon: Horizon | None = None) -> Iterator[tuple[int, Floats]]:
    """The same in pieces, as (index of the first lag, their norms); it ends early where a product is exactly zero."""
    if len(J.shape) != 3 or J.shape[1] != J.shape[2]:
        raise ValueError(f"J must be (T, n, n), got {J.shape}.")
    T, n, _ = J.shape
    lags = np.arange(1, T + 1) if lags is None else lags
    wanted = np.zeros(T + 1, bool)
    wanted[lags] = True
    held, exponents, done = np.empty((min(CHUNK, max(MOST_NUMBERS // (n * n), 1), len(lags)), n, n)), [], 0
    product, exponent, steps = np.eye(n), 0, steps_a_piece(n * n)
    for lag, factor in zip(range(1, int(lags[-1]) + 1 if len(lags) else 1), _backwards(J), strict=False):
        product = product @ factor
        largest = max(product.max(), -product.min())
        if largest > 0.0:
            shift = int(np.frexp(largest)[1])
            product = np.ldexp(product, -shift)
            exponent += shift
        if lag % steps == 0:
            breathe()
        if horizon is not None:
            horizon.see(lag, product, exponent, min(largest, 0.5))  # scaled to 0.5..1, where it is not 0
        if largest == 0.0:  # and so are all longer products
            break
        if wanted[lag]:
            held[len(exponents)] = product
            exponents.append(exponent)
            if len(exponents) == len(held):
                yield done, log10_spectral(held) + np.array(exponents) * LOG10_2
                done, exponents = done + len(exponents), []
    if exponents:
        yield done, log10_spectral(held[:len(exponents)]) + np.array(exponents) * LOG10_2


def _backwards(J: Floats | Jacobians) -> Iterator[Floats]:
    """J_T, J_{T-1}, ..., made some at a time: what they are made of is laid out once for all of these."""
    T, n, _ = J.shape
    size = min(CHUNK, max(MOST_NUMBERS // (n * n), 1))
    for stop in range(T, 0, -size):
        start = max(stop - size, 0)
        yield from (J[start:stop] if isinstance(J, np.ndarray) else J.between(start, stop))[::-1]


def log10_spectral(M: Floats) -> Floats:
    """log10 ||M_i||_2 of a stack whose largest entries are near 1: the root of the Gram matrix's top eigenvalue.

    Within 2e-15 of the singular value decomposition for the largest one, and cheaper. Symmetric: M or M^T.
    """
    gram = np.matmul(M.transpose(0, 2, 1), M)
    return 0.5 * np.log10(np.linalg.eigvalsh(gram)[:, -1])


def gradient_flow(J: Floats | Jacobians, sigma_max: float, gamma: float, rho: float,
                  most: int | None = None) -> GradientFlow:
    """||dh_T/dh_k|| against the lag, with the bound and the asymptotic rate.

        ||dh_T/dh_k||_2 <= (sigma_max gamma)^(T-k)

    Args:
        J: one-step Jacobians, oldest first, (T, n, n), finite.
        sigma_max, rho: of W_hh.
        gamma: sup |phi'| of the activation.
        most: at most this many lags, evenly spread from the last one to the first; all when None.

    Source: Pascanu, Mikolov & Bengio 2013, section 2.1, with the largest singular value in the bound. The largest
    eigenvalue bounds nothing unless W_hh is normal.
    """
    T = len(J)
    lags = evenly(T, 1, T if most is None else most)
    with np.errstate(divide="ignore"):
        return GradientFlow(
            lag=lags,
            log10_norm=log10_product_norms(J, lags),
            log10_bound=lags * np.log10(sigma_max * gamma),
            log10_rho=lags * np.log10(rho),
        )
