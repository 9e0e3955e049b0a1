"""||dh_T/dh_k|| of one very long sequence."""

from __future__ import annotations

import numpy as np

from core.plotting import theme
from core.plotting.drawing import Drawing
from core.plotting.thinning import thin
from core.topics.jacobians.figures.words import say
from core.topics.jacobians.rates import NO_RATES, Rates
from core.training.record import LongReach


def long_reach_figure(found: LongReach | None, rates: Rates = NO_RATES) -> Drawing:
    """The norm against the lag, drawn by its extremes, with (rho gamma)^lag and the floors of float32 and float64.

    Args:
        rates: of the network that was measured: the same rate as beside the map.
    """
    norms = found.log10_norm if found else np.empty(0)
    ends = np.array([1.0, len(norms)]) if len(norms) else np.empty(0)
    with np.errstate(divide="ignore"):
        rate = ends * np.log10(rates.rate)
    finite = norms[np.isfinite(norms)]
    low = float(finite.min(initial=0.0))
    reached = {name: int(np.argmax(norms < floor)) + 1 for name, floor in theme.FLOORS.items() if (norms < floor).any()}
    parts = [say("long.end", {"lag": len(finite), "norm": float(finite[-1])})] if len(finite) else []
    if len(finite) < len(norms):
        parts.append(say("long.zero" if parts else "long.zero_alone", {"lag": len(finite) + 1}))
    parts += [say("long.type_ends", {"lag": lag}, dtype=name) for name, lag in reached.items()]
    text = (say("long", parts=parts) if parts else say("long.not_measured")).text
    shapes = [theme.rule("y", floor, theme.DIVERGED if name == "float64" else theme.MEMORYLESS)
              for name, floor in theme.FLOORS.items() if low < floor + 60]
    labels = [{"x": 0.99, "xref": "paper", "y": floor, "text": f"{name} ends here", "showarrow": False,
               "xanchor": "right", "yanchor": "bottom",
               "font": {"color": theme.DIVERGED if name == "float64" else theme.MEMORYLESS}}
              for name, floor in theme.FLOORS.items() if low < floor + 60]
    hover = "lag %{x}: 10<sup>%{y:.2f}</sup><extra>%{fullData.name}</extra>"
    return theme.figure(
        [theme.line(ends, rate, rates.rate_power, theme.RHO, dash="dot", hovertemplate=hover, showlegend=True),
         theme.line(*thin(norms), "measured", theme.MEASURED, hovertemplate=hover, showlegend=True)],
        title="One long sequence", x="lag T − k (steps)", y="‖∂h<sub>T</sub>/∂h<sub>k</sub>‖", text=text,
        yaxis=theme.log_axis(), shapes=shapes, annotations=labels if len(norms) else [theme.note("press Measure")])
