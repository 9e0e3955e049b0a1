"""Contours of sigma_min(z I - W) in the complex plane, with the eigenvalues and the unit circle."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.plotting import theme
from core.plotting.drawing import Drawing
from core.plotting.eigenvalues import CIRCLE
from core.spelling import power_tick
from core.topics.singular_values.figures.words import say
from core.topics.singular_values.pseudospectrum import Pseudospectrum
from core.topics.singular_values.verdict import plane_claims

SHADES = [[0.0, "rgba(176,118,0,0.85)"], [1.0, "rgba(176,118,0,0.0)"]]  # over either page: the deeper, the fuller
FLOOR = -18.0  # log10, where the value is exactly 0


def pseudospectrum_figure(found: Pseudospectrum | None, eigenvalues: NDArray[np.complex128], level: int,
                          title: str, *, own: bool = True) -> Drawing:
    """One contour a decade from 10^level to 1.

    Args:
        found: None while it is being computed.
        eigenvalues: (n,) of W.
        level: log10 of the smallest epsilon drawn.
        title: which matrix it is.
        own: False where the picture is still that of the matrix before.
    """
    x, z = (np.zeros(2), np.full((2, 2), np.nan)) if found is None else (
        found.x, np.maximum(found.log10_sigma_min, FLOOR))
    told = say("plane.computing") if found is None or not own else say("plane", {
        "eigenvalues": len(eigenvalues), "largest": np.abs(eigenvalues).max()}, claims=plane_claims(found))
    ticks = np.arange(0, level - 1, -1 if level >= -6 else -2)
    hover = "%{x:.3f} %{y:+.3f} i"
    traces = [
        {"type": "contour", "x": x, "y": x, "z": z, "name": "", "zmin": level, "zmax": 0.0, "colorscale": SHADES,
         "contours": {"start": level, "end": 0, "size": 1, "coloring": "heatmap"},
         "line": {"color": theme.INK, "width": 1},
         "colorbar": {"title": {"text": "ε", "side": "top"}, "tickvals": ticks,
                      "ticktext": [power_tick(exponent) for exponent in ticks], "thickness": 12, "outlinewidth": 0},
         "hovertemplate": f"{hover}: σ<sub>min</sub> = 10<sup>%{{z:.2f}}</sup><extra></extra>"},
        theme.line(CIRCLE.real, CIRCLE.imag, "unit circle", theme.CIRCLE, dash="dash", hoverinfo="skip"),
        theme.points(eigenvalues.real, eigenvalues.imag, "eigenvalues", theme.MEASURED,
                     marker={"color": theme.MEASURED, "size": 7, "symbol": "circle"},
                     hovertemplate=f"{hover}<extra>%{{fullData.name}}</extra>"),
    ]
    return theme.figure(
        traces, title=title, x="Re z", y="Im z", text=told.text,
        annotations=[] if found is not None else [theme.note("computing …")],
        xaxis={"constraintoward": "right", "showgrid": False}, yaxis={"scaleanchor": "x", "showgrid": False})
