"""Clipping by the norm as a curve: how long a gradient is after it, against how long it was before."""

from __future__ import annotations

import numpy as np

from core.plotting import theme
from core.plotting.drawing import Drawing
from core.topics.derivation.figures.words import say

AROUND = np.linspace(-3.0, 3.0, 121)  # log10 of norm / threshold; 0 is one of them


def clip_rule(norm: float, threshold: float) -> Drawing:
    """The rule min(1, threshold/norm), the misprint with max, and the reader's own gradient.

    Args:
        norm: of the gradient before the clip; inf or nan where it is not finite.
        threshold: above 0.
    """
    x = np.log10(threshold) + AROUND
    known = bool(np.isfinite(norm) and norm > 0.0)
    own = np.array([np.log10(norm)] if known else [])
    hover = "‖g‖ before 10<sup>%{x:.2f}</sup>, after 10<sup>%{y:.2f}</sup><extra>%{fullData.name}</extra>"
    after = min(norm, threshold) if known else np.nan
    text = say("clip" if known else "clip.zero" if np.isfinite(norm) else "clip.not_finite",
               {"norm": norm, "threshold": threshold, "after": after}).text
    return theme.figure(
        [
            theme.line(x, np.minimum(x, np.log10(threshold)), "min: the rule", theme.AFTER, hovertemplate=hover,
                       meta=theme.shows("theta")),
            theme.line(x, np.maximum(x, np.log10(threshold)), "max: a misprint", theme.DIVERGED, dash="dot",
                       hovertemplate=hover),
            theme.line([np.log10(threshold)] * 2, np.log10(threshold) + np.array([-3.0, 3.0]), "θ", theme.THRESHOLD,
                       dash="dashdot", hoverinfo="skip", meta=theme.shows("theta")),
            theme.points(own, np.minimum(own, np.log10(threshold)), "your first gradient", theme.MEASURED,
                         hovertemplate=hover, meta=theme.shows("g")),
        ],
        title="Clipping, by the norm", x="‖g‖ before", y="‖g‖ after", text=text, xaxis=theme.log_axis(),
        yaxis=theme.log_axis(), annotations=[] if np.isfinite(norm) else [theme.note("the gradient is not finite")])
