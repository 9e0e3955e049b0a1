"""The share of an update that arrives in the weight, against the size of the update."""

from __future__ import annotations

import math

import numpy as np

from core.plotting import theme
from core.plotting.drawing import Drawing
from core.topics.precision.figures.lines import by_type, typed_line
from core.topics.precision.figures.words import say
from core.topics.precision.stagnation import Stagnation
from core.topics.precision.verdict import update_verdict


def share_that_arrives(found: list[Stagnation], chosen: str) -> Drawing:
    """(w - (w - u)) / u for the four types, and where the reader's update lies."""
    found = by_type(found)
    one = next(s for s in found if s.dtype == chosen)
    hover = "u = 10<sup>%{x:.2f}</sup>: %{y:.2f} of it arrives<extra>%{fullData.name}</extra>"
    with np.errstate(divide="ignore"):
        traces = [typed_line(np.log10(s.size), s.arrived, s.dtype, chosen, hovertemplate=hover) for s in found]
    at = math.log10(one.asked)
    low, high = np.log10(one.size[[0, -1]])
    inside, right = low <= at <= high, at > (low + high) / 2
    rule = {"type": "line", "x0": at, "x1": at, "y0": 0, "y1": 1, "yref": "paper",
            "line": {"color": theme.THRESHOLD, "width": 2, "dash": "dashdot"}}
    label = {"x": at, "y": 1, "yref": "paper", "yanchor": "top", "xanchor": "right" if right else "left",
             "text": "η g", "showarrow": False, "font": {"color": theme.THRESHOLD}}
    smallest = say("smallest", {"log10": math.log10(one.smallest / one.weight)})
    text = f"{update_verdict(one).sentence} {smallest}"
    return theme.figure(traces, title="Share of an update that arrives", x="update u", y="(w − (w − u)) / u", text=text,
                        xaxis=theme.log_axis(autorangeoptions={}), shapes=[rule] if inside else [],
                        yaxis={"autorangeoptions": {"include": [0.0, 2.5]}}, annotations=[label] if inside else [])
