"""What changes a picture: for each attribute that the browser side draws, two figures that differ in it."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import numpy as np

from core.plotting import theme
from pages._chart import vocabulary
from pages._chart.patch import specification
from pages._chart.vocabulary import Kind


def of(traces: list[dict[str, Any]], **layout: Any) -> dict[str, Any]:
    spec = specification(theme.figure(traces, title="t", x="x", y="y", text="", **layout))
    del spec["layout"]["meta"]
    return spec


GRID = np.arange(12.0).reshape(3, 4)
CURVE = theme.line([1, 2, 3, 4], [1, 3, 2, 4], "a", theme.MEASURED, mode="lines+markers", text=["p", "q", "r", "s"],
                   marker={"color": theme.BOUND, "size": 12, "symbol": "circle"}, showlegend=True)
MAP = {"x": np.arange(4.0), "y": np.arange(3.0), "z": GRID, "zmin": 0, "zmax": 11, "colorscale": "Cividis", "name": "m",
       "colorbar": {"title": {"text": "c"}}}
SPECS = {
    "scatter": of([CURVE, theme.line([1, 4], [2, 2], "b", theme.RHO)]),
    "heatmap": of([{"type": "heatmap", **MAP, "text": [["1"] * 4] * 3, "texttemplate": "%{text}",
                    "textfont": {"size": 12}}]),
    "contour": of([{"type": "contour", **MAP, "contours": {"start": 2, "end": 8, "size": 2, "coloring": "none"},
                    "line": {"color": theme.INK, "width": 2}}]),
    "bar": of([{"type": "bar", "x": np.arange(3.0), "y": np.array([1.0, 3.0, 2.0]), "name": "bars",
                "marker": {"color": theme.MEASURED}}]),
    "layout": of([CURVE, theme.line([1, 4], [2, 2], "b", theme.RHO)],
                 annotations=[{"x": 2, "y": 2, "text": "w<br>words", "showarrow": False}],
                 shapes=[{"type": "rect", "x0": 1.5, "x1": 2.5, "y0": 1, "y1": 2, "fillcolor": theme.MARK}]),
}
RIMMED = {"marker": {"size": 20, "color": theme.BOUND, "line": {"color": theme.INK, "width": 2}}}
SHADED = {"marker": {"size": 20, "color": np.array([0.0, 1, 2, 3]), "cmin": 0, "cmax": 3, "colorscale": "Cividis"}}
LETTERS = {"mode": "markers+text"}
FILLED = {"contours": {"start": 2, "end": 8, "coloring": "heatmap"}}
# attribute -> what it is set to, and what is set with it in both pictures
SET: dict[str, tuple[Any, dict[str, Any]]] = {
    "scatter.name": ("other", {}), "scatter.showlegend": (False, {}), "scatter.x": (np.array([1.0, 2, 3, 5]), {}),
    "scatter.y": (np.array([1.0, 2, 2, 4]), {}), "scatter.opacity": (0.3, {}), "scatter.mode": ("lines", {}),
    "scatter.line.color": (theme.RHO, {}), "scatter.line.width": (5, {}), "scatter.line.dash": ("dot", {}),
    "scatter.fill": ("toself", {"fillcolor": theme.RHO}),
    "scatter.fillcolor": (theme.RHO, {"fill": "toself", "fillcolor": theme.BOUND}),
    "scatter.cliponaxis": (False, {"marker": {"size": 40, "color": theme.BOUND}}),
    "scatter.marker.color": (theme.RHO, {}), "scatter.marker.size": (20, {}), "scatter.marker.symbol": ("x", {}),
    "scatter.marker.line.width": (4, RIMMED), "scatter.marker.line.color": (theme.RHO, RIMMED),
    **{f"scatter.marker.{name}": (value, SHADED)
       for name, value in (("cmin", -5), ("cmax", 9), ("colorscale", theme.SHRINK_GROW))},
    "scatter.text": (["1", "2", "3", "4"], LETTERS), "scatter.textposition": ("top right", LETTERS),
    "scatter.textfont.size": (30, LETTERS), "scatter.textfont.color": (theme.RHO, LETTERS),
    "scatter.visible": (False, {}), "scatter.yaxis": ("y2", {}),
    "heatmap.x": (np.array([0.0, 1, 2, 9]), {}), "heatmap.y": (np.array([0.0, 1, 7]), {}),
    "heatmap.z": (GRID[::-1].copy(), {}),
    "heatmap.zmin": (-9, {}), "heatmap.zmax": (30, {}), "heatmap.colorscale": (theme.SHRINK_GROW, {}),
    "heatmap.showscale": (False, {}), "heatmap.colorbar.title.text": ("other", {}),
    "heatmap.colorbar.tickvals": (np.array([2.0, 3]), {}),
    "heatmap.colorbar.ticktext": (["two"], {"colorbar": {"tickvals": np.array([2.0]), "ticktext": ["2"]}}),
    "heatmap.colorbar.tickformat": (".0%", {}),
    "heatmap.transpose": (True, {"z": np.arange(9.0).reshape(3, 3), "x": np.arange(3.0), "text": [["1"] * 3] * 3}),
    "heatmap.opacity": (0.3, {}), "heatmap.text": ([["2"] * 4] * 3, {}), "heatmap.texttemplate": ("", {}),
    "heatmap.textfont.size": (20, {}), "heatmap.showlegend": (True, {}),
    "heatmap.name": ("other", {"showlegend": True}),
    "contour.line.color": (theme.RHO, {}), "contour.line.width": (5, {}), "contour.line.dash": ("dash", {}),
    "contour.contours.start": (5, {}), "contour.contours.end": (5, {}), "contour.contours.size": (3, {}),
    "contour.contours.coloring": ("heatmap", {}), "contour.x": (np.array([0.0, 1, 2, 9]), {}),
    "contour.y": (np.array([0.0, 1, 7]), {}), "contour.z": (GRID[::-1].copy(), {}),
    "contour.transpose": (True, {"z": np.arange(9.0).reshape(3, 3), "x": np.arange(3.0)}),
    "contour.zmin": (-9, FILLED),
    "contour.zmax": (30, FILLED),
    "contour.colorscale": (theme.SHRINK_GROW, FILLED),
    "contour.showscale": (False, {}), "contour.showlegend": (True, {}), "contour.name": ("other", {"showlegend": True}),
    "bar.x": (np.array([0.0, 1, 4]), {}), "bar.y": (np.array([2.0, 3, 1]), {}), "bar.width": (0.2, {}),
    "bar.opacity": (0.3, {}),
    "bar.marker.color": (theme.RHO, {}), "bar.showlegend": (True, {}), "bar.name": ("other", {"showlegend": True}),
    "layout.font.size": (24, {}), "layout.font.color": (theme.RHO, {}),
    "layout.legend.traceorder": ("reversed", {}),
    **{f"layout.{axis}.{name}": (value, {axis: with_}) for axis in ("xaxis", "yaxis") for name, value, with_ in (
        ("title.text", "other", {}), ("type", "log", {}), ("range", [0.5, 9], {}), ("autorange", "reversed", {}),
        ("autorangeoptions.include", [-5, 9], {}), ("autorangeoptions.clipmin", 2, {}),
        ("autorangeoptions.clipmax", 3, {}),
        ("rangemode", "tozero", {}), ("visible", False, {}), ("showgrid", False, {}), ("gridcolor", theme.BOUND, {}),
        ("showticklabels", False, {}), ("dtick", 3, {}), ("nticks", 1, {}), ("tickvals", [1.5], {}),
        ("ticktext", ["one"], {"tickvals": [2], "ticktext": ["2"]}), ("tickformat", ".0%", {}),
        ("tickprefix", "10<sup>", {"ticksuffix": "</sup>"}))},
    "layout.xaxis.constraintoward": ("right", {"yaxis": {"scaleanchor": "x"}}), "layout.yaxis.scaleanchor": ("x", {}),
    "layout.yaxis.domain": ([0.0, 0.4], {}),
    **{f"layout.annotations.{name}": (value, {}) for name, value in (
        ("x", 3), ("y", 3), ("text", "other"), ("font.size", 30), ("font.color", theme.RHO), ("xanchor", "left"),
        ("yanchor", "top"), ("align", "right"), ("xref", "paper"), ("yref", "paper"), ("name", "change"))},
    **{f"layout.shapes.{name}": (value, {}) for name, value in (
        ("x0", 2), ("x1", 3), ("y0", 0), ("y1", 3), ("xref", "paper"), ("yref", "paper"), ("fillcolor", theme.RHO),
        ("opacity", 0.2), ("layer", "below"), ("line.color", theme.RHO), ("line.width", 5), ("line.dash", "dot"),
        ("type", "line"))},
}
# Seen elsewhere: on Save PNG; under the pointer; in words; in whether a symbol lights up. Given for Plotly's sake.
ELSEWHERE = ("layout.title", ".hovertemplate", ".hoverinfo", ".customdata", ".meta.", ".legendgroup", ".type")


def leaves(table: dict[str, Any], place: str) -> set[str]:
    """The attributes of a table, without what is drawn in one way only."""
    out: set[str] = set()
    for name, one in table.items():
        if isinstance(one, Kind):
            constant = one.words and "," not in one.words and one not in vars(vocabulary).values()
            out |= set() if constant and f"{place}.{name}" not in SET else {f"{place}.{name}"}
        else:
            out |= leaves(one[0] if isinstance(one, list) else one, f"{place}.{name}")
    return out


def changed(spec: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    kind, *names = path.split(".")
    into = spec["layout"] if kind == "layout" else spec["data"][0]
    for name in names[:-1]:
        into = into.setdefault(name, {})
        into = into[0] if isinstance(into, list) else into
    into[names[-1]] = value
    return spec


def pair(path: str) -> list[dict[str, Any]]:
    """The picture without, and with it."""
    value, with_ = SET[path]
    spec = deepcopy(SPECS[path.split(".")[0]])
    if path.endswith("yaxis") and path.startswith("scatter"):
        spec["layout"]["yaxis2"] = {"domain": [0.0, 0.4]}
    if ".shapes.line" in path or path == "layout.shapes.type":
        spec["layout"]["shapes"][0]["line"] = {"color": theme.INK, "width": 2, "dash": "solid"}
    for name, one in with_.items():
        into = spec["layout"] if path.startswith("layout") else spec["data"][0]
        into[name] = into[name] | one if path.startswith("layout") else deepcopy(one)
    return [spec, changed(deepcopy(spec), path, value)]
