"""The loss of every lane at every update, with chance and the best guess without memory."""

from __future__ import annotations

from core.figures import theme
from core.figures.drawing import Drawing
from core.figures.lanes import clamped, lane_traces, over_updates, race_figure, reading
from core.race_records import Band, LaneView, RaceView

HIGHEST = 3.0  # times chance: a loss beyond it, from a lane that goes astray, is cut off so that the others can be seen


def race_loss(view: RaceView) -> Drawing:
    """A linear axis that ends at three times chance; the numbers beyond are in the hover and in the table."""
    chance, guess = view.baselines.chance, view.baselines.memoryless
    traces = [
        *lane_traces(view, lambda lane: clamped(lane.loss, high=HIGHEST * chance),
                     "update %{x}: %{y:.4g}<extra>%{fullData.name}</extra>"),
        theme.level(chance, f"chance {chance:.3g}", theme.CHANCE, "dash", view.front),
        theme.level(guess, f"no memory {guess:.3g}", theme.MEMORYLESS, "dot", view.front),
    ]
    text = "No update yet." if not view.front else reading(view, _loss, lambda v: f"{v:.3g}", f"Loss at {view.front}")
    return race_figure(traces, title="Loss", x="update", y=f"loss ({view.baselines.unit})", text=text,
                        yaxis={"autorangeoptions": {"include": [0.0, 1.1 * chance]}}, **over_updates(view))


def _loss(lane: LaneView) -> Band:
    return lane.loss
