"""||dL/dh_t||, of an LSTM ||dL/dc_t|| too, against t: how much of an update's gradient is left at each step."""

from __future__ import annotations

import numpy as np

from core.plotting import theme
from core.plotting.drawing import Drawing
from core.plotting.handles import along, handle
from core.topics.playground.figures.words import say
from core.training.record import StepRecord


def gradient_by_step(record: StepRecord) -> Drawing:
    """The current update as the run has it, dashed what truncation drops, dotted what its number type cannot hold."""
    t = np.arange(1, len(record.log10_dL_dh) + 1)
    log10, full = record.log10_own, record.log10_dL_dh_full
    exact = record.log10_dL_dh if record.log10_dL_dh_held is not None else np.empty(0)
    hover = "t = %{x}: 10<sup>%{y:.2f}</sup><extra>%{fullData.name}</extra>"
    known = np.concatenate([log10, full if full is not None else log10, exact])
    if full is None:
        full = np.empty(0)
    c = record.log10_dL_dc if record.log10_dL_dc is not None else np.empty(0)
    traces = [
        theme.line(t[:len(full)], full, "untruncated", theme.FULL, dash="dash", hovertemplate=hover,
                   showlegend=bool(len(full))),
        theme.line(t, log10, "this update", theme.MEASURED, hovertemplate=hover),
        theme.line(t[:len(c)], c, "∂L/∂c<sub>t</sub>", theme.AFTER, dash="dot", hovertemplate=hover,
                   showlegend=bool(len(c))),
        theme.line(t[:len(exact)], exact, "exact", theme.MEMORYLESS, dash="dashdot", hovertemplate=hover,
                   showlegend=bool(len(exact))),
    ]
    reached = log10[np.isfinite(log10)]
    text = (say("steps.not_finite", {"update": record.step}) if not len(reached) else say("steps", {
        "update": record.step, "last": reached[-1], "first": reached[0], "none": int(np.isneginf(log10).sum()),
        "T": len(t),
        "end": int(t[np.isfinite(log10)][-1]), "start": int(t[np.isfinite(log10)][0])})).text
    lost = np.flatnonzero(np.isneginf(log10[:len(exact)]) & np.isfinite(exact))
    if len(lost):
        too_small = {"lost": len(lost), "t": int(t[lost[0]]), "exact": float(exact[lost[0]])}
        text += f" {say('steps.too_small', too_small)}"
    return theme.figure(traces, title="Gradient at each time step, now", x="time step t",
                        y="‖∂L/∂h<sub>t</sub>‖", text=text,
                        handles=[handle(x=along("truncation_k2", start=len(t) + 0.5, times=-1))],
                        yaxis=theme.log_axis(known, c, decade=False),
                        annotations=[] if len(reached) else [theme.note("inf or nan at this update")])
