"""One look for all figures. The same quantity has the same colour on every page.

Figures are drawn in the light colours; DARK gives the colour that takes the place of each on a dark page. The hues
are those of the Okabe-Ito palette, told apart by colour-blind readers, darkened or lightened until each has a contrast
of at least 3:1 against its page; a dash or a marker tells the lines apart as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.plotting.drawing import Drawing, Trace
from core.spelling import power_tick

MEASURED, BOUND, RHO = "#0072b2", "#c44e00", "#00805d"
BEFORE, AFTER, THRESHOLD = "#0072b2", "#a36800", "#b0307c"
LOSS, CHANCE, MEMORYLESS = "#0072b2", "#6b6b6b", "#6a51a3"
FULL, ZERO, DIVERGED = "#c44e00", "#a97bb5", "#c00000"
CIRCLE, START = "#6b6b6b", "#8c8c8c"
DROPPED = "#f7f7f7"  # laid over what truncation drops, so that it fades into the page
INK, GRID, MARK = "#262730", "#e3e4e8", "#707070"
# The lanes of a race: told apart by the red-green and by the blue-yellow blind, on both pages
# (tests/topics/race/test_lane_looks.py simulates it), and without any colour by their dashes, in px, which the buttons
# of the lanes show as well.
LANE_1, LANE_2, LANE_3, LANE_4, LANE_5, LANE_6 = "#0022ff", "#880000", "#00aa66", "#ee33ee", "#889900", "#771188"
LANES = ((INK, "solid"), (LANE_1, "9px 6px"), (LANE_2, "3px 4px"), (LANE_3, "10px 4px 3px 4px"), (LANE_4, "20px 6px"),
         (LANE_5, "12px 4px 3px 4px 3px 4px"), (LANE_6, "20px 4px 8px 4px"))  # the baseline first

DARK = {
    "#0072b2": "#56b4e9", "#c44e00": "#ff9350", "#00805d": "#2cc295", "#a36800": "#e6a417", "#b0307c": "#ec86c4",
    "#6b6b6b": "#a6a6a6", "#6a51a3": "#b8a6ee", "#a97bb5": "#8c6a99", "#c00000": "#ff6b6b", "#8c8c8c": "#8f8f8f",
    "#262730": "#fafafa", "#e3e4e8": "#343741", "#707070": "#9a9a9a", "#f7f7f7": "#191c24",
    "#0022ff": "#6633ff", "#880000": "#bb4444", "#00aa66": "#55ff99", "#ee33ee": "#885588", "#889900": "#66aa00",
    "#771188": "#ff77ff",
}
MAP = "Cividis"  # Plotly's, even in lightness, and the same to colour-blind readers
# Below 1 blue, above 1 orange, 1 itself grey: a gradient that shrinks and one that grows. Told apart by colour-blind
# readers (Brewer's PuOr, with the blue end of RdBu).
SHRINK_GROW = [[0.0, "#053061"], [0.2, "#1f6aad"], [0.35, "#6aacd0"], [0.46, "#b9d3e2"], [0.5, "#d8d8d8"],
               [0.54, "#f3d9b6"], [0.65, "#f0a94d"], [0.8, "#c26a0e"], [1.0, "#6b3003"]]
FLOORS = {"float32": np.log10(2.0**-149), "float64": np.log10(5e-324)}  # log10 of the smallest number above 0
CLOSEST = 0.5  # decades between two round ends
FONT, LINE, MARKER = 16, 2.5, 9


def figure(traces: list[Trace], *, title: str, x: str, y: str, text: str, handles: Sequence[dict[str, Any]] = (),
           **layout: Any) -> Drawing:
    """A figure with the common look.

    Args:
        x, y: titles of the axes, with their units.
        text: the current reading.
        handles: what of it can be taken hold of (handles.py).
        layout: more of it, axes included.
    """
    for axis, label in (("xaxis", x), ("yaxis", y)):
        layout[axis] = {"title": {"text": label}, "gridcolor": GRID, **layout.get(axis, {})}
    return Drawing(traces, {"title": {"text": f"<b>{title}</b>", "font": {"size": FONT + 1}},
                            "font": {"size": FONT, "color": INK},
                            "meta": {"text": text, "handles": list(handles) or None}, **layout})


def log_axis(*values: Any, decade: bool = True, **more: Any) -> dict[str, Any]:
    """An axis of log10 values whose ticks read 10^-12.

    Args:
        values: what it has to hold. Its ends are round numbers beyond them, so that it moves seldom and not at every
            frame or step of a slider; without values it ends where the data do.
        decade: never closer than one decade around 1.
    """
    room = round_ends(*values) + ([-0.5, 0.5] if decade else [])
    return {"tickprefix": "10<sup>", "ticksuffix": "</sup>",
            "autorangeoptions": {"include": [min(room), max(room)]} if room else {}, **more}


def round_ends(*values: Any) -> list[float]:
    """Two round numbers around all finite values; nothing where there are none."""
    found = np.concatenate([np.ravel(np.asarray(value, float)) for value in values] or [np.empty(0)])
    found = found[np.isfinite(found)]
    if not len(found):
        return []
    low, high = float(found.min()), float(found.max())
    step = _round_up(max((high - low) / 6, CLOSEST))
    return [float(np.floor(low / step) * step), float(np.ceil(high / step) * step)]


def _round_up(step: float) -> float:
    """The next of 1, 2 and 5 in any decade."""
    decade = 10.0 ** np.floor(np.log10(step))
    return float(next(m * decade for m in (1, 2, 5, 10) if m * decade >= step * (1 - 1e-9)))


def line(x: Any, y: Any, name: str, colour: str, *, dash: str = "solid", **more: Any) -> Trace:
    """A line; the name is its legend entry. inf and nan leave a gap, and -inf, log10 of exactly 0, lies at the foot of
    the chart; where a point has a gap at either side it is a dot."""
    return {"type": "scatter", "mode": "lines", "x": np.asarray(x, float), "y": below_inf(y), "name": name,
            "line": {"color": colour, "width": LINE, "dash": dash}, **more}


def points(x: Any, y: Any, name: str, colour: str, *, symbol: str = "circle", **more: Any) -> Trace:
    """Markers; as of a line, -inf lies at the foot of the chart."""
    return {"type": "scatter", "mode": "markers", "x": np.asarray(x, float), "y": below_inf(y), "name": name,
            "marker": {"color": colour, "size": MARKER, "symbol": symbol}, **more}


def shows(*symbols: str) -> dict[str, Any]:
    """A trace's meta: the symbols of an equation that it draws; it lights up where the reader points at one."""
    return {"symbols": list(symbols)}


