"""How far back a task needs the gradient to go, at every length, against k2."""

from __future__ import annotations

import numpy as np

from core.plotting import theme
from core.plotting.drawing import Drawing
from core.spelling import share
from core.tasks.base import TaskKind
from core.topics.truncation.figures.words import say

POINTS = 60


def dependency_figure(kind: TaskKind, T: int, k2: int | None, bridged: float) -> Drawing:
    """The lag that the task needs against T, the lags below k2, and the reader's T.

    Args:
        k2: steps back; None without truncation.
        bridged: share of the losses of this length that reach far enough, 0..1.
    """
    known = kind.dependency is not None
    lengths = np.unique(np.geomspace(kind.shortest, kind.longest, POINTS).round().astype(int)) if known else []
    needs = [kind.dependency(int(length)) for length in lengths]
    shortest, longest = (np.array([getattr(n, end) for n in needs], float) for end in ("shortest", "longest"))
    own = kind.dependency(T) if known else None
    here = {1.0: "here, bridged", 0.0: "here, not bridged"}.get(bridged, f"here, bridged by {share(bridged)}")
    hover = "T = %{x}: lag %{y}<extra>%{fullData.name}</extra>"
    ends = np.array([2.0, 1000.0])
    spread = bool((shortest < longest).any())
    traces = [
        theme.line(lengths, longest, "longest needed" if spread else "needed", theme.MEASURED, hovertemplate=hover),
        theme.line(lengths, shortest, "shortest needed", theme.MEASURED, dash="dot", hovertemplate=hover,
                   showlegend=spread),
        theme.line(ends if k2 is not None else [], np.full(2, k2 - 1.0) if k2 is not None else [], "k<sub>2</sub> − 1",
                   theme.THRESHOLD, dash="dashdot", showlegend=k2 is not None, hovertemplate="lags up to %{y} are seen"
                   "<extra></extra>"),
        theme.points([T] if own else [], [own.longest] if own else [], here,
                     theme.RHO if bridged == 1.0 else theme.DIVERGED, symbol="circle" if bridged == 1.0 else "x",
                     hovertemplate=hover, showlegend=own is not None),
    ]
    told = say("needed.not_known") if own is None else say(
        "needed", {"T": T, "bridged": bridged}, span=say(
            "needed.one" if own.shortest == own.longest else "needed.from_to",
            {"shortest": own.shortest, "longest": own.longest}))
    return theme.figure(traces, title="How far back the task needs it", x="length T (steps)", y="lag t − k (steps)",
                        text=told.text, annotations=[] if known else [theme.note("not known for this task")],
                        xaxis={"type": "log", "range": [np.log10(2), 3.02], "tickvals": [2, 10, 50, 200, 1000]},
                        yaxis={"type": "log", "range": [-0.1, 3.1], "tickvals": [1, 10, 100, 1000]})
