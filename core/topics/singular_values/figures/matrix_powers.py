"""||W^k|| against k, between rho^k and sigma_max^k."""

from __future__ import annotations

import numpy as np

from core.markup import as_html
from core.plotting import theme
from core.plotting.drawing import Drawing
from core.spelling import amount
from core.topics.singular_values.matrix_powers import MatrixPowers
from core.topics.singular_values.verdict import bounds_claim, matrix_powers_verdict

Room = tuple[float, float]
NEAR = 2  # a top at so small a k has the bound right above it


def room_for(*all_powers: MatrixPowers) -> Room:
    """The log10 values from the lowest to the highest that charts to be compared all show; the bound may leave it."""
    lines = np.concatenate([line for p in all_powers for line in (p.log10_norm, p.log10_rho)])
    lines = lines[np.isfinite(lines)]
    return float(lines.min()), float(lines.max())


def matrix_powers_figure(powers: MatrixPowers, title: str, room: Room) -> Drawing:
    """The measured norm, its bounds from below and above, and the top of the hump, if it has one.

    Args:
        powers: of one matrix.
        title: which matrix it is.
        room: the values of log10 ||W^k|| that the chart has to show, see `room_for`.
    """
    k, norm = powers.k, powers.log10_norm
    low, high = room
    margin = 0.3 + 0.1 * (high - low)
    reach = [min(low - margin, -0.5), max(high + margin, 0.5)]
    top = k[[powers.peak]] if powers.hump else k[:0]
    hover = "k = %{x}: 10<sup>%{y:.2f}</sup><extra>%{fullData.name}</extra>"
    traces = [
        theme.line(k, powers.log10_sigma, "σ<sub>max</sub><sup>k</sup>", theme.BOUND, dash="dash", hovertemplate=hover),
        theme.line(k, norm, "‖W<sup>k</sup>‖", theme.MEASURED, hovertemplate=hover),
        theme.line(k, powers.log10_rho, "ρ<sup>k</sup>", theme.RHO, dash="dot", hovertemplate=hover),
        theme.points(top, norm[top], "top", theme.MEASURED, symbol="diamond", mode="markers+text", showlegend=False,
                     text=[f"{as_html(amount(powers.log10_peak))} at k = {at}" for at in top],
                     textposition="bottom right" if powers.peak <= NEAR else "top right", hovertemplate=hover),
    ]
    text = f"{matrix_powers_verdict(powers).sentence} {bounds_claim(powers).text}"
    one = {"type": "line", "x0": 0, "x1": 1, "xref": "paper", "y0": 0, "y1": 0, "layer": "below",
           "line": {"color": theme.MARK, "width": 1}}
    return theme.figure(
        traces, title=title, x="k (steps)", y="‖W<sup>k</sup>‖", text=text, shapes=[one],
        yaxis=theme.log_axis(autorangeoptions={"include": reach, "clipmin": reach[0], "clipmax": reach[1]}))

