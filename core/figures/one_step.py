"""One factor, dh_t/dh_{t-1}: its singular values and the magnitudes of its eigenvalues, side by side."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.figures import theme
from core.figures.drawing import Drawing


def one_step(singular_values: NDArray[np.float64], magnitudes: NDArray[np.float64], t: int) -> Drawing:
    """Both against their rank, largest first, (n,); the two agree where the factor is normal."""
    rank = np.arange(1, len(singular_values) + 1)
    with np.errstate(divide="ignore"):
        sigma, size = np.log10(singular_values), np.log10(magnitudes)
    gone = int(np.isneginf(sigma).sum())
    text = "The states are not finite." if not len(rank) else (
        f"Step {t}: singular values from {singular_values[-1]:.3g} to {singular_values[0]:.3g}, largest |eigenvalue| "
        f"{magnitudes[0]:.3g}; {gone} of {len(rank)} singular values are exactly 0.")
    hover = "rank %{x}: 10<sup>%{y:.3f}</sup><extra>%{fullData.name}</extra>"
    return theme.figure(
        [theme.line(rank, sigma, "singular values σ", theme.BOUND, mode="lines+markers", hovertemplate=hover),
         theme.line(rank, size, "eigenvalues |λ|", theme.RHO, dash="dot", mode="lines+markers", hovertemplate=hover)],
        title=f"One factor, ∂h<sub>{t}</sub>/∂h<sub>{t - 1}</sub>", x="rank", y="σ and |λ|", text=text,
        yaxis=theme.log_axis(), annotations=[] if len(rank) else [theme.note("the states are not finite")])
