"""Error and gradient norm at every update of the two descents: with and without clipping."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.plotting import theme
from core.plotting.drawing import Drawing
from core.plotting.handles import along, handle
from core.spelling import number, plain
from core.topics.landscape.figures.error_map import CLIPPED, UNCLIPPED
from core.topics.landscape.figures.words import say
from core.topics.landscape.one_unit import Descent
from core.topics.landscape.wall import Crossings


def descent(unclipped: Descent, clipped: Descent, over: tuple[Crossings, Crossings], shown: int) -> Drawing:
    """E above, the norm of its gradient before clipping below, both as log10 over the same updates.

    Marked: where a step crossed a bifurcation, where one crossed the edge of x_0's basin, and the longest step.

    Args:
        over: what each of the two crossed.
        shown: the update that the map shows.
    """
    traces: list[theme.Trace] = []
    ways = ((clipped, f"clipped at {number(clipped.threshold)}", CLIPPED, "dash"),
            (unclipped, "not clipped", UNCLIPPED, "solid"))
    for way, name, colour, dash in ways:
        for values, axis in ((way.error, "y"), (way.gradient, "y2")):
            traces.append(_line(values, name, colour, dash, axis))
    for (way, _, colour, _), crossed in zip(ways, over[::-1], strict=True):
        for steps, name, symbol in ((crossed.bifurcation, "over a bifurcation", "triangle-up"),
                                    (crossed.wall, "over the wall", "square-open")):
            traces.append(theme.points(steps + 1, _log(way.error)[steps + 1], name, colour,
                                       showlegend=way is unclipped,
                                       marker={"color": colour, "size": 7, "symbol": symbol},
                                       hovertemplate=f"update %{{x}}: {name}<extra></extra>"))
    traces.append(_jump(unclipped))
    traces.append(theme.line([0, clipped.updates], np.log10([clipped.threshold] * 2), "threshold", theme.THRESHOLD,
                             dash="dot", yaxis="y2", hoverinfo="name+y", showlegend=False))
    here = {"type": "line", "x0": shown, "x1": shown, "y0": 0, "y1": 1, "yref": "paper",
            "line": {"color": theme.MARK, "width": 2, "dash": "dot"}}
    return theme.figure(
        traces, title="The two descents", x="update", y="E", text=_text(unclipped, clipped), shapes=[here],
        handles=[handle(x=along("shown"), foot=True)],
        xaxis={"autorangeoptions": {"include": [0, 10]}, "anchor": "y2"},
        yaxis=theme.log_axis(domain=[0.56, 1.0], autorangeoptions={}, nticks=4),
        yaxis2=theme.log_axis(domain=[0.0, 0.44], autorangeoptions={}, nticks=4, gridcolor=theme.GRID,
                              title={"text": "‖∇E‖"}))


def _log(values: NDArray[np.float64]) -> NDArray[np.float64]:
    with np.errstate(divide="ignore"):
        return np.log10(values)


def _line(values: NDArray[np.float64], name: str, colour: str, dash: str, axis: str) -> theme.Trace:
    return theme.line(np.arange(len(values)), _log(values), name, colour, dash=dash, yaxis=axis,
                      showlegend=axis == "y", mode="lines+markers" if len(values) < 3 else "lines",
                      hovertemplate="update %{x}: 10<sup>%{y:.2f}</sup><extra>%{fullData.name}</extra>")


def _jump(way: Descent) -> theme.Trace:
    """The longest step of a descent, at the gradient that threw it, with its length."""
    at = np.array([way.longest] if way.updates else [], int)
    after = at < 0.6 * way.updates
    return theme.points(at, _log(way.gradient)[at], "longest step", UNCLIPPED, yaxis="y2", showlegend=False,
                        mode="markers+text", text=[f" a step of {plain(float(way.step[i]))} " for i in at],
                        textposition="middle right" if after.all() else "middle left",
                        textfont={"color": UNCLIPPED, "size": theme.FONT - 2},
                        marker={"color": UNCLIPPED, "size": 13, "symbol": "star"},
                        hovertemplate="after update %{x}:%{text}<extra></extra>")


def _text(unclipped: Descent, clipped: Descent) -> str:
    told = [say("descent.stopped" if way.stopped else "descent",
                {"updates": way.updates, "error": float(way.error[-1]), "gradient": float(way.gradient[-1])},
                way=say(name), why=way.stopped)
            for name, way in (("way.unclipped", unclipped), ("way.clipped", clipped)) if len(way.w)]
    return " ".join(map(str, told or [say("descent.none")]))
