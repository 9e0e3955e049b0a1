"""How phi' is distributed over the units at each time step: saturation as it happens."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.claims import Claim
from core.plotting import theme
from core.plotting.drawing import Drawing
from core.topics.jacobians.figures.map import NOT_FINITE
from core.topics.jacobians.figures.words import say

BINS = 24
MOST_STEPS = 100  # time steps drawn; of longer sequences every k-th
FLAT = 0.1  # of gamma: a unit with a smaller slope is called saturated


def slopes_figure(slopes: NDArray[np.float64], gamma: float,
                  why_empty: Claim | str = NOT_FINITE) -> Drawing:
    """A histogram at each time step.

    Args:
        slopes: phi'(a_t) of all units and sequences, (T, n, S); T = 0 where there are none.
        gamma: sup |phi'|.
        why_empty: what is said then.
    """
    T = len(slopes)
    at = np.arange(0, T, -(-T // MOST_STEPS) or 1)
    low = min(float(slopes.min(initial=0.0)), 0.0)
    edges = np.linspace(low, gamma * (1 + 1e-9), BINS + 1)
    share = np.zeros((BINS, max(len(at), 1)))
    for column, t in enumerate(at):
        share[:, column] = np.histogram(slopes[t], edges)[0] / slopes[t].size
    flat = float(np.mean(np.abs(slopes) < FLAT * gamma)) if T else 0.0
    text = (say("slopes", {"flat": flat, "gamma": gamma, "mean": float(slopes.mean())}) if T else
            say("empty", why=why_empty)).text
    return theme.figure(
        [{"type": "heatmap", "x": at + 1.0 if T else [0.0], "y": (edges[1:] + edges[:-1]) / 2, "z": share, "zmin": 0,
          "zmax": 1, "colorscale": theme.MAP, "name": "",
          "colorbar": {"title": {"text": "units", "side": "top"}, "tickformat": ".0%", "thickness": 12,
                       "outlinewidth": 0},
          "hovertemplate": "t = %{x}, φ′ near %{y:.2f}: %{z:.3~%} of the units<extra></extra>"}],
        title="Slopes φ′(a<sub>t</sub>) of the units", x="time step t", y="φ′", text=text,
        annotations=[] if T else [theme.note(str(why_empty))])
