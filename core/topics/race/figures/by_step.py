"""||dL/dh_t|| of every lane at its last update, and ||dL/dc_t|| of a gated cell with a memory of its own."""

from __future__ import annotations

from core.plotting import theme
from core.plotting.drawing import Drawing
from core.plotting.handles import along, handle
from core.topics.race.figures.lanes import lane_traces, lanes_axis, lanes_in_words, near_the_median
from core.topics.race.figures.words import say
from core.topics.race.records import Band, LaneView, RaceView

LOWEST, HIGHEST = -20.0, 20.0  # log10 of the norm where a band ends


def race_by_step(view: RaceView) -> Drawing:
    hover = "t = %{x}: 10<sup>%{y:.2f}</sup><extra>%{fullData.name}</extra>"
    memories = [theme.line(lane.dL_dc.x, lane.dL_dc.median, f"{lane.slot}: ‖∂L/∂c<sub>t</sub>‖",
                           theme.LANES[lane.slot][0], dash="1px 4px", hovertemplate=hover, showlegend=True)
                for lane in view.lanes if lane.dL_dc is not None]
    ends = [lanes_in_words(view, _steps, "value.power", say("what.norm"), "where.step", end) for end in (0, -1)]
    text = " ".join(dict.fromkeys(ends))  # one where nothing is measured, or T = 1
    return theme.figure([*lane_traces(view, _drawn, hover), *memories], title="Gradient at each time step",
                        x="time step t", y="‖∂L/∂h<sub>t</sub>‖", text=text,
                        handles=[handle(x=along("seq_len"))],
                        yaxis=lanes_axis(view, _drawn, *(trace["y"] for trace in memories)))


def _drawn(lane: LaneView) -> Band:
    return near_the_median(lane.dL_dh, LOWEST, HIGHEST)


def _steps(lane: LaneView) -> Band:
    return lane.dL_dh
