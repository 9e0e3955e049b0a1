"""||dh_T/dh_k|| of every lane against the lag, and the mark below which a lag counts as out of reach."""

from __future__ import annotations

from core.plotting import theme
from core.plotting.drawing import Drawing
from core.topics.race.figures.lanes import lane_traces, lanes_axis, lanes_in_words, near_the_median
from core.topics.race.figures.words import say
from core.topics.race.lag_norms import HORIZON
from core.topics.race.records import Band, LaneView, RaceView

LOWEST, HIGHEST = -20.0, 20.0  # log10 of the norm where a band ends


def race_flow(view: RaceView) -> Drawing:
    traces = lane_traces(view, _drawn, "lag %{x}: 10<sup>%{y:.2f}</sup><extra>%{fullData.name}</extra>")
    text = lanes_in_words(view, _flow, "value.power", say("what.product"), "where.lag")
    label = {"x": 0, "xref": "paper", "y": HORIZON, "text": "horizon", "showarrow": False, "xanchor": "left",
             "yanchor": "bottom", "font": {"color": theme.THRESHOLD, "size": theme.FONT - 2}}
    return theme.figure(traces, title="How far back it reaches", x="lag T − k (steps)",
                        y="‖∂h<sub>T</sub>/∂h<sub>k</sub>‖", text=text, yaxis=lanes_axis(view, _drawn),
                        shapes=[theme.rule("y", HORIZON, theme.THRESHOLD)], annotations=[label])


def _drawn(lane: LaneView) -> Band:
    return near_the_median(lane.flow, LOWEST, HIGHEST)


def _flow(lane: LaneView) -> Band:
    return lane.flow
