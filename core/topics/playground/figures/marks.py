"""Changes made mid-run, the run before, and the empty chart before the first update, in charts over updates."""

from __future__ import annotations

from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.live.history import Curves, Mark
from core.plotting import theme
from core.plotting.drawing import Trace
from core.plotting.thinning import thin

LINE = 0.09  # of the chart's height, a line of words
PAST = "the run before"
NAMED = 3  # only the latest marks carry their text; the others keep their line


def marked(curves: Curves, past: Curves | None = None) -> dict[str, Any]:
    """Layout entries for a chart over updates: a dotted line at each change, its words at the foot.

    Args:
        past: curves of the run before, where they are drawn behind.
    """
    end = theme.axis_end(max(len(curves.step), 0 if past is None else len(past.step)))
    shapes = [
        {"type": "line", "x0": mark.step, "x1": mark.step, "y0": 0, "y1": 1, "yref": "paper",
         "line": {"color": theme.MARK, "width": 2, "dash": "dot"}}
        for mark in curves.marks
    ]
    named = curves.marks[-NAMED:]
    below = accumulate((mark.text.count("\n") + 1 for mark in named), initial=0)  # lines of the marks before
    annotations = [_words(mark, lines, "left" if mark.step < end / 2 else "right")
                   for mark, lines in zip(named, below, strict=False)]
    if not len(curves.step):
        annotations = [theme.note("press Train to fill this chart")] if past is None else []
    return {"shapes": shapes, "annotations": annotations,
            "xaxis": {"autorangeoptions": {"include": [0.0, end]}}}


def pale(values: NDArray[np.float64], hover: str) -> Trace:
    """The run before, in the chart of the one that has not begun.

    Args:
        values: one for each of its updates, as they are drawn.
        hover: how a value is spelled.
    """
    x, y = thin(values)
    return theme.line(x, y, PAST, theme.MARK, dash="dot", opacity=0.7, showlegend=True,
                      mode="lines+markers" if len(x) < 3 else "lines",
                      hovertemplate=f"update %{{x}}: {hover}<extra>{PAST}</extra>")


def _words(mark: Mark, lines: int, side: str) -> dict[str, Any]:
    return {"x": mark.step, "y": 0.01 + LINE * lines, "yref": "paper", "text": mark.text.replace("\n", "<br>"),
            "showarrow": False, "yanchor": "bottom", "xanchor": side, "align": side, "font": {"size": theme.FONT - 1},
            "name": "change"}  # the browser keeps it inside the chart
