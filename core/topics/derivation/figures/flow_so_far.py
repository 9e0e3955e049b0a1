"""||dh_T/dh_k|| against the lag, with as much drawn into it as the derivation has told."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.plotting import theme
from core.plotting.drawing import Drawing
from core.spelling import power
from core.topics.jacobians.figures.gradient_flow import gradient_flow_figure
from core.training.record import GradientFlow

Lines = tuple[NDArray[np.int64], NDArray[np.float64]]
MEASURED = ("norm", "product", "factor", "slopes", "W_hh", "k", "t")


def measured_flow(flow: GradientFlow | None) -> Drawing:
    """The measured norm alone: neither bound nor rate has been spoken of."""
    drawing = _shown(flow, "At lag {lag} the norm is {norm}.", measured=MEASURED)
    for trace in drawing.traces:
        if trace["name"] != "measured":
            trace["visible"] = False
    return drawing


def powers_figure(flow: GradientFlow) -> Drawing:
    """||W_hh^l||, without the nonlinearity, and the rate of the largest eigenvalue."""
    drawing = _shown(flow, "At lag {lag} the norm of the power is {norm}, ρ to the lag {rho}.",
                     measured=("W_hh", "Q"), rate=("Lambda", "Lambda_lag"))
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
    return _shown(flow, "At lag {lag} the norm is {norm}, the bound {bound}, ρ to the lag {rho}.",
                  measured=("norm",), bound=("bound",))


def leaky_flow(flow: GradientFlow | None, leaky: Lines | None, alpha: float) -> Drawing:
    """Without a leak, and with units that keep the share alpha of their state."""
    drawing = measured_flow(flow)
    lag, norm = leaky if leaky is not None else (np.empty(0), np.empty(0))
    plain = drawing.traces[2]
    plain |= {"name": "plain units", "meta": theme.shows(), "line": plain["line"] | {"dash": "dash"}}
    drawing.traces.append(theme.line(
        lag, norm, f"α = {alpha:g}", theme.AFTER, meta=theme.shows("alpha", "slow_h", "slow_before", "slow_new"),
        hovertemplate="lag %{x}: 10<sup>%{y:.2f}</sup><extra>%{fullData.name}</extra>"))
    ends = [power(float(norm[-1])) if len(norm) else "not a number" for norm in (flow.log10_norm if flow else (), norm)]
    lags = flow.lag if flow else lag
    where = f"At lag {int(lags[-1])}" if len(lags) else "At the last lag"
    text = f"{where} the norm is {ends[0]} for plain units and {ends[1]} with α = {alpha:g}."
    drawing.look["meta"] = {"text": text}
    return drawing


def _shown(flow: GradientFlow | None, text: str, **symbols: tuple[str, ...]) -> Drawing:
    """The figure of the playground, with the symbols of this step on its lines."""
    drawing = gradient_flow_figure(flow)
    for trace, name in zip(drawing.traces, ("bound", "rate", "measured"), strict=True):
        trace["meta"] = theme.shows(*symbols.get(name, ()))
    drawing.look["meta"] = {"text": "The states are not finite." if flow is None else text.format(
        lag=int(flow.lag[-1]), norm=power(float(flow.log10_norm[-1])), bound=power(float(flow.log10_bound[-1])),
        rho=power(float(flow.log10_rho[-1])))}
    return drawing
