"""The recorded gradient norms, and the share of the updates that each threshold would have clipped."""

from __future__ import annotations

import numpy as np

from core.plotting import theme
from core.plotting.drawing import Drawing
from core.spelling import count, number, plain
from core.spelling import share as spelled_share
from core.topics.truncation.recorded_norms import BAND, RecordedNorms

BINS, LINE = 40, 160


def threshold_histogram(found: RecordedNorms, chosen: float | None) -> Drawing:
    """Histogram of log10 norms, 0.5 to 10 times their mean, the share clipped, and a threshold.

    Args:
        chosen: the threshold that is proposed; None where there is none.
    """
    logs = np.log10(found.norms)
    empty = not len(logs)
    low, high = (0.0, 1.0) if empty else (float(logs[0]), float(logs[-1]))
    edges = np.linspace(low - 0.05, max(high, low + 0.2) + 0.05, BINS + 1)
    share = np.histogram(logs, edges)[0] / max(found.updates, 1)
    across = np.linspace(min(low, -1.0) - 0.5, min(max(high, 1.0) + 0.5, 308.0), LINE) if not empty else np.empty(0)
    mean = np.log10(found.mean) if not empty else np.nan
    band = np.clip(mean + np.log10(BAND), -400, 400) if np.isfinite(mean) else None
    traces = [
        {"type": "bar", "x": (edges[:-1] + edges[1:]) / 2, "y": share if not empty else np.full(BINS, np.nan),
         "width": np.diff(edges), "name": "updates", "showlegend": False,
         "marker": {"color": theme.BEFORE, "line": {"width": 0}},
         "opacity": 0.75, "hovertemplate": "norm about 10<sup>%{x:.2f}</sup>: %{y:.1%} of the updates<extra></extra>"},
        theme.line(across, found.clipped_share(10.0**across), "clipped by θ", theme.AFTER, dash="dash",
                   hovertemplate="θ = 10<sup>%{x:.2f}</sup> would clip %{y:.1%}<extra></extra>"),
        theme.line(*_upright(mean if band is not None else None), "mean", theme.RHO, dash="dot",
                   hovertemplate="mean 10<sup>%{x:.2f}</sup><extra></extra>"),
        theme.line(*_upright(np.log10(chosen) if chosen else None), "proposed θ", theme.THRESHOLD, dash="dashdot",
                   hovertemplate="proposed θ = 10<sup>%{x:.2f}</sup><extra></extra>"),
        {"type": "scatter", "mode": "lines", "fill": "toself", "fillcolor": theme.MARK, "opacity": 0.22,
         "x": band[[0, 1, 1, 0]] if band is not None else np.empty(0), "name": "0.5–10 × mean",
         "y": np.array([0.0, 0.0, 1.0, 1.0]) if band is not None else np.empty(0), "line": {"width": 0},
         "hoverinfo": "skip"},
    ]
    return theme.figure(traces, title="Recorded gradient norms", x="norm ‖g‖ or threshold θ",
                        y="share of the updates", text=_reading(found, chosen),
                        xaxis=theme.log_axis(), yaxis={"range": [0.0, 1.03], "tickformat": ".0%"},
                        annotations=[theme.note(_why_empty(found))] if empty else [])


def _upright(x: float | None) -> tuple[np.ndarray, np.ndarray]:
    """A line from the foot of the chart to its head."""
    return (np.empty(0), np.empty(0)) if x is None else (np.full(2, float(x)), np.array([0.0, 1.0]))


def _why_empty(found: RecordedNorms) -> str:
    return f"{count(found.updates, 'update')}: no norm that is finite and above 0" if found.updates else \
        "no update is recorded yet"


def _reading(found: RecordedNorms, chosen: float | None) -> str:
    if not len(found.norms):
        return f"{_why_empty(found).capitalize()}."
    words = (f"{count(found.updates, 'update')}: norms from {plain(float(found.norms[0]))} to "
             f"{plain(float(found.norms[-1]))}, mean {plain(found.mean)}, median {plain(found.centre('median'))}")
    if chosen:
        words += (f"; a threshold of {number(chosen)} would have clipped "
                  f"{spelled_share(float(found.clipped_share(chosen)))} of them")
    return words + "."
