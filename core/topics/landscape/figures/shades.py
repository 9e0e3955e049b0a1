"""What an error surface is coloured by, each on a scale that is the same for all windows."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.plotting import theme
from core.spelling import power_tick
from core.topics.landscape.bifurcations import FAR, phi
from core.topics.landscape.one_unit import OneUnit, Surface

HIGHEST = 4.0  # of a scale of the error itself; an activation without a ceiling goes beyond any
LOG_ERROR, LOG_GRADIENT = (-8.0, 2.0), (-6.0, 4.0)
LARGEST = 3e38  # that travels: float32


def shaded(surface: Surface, spec: OneUnit, shade: str) -> tuple[NDArray[np.float32], float, float]:
    """Values, (B, W), with the two ends of their scale; nan where they left the finite numbers, -inf for log10 of 0."""
    with np.errstate(all="ignore"):
        if shade == "gradient":
            z, (low, high) = surface.log10_gradient, LOG_GRADIENT
        elif shade == "log_error":
            z, (low, high) = np.log10(surface.error), LOG_ERROR
        else:
            reachable = phi(spec.activation, [-FAR, FAR]) - spec.target
            z, low, high = surface.error, 0.0, min(float(np.max(reachable**2)), HIGHEST)
        blank = np.isnan(z) | np.isposinf(z)
        return np.where(blank, np.nan, np.minimum(z, LARGEST)).astype(np.float32), low, high


def colours(shade: str, low: float, high: float) -> dict[str, Any]:
    """The scale and its bar, for a heat map; a surface has cmin and cmax for zmin and zmax."""
    bar: dict[str, Any] = {"title": {"text": quantity(shade), "side": "top"}, "thickness": 12, "outlinewidth": 0}
    if shade != "error":
        ticks = np.arange(low, high + 1.0, 2.0)
        bar |= {"tickvals": ticks, "ticktext": [power_tick(exponent) for exponent in ticks]}
    return {"zmin": low, "zmax": high, "colorscale": theme.MAP, "colorbar": bar}


def quantity(shade: str) -> str:
    return "‖∇E‖" if shade == "gradient" else "E"


def hover_text(shade: str, axis: str = "z") -> str:
    """The hover text of a value."""
    return f"{quantity(shade)} = " + (f"%{{{axis}:.4g}}" if shade == "error" else f"10<sup>%{{{axis}:.2f}}</sup>")
