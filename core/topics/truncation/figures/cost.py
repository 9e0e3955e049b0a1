"""Seconds of a sequence and of an update, truncated and in full, against its length."""

from __future__ import annotations

import numpy as np

from core.plotting import theme
from core.plotting.drawing import Drawing
from core.topics.truncation.cost import TruncationCost
from core.topics.truncation.figures.words import say


def truncation_cost_figure(found: TruncationCost | None, why_empty: str = "press Measure the cost") -> Drawing:
    """Medians, both axes logarithmic."""
    known = found is not None and len(found.T) > 0
    T = found.T.astype(float) if known else np.empty(0)
    full, truncated, update = (1e3 * values for values in (found.full, found.truncated, found.update)) if known else \
        (np.empty(0),) * 3
    hover = "T = %{x}: %{customdata:.3g} ms<extra>%{fullData.name}</extra>"
    kinds = (("full BPTT", full, theme.FULL, "solid", "circle"),
             ("truncated, a sequence", truncated, theme.MEASURED, "dash", "square"),
             ("truncated, an update", update, theme.RHO, "dot", "diamond"))
    traces = [theme.line(T, np.log10(y), name, colour, dash=dash, mode="lines+markers", hovertemplate=hover,
                         customdata=y, marker={"color": colour, "size": theme.MARKER, "symbol": symbol})
              for name, y, colour, dash, symbol in kinds]
    why_empty = why_empty if found is None else "nothing could be timed"
    told = say("cost.not_measured" if found is None else "cost.nothing") if not known else say("cost", {
        "T": int(T[-1]), "full": full[-1], "truncated": truncated[-1], "updates": int(found.updates[-1]),
        "update": update[-1]})
    return theme.figure(traces, title="What it costs, measured here", x="length T (steps)", y="processor time (ms)",
                        text=told.text,
                        xaxis={"type": "log", "range": [np.log10(40), np.log10(1250)],
                               "tickvals": [50, 100, 200, 500, 1000]},
                        yaxis=theme.log_axis(autorangeoptions={"include": [0.0, 1.0]}),
                        annotations=[] if known else [theme.note(why_empty)])

