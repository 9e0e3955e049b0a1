"""Every threshold that was tried: how its run ended."""

from __future__ import annotations

import math

import numpy as np

from core.claims import Claim
from core.plotting import theme
from core.plotting.drawing import Drawing
from core.spelling import power_tick
from core.topics.truncation.figures.words import say
from core.topics.truncation.threshold_search import Rerun, ThresholdSearch

FAR = 4.0  # log10 of loss / chance beyond which only the side is told
NOT_FINITE = FAR + 1.4  # where runs that left the finite numbers stand
TICKS = {-4: "≤ 10<sup>−4</sup>", -2: "10<sup>−2</sup>", 0: "chance", 2: "10<sup>2</sup>", 4: "≥ 10<sup>4</sup>",
         NOT_FINITE: "not finite"}


def thresholds_tried(found: ThresholdSearch | None) -> Drawing:
    """Loss at the end over chance, against the threshold; runs that left the finite numbers at the top."""
    reruns = sorted(found.reruns, key=lambda rerun: rerun.threshold) if found else []
    clipped = [rerun for rerun in reruns if rerun.threshold < math.inf]
    kinds = (
        ("at chance or better", theme.RHO, "circle", [r for r in clipped if found.sound(r)]),
        ("finite, but worse", theme.BOUND, "square", [r for r in clipped if r.finite and not found.sound(r)]),
        ("not finite", theme.DIVERGED, "x", [r for r in clipped if not r.finite]),
        ("without a clip", theme.MARK, "star", [r for r in reruns if r.threshold == math.inf]),
    )
    traces = [theme.points([_place(r) for r in runs], [_height(r, found.chance) for r in runs], name, colour,
                           symbol=symbol, text=[_told(r).text for r in runs], hovertemplate="%{text}<extra></extra>",
                           showlegend=bool(runs)) for name, colour, symbol, runs in kinds]
    for trace in traces:
        trace["marker"] = {**trace["marker"], "size": theme.MARKER + 2}
    told = say("tried", {"runs": len(reruns)}, reruns=list(map(_told, reruns))) if reruns else say("tried.none")
    return theme.figure(traces, title="Run again with each threshold", x="threshold θ", y="loss at the end / chance",
                        text=told.text, annotations=[] if reruns else [theme.note("press Search to fill this chart")],
                        xaxis=theme.log_axis(range=[-4.4, 5.4], tickvals=[-4, -2, 0, 2, 4],
                                       ticktext=[power_tick(at) for at in (-4, -2, 0, 2, 4)]),
                        yaxis={"range": [-FAR - 0.5, NOT_FINITE + 0.6], "tickvals": list(TICKS),
                               "ticktext": list(TICKS.values())})


def _place(rerun: Rerun) -> float:
    """log10 of the threshold; a run without one stands to the right of all."""
    return min(math.log10(rerun.threshold), 5.0) if rerun.threshold < math.inf else 5.0


def _height(rerun: Rerun, chance: float) -> float:
    if not rerun.finite:
        return NOT_FINITE
    with np.errstate(divide="ignore"):
        return float(np.clip(np.log10(rerun.loss / chance), -FAR, FAR))


def _told(rerun: Rerun) -> Claim:
    name = say("rerun.no_clip" if rerun.threshold == math.inf else "rerun.threshold", {"threshold": rerun.threshold})
    return say("rerun" if rerun.finite else "rerun.not_finite",
               {"updates": rerun.updates, "loss": rerun.loss, "left": rerun.updates + 1}, name=name)
