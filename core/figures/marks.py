"""Changes made mid-run, and the empty chart before the first update, as plotly shapes and annotations."""

from __future__ import annotations

from typing import Any

from core.figures import theme
from core.history import Curves

NAMED = 3  # only the latest marks carry their text; the others keep their line


def marked(curves: Curves) -> dict[str, Any]:
    """Layout entries for a chart over updates: a dotted line at each change, its words at the foot.

    The axis is not given a range: plotly would take a new one for the app's wish and drop the reader's zoom.
    """
    end = theme.reach(len(curves.step))
    shapes = [
        {"type": "line", "x0": mark.step, "x1": mark.step, "y0": 0, "y1": 1, "yref": "paper",
         "line": {"color": theme.MARK, "width": 2, "dash": "dot"}}
        for mark in curves.marks
    ]
    annotations = [
        {"x": mark.step, "y": 0.01 + 0.09 * i, "yref": "paper", "text": mark.text, "showarrow": False,
         "yanchor": "bottom", "xanchor": "left" if mark.step < end / 2 else "right",
         "font": {"size": theme.FONT - 1}}
        for i, mark in enumerate(curves.marks[-NAMED:])
    ]
    if not len(curves.step):
        annotations = [theme.note("press Train to fill this chart")]
    return {"shapes": shapes, "annotations": annotations,
            "xaxis": {"autorangeoptions": {"include": [0.0, end]}}}
