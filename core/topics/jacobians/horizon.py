"""The first lag at which a product of Jacobians has fallen below a mark, exactly, at little more than the product."""

from __future__ import annotations

from math import log10

import numpy as np

from core.arrays import Floats
from core.norms import LOG10_2


class Horizon:
    """Watches the products of `products.product_norms` at every lag: the first whose norm is below the mark.

    A norm itself, which costs many times a product, is computed only where three bounds leave it open:

        max |M_ij|, ||u^T M|| <= ||M||_2 <= ||M||_F

    with u the top left singular vector of the last product that was computed; products that grow at their right end
    soon agree on it.
    """

    def __init__(self, log10_mark: float) -> None:
        self.lag = np.inf  # where it was seen first; inf while it was not
        self._mark = log10_mark
        self._u: Floats | None = None

    def see(self, lag: int, product: Floats, exponent: int, largest: float) -> None:
        """The next product, ||dh_T/dh_{T-lag}|| = ||product||_2 2^exponent.

        Args:
            largest: at most its largest entry, in magnitude.
        """
        if self.lag < np.inf:
            return
        mark = self._mark - exponent * LOG10_2  # for the product as it is given
        if largest > 0.0 and log10(largest) >= mark:
            return
        below = log10_norm(product) < mark
        if not below and (self._u is None or log10_norm(self._u @ product) < mark):
            left, values, _ = np.linalg.svd(product)
            self._u = left[:, 0]
            below = log10_norm(values[:1]) < mark
        if below:
            self.lag = float(lag)


def log10_norm(values: Floats) -> float:
    """log10 of the Euclidean norm of all entries; -inf where all are 0."""
    with np.errstate(divide="ignore"):
        return float(np.log10(np.linalg.norm(values)))
