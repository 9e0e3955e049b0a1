"""How many of k updates have arrived in the weight."""

from __future__ import annotations

import numpy as np

from core.plotting import theme
from core.plotting.drawing import Drawing
from core.spelling import count, number
from core.topics.precision.figures.lines import by_type, from_start, typed_line
from core.topics.precision.stagnation import Stagnation


def updates_arrived(found: list[Stagnation], chosen: str) -> Drawing:
    """(w_0 - w_k) / (lr g) against k for the four types; on the diagonal nothing is lost."""
    found = by_type(found)
    one = next(s for s in found if s.dtype == chosen)
    hover = "k = %{x}: %{y:.1f} arrived<extra>%{fullData.name}</extra>"
    traces = [typed_line(*from_start(theme.finite(s.moved[1:]), 0.0), s.dtype, chosen, hovertemplate=hover)
              for s in found]
    k, last = len(one.moved) - 1, one.moved[-1]
    text = f"After {count(k, 'update')} of the weight {number(one.weight, '4')} in {one.dtype} it has " + (
        f"moved by {number(last, '4')} of {'them' if k > 1 else 'it'}." if np.isfinite(last) else
        "left the finite numbers.")
    return theme.figure(traces, title="The weight, update by update", x="k (updates made)",
                        y="(w<sub>0</sub> − w<sub>k</sub>) / η g", text=text,
                        yaxis={"autorangeoptions": {"include": [0.0, 1.0]}})
