"""One factor at each letter: how much it stretches, and what bounds it."""

from __future__ import annotations

import numpy as np

from core.plotting import theme
from core.plotting.drawing import Drawing
from core.topics.derivation.figures.words import say
from core.topics.derivation.word.layer import Layer


def factors_figure(layer: Layer, letters: tuple[str, ...], gamma: float, t: int) -> Drawing:
    """||dh_t/dh_{t-1}|| at each step, under the largest slope times sigma_max, under gamma sigma_max; and rho gamma.

    Args:
        gamma: sup |phi'|.
        t: the step that is marked.
    """
    steps, spectrum = np.arange(1.0, len(letters) + 1), layer.spectrum
    norms = np.linalg.norm(np.asarray(layer.jacobians), 2, axis=(1, 2))
    steepest = np.abs(layer.phi_prime).max(axis=1) * spectrum.sigma_max
    ends = [0.5, len(letters) + 0.5]
    hover = "step %{x}: %{y:.4g}<extra>%{fullData.name}</extra>"
    text = say("factors", {"t": t, "norm": float(norms[t - 1]), "bound": gamma * spectrum.sigma_max,
                           "rate": gamma * spectrum.rho}).text
    return theme.figure(
        [
            theme.line(ends, [gamma * spectrum.sigma_max] * 2, "γ σ<sub>max</sub>", theme.BOUND, dash="dash",
                       hovertemplate=hover, meta=theme.shows("gamma", "sigma", "norm_W")),
            theme.points(steps, steepest, "largest slope × σ<sub>max</sub>", theme.AFTER, symbol="diamond-open",
                         hovertemplate=hover, meta=theme.shows("norm_slopes", "norm_W")),
            theme.points(steps, norms, "measured", theme.MEASURED, hovertemplate=hover,
                         meta=theme.shows("norm_factor")),
            theme.line(ends, [gamma * spectrum.rho] * 2, "γ ρ", theme.RHO, dash="dot", hovertemplate=hover),
            theme.points([t], [norms[t - 1]], "here", theme.THRESHOLD, symbol="circle-open", hoverinfo="skip",
                         showlegend=False, meta=theme.shows("norm_factor", "norm_slopes"))
            | {"marker": {"color": theme.THRESHOLD, "size": 20, "symbol": "circle-open", "line": {"width": 2.5}}},
        ],
        title="‖∂h<sub>t</sub>/∂h<sub>t−1</sub>‖ at each letter", x="step t", y="stretches by", text=text,
        xaxis={"tickvals": steps, "range": ends,
               "ticktext": [f"{i}<br>{letter}" for i, letter in enumerate(letters, start=1)]},
        yaxis={"autorangeoptions": {"include": [0.0, 1.15 * max(1.0, gamma * spectrum.sigma_max)]}})
