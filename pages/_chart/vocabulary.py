"""The part of Plotly's vocabulary that the browser side draws, stated once: names, and what each may be.

A name with one value only is what is drawn always; it is given where Plotly, which Explore opens, would do otherwise.
What is not here is not drawn: such a figure fails a test, and a reader gets its text alternative in its place. Charts
with a scene, in three dimensions, are drawn by Plotly itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

DASHES = ("solid", "dot", "dash", "longdash", "dashdot")
CLOSED = ("circle", "square", "diamond", "star", "triangle-up", "triangle-down")
SYMBOLS = (*CLOSED, *(f"{name}-open" for name in CLOSED), "x", "arrow")
MODES = ("lines", "markers", "text", "lines+markers", "markers+text")
SIDES = tuple(f"{row} {side}" for row in ("top", "middle", "bottom") for side in ("left", "center", "right"))
SCALES = ("Cividis",)
SOLID = {"surface", "scatter3d"}  # types of a scene

_TAG = re.compile(r"<(?!/?(?:sup|sub|b|br)>)[^>]*>?|&(?!(?:amp|lt|gt|quot|nbsp|#\d+);)\w+;")
_COLOUR = re.compile(r"#[0-9a-f]{6}|rgba?\([\d., ]+\)", re.IGNORECASE)
_PX = re.compile(r"\d+px(?: \d+px)*")
_FORMAT = re.compile(r"\+?(?:\.\d+)?~?[fge%d]?")
_HOLE = re.compile(r"%\{([^}:]*)(?::([^}]*))?\}")
_OF_POINT = re.compile(r"x|y|z|text|customdata(?:\[\d+\])?|fullData\.name")


@dataclass(frozen=True)
class Kind:
    """What an attribute may be."""

    words: str
    fits: Callable[[Any], bool]


Table = dict[str, Any]  # of kinds, of tables, and of lists of one table


def among(*values: Any) -> Kind:
    return Kind(", ".join(map(str, values)), lambda value: value.__hash__ is not None and value in values)


def each(kind: Kind) -> Kind:
    """One, or a list of them."""
    return Kind(f"{kind.words}, or a list of these",
                lambda v: all(map(kind.fits, v)) if isinstance(v, (list, tuple)) else kind.fits(v))


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float, np.number)) and not isinstance(value, bool)


def _are_numbers(value: Any) -> bool:
    return value.dtype.kind in "fiu" if isinstance(value, np.ndarray) else (
        isinstance(value, (list, tuple)) and all(map(_is_number, value)))


def _is_words(value: Any) -> bool:
    return isinstance(value, str) and not (("<" in value or "&" in value) and _TAG.search(value))


def _is_template(value: Any) -> bool:
    """%{y:.2f} of a point, and one <extra> at the end."""
    holes = _HOLE.findall(value) if isinstance(value, str) else [("", "")]
    return all(_OF_POINT.fullmatch(path) and _FORMAT.fullmatch(form) for path, form in holes) and (
        len(holes) == value.count("%{")) and _is_words(re.sub(r"<extra>(.*)</extra>$", r"\1", value))


def _is_scale(value: Any) -> bool:
    return value in SCALES if isinstance(value, str) else all(
        len(stop) == 2 and _is_number(stop[0]) and COLOUR.fits(stop[1]) for stop in value)


FLAG = among(True, False)
NUMBER = Kind("a number", _is_number)
NUMBERS = Kind("numbers", _are_numbers)
SIZES = Kind("a number, or one for each point", lambda v: _is_number(v) or _are_numbers(v))
WORDS = Kind("words with no tags but sup, sub, b, br", _is_words)
WORDS_OF_EACH = each(WORDS)
ROWS_OF_WORDS = Kind("rows of words", lambda v: all(map(WORDS_OF_EACH.fits, v)))
TEMPLATE = Kind("words with %{x}, %{y}, %{z}, %{text}, %{customdata} or %{fullData.name}, a number as .3g, .2f, .1e, "
                ".0%, .3~%, +.2f or d", _is_template)
FORMAT = Kind("a format as .3g, .2f, .1e, .0%, .3~%, +.2f or d",
              lambda v: isinstance(v, str) and bool(_FORMAT.fullmatch(v)))
COLOUR = Kind("a colour as #0072b2 or rgba(0,0,0,0.5)", lambda v: isinstance(v, str) and bool(_COLOUR.fullmatch(v)))
COLOURS = Kind("a colour, a list of them, or numbers", lambda v: _are_numbers(v) or each(COLOUR).fits(v))
SCALE = Kind(f"{', '.join(SCALES)}, or stops of colours", _is_scale)
DASH = Kind(f"{', '.join(DASHES)}, or lengths in px", lambda v: isinstance(v, str) and (
    v in DASHES or bool(_PX.fullmatch(v))))
TOLD = Kind("numbers, or words", lambda v: _are_numbers(v) or WORDS_OF_EACH.fits(v))
NAME = Kind("a name", lambda v: isinstance(v, str))
NAMES = each(NAME)

FONT: Table = {"size": NUMBER, "color": COLOUR}
LINE: Table = {"color": COLOUR, "width": NUMBER, "dash": DASH}
OF_ANY: Table = {"type": NAME, "name": WORDS, "showlegend": FLAG, "hovertemplate": TEMPLATE,
                 "meta": {"symbols": NAMES, "zeros_of": NUMBER}, "x": NUMBERS, "y": NUMBERS}
BAR: Table = {"title": {"text": WORDS, "side": among("top")}, "tickvals": NUMBERS, "ticktext": WORDS_OF_EACH,
              "tickformat": FORMAT, "thickness": among(12), "outlinewidth": among(0)}
OF_MAP: Table = {"z": NUMBERS, "zmin": NUMBER, "zmax": NUMBER, "colorscale": SCALE, "showscale": FLAG, "colorbar": BAR,
                 "customdata": NUMBERS, "hoverinfo": among("skip"), "transpose": FLAG}
TRACES: dict[str, Table] = {
    "scatter": OF_ANY | {
        "opacity": NUMBER, "mode": among(*MODES), "line": LINE, "fill": among("toself"), "fillcolor": COLOUR,
        "cliponaxis": FLAG,
        "marker": {"color": COLOURS, "size": SIZES, "symbol": each(among(*SYMBOLS)), "angleref": among("previous"),
                   "line": {"color": COLOUR, "width": NUMBER}, "cmin": NUMBER, "cmax": NUMBER, "colorscale": SCALE},
        "text": WORDS_OF_EACH, "textposition": each(among(*SIDES)), "textfont": FONT, "customdata": TOLD,
        "hoverinfo": among("skip", "name+y"), "legendgroup": NAME, "visible": FLAG, "yaxis": among("y", "y2")},
    "heatmap": OF_ANY | OF_MAP | {"opacity": NUMBER, "text": ROWS_OF_WORDS, "texttemplate": among("", "%{text}"),
                                  "textfont": {"size": NUMBER}},
    "contour": OF_ANY | OF_MAP | {"line": LINE, "contours": {
        "start": NUMBER, "end": NUMBER, "size": NUMBER, "coloring": among("heatmap", "none")}},
    "bar": OF_ANY | {"opacity": NUMBER, "width": SIZES, "marker": {"color": COLOUR, "line": {"width": among(0)}},
                     "hoverinfo": among("skip")},
}
AXIS: Table = {
    "title": {"text": WORDS}, "type": among("log"), "range": NUMBERS, "rangemode": among("tozero"),
    "autorange": among("reversed"), "autorangeoptions": {"include": NUMBERS, "clipmin": NUMBER, "clipmax": NUMBER},
    "visible": FLAG, "showgrid": FLAG, "gridcolor": COLOUR, "showticklabels": FLAG, "dtick": NUMBER, "nticks": NUMBER,
    "tickvals": NUMBERS, "ticktext": WORDS_OF_EACH, "tickformat": FORMAT, "tickprefix": among("10<sup>"),
    "ticksuffix": among("</sup>")}
ALONG: Table = {"name": NAME, "log": FLAG, "start": NUMBER, "times": NUMBER,
                "through": {"values": NUMBERS, "places": NUMBERS}}
HANDLE: Table = {"x": ALONG, "y": ALONG, "radius": ALONG, "points": {"name": NAME, "at": each(NUMBERS)},
                 "foot": FLAG, "twice": NAME}
PLACE: Table = {"xref": among("x", "paper"), "yref": among("y", "paper")}
LAYOUT: Table = {
    "meta": {"handles": [HANDLE]},
    "title": {"text": WORDS, "font": {"size": NUMBER}}, "font": FONT, "legend": {"traceorder": among("reversed")},
    "xaxis": AXIS | {"constraintoward": among("right"), "anchor": among("y2")},
    "yaxis": AXIS | {"scaleanchor": among("x"), "domain": NUMBERS}, "yaxis2": AXIS | {"domain": NUMBERS},
    "annotations": [PLACE | {
        "x": NUMBER, "y": NUMBER, "text": WORDS, "font": FONT, "showarrow": among(False), "name": among("change"),
        "xanchor": among("left", "center", "right"), "yanchor": among("top", "middle", "bottom"),
        "align": among("left", "center", "right")}],
    "shapes": [PLACE | {
        "type": among("line", "rect"), "x0": NUMBER, "x1": NUMBER, "y0": NUMBER, "y1": NUMBER, "line": LINE,
        "fillcolor": COLOUR, "opacity": NUMBER, "layer": among("below", "above")}],
}


def outside(spec: dict[str, Any]) -> list[str]:
    """What of a figure is not drawn: for each a line with its place, what may stand there, and what does.

    Args:
        spec: {"data", "layout"}, see `patch.specification`; without the text alternative.
    """
    types = [trace.get("type") for trace in spec["data"]]
    drawn = SOLID if "scene" in spec["layout"] else TRACES
    lines = [f"data[{i}].type: {', '.join(sorted(drawn))}; not {kind!r}" for i, kind in enumerate(types)
             if kind not in drawn]
    if drawn is SOLID:
        return lines
    for i, trace in enumerate(spec["data"]):
        if trace.get("type") in TRACES:
            _compare(f"data[{i}]", trace, TRACES[trace["type"]], lines)
    _compare("layout", spec["layout"], LAYOUT, lines)
    return lines


def _compare(place: str, value: Any, allowed: Table, lines: list[str]) -> None:
    """Adds what is not allowed."""
    if not isinstance(value, dict):
        lines.append(f"{place}: {', '.join(allowed)}; not {repr(value)[:80]}")
        return
    for name, one in value.items():
        what, where = allowed.get(name), f"{place}.{name}"
        if isinstance(what, Kind):
            if not what.fits(one):
                lines.append(f"{where}: {what.words}; not {repr(one)[:80]}")
        elif isinstance(what, dict):
            _compare(where, one, what, lines)
        elif isinstance(what, list):
            for i, item in enumerate(one):
                _compare(f"{where}[{i}]", item, what[0], lines)
        else:
            lines.append(f"{where}: not drawn; there are {', '.join(allowed)}")
