"""Powers of W_hh: what the product of Jacobians would be without the nonlinearity."""

from __future__ import annotations

import numpy as np

from core.arrays import Floats
from core.network.cells.jacobians import PlainJacobians
from core.network.spectrum import Spectrum
from core.topics.jacobians.products import gradient_flow
from core.training.record import GradientFlow

SMALL = 1e-3
SLACK = 1e-9  # relative: 0.1^3 is 1e-3, whatever rounding makes of it
SEARCHED = 100_000  # steps
SCANNED = 5_000  # powers looked at one by one


def powers_flow(W: Floats, spectrum: Spectrum, T: int, most: int) -> GradientFlow:
    """||W^l|| for at most so many lags l = 1..T, between rho^l and sigma_max^l; `spectrum` is that of W."""
    return gradient_flow(PlainJacobians(np.ones((T, len(W), 1)), W), spectrum.sigma_max, 1.0, spectrum.rho, most)


def steps_until_small(W: Floats, rho: float) -> int | None:
    """The first l with ||W^l||_2 <= 1e-3; None where there is none within the steps that are searched.

    ||W^l|| >= rho^l, so that no power before log(1e-3)/log(rho) can be one; from there on every power is looked at.
    """
    if rho >= 1.0 - SLACK:
        return None
    first = 1 if rho <= SMALL else int(np.ceil(np.log10(SMALL) / np.log10(rho) - SLACK))
    if first > SEARCHED:
        return None
    limit = SMALL * (1.0 + 1e3 * SLACK)
    power = np.linalg.matrix_power(W, first)
    for lag in range(first, min(first + SCANNED, SEARCHED) + 1):
        if np.linalg.norm(power) <= limit * np.sqrt(len(W)) and np.linalg.norm(power, 2) <= limit:  # Frobenius first
            return lag
        power = power @ W
    return None
