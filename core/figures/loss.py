"""The loss at every update, with chance and the best guess without memory."""

from __future__ import annotations

import numpy as np

from core.figures import theme
from core.figures.drawing import Drawing
from core.figures.marks import marked
from core.figures.thinning import thin
from core.history import Curves
from core.records import Baselines

STEEP = 20.0  # times chance; a loss beyond it is drawn on a log axis


def loss(curves: Curves, baselines: Baselines) -> Drawing:
    """Linear as long as the loss stays near chance, log10 once it has been far above."""
    finite = curves.loss[np.isfinite(curves.loss)]
    log = bool(len(finite)) and finite.max() > STEEP * baselines.chance
    with np.errstate(divide="ignore"):
        values, chance, guess = (np.log10(v) if log else v
                                 for v in (curves.loss, baselines.chance, baselines.memoryless))
    number = "10<sup>%{y:.2f}</sup>" if log else "%{y:.4g}"
    traces = [
        theme.line(*thin(values), "loss", theme.LOSS, showlegend=False,
                   mode="lines+markers" if len(values) < 3 else "lines",
                   hovertemplate=f"update %{{x}}: {number}<extra>loss</extra>"),
        theme.level(float(chance), f"chance {baselines.chance:.4g}", theme.CHANCE, "dash", len(curves.step)),
        theme.level(float(guess), f"without {baselines.without} {baselines.memoryless:.4g}", theme.MEMORYLESS, "dot",
                    len(curves.step)),
    ]
    text = f"Update {len(curves.step)}: loss {curves.loss[-1]:.4g}, " if len(curves.step) else "No update yet; "
    text += (f"chance {baselines.chance:.4g}, best guess without {baselines.without} {baselines.memoryless:.4g} "
             f"{baselines.unit}.")
    axis = theme.log_axis(autorangeoptions={}) if log else {"rangemode": "tozero"}
    return theme.figure(traces, title="Loss", x="update", y=f"loss ({baselines.unit})", text=text, yaxis=axis,
                        **marked(curves))
