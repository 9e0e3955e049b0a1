r"""What the norms of products of Jacobians are held against, and what each number is called.

    plain      ||J_t|| <= sigma_max gamma,            rho gamma
    leak l     ||J_t|| <= (1 - l) + l sigma_max gamma,    rho((1 - l) I + l gamma W_hh)

The first of each bounds every factor, and its power every product. The second is the spectral radius of the factor
whose slopes are all gamma: many texts take it for a bound, and it is one where W_hh is normal. Where the output is fed
back, W_hh + (share) W_xh W_hy takes the place of W_hh from the end of the cue on: the larger of the two bounds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.markup import as_html
from core.network.cells.jacobians import Jacobians, JoinedJacobians, PlainJacobians
from core.network.spectrum import Spectrum, spectrum_of


@dataclass(frozen=True)
class Rates:
    """Of one step, each with its name; nan where the cell has no such number, as one with gates has not."""

    bound: float  # no factor is larger
    bound_name: str
    rate: float  # of the factor whose slopes are all gamma
    rate_name: str
    free: float  # of the factor whose slopes are all 1: what the product would grow by without the nonlinearity
    free_name: str
    fed: bool = False  # the output is fed back: the bound is the larger one of two, the others are of W_hh with it

    @property
    def free_power(self) -> str:
        """The legend of its power, as HTML."""
        return f"{as_html(self.free_name or 'ρ')}<sup>lag</sup>{', output fed back' if self.fed else ''}"

    @property
    def rate_power(self) -> str:
        """The rate's, as HTML."""
        return f"({as_html(self.rate_name or 'ρ γ')})<sup>lag</sup>{', output fed back' if self.fed else ''}"

    @property
    def bound_power(self) -> str:
        """The bound's, as HTML."""
        return f"({as_html(self.bound_name)})<sup>lag</sup>"


NO_RATES = Rates(*(float("nan"), "") * 3)


def rates_of(J: Jacobians, gamma: float, spectrum: Spectrum | None = None) -> Rates:
    """What these Jacobians are held against.

    Args:
        gamma: sup |phi'|.
        spectrum: of W_hh, where it is known already.
    """
    bound, _ = J.per_step(gamma, spectrum)
    cell, fed = (J.after, True) if isinstance(J, JoinedJacobians) else (J, False)
    if np.isnan(bound) or not isinstance(cell, PlainJacobians):
        return NO_RATES
    if spectrum is None or fed:
        spectrum = spectrum_of(cell.W_hh)
    if cell.leak is None:
        return Rates(bound, "σ_max γ", spectrum.rho * gamma, "ρ γ", spectrum.rho, "ρ", fed)

    def radius(slope: float) -> float:
        return float(np.abs(cell.eigenvalues(slope, spectrum)).max())

    if cell.leak.min() == cell.leak.max():
        return Rates(bound, "(1 − l) + l σ_max γ", radius(gamma), "ρ((1 − l) I + l γ W_hh)", radius(1.0),
                     "ρ((1 − l) I + l W_hh)", fed)
    return Rates(bound, "max(1 − l) + max(l) σ_max γ", radius(gamma), "ρ(diag(1 − l) + diag(l) γ W_hh)", radius(1.0),
                 "ρ(diag(1 − l) + diag(l) W_hh)", fed)
