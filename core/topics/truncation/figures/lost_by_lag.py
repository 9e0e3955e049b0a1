"""dL/dV by lag: how much of it came back so many steps, and what k2 cuts off."""

from __future__ import annotations

import numpy as np

from core.bptt.gradient_by_lag import GradientByLag
from core.plotting import theme
from core.plotting.drawing import Drawing
from core.plotting.handles import along, handle
from core.topics.truncation.figures.words import say


def lost_by_lag(found: GradientByLag | None, k2: int | None, why_empty: str = "not measured yet") -> Drawing:
    """Each lag's part, the sum up to it, and k2, from which on lags are dropped.

    Args:
        found: None where there is nothing to draw: `why_empty` says why.
        k2: steps back of the truncation, None without one or where it cuts nothing.
    """
    lag = found.lag.astype(float) if found else np.empty(0)
    part, running = (found.log10_part, found.log10_running) if found else (np.empty(0), np.empty(0))
    lost = lag >= k2 if k2 is not None else np.zeros(len(lag), bool)
    hover = "lag %{x}: 10<sup>%{y:.2f}</sup><extra>%{fullData.name}</extra>"
    few = "lines+markers" if len(lag) < 60 else "lines"
    small = {"size": 5}
    traces = [
        theme.line(lag, np.where(lost, np.nan, part), "kept", theme.MEASURED, mode=few, hovertemplate=hover,
                   marker={"color": theme.MEASURED, **small}),
        theme.line(lag, np.where(lost, part, np.nan), "dropped", theme.FULL, dash="dot", mode=few, hovertemplate=hover,
                   marker={"color": theme.FULL, "symbol": "square", **small}, showlegend=bool(lost.any())),
        theme.line(lag, running, "sum up to the lag", theme.RHO, dash="dash", hovertemplate=hover),
    ]
    cut = k2 is not None
    labels = [{"x": k2, "y": 0.02, "yref": "paper", "text": "cut at k<sub>2</sub>", "showarrow": False,
               "xanchor": "left", "yanchor": "bottom", "font": {"color": theme.THRESHOLD}}] if cut else []
    return theme.figure(traces, title="∂L/∂V by lag", x="lag l (steps back)", y="‖C<sub>l</sub>‖",
                        text=_reading(found, k2), yaxis=theme.log_axis(autorangeoptions={}),
                        handles=[handle(x=along("truncation_k2", start=-0.5))],
                        shapes=[theme.rule("x", k2 - 0.5, theme.THRESHOLD)] if cut else [],
                        annotations=labels if found else [theme.note(why_empty)])


def _reading(found: GradientByLag | None, k2: int | None) -> str:
    if found is None:
        return say("lags.not_measured").text
    return say("lags.cut" if k2 is not None and found.log10_dropped is not None else "lags", {
        "last": int(found.lag[-1]), "nearest": float(found.log10_part[0]), "farthest": float(found.log10_part[-1]),
        "whole": found.log10_whole, "k2": k2, "dropped": found.log10_dropped}).text
