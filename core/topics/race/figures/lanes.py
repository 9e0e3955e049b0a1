"""What the charts of a race have in common: for each lane a band and a median, and one mark for where it stands.

The traces are the same for as long as the lanes and their seeds are: a picture is patched into the next one. A free
lane has none, and a lane of one seed no band, since a trace takes its time to draw even where nothing of it is seen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from core.claims import Claim
from core.plotting import theme
from core.topics.race.figures.words import say
from core.topics.race.records import Band, LaneView, RaceView

SIGNS = {"racing": "circle", "finished": "circle", "solved": "star", "over": "diamond", "diverged": "x"}
WIDE = 1e30  # what lies beyond it would stretch an axis of updates beyond what float32 carries


def lane_traces(view: RaceView, of: Callable[[LaneView], Band], hover: str) -> list[theme.Trace]:
    """Bands, medians, marks.

    Args:
        of: the band of a lane.
        hover: template for a point of a median.
    """
    bands = {lane.slot: of(lane) for lane in view.lanes}
    return [*(_band(bands[lane.slot], lane.slot) for lane in view.lanes if len(view.seeds) > 1),
            *(_median(bands[lane.slot], lane.slot, lane.title, hover) for lane in view.lanes), _marks(view, bands)]


def lanes_axis(view: RaceView, of: Callable[[LaneView], Band], *more: np.ndarray) -> dict[str, Any]:
    """The axis of log10 values of all lanes, and of more."""
    bands = [of(lane) for lane in view.lanes]
    return theme.log_axis(*(y[np.abs(y) < WIDE] for band in bands for y in (band.median, band.low, band.high)), *more)


def clamped(band: Band, low: float = -np.inf, high: float = np.inf) -> Band:
    """What lies beyond is drawn at the edge, so that one seed that goes astray hides none of the others; what is not
    finite stays so."""
    def cut(y: np.ndarray) -> np.ndarray:
        return np.where(np.isfinite(y), np.clip(y, low, high), y)
    return replace(band, median=cut(band.median), low=cut(band.low), high=cut(band.high))


def near_the_median(band: Band, low: float, high: float) -> Band:
    """The median as it is, and bounds that reach no farther than low and high, or than the median: one seed far away
    would hide the medians of all."""
    finite = band.median[np.isfinite(band.median)]
    return clamped(band, min(low, finite.min(initial=low)), max(high, finite.max(initial=high)))


def _band(band: Band, slot: int) -> theme.Trace:
    """From the lower to the upper bound, as an area; nothing where one is not finite."""
    keep = np.isfinite(band.low) & np.isfinite(band.high) & (np.abs(band.high) < WIDE)
    x, low, high = band.edges[keep], band.low[keep], band.high[keep]
    colour, _ = theme.LANES[slot]
    return {"type": "scatter", "mode": "lines", "x": np.concatenate([x, x[::-1]]),
            "y": np.concatenate([high, low[::-1]]), "name": f"band {slot}",
            "fill": "toself", "fillcolor": colour, "opacity": 0.16, "line": {"width": 0},
            "hoverinfo": "skip", "showlegend": False, "visible": bool(np.any(low < high))}


def _median(band: Band, slot: int, title: str, hover: str) -> theme.Trace:
    colour, dash = theme.LANES[slot]
    y = np.where((np.abs(band.median) < WIDE) | np.isneginf(band.median), band.median, np.nan)
    return theme.line(band.x, y, f"{slot} {title}", colour, dash=dash, showlegend=False, hovertemplate=hover,
                      mode="lines+markers" if len(y) < 2 else "lines")


def _marks(view: RaceView, bands: dict[int, Band]) -> theme.Trace:
    """At the last finite point of each lane its number, and a sign for how it stands: a star has solved on every
    seed, a diamond on some while the others diverged, a cross has diverged on most."""
    at: list[tuple[float, float, LaneView]] = []
    for lane in view.lanes:
        band = bands[lane.slot]
        finite = np.flatnonzero(np.isfinite(band.median) & (np.abs(band.median) < WIDE))
        if len(finite):
            at.append((band.x[finite[-1]], band.median[finite[-1]], lane))
    lanes = [lane for _, _, lane in at]
    signs = [SIGNS["diverged" if np.isposinf(bands[lane.slot].median[-1]) else lane.state] for lane in lanes]
    trace = theme.points([x for x, _, _ in at], [y for _, y, _ in at], "where each lane stands", theme.INK,
                         showlegend=False, text=[str(lane.slot) for lane in lanes], textposition="middle right",
                         hoverinfo="skip", cliponaxis=False)
    trace["mode"] = "markers+text"
    trace["marker"] = {"color": [theme.LANES[lane.slot][0] for lane in lanes], "size": theme.MARKER + 1,
                       "symbol": signs}
    trace["textfont"] = {"color": theme.INK, "size": theme.FONT - 2}
    return trace


def lanes_in_words(view: RaceView, of: Callable[[LaneView], Band], value: str, what: Claim, where: str,
                   end: int = -1) -> str:
    """Where every lane begins or stands, in words: a band is drawn with both ends of its curve. A lane without one has
    not begun, or could not be computed.

    Args:
        of: the band of a lane.
        value: how a value of it is said, "value.plain" or "value.power".
        what: the quantity.
        where: how a place on its x is said: "where.update", "where.lag" or "where.step".
        end: -1 for the last value, 0 for the first.
    """
    ends = {lane.slot: (of(lane).x[end], of(lane).median[end]) for lane in view.lanes if len(of(lane).x)}
    if not ends:
        return say("lanes.nothing", what=what).text
    at = next(iter(ends.values()))[0]
    told = []
    for lane in view.lanes:
        begun = lane.slot in ends or (lane.state == "diverged" and not lane.failed)
        x, found = ends.get(lane.slot, (at, np.inf))
        stands = (value if found < np.inf else "value.not_finite") if begun else (
            "value.not_computed" if lane.failed else "value.not_measured")
        one = say("lane", title=lane.title, value=say(stands, {"value": found}))
        if x != at:
            one = say("lane.elsewhere", lane=one, where=say(where, {"x": x}))
        told.append(say("lane.diverged", lane=one) if lane.state == "diverged" and not lane.failed else one)
    seeds = say("seeds" if len(view.seeds) > 1 else "seeds.one", {"seeds": len(view.seeds)})
    return say("lanes", what=what, where=say(where, {"x": at}), seeds=seeds, lanes=told).text


def over_updates(view: RaceView) -> dict[str, Any]:
    """Layout entries of a chart over updates."""
    annotations = [] if view.front else [theme.note("press Race to fill this chart")]
    return {"annotations": annotations, "xaxis": {"autorangeoptions": {"include": [0.0, theme.axis_end(view.front)]}}}
