"""The loss at every update, with chance and the best guess without memory."""

from __future__ import annotations

import numpy as np

from core.live.history import Curves
from core.plotting import theme
from core.plotting.drawing import Drawing
from core.plotting.handles import along, handle
from core.plotting.thinning import thin
from core.spelling import signed
from core.tasks.base import Baselines
from core.topics.playground.figures.marks import marked, pale
from core.topics.playground.figures.words import say

STEEP = 20.0  # times chance; a loss beyond it is drawn on a log axis


def loss(curves: Curves, baselines: Baselines, past: Curves | None = None) -> Drawing:
    """Linear as long as the loss stays near chance, log10 once it has been far above.

    Args:
        past: the run before on the same task, until this one has made an update.
    """
    before = np.empty(0) if past is None else past.loss
    seen = np.concatenate([curves.loss, before])
    log = bool(((seen > STEEP * baselines.chance) & (seen < np.inf)).any())
    with np.errstate(divide="ignore"):
        values, before, chance, guess = (np.log10(v) if log else v
                                         for v in (curves.loss, before, baselines.chance, baselines.memoryless))
    updates = max(len(curves.step), len(before))
    number = "10<sup>%{y:.2f}</sup>" if log else "%{y:.4g}"
    traces = [
        theme.line(*thin(values), "loss", theme.LOSS, showlegend=False,
                   mode="lines+markers" if len(values) < 3 else "lines",
                   hovertemplate=f"update %{{x}}: {number}<extra>loss</extra>"),
        theme.level(float(chance), f"chance {signed(baselines.chance)}", theme.CHANCE, "dash", updates),
        theme.level(float(guess), f"without {baselines.without} {signed(baselines.memoryless)}", theme.MEMORYLESS,
                    "dot", updates),
    ]
    compared = say("loss.compared", {"chance": baselines.chance, "memoryless": baselines.memoryless},
                   without=baselines.without, unit=baselines.unit)
    text = (say("loss", {"updates": len(curves.step), "loss": curves.loss[-1]}, compared=compared)
            if len(curves.step) else say("loss.none", compared=compared)).text
    if past is not None:
        traces.append(pale(before, number))
        text += f" {say('loss.before', {'loss': past.loss[-1], 'updates': len(past.step)})}"
    axis = theme.log_axis(autorangeoptions={}) if log else {"rangemode": "tozero"}
    return theme.figure(traces, title="Loss", x="update", y=f"loss ({baselines.unit})", text=text, yaxis=axis,
                        handles=[handle(x=along("look_at"), foot=True, twice="rewind")],
                        **marked(curves, past))
