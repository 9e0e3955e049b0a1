"""The error of one unit over (w, b) as a surface in three dimensions, with the two descents on it."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.claims import Claim
from core.plotting import theme
from core.plotting.drawing import Drawing
from core.spelling import number
from core.topics.landscape.figures.error_map import CLIPPED, UNCLIPPED
from core.topics.landscape.figures.shades import colours, hover_text, quantity, shaded
from core.topics.landscape.figures.words import say
from core.topics.landscape.one_unit import Descent, OneUnit, Surface

MOST = 120  # points along an axis: finer is slower to turn and looks the same
LIFT = 0.01  # of the height, by which a path is drawn above the surface


def error_surface(surface: Surface, spec: OneUnit, unclipped: Descent, clipped: Descent, shade: str = "error",
                  ) -> Drawing:
    """A surface that can be turned, over the same window and with the same colours as the map."""
    values, low, high = shaded(surface, spec, shade)
    z = np.clip(values, low, high)
    scale = colours(shade, low, high)
    scale["cmin"], scale["cmax"] = scale.pop("zmin"), scale.pop("zmax")
    scale["colorbar"] |= {"len": 0.7}
    traces = [
        {"type": "surface", "x": surface.w, "y": surface.b, "z": z, "name": "", **scale,
         "contours": {axis: {"highlight": False} for axis in "xyz"},
         "hovertemplate": f"w = %{{x:.4f}}, b = %{{y:.4f}}: {hover_text(shade)}<extra></extra>"},
        _path(clipped, surface, shade, low, high, f"clipped at {number(clipped.threshold)}", CLIPPED, "diamond"),
        _path(unclipped, surface, shade, low, high, "not clipped", UNCLIPPED, "circle"),
    ]
    text = say("surface", what=quantity(shade), reach=_reach(shade, values, low, high)).text
    return theme.figure(
        traces, title="Surface of the gradient's norm" if shade == "gradient" else "Error surface", x="weight w",
        y="bias b", text=text,
        scene={"xaxis": _axis("w", surface.w), "yaxis": _axis("b", surface.b),
               "zaxis": _axis(quantity(shade), (low, high)), "aspectmode": "cube",
               "camera": {"eye": {"x": 1.6, "y": 1.6, "z": 0.9}, "center": {"x": 0, "y": 0, "z": -0.15}}},
        legend={"y": 0},
    )


def _reach(shade: str, values: np.ndarray, low: float, high: float) -> Claim:
    """What lies beyond the scale is drawn at its end, and told so."""
    seen = values[~np.isnan(values)]
    if not seen.size:
        return say("reach.not_finite")
    least, most = float(seen.min()), float(seen.max())
    spelled = "end.error" if shade == "error" else "end.log10"
    lower, upper = say(spelled, {"value": max(least, low)}), say(spelled, {"value": min(most, high)})
    return say("reach", low=say("end.or_less", end=lower) if least < low else lower,
               high=say("end.or_more", end=upper) if most > high else upper)


def _axis(title: str, span: Any) -> dict[str, Any]:
    """One that is legible on both pages."""
    return {"title": {"text": title}, "range": [float(span[0]), float(span[-1])], "color": theme.INK,
            "gridcolor": theme.GRID, "linecolor": theme.INK, "showbackground": False, "zeroline": False,
            "tickfont": {"size": theme.FONT - 4}, "nticks": 5, "showspikes": False}


def _path(descent: Descent, surface: Surface, shade: str, low: float, high: float, name: str, colour: str,
          symbol: str) -> theme.Trace:
    """A descent on the surface; what is outside the window is left out."""
    with np.errstate(divide="ignore"):
        height = {"error": descent.error, "log_error": np.log10(descent.error),
                  "gradient": np.log10(descent.gradient)}[shade]
    inside = ((descent.w >= surface.w[0]) & (descent.w <= surface.w[-1])
              & (descent.b >= surface.b[0]) & (descent.b <= surface.b[-1]))
    w, b, z = (np.where(inside, values, np.nan) for values in (descent.w, descent.b, np.clip(height, low, high)))
    return {"type": "scatter3d", "mode": "lines+markers", "x": w, "y": b, "z": z + LIFT * (high - low), "name": name,
            "line": {"color": colour, "width": 4}, "marker": {"color": colour, "size": 2.5, "symbol": symbol},
            "hoverinfo": "name"}
