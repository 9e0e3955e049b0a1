"""One factor, dh_t/dh_{t-1}: its singular values and the magnitudes of its eigenvalues, side by side."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.plotting import theme
from core.plotting.drawing import Drawing
from core.topics.jacobians.figures.words import say


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
    text = say("flow.not_finite").text if not n else _reading(singular_values[:left], magnitudes, t)
    hover = "rank %{x}: 10<sup>%{y:.3f}</sup><extra>%{fullData.name}</extra>"
    return theme.figure(
        [theme.line(rank, sigma, "singular values σ", theme.BOUND, mode="lines+markers", hovertemplate=hover),
         theme.line(rank, size, "eigenvalues |λ|", theme.RHO, dash="dot", mode="lines+markers", hovertemplate=hover)],
        title=f"One factor, ∂h<sub>{t}</sub>/∂h<sub>{t - 1}</sub>", x="rank", y="σ and |λ|", text=text,
        yaxis=theme.log_axis(), annotations=[] if n else [theme.note("the states are not finite")])


def _reading(above: NDArray[np.float64], magnitudes: NDArray[np.float64], t: int) -> str:
    """Of the singular values above 0, largest first, and how many are not among them."""
    if not len(above):
        return say("step.all_zero", {"t": t}).text
    zeros = {"zeros": len(magnitudes) - len(above), "n": len(magnitudes)}
    left = say("step.none_zero" if not zeros["zeros"] else "step.one_zero" if zeros["zeros"] == 1 else "step.zeros",
               zeros)
    ends = say("step.ends" if len(above) > 1 else "step.one", {"first": float(above[0]), "last": float(above[-1])})
    return say("step", {"t": t, "magnitude": float(magnitudes[0])}, ends=ends, zeros=left).text
