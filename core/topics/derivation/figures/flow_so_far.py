"""||dh_T/dh_k|| against the lag, with as much drawn into it as the derivation has told."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.plotting import theme
from core.plotting.drawing import Drawing
from core.spelling import number
from core.topics.derivation.figures.words import say
from core.topics.jacobians.figures.gradient_flow import gradient_flow_figure
from core.training.record import GradientFlow

Lines = tuple[NDArray[np.int64], NDArray[np.float64]]
MEASURED = ("norm", "product", "factor", "slopes", "W_hh", "k", "t")


def measured_flow(flow: GradientFlow | None) -> Drawing:
    """The measured norm alone: neither bound nor rate has been spoken of."""
    drawing = _shown(flow, "flow", measured=MEASURED)
    for trace in drawing.traces:
        if trace["name"] != "measured":
            trace["visible"] = False
    return drawing


def linear_flow(flow: GradientFlow) -> Drawing:
    """||W_hh^l||, without the nonlinearity, and the rate of the largest eigenvalue."""
    drawing = _shown(flow, "powers", measured=("W_hh", "Q"), rate=("Lambda", "Lambda_lag"))
    name = "‖W<sub>hh</sub><sup>l</sup>‖"
    for trace in drawing.traces:
        if trace["name"] == "bound":
            trace["visible"] = False
    drawing.traces[2]["name"] = name
    for of, words in (("title", "<b>Without the nonlinearity</b>"), ("xaxis", "lag l (steps)"), ("yaxis", name)):
        (drawing.look[of] if of == "title" else drawing.look[of]["title"])["text"] = words
    return drawing


def bounded_flow(flow: GradientFlow | None) -> Drawing:
    """All three lines."""
    return _shown(flow, "flow.bounded", measured=("norm",), bound=("bound",))


def leaky_flow(flow: GradientFlow | None, leaky: Lines | None, alpha: float) -> Drawing:
    """Without a leak, and with units that keep the share alpha of their state."""
    drawing = measured_flow(flow)
    lag, norm = leaky if leaky is not None else (np.empty(0), np.empty(0))
    plain = drawing.traces[2]
    plain |= {"name": "plain units", "meta": theme.shows(), "line": plain["line"] | {"dash": "dash"}}
    drawing.traces.append(theme.line(
        lag, norm, f"α = {number(alpha)}", theme.AFTER, meta=theme.shows("alpha", "slow_h", "slow_before", "slow_new"),
        hovertemplate="lag %{x}: 10<sup>%{y:.2f}</sup><extra>%{fullData.name}</extra>"))
    without, with_it = (say("leaky.norm", {"log10": float(line[-1])}) if len(line) else say("leaky.no_norm")
                        for line in (flow.log10_norm if flow else (), norm))
    lags = flow.lag if flow else lag
    drawing.look["meta"] = {"text": say("leaky" if len(lags) else "leaky.nowhere", {
        "lag": int(lags[-1]) if len(lags) else None, "alpha": alpha}, norm=without, leaky=with_it).text}
    return drawing


def _shown(flow: GradientFlow | None, statement: str, **symbols: tuple[str, ...]) -> Drawing:
    """The figure of the playground, with the symbols of this step on its lines."""
    drawing = gradient_flow_figure(flow)
    for trace, name in zip(drawing.traces, ("bound", "rate", "measured"), strict=True):
        trace["meta"] = theme.shows(*symbols.get(name, ()))
    drawing.look["meta"] = {"text": (say("flow.not_finite") if flow is None else say(statement, {
        "lag": int(flow.lag[-1]), "norm": float(flow.log10_norm[-1]), "bound": float(flow.log10_bound[-1]),
        "rho": float(flow.log10_rho[-1])})).text}
    return drawing
