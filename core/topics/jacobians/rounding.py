r"""How many digits of ||dh_t/dh_k|| are left after rounding, to first order.

    eps sqrt(n) sum_{j=k+1..t} ||dh_t/dh_j|| ||J_j|| ||dh_{j-1}/dh_k|| / ||dh_t/dh_k||

An error made at step j, in proportion to the factor and the product there, is carried to t as everything else is.

Source: Higham 2002, Accuracy and Stability of Numerical Algorithms, 3.5 and 3.7 (products of matrices).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from core.arrays import Floats
from core.network.cells.jacobians import Jacobians
from core.topics.jacobians.products import log10_product_norms
from core.training.record import JacobianMap

VECTORS = 4  # random ones that stand for all
SMALLEST = 5e-324  # number above 0: what is 0 can be divided by it


def rounding_pieces(J: Jacobians, found: JacobianMap) -> Iterator[Floats | None]:
    """log10_rounding of a map, after None for each piece of the work. Of several sequences the worst one counts."""
    made = np.full(len(found.at), -np.inf)
    for sample in range(J.samples):
        for i, (start, stop) in enumerate(zip(found.at[:-1], found.at[1:], strict=True), start=1):
            made[i] = max(made[i], _made_between(J.between(start, stop, sample)))
            yield None
    yield log10_rounding(found.log10_norm, made, J.shape[1])


def _made_between(factors: Floats) -> float:
    """log10 of sum_j ||dh_stop/dh_j|| ||J_j|| ||dh_{j-1}/dh_start||, of the factors start+1..stop, (g, n, n)."""
    alone = [log10_product_norms(factor[None])[0] for factor in factors]
    after = np.append(log10_product_norms(factors[1:])[::-1], 0.0)
    before = np.append(0.0, log10_product_norms(factors[:-1][::-1].transpose(0, 2, 1)))
    terms = after + alone + before
    top = terms.max()
    return float(top + np.log10(np.sum(10.0 ** (terms - top)))) if top > -np.inf else -np.inf


def log10_rounding(log10_norm: Floats, log10_made: Floats, n: int) -> Floats:
    r"""The relative error that rounding may have made of each ||dh_t/dh_k||, as log10, to first order.

        eps sqrt(n) sum_i ||dh_t/dh_i|| r_i ||dh_{i-1}/dh_k|| / ||dh_t/dh_k||

    with i-1 and i neighbours on the grid, from k to t. What is made between them is carried to t as everything else is.
    -10 says that ten digits are right, 0 and above that rounding decides. It grows where large factors cancel, as they
    do for a W_hh far from normal. (eps prod ||J_i|| / ||prod J_i||, which is often printed, is right for two factors
    and grows without bound for many, whether or not digits are lost.)

    Args:
        log10_norm: log10 ||dh_t/dh_k|| at rows t and columns k, (G, G), 0 on the diagonal.
        log10_made: log10 r_i, what one rounding a step makes between a time of the grid and the one before, (G,); the
            first is not used.
        n: size of the state.

    Returns:
        (G, G), -inf on the diagonal and where the product is exactly zero; nan where k > t.

    Source: Higham 2002, Accuracy and Stability of Numerical Algorithms, 3.5 and 3.7 (products of matrices).
    """
    G = len(log10_norm)
    out = np.full((G, G), -np.inf)
    lower = np.where(np.isnan(log10_norm), -np.inf, log10_norm)
    for t in range(1, G):
        # terms (i, k): to t from i, the factor at i, to i - 1 from k
        terms = (lower[t, 1:t + 1] + log10_made[1:t + 1])[:, None] + lower[:t, :t]
        with np.errstate(invalid="ignore"):
            relative = terms - lower[t, :t]
        top = np.maximum(np.where(np.isnan(relative), -np.inf, relative).max(axis=0), -1e300)
        with np.errstate(invalid="ignore", divide="ignore"):
            total = top + np.log10(np.nansum(10.0 ** np.maximum(relative - top, -300.0), axis=0))
        out[t, :t] = np.where(np.isneginf(lower[t, :t]), -np.inf, total)
    out += np.log10(np.finfo(np.float64).eps * np.sqrt(n))
    return np.where(np.isnan(log10_norm), np.nan, out)


def log10_rounding_share(after: Floats, factors: Floats, before: Floats, whole: float, n: int) -> float:
    """The same for one product of m factors.

    Args:
        after: log10 ||dh_t/dh_{t-l}|| for l = 0..m-1, (m,).
        factors: log10 of each ||J_j||, from the first step on, (m,).
        before: log10 ||dh_{j-1}/dh_k|| for each of them, (m,); 0 at first.
        whole: log10 of the norm of the product, above -inf.
        n: size of the state.
    """
    terms = after[::-1] + factors + before
    top = terms.max()
    return float(top + np.log10(np.sum(10.0 ** (terms - top))) - whole + np.log10(np.finfo(np.float64).eps * n**0.5))


def sizes_on_the_way(J: Jacobians, lag: int) -> tuple[Floats, Floats]:
    """`factors` and `before` of the last `lag` steps of one sequence, (lag,) each, by what they do to some random
    vectors: never above the norms, and quick."""
    carry, T = J.carrier(0), len(J)
    X = np.random.default_rng(0).normal(size=(VECTORS, J.shape[1]))
    X /= np.linalg.norm(X, axis=1)[:, None]
    out, grown = np.empty_like(X), np.empty((lag, VECTORS))
    for size, t in zip(grown, range(T - lag, T), strict=True):
        carry(t, X, out)
        np.sqrt(np.add.reduce(out * out, axis=1), out=size)
        np.divide(out, np.maximum(size, SMALLEST)[:, None], X)
    log10 = np.log10(grown)
    return log10.max(axis=1), np.append(0.0, np.cumsum(log10, axis=0).max(axis=1)[:-1])
