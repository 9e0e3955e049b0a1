"""One factor, dh_t/dh_{t-1}: its singular values and the magnitudes of its eigenvalues, side by side."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.plotting import theme
from core.plotting.drawing import Drawing
from core.spelling import plain


def one_step(singular_values: NDArray[np.float64], magnitudes: NDArray[np.float64], t: int) -> Drawing:
    """Both against their rank, largest first, (n,); the two agree where the factor is normal.

    What is below n eps of the largest is what rounding left of a 0: it is told so and not drawn.
    """
    n = len(singular_values)
    rank = np.arange(1, n + 1)
    lowest = n * np.finfo(np.float64).eps * float(singular_values[0]) if n else 0.0
    with np.errstate(divide="ignore"):
        sigma, size = (np.where(values > lowest, np.log10(values), np.nan) for values in (singular_values, magnitudes))
    left = int(np.isfinite(sigma).sum())
    text = "The states are not finite." if not n else f"Step {t}: all singular values are exactly 0." if not left else (
        f"Step {t}: {_ends(singular_values[:left])}, largest |eigenvalue| {plain(float(magnitudes[0]))}; "
        + (f"{n - left} of {n} singular values {'is' if n - left == 1 else 'are'} 0, up to rounding." if left < n
           else "none is 0."))
    hover = "rank %{x}: 10<sup>%{y:.3f}</sup><extra>%{fullData.name}</extra>"
    return theme.figure(
        [theme.line(rank, sigma, "singular values σ", theme.BOUND, mode="lines+markers", hovertemplate=hover),
         theme.line(rank, size, "eigenvalues |λ|", theme.RHO, dash="dot", mode="lines+markers", hovertemplate=hover)],
        title=f"One factor, ∂h<sub>{t}</sub>/∂h<sub>{t - 1}</sub>", x="rank", y="σ and |λ|", text=text,
        yaxis=theme.log_axis(), annotations=[] if n else [theme.note("the states are not finite")])


def _ends(above: NDArray[np.float64]) -> str:
    """Of the singular values above 0, largest first."""
    first, last = plain(float(above[0])), plain(float(above[-1]))
    return f"singular values from {first} down to {last}" if len(above) > 1 else f"singular value {first}"
