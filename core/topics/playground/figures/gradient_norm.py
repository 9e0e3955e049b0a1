"""The gradient norm at every update, before and after clipping, with the threshold and the changes made."""

from __future__ import annotations

import numpy as np

from core.live.history import Curves
from core.markup import as_html
from core.plotting import theme
from core.plotting.drawing import Drawing
from core.plotting.handles import along, handle
from core.plotting.thinning import thin
from core.spelling import number
from core.topics.playground.figures.marks import marked, pale
from core.topics.playground.figures.words import say


def gradient_norm(curves: Curves, threshold: float | None, past: Curves | None = None) -> Drawing:
    """Both norms as log10, and the threshold if clipping is on.

    Args:
        past: the run before, until this one has made an update; drawn is its norm before clipping.
    """
    with np.errstate(divide="ignore"):
        before, after = np.log10(curves.grad_norm), np.log10(curves.clipped_norm)
        earlier = np.log10(past.grad_norm) if past is not None else np.empty(0)
    value = "10<sup>%{y:.2f}</sup>"
    hover = f"update %{{x}}: {value}<extra>%{{fullData.name}}</extra>"
    few = "lines+markers" if len(curves.step) < 3 else "lines"
    clipping = threshold is not None or bool((curves.clipped_norm < curves.grad_norm).any())
    traces = [theme.line(*thin(before), "before clipping" if clipping else "not clipped", theme.BEFORE,
                         hovertemplate=hover, mode=few, showlegend=True)]
    if clipping:
        traces.append(theme.line(*thin(after), "after", theme.AFTER, dash="dot", hovertemplate=hover, mode=few))
    if past is not None:
        traces.append(pale(earlier, value))
    if threshold is not None:
        traces.append(theme.level(np.log10(threshold), f"clip at {as_html(number(threshold))}", theme.THRESHOLD, "dash",
                                  max(len(curves.step), len(earlier))))
    text = (say("none") if not len(curves.step) else say("norm.clipped" if clipping else "norm", {
        "updates": len(curves.step), "before": curves.grad_norm[-1], "after": curves.clipped_norm[-1],
        "share": curves.clipped_share})).text
    if past is not None:
        text += f" {say('norm.before', {'norm': past.grad_norm[-1], 'updates': len(past.step)})}"
    return theme.figure(traces, title="Gradient norm", x="update", y="‖∂L/∂θ‖", text=text,
                        handles=[handle(y=along("clip_norm_threshold", log=True)),
                                 handle(x=along("look_at"), foot=True, twice="rewind")],
                        yaxis=theme.log_axis(autorangeoptions={}), **marked(curves, past))
