"""An activation and its slope, with the largest slope gamma, among the slopes of the others."""

from __future__ import annotations

import numpy as np

from core.network.activations import ACTIVATIONS, Activation
from core.plotting import theme
from core.plotting.drawing import Drawing
from core.spelling import fine
from core.topics.derivation.figures.words import say

A = np.linspace(-5.0, 5.0, 401)
COARSE = A[::10]


def activation_curve(activation: Activation, at: np.ndarray) -> Drawing:
    """phi, phi' and gamma over a; the reader's own units are marked where they stand.

    Args:
        at: a_t of the units at the chosen step, (n,).
    """
    own, beyond = _slope(activation, at), int(np.sum(np.abs(at) > 5.0))
    hover = "a = %{x:.2f}: %{y:.4g}<extra>%{fullData.name}</extra>"
    others = [one for one in ACTIVATIONS.values() if one.name != activation.name]
    gap = [np.nan]
    outside = say("activation.beyond", {"beyond": beyond, "n": len(at)}) if beyond else ""
    text = say("activation", {"gamma": activation.gamma, "low": float(own.min()), "high": float(own.max())},
               title=activation.title, beyond=outside).text
    return theme.figure(
        [
            theme.line(np.concatenate([[*COARSE, *gap] for _ in others]),
                       np.concatenate([[*_slope(one, COARSE), *gap] for one in others]), "φ′ of the others",
                       theme.MARK, text=[one.title for one in others for _ in range(len(COARSE) + 1)],
                       hovertemplate="%{text}: a = %{x:.2f}, φ′ = %{y:.3g}<extra></extra>", opacity=0.45)
            | {"line": {"color": theme.MARK, "width": 1}},
            theme.line(A, activation.phi(A, np.empty_like(A)), "φ(a)", theme.MEMORYLESS, dash="dash",
                       hovertemplate=hover, meta=theme.shows()),
            theme.line(A, _slope(activation, A), "φ′(a)", theme.MEASURED, hovertemplate=hover,
                       meta=theme.shows("phi_prime", "gamma")),
            theme.line([-5.0, 5.0], [activation.gamma] * 2, f"γ = {fine(activation.gamma)}", theme.BOUND, dash="dot",
                       hoverinfo="skip", meta=theme.shows("gamma")),
            theme.points(at, own, "your units at t", theme.THRESHOLD, symbol="circle-open", hovertemplate=hover,
                         meta=theme.shows("phi_prime")),
        ],
        title=f"{activation.title}: the value and the slope", x="a", y="φ and φ′", text=text,
        xaxis={"range": [-5.0, 5.0]}, yaxis={"range": [-1.3, 2.3]})


def _slope(activation: Activation, a: np.ndarray) -> np.ndarray:
    return activation.phi_prime(a, activation.phi(a, np.empty_like(a)), np.empty_like(a))
