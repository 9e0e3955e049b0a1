"""||dh_T/dh_k|| of every lane against the lag, and the mark below which a lag counts as out of reach."""

from __future__ import annotations

import plotly.graph_objects as go

from core.figures import theme
from core.figures.lanes import lane_traces, race_figure, reading
from core.lane import HORIZON
from core.race_records import Band, LaneView, RaceView
from core.verdict import power


def race_flow(view: RaceView) -> go.Figure:
    traces = lane_traces(view, _flow, "lag %{x}: 10<sup>%{y:.2f}</sup><extra>%{fullData.name}</extra>")
    text = reading(view, _flow, power, "Norm at the longest lag")
    label = {"x": 0, "xref": "paper", "y": HORIZON, "text": "horizon", "showarrow": False, "xanchor": "left",
             "yanchor": "bottom", "font": {"color": theme.THRESHOLD, "size": theme.FONT - 2}}
    return race_figure(traces, title="How far back it reaches", x="lag T − k (steps)",
                        y="‖∂h<sub>T</sub>/∂h<sub>k</sub>‖", text=text, yaxis=theme.log_axis(),
                        shapes=[theme.rule("y", HORIZON, theme.THRESHOLD)], annotations=[label])


def _flow(lane: LaneView) -> Band:
    return lane.flow
