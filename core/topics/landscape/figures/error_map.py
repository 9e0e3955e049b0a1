"""The error of one unit over (w, b) from above, with its folds, its wall and the two descents."""

from __future__ import annotations

import numpy as np

from core.arrays import Floats
from core.plotting import theme
from core.plotting.drawing import Drawing
from core.spelling import count, number, plain, power, share, signed
from core.topics.landscape.bifurcations import DRAWN, flip_curves, fold_curves
from core.topics.landscape.figures.shades import colours, quantity, reading, shaded
from core.topics.landscape.one_unit import Descent, OneUnit, Surface
from core.topics.landscape.wall import basin_edge

UNCLIPPED, CLIPPED = theme.FULL, theme.THRESHOLD
TITLES = {"error": "Error over w and b", "log_error": "Error over w and b",
          "gradient": "Norm of the error's gradient over w and b"}
EXACTLY_ZERO = {"zeros_of": 0}  # this trace is filled, where it is drawn, with the exactly-zero cells of trace 0


def error_map(surface: Surface, spec: OneUnit, unclipped: Descent, clipped: Descent, shade: str = "error") -> Drawing:
    """A heat map over the window of the surface, the start of both descents, and where they are now."""
    z, low, high = shaded(surface, spec, shade)
    w_low, w_high = float(surface.w[0]), float(surface.w[-1])
    edge_w = np.linspace(w_low, w_high, DRAWN)
    zero = f" Lilac: {quantity(shade)} is exactly 0." if np.isneginf(z).any() else ""
    traces = [
        {"type": "heatmap", "x": surface.w, "y": surface.b, "z": z, "name": "", **colours(shade, low, high),
         "hovertemplate": f"w = %{{x:.4f}}, b = %{{y:.4f}}: {reading(shade)}<extra></extra>"},
        {"type": "heatmap", "z": np.empty((0, 0)), "zmin": 0, "zmax": 1, "showscale": False, "name": "",
         "colorscale": [[0, theme.ZERO], [1, theme.ZERO]], "meta": EXACTLY_ZERO,
         "hovertemplate": "w = %{x:.4f}, b = %{y:.4f}: exactly 0<extra></extra>"},
        *_curve(*fold_curves(spec.activation, w_low, w_high), "fold", "solid"),
        *_curve(*flip_curves(spec.activation, w_low, w_high), "flip", "dashdot"),
        *_curve(edge_w, basin_edge(spec.activation, spec.x0, edge_w), "wall", "dot"),
        *path(clipped, f"clipped at {number(clipped.threshold)}", CLIPPED, "diamond"),
        *path(unclipped, "not clipped", UNCLIPPED, "circle"),
        theme.points([spec.w], [spec.b], "start", theme.INK, hoverinfo="skip", showlegend=False,
                     marker={"color": theme.GRID, "size": 15, "symbol": "star",
                             "line": {"color": theme.INK, "width": 2}}),
    ]
    return theme.figure(
        traces, title=TITLES[shade], x="weight w", y="bias b",
        text=_text(surface, unclipped, clipped, shade) + zero,
        xaxis={"range": [w_low, w_high]}, yaxis={"range": [float(surface.b[0]), float(surface.b[-1])]})


def _curve(w: Floats, b: Floats, name: str, dash: str) -> list[theme.Trace]:
    """A line with a halo, which is seen on the dark end of the scale and on the bright one."""
    return [
        theme.line(w, b, name, theme.GRID, showlegend=False, hoverinfo="skip",
                   line={"color": theme.GRID, "width": theme.LINE + 3}, opacity=0.75),
        theme.line(w, b, name, theme.INK, dash=dash, hoverinfo="skip", showlegend=bool(np.isfinite(w + b).any())),
    ]


def path(descent: Descent, name: str, colour: str, symbol: str) -> list[theme.Trace]:
    """The way of a descent, with a halo, and a mark at every update."""
    hover = ("update %{customdata[0]}: E = %{customdata[1]:.4g}, gradient %{customdata[2]:.4g}"
             "<extra>%{fullData.name}</extra>")
    told = np.stack([np.arange(len(descent.w)), descent.error, descent.gradient], axis=1)
    return [
        theme.line(descent.w, descent.b, name, theme.GRID, showlegend=False, hoverinfo="skip",
                   line={"color": theme.GRID, "width": theme.LINE + 3}, opacity=0.75),
        theme.line(descent.w, descent.b, name, colour, mode="lines+markers", customdata=told, hovertemplate=hover,
                   marker={"color": colour, "size": 6, "symbol": symbol}),
    ]


def _text(surface: Surface, unclipped: Descent, clipped: Descent, shade: str) -> str:
    sizes, spelled = (surface.log10_gradient, power) if shade == "gradient" else (surface.error, plain)
    seen = sizes[~np.isnan(sizes) & ~np.isposinf(sizes)]
    span = (f"{quantity(shade)} from {spelled(float(seen.min()))} to {spelled(float(seen.max()))}" if seen.size else
            f"{quantity(shade)} is not finite")
    words = [f"w from {signed(surface.w[0], 6)} to {signed(surface.w[-1], 6)}, "
             f"b from {signed(surface.b[0], 6)} to {signed(surface.b[-1], 6)}: {span}."]
    if seen.size < sizes.size:
        words.append(f"Blank, {share(1 - seen.size / sizes.size)} of it: beyond the finite numbers.")
    words += [f"{name}, the descent is at w = {signed(d.w[-1])}, b = {signed(d.b[-1])} after "
              f"{count(d.updates, 'update')}."
              for name, d in (("Without clipping", unclipped), ("Clipped", clipped)) if len(d.w)]
    return " ".join(words)
