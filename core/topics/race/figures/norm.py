"""The gradient norm of every lane at every update, before any remedy changes it."""

from __future__ import annotations

from core.plotting import theme
from core.plotting.drawing import Drawing
from core.plotting.handles import along, handle
from core.topics.race.figures.lanes import lane_traces, lanes_in_words, near_the_median, over_updates
from core.topics.race.figures.words import say
from core.topics.race.records import Band, LaneView, RaceView

LOWEST, HIGHEST = -12.0, 8.0  # log10 of the norm where a band ends


def race_norm(view: RaceView) -> Drawing:
    traces = lane_traces(view, _drawn, "update %{x}: 10<sup>%{y:.2f}</sup><extra>%{fullData.name}</extra>")
    text = say("lanes.no_update").text if not view.front else lanes_in_words(
        view, _norm, "value.power", say("what.norm"), "where.update")
    return theme.figure(traces, title="Gradient norm", x="update", y="‖∂L/∂θ‖", text=text, yaxis=theme.log_axis(),
                        handles=[handle(y=along("clip_norm_threshold", log=True))],
                        **over_updates(view))


def _drawn(lane: LaneView) -> Band:
    return near_the_median(lane.grad_norm, LOWEST, HIGHEST)


def _norm(lane: LaneView) -> Band:
    return lane.grad_norm
