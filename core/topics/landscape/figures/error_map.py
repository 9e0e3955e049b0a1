"""The error of one unit over (w, b) from above, with its folds, its wall and the two descents."""

from __future__ import annotations

import numpy as np

from core.arrays import Floats
from core.claims import Claim
from core.plotting import theme
from core.plotting.drawing import Drawing
from core.plotting.handles import along, handle
from core.spelling import number
from core.topics.landscape.bifurcations import DRAWN, flip_curves, fold_curves
from core.topics.landscape.figures.shades import colours, hover_text, quantity, shaded
from core.topics.landscape.figures.words import say
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
    words = _told(surface, unclipped, clipped, shade)
    if np.isneginf(z).any():
        words.append(say("zero", what=quantity(shade)))
    traces = [
        {"type": "heatmap", "x": surface.w, "y": surface.b, "z": z, "name": "", **colours(shade, low, high),
         "hovertemplate": f"w = %{{x:.4f}}, b = %{{y:.4f}}: {hover_text(shade)}<extra></extra>"},
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
        text=" ".join(map(str, words)), handles=[handle(x=along("w"), y=along("b"))], xaxis={"range": [w_low, w_high]},
        yaxis={"range": [float(surface.b[0]), float(surface.b[-1])]})


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


def _told(surface: Surface, unclipped: Descent, clipped: Descent, shade: str) -> list[Claim]:
    sizes, span = ((surface.log10_gradient, "window.gradient") if shade == "gradient" else
                   (surface.error, "window.error"))
    seen = sizes[~np.isnan(sizes) & ~np.isposinf(sizes)]
    ends = {"low": float(seen.min()), "high": float(seen.max())} if seen.size else {}
    window = {"w_low": surface.w[0], "w_high": surface.w[-1], "b_low": surface.b[0], "b_high": surface.b[-1]}
    told = [say("window", window, span=say(span if seen.size else "window.not_finite", ends, what=quantity(shade)))]
    if seen.size < sizes.size:
        told.append(say("blank", {"blank": 1 - seen.size / sizes.size}))
    return told + [say("stands", {"w": d.w[-1], "b": d.b[-1], "updates": d.updates}, way=say(name))
                   for name, d in (("way.unclipped", unclipped), ("way.clipped", clipped)) if len(d.w)]
