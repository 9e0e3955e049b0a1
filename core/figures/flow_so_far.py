"""||dh_T/dh_k|| against the lag, with as much drawn into it as the derivation has told."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.figures import theme
from core.figures.gradient_flow import gradient_flow_figure
from core.records import GradientFlow

Lines = tuple[NDArray[np.int64], NDArray[np.float64]]
MEASURED = ("norm", "product", "factor", "slopes", "W_hh", "k", "t")


def measured_flow(flow: GradientFlow | None) -> go.Figure:
    """The measured norm alone: neither bound nor rate has been spoken of."""
    figure = _shown(flow, "At lag {lag} log10 of the norm is {norm}.", measured=MEASURED)
    figure.update_traces(visible=False, selector=lambda trace: trace.name not in ("measured", "exactly 0"))
    return figure


def powers_figure(flow: GradientFlow) -> go.Figure:
    """||W_hh^l||, without the nonlinearity, and the rate of the largest eigenvalue."""
    figure = _shown(flow, "At lag {lag} log10 of the norm of the power is {norm}, of rho to the lag {rho}.",
                    measured=("W_hh", "Q"), rate=("Lambda", "Lambda_lag"))
    figure.update_traces(visible=False, selector={"name": "bound"})
    figure.data[2].name = "‖W<sub>hh</sub><sup>l</sup>‖"
    return figure.update_layout(title_text="<b>Without the nonlinearity</b>", xaxis_title_text="lag l (steps)",
                                yaxis_title_text="‖W<sub>hh</sub><sup>l</sup>‖")


def bounded_flow(flow: GradientFlow | None) -> go.Figure:
    """All three lines."""
    return _shown(flow, "At lag {lag} log10 of the norm is {norm}, of the bound {bound}, of rho to the lag {rho}.",
                  measured=("norm",), bound=("bound",))


def leaky_flow(flow: GradientFlow | None, leaky: Lines | None, alpha: float) -> go.Figure:
    """Without a leak, and with units that keep the share alpha of their state."""
    figure = measured_flow(flow)
    lag, norm = leaky if leaky is not None else (np.empty(0), np.empty(0))
    figure.data[2].update(name="plain units", meta=theme.shows(), line_dash="dash")
    figure.add_trace(theme.line(
        lag, norm, f"α = {alpha:g}", theme.AFTER, meta=theme.shows("alpha", "slow_h", "slow_before", "slow_new"),
        hovertemplate="lag %{x}: 10<sup>%{y:.2f}</sup><extra>%{fullData.name}</extra>"))
    ends = [_said(norm[-1]) if len(norm) else "not a number" for norm in (flow.log10_norm if flow else (), norm)]
    text = f"At the last lag log10 of the norm is {ends[0]} for plain units and {ends[1]} with alpha = {alpha:g}."
    figure.layout.meta = {"text": text}
    return figure


def _shown(flow: GradientFlow | None, text: str, **symbols: tuple[str, ...]) -> go.Figure:
    """The figure of the playground, with the symbols of this step on its lines."""
    figure = gradient_flow_figure(flow)
    for trace, name in zip(figure.data, ("bound", "rate", "measured", "zero"), strict=True):
        trace.meta = theme.shows(*symbols.get(name, symbols.get("measured", ()) if name == "zero" else ()))
    figure.layout.meta = {"text": "The states are not finite." if flow is None else text.format(
        lag=int(flow.lag[-1]), norm=_said(flow.log10_norm[-1]), bound=_said(flow.log10_bound[-1]),
        rho=_said(flow.log10_rho[-1]))}
    return figure


def _said(log10: float) -> str:
    return "that of exactly 0" if np.isneginf(log10) else f"{log10:.2f}"
