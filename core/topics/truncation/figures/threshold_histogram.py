"""The recorded gradient norms, and the share of the updates that each threshold would have clipped."""

from __future__ import annotations

import numpy as np

from core.claims import Claim
from core.plotting import theme
from core.plotting.drawing import Drawing
from core.plotting.handles import along, handle
from core.topics.truncation.figures.words import say
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
         "opacity": 0.75, "hovertemplate": "norm about 10<sup>%{x:.2f}</sup>: %{y:.3~%} of the updates<extra></extra>"},
        theme.line(across, found.clipped_share(10.0**across), "clipped by θ", theme.AFTER, dash="dash",
                   hovertemplate="θ = 10<sup>%{x:.2f}</sup> would clip %{y:.3~%}<extra></extra>"),
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
                        handles=[handle(x=along("clip_norm_threshold", log=True))],
                        xaxis=theme.log_axis(), yaxis={"range": [0.0, 1.03], "tickformat": ".0%"},
                        annotations=[theme.note(_why_empty(found).text)] if empty else [])


def _upright(x: float | None) -> tuple[np.ndarray, np.ndarray]:
    """A line from the foot of the chart to its head."""
    return (np.empty(0), np.empty(0)) if x is None else (np.full(2, float(x)), np.array([0.0, 1.0]))


def _why_empty(found: RecordedNorms) -> Claim:
    return say("norms.not_finite" if found.updates else "norms.no_update", {"updates": found.updates})


def _reading(found: RecordedNorms, chosen: float | None) -> str:
    if not len(found.norms):
        return say("norms.empty", why=_why_empty(found)).text
    numbers = {"updates": found.updates, "low": float(found.norms[0]), "high": float(found.norms[-1]),
               "mean": found.mean, "median": found.centre("median")}
    if not chosen:
        return say("norms", numbers).text
    clipped = {"threshold": chosen, "share": float(found.clipped_share(chosen))}
    return say("norms.clipped", numbers | clipped).text