def finite(y: Any) -> NDArray[np.float64]:
    """nan, a gap, for everything that is not finite."""
    y = np.asarray(y, float)
    return np.where(np.isfinite(y), y, np.nan)


def below_inf(y: Any) -> NDArray[np.float64]:
    """nan, a gap, for inf and what is no number; -inf, log10 of exactly 0, stays."""
    y = np.asarray(y, float)
    return np.where(y < np.inf, y, np.nan)


def note(words: str) -> dict[str, Any]:
    """Words in the middle of a chart that has nothing to draw yet, or any more."""
    return {"x": 0.5, "y": 0.5, "xref": "paper", "yref": "paper", "text": words, "showarrow": False,
            "font": {"size": FONT, "color": MARK}}


def axis_end(updates: int) -> float:
    """Where an axis over updates ends: a round number beyond them, so that it moves seldom and not at every frame."""
    ends = [step * 10**power for power in range(1, 5) for step in (1, 1.5, 2, 3, 4, 5, 6, 8)]
    return float(next((end for end in ends if end >= updates), updates))


def powers_bar(low: float, high: float, title: str, apart: int) -> dict[str, Any]:
    """A colour bar of log10 values whose ticks read 10^-12."""
    ticks = np.arange(np.ceil(low / apart) * apart, high + 0.5, apart)
    return {"title": {"text": title, "side": "top"}, "tickvals": ticks,
            "ticktext": [power_tick(exponent) for exponent in ticks], "thickness": 12, "outlinewidth": 0}


def rule(axis: str, at: float, colour: str) -> dict[str, Any]:
    """A line across the whole chart at one value of an axis."""
    other = "y" if axis == "x" else "x"
    return {"type": "line", f"{axis}0": at, f"{axis}1": at, f"{other}0": 0, f"{other}1": 1, f"{other}ref": "paper",
            "line": {"color": colour, "width": 2, "dash": "dashdot"}}


def level(value: float, name: str, colour: str, dash: str, updates: int) -> Trace:
    """A horizontal line across an axis over updates."""
    return line([0.0, axis_end(updates)], [value, value], name, colour, dash=dash, hoverinfo="name+y")
