"""||dh_T/dh_k|| against the lag, with the bound and the asymptotic rate."""

from __future__ import annotations

import numpy as np

from core.plotting import theme
from core.plotting.drawing import Drawing
from core.plotting.handles import along, handle
from core.topics.jacobians.figures.words import say
from core.training.record import GradientFlow

BOUND, RATE = "(σ<sub>max</sub> γ)<sup>lag</sup>", "ρ<sup>lag</sup>"
CUT = "cut at k<sub>2</sub>"


def gradient_flow_figure(flow: GradientFlow | None, cut: int | None = None, told: str = "", *, name: str = "measured",
                         cut_by: str = CUT, bound_name: str = BOUND, rate_name: str = RATE) -> Drawing:
    """The measured norm, the bound, rho^lag, and where a truncation cuts.

    Args:
        cut: the lag from which on no gradient of the last step comes back; None where all of it does.
        told: what the page says of the measured norm, for the text alternative.
        name: what the measured norm is called beside the others.
        cut_by, bound_name, rate_name: what cuts, and what is drawn around the norm, as HTML.
    """
    empty = np.empty(0)
    lag, norm, bound, rate = (flow.lag, flow.log10_norm, flow.log10_bound, flow.log10_rho) if flow else (empty,) * 4
    hover = "lag %{x}: 10<sup>%{y:.2f}</sup><extra>%{fullData.name}</extra>"
    low = float(np.min(norm[np.isfinite(norm)], initial=0.0))
    bounded = flow is None or not bool(np.isnan(bound).all())  # a gated cell has neither bound nor rate
    traces = [
        theme.line(lag, bound, "bound", theme.BOUND, dash="dash", showlegend=bounded,
                   hovertemplate=f"lag %{{x}}: {bound_name} = 10<sup>%{{y:.2f}}</sup><extra></extra>"),
        theme.line(lag, rate, rate_name, theme.RHO, dash="dot", hovertemplate=hover, showlegend=bounded),
        theme.line(lag, norm, name, theme.MEASURED, hovertemplate=hover),
    ]
    shapes = []
    if cut is not None:
        shapes.append(theme.rule("x", cut, theme.THRESHOLD))
    if low < theme.FLOORS["float64"] + 60:
        shapes.append(theme.rule("y", theme.FLOORS["float64"], theme.DIVERGED))
    text = say("flow.not_finite").text if flow is None else _reading(flow, told)
    return theme.figure(traces, title="How far back it reaches", x="lag T − k (steps)",
                        y="‖∂h<sub>T</sub>/∂h<sub>k</sub>‖", text=text,
                        handles=[handle(x=along("truncation_k2"))] if cut is None or cut_by == CUT else [],
                        yaxis=theme.log_axis(norm, bound, rate), shapes=shapes,
                        annotations=_labels(flow is not None, cut, cut_by, low))


def _reading(flow: GradientFlow, told: str) -> str:
    numbers = {"lag": int(flow.lag[-1]), "norm": flow.log10_norm[-1], "bound": flow.log10_bound[-1],
               "rate": flow.log10_rho[-1]}
    around = say("flow.no_bound") if np.isnan(flow.log10_bound[-1]) else say("flow.around", numbers)
    return say("flow", told=told or say("flow.told", numbers), around=around).text


def _labels(known: bool, cut: int | None, cut_by: str, low: float) -> list[dict]:
    out = [] if known else [theme.note("the states are not finite")]
    if cut is not None:
        out.append({"x": cut, "y": 0.02, "yref": "paper", "text": cut_by, "showarrow": False, "xanchor": "left",
                    "yanchor": "bottom", "font": {"color": theme.THRESHOLD}})
    if low < theme.FLOORS["float64"] + 60:
        out.append({"x": 0, "xref": "paper", "y": theme.FLOORS["float64"], "text": "float64 ends here",
                    "showarrow": False, "xanchor": "left", "yanchor": "bottom", "font": {"color": theme.DIVERGED}})
    return out
