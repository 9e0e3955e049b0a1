"""The loss of every lane at every update, with chance and the best guess without memory."""

from __future__ import annotations

import numpy as np

from core.plotting import theme
from core.plotting.drawing import Drawing
from core.spelling import signed
from core.topics.race.figures.lanes import clamped, lane_traces, lanes_in_words, over_updates
from core.topics.race.figures.words import say
from core.topics.race.records import Band, LaneView, RaceView

HIGHEST = 3.0  # times chance: a loss beyond it, from a lane that goes astray, is cut off so that the others can be seen


def race_loss(view: RaceView) -> Drawing:
    """A linear axis that ends at three times chance; what lies beyond is drawn there, and told in the hover."""
    chance, guess = view.baselines.chance, view.baselines.memoryless
    edge = HIGHEST * chance
    traces = lane_traces(view, lambda lane: clamped(lane.loss, high=edge), "")
    hovers = {f"{lane.slot} {lane.title}": _hover(lane, edge, playing=view.state == "playing") for lane in view.lanes}
    traces = [
        *(trace | hovers.get(trace["name"], {}) for trace in traces),
        theme.level(chance, f"chance {signed(chance, 3)}", theme.CHANCE, "dash", view.front),
        theme.level(guess, f"without {view.baselines.without} {signed(guess, 3)}", theme.MEMORYLESS, "dot", view.front),
    ]
    text = say("lanes.no_update").text if not view.front else lanes_in_words(
        view, _loss, "value.plain", say("what.loss", unit=view.baselines.unit), "where.update")
    return theme.figure(traces, title="Loss", x="update", y=f"loss ({view.baselines.unit})", text=text,
                        yaxis={"autorangeoptions": {"include": [0.0, 1.1 * chance]}}, **over_updates(view))


def _hover(lane: LaneView, edge: float, *, playing: bool) -> theme.Trace:
    """The loss itself, also where it is drawn at the edge. While the race is on numbers beside the points would slow
    every frame down: then a lane that has been beyond the edge says of each loss what it is at least."""
    beyond = bool(np.any(lane.loss.median > edge))
    value = "%{y:.4g}" if not beyond else "at least %{y:.4g}" if playing else "%{customdata:.4g}"
    return {"customdata": theme.finite(lane.loss.median if beyond and not playing else []),
            "hovertemplate": f"update %{{x}}: {value}<extra>%{{fullData.name}}</extra>"}


def _loss(lane: LaneView) -> Band:
    return lane.loss
