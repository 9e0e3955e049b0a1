"""The largest ||dh_T/dh_{T-l}|| over all lags l, at the cost of few norms.

A gradient that vanishes in the end may have grown first: a W_hh far from normal does that, whatever its eigenvalues
say. Every product is made; its spectral norm is taken only where its Frobenius norm, which is never smaller and costs
little, says that it could be larger than the largest so far.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from core.network.cells.jacobians import Jacobians
from core.norms import LOG10_2
from core.topics.jacobians.products import log10_spectral
from core.training.record import Peak

SLACK = 1e-12  # log10: rounding of one norm against the other


def peak_pieces(J: Jacobians) -> Iterator[Peak | None]:
    """The peak, after None for each lag; of several sequences it is that of their mean, as in the map."""
    T, n, _ = J.shape
    products, exponents = np.repeat(np.eye(n)[None], J.samples, axis=0), np.zeros(J.samples)
    best = Peak(1, -np.inf)
    for lag in range(1, T + 1):
        products = products @ np.stack([J.at(T - lag, sample) for sample in range(J.samples)])
        largest = np.abs(products).max(axis=(1, 2))
        alive = largest > 0.0
        if not alive.any():  # and so are all longer products
            break
        bits = np.frexp(largest)[1]
        products, exponents = np.ldexp(products, -bits[:, None, None]), exponents + bits
        left, scale = products[alive], exponents[alive] * LOG10_2
        if np.mean(np.log10(np.linalg.norm(left, axis=(1, 2))) + scale) > best.log10_norm - SLACK:
            norm = float(np.mean(log10_spectral(left) + scale))
            best = Peak(lag, norm) if norm > best.log10_norm else best
        yield None
    yield best
