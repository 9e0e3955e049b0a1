"""One quantity of the gradient with and without a remedy."""

from __future__ import annotations

import numpy as np

from core.plotting import theme
from core.plotting.drawing import Drawing
from core.topics.race.effect import QUANTITIES, Effect
from core.topics.race.figures.words import say

AXES = {"by_step": ("time step t", "‖∂L/∂h<sub>t</sub>‖"),
        "flow": ("lag T − k (steps)", "‖∂h<sub>T</sub>/∂h<sub>k</sub>‖"),
        "norm": ("update", "‖∂L/∂θ‖"), "step": ("update", "‖Δθ‖")}
TOLD = {"by_step": "effect.by_step", "flow": "effect.flow", "norm": "effect.norm", "step": "effect.step"}


def remedy_effect(effect: Effect | None) -> Drawing:
    """Without it dashed, with it solid."""
    empty = np.empty(0)
    quantity = effect.quantity if effect else "by_step"
    x, without, with_it = (effect.x, effect.without, effect.with_it) if effect else (empty,) * 3
    names = ("before the rule", "after it") if quantity == "norm" else ("without", "with it")
    hover = "%{x}: 10<sup>%{y:.2f}</sup><extra>%{fullData.name}</extra>"
    few = "lines+markers" if len(x) < 12 else "lines"
    traces = [
        theme.line(x[:len(without)], without, names[0], theme.BEFORE, dash="dash", hovertemplate=hover, mode=few),
        theme.line(x[:len(with_it)], with_it, names[1], theme.AFTER, hovertemplate=hover, mode=few),
    ]
    across, up = AXES[quantity]
    return theme.figure(traces, title=QUANTITIES[quantity], x=across, y=up, text=_reading(effect),
                        yaxis=theme.log_axis(), annotations=[] if effect else [theme.note("measuring …")])


def _reading(effect: Effect | None) -> str:
    if effect is None:
        return say("effect.measuring").text
    far = 0 if effect.quantity == "by_step" else -1  # the end that lies furthest back in time, or the last update
    without, with_it = (say("value.power", {"value": float(values[far])}) if len(values) and values[far] < np.inf
                        else say("value.not_finite") for values in (effect.without, effect.with_it))
    return say(TOLD[effect.quantity], without=without, with_it=with_it).text
