"""||dh_T/dh_k|| of every lane against the lag, and the level below which a lag counts as out of reach."""

from __future__ import annotations

import numpy as np

from core.markup import as_html
from core.plotting import theme
from core.plotting.drawing import Drawing
from core.plotting.handles import along, handle
from core.topics.race.figures.lanes import lane_traces, lanes_axis, lanes_in_words, near_the_median
from core.topics.race.figures.words import say
from core.topics.race.records import Band, LaneView, RaceView
from core.topics.race.table import horizon_of

LOWEST, HIGHEST = -20.0, 20.0  # log10 of the norm where a band ends


def race_flow(view: RaceView) -> Drawing:
    traces = lane_traces(view, _drawn, "lag %{x}: 10<sup>%{y:.2f}</sup><extra>%{fullData.name}</extra>")
    text = lanes_in_words(view, _flow, "value.power", say("what.product"), "where.lag")
    level = float(np.log10(view.level))
    label = {"x": 0, "xref": "paper", "y": level, "showarrow": False, "xanchor": "left", "yanchor": "bottom",
             "text": as_html(say("horizon.line", {"level": view.level}).text),
             "font": {"color": theme.THRESHOLD, "size": theme.FONT - 2}}
    return theme.figure(traces, title="How far back it reaches", x="lag T − k (steps)",
                        y="‖∂h<sub>T</sub>/∂h<sub>k</sub>‖", text=" ".join([text, *_horizons(view)]),
                        yaxis=lanes_axis(view, _drawn), shapes=[theme.rule("y", level, theme.THRESHOLD)],
                        annotations=[label], handles=[handle(y=along("reach_level", log=True))])


def _horizons(view: RaceView) -> list[str]:
    """In words, of every lane of which it is known."""
    found = {lane.slot: horizon_of(lane) for lane in view.lanes}
    told = [say("horizon.beyond", {"title": lane.title, "last": lane.flow.x[-1]}) if np.isinf(found[lane.slot]) else
            say("horizon.lag", {"title": lane.title, "lag": found[lane.slot]})
            for lane in view.lanes if found[lane.slot] is not None]
    return [say("horizon", {"level": view.level}, lanes=told).text] if told else []


def _drawn(lane: LaneView) -> Band:
    return near_the_median(lane.flow, LOWEST, HIGHEST)


def _flow(lane: LaneView) -> Band:
    return lane.flow
