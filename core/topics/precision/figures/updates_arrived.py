"""How many of k updates have arrived in the weight."""

from __future__ import annotations

import numpy as np

from core.plotting import theme
from core.plotting.drawing import Drawing
from core.topics.precision.figures.lines import by_type, from_start, typed_line
from core.topics.precision.figures.words import say
from core.topics.precision.stagnation import Stagnation


def updates_arrived(found: list[Stagnation], chosen: str) -> Drawing:
    """(w_0 - w_k) / (lr g) against k for the four types; on the diagonal nothing is lost."""
    found = by_type(found)
    one = next(s for s in found if s.dtype == chosen)
    hover = "k = %{x}: %{y:.1f} arrived<extra>%{fullData.name}</extra>"
    traces = [typed_line(*from_start(theme.finite(s.moved[1:]), 0.0), s.dtype, chosen, hovertemplate=hover)
              for s in found]
    k, last = len(one.moved) - 1, one.moved[-1]
    text = say("moved.not_finite" if not np.isfinite(last) else "moved" if k > 1 else "moved.one",
               {"updates": k, "weight": one.weight, "moved": last}, dtype=one.dtype).text
    return theme.figure(traces, title="The weight, update by update", x="k (updates made)",
                        y="(w<sub>0</sub> − w<sub>k</sub>) / η g", text=text,
                        yaxis={"autorangeoptions": {"include": [0.0, 1.0]}})
