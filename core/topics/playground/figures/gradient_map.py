"""A map of update x time step, coloured by log10 ||dL/dh_t||: the gradient reaching back, or not, as training goes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.plotting import theme
from core.plotting.drawing import Drawing
from core.topics.playground.figures.words import say
from core.training.record import StepRecord

LOW, HIGH = -12.0, 1.0  # log10; one scale for all runs, never renormalised
SEEN = -3.0  # log10 above which a gradient is said to be there
MOST_STEPS = 100  # time steps drawn; of longer sequences every k-th
EXACTLY_ZERO = {"zeros_of": 0}  # this trace is filled, where it is drawn, with the exactly-zero cells of trace 0


def gradient_map(records: Sequence[StepRecord]) -> Drawing:
    """One column an update, one row a time step; exactly zero has its own colour."""
    T = max((len(record.log10_dL_dh) for record in records), default=1)
    every = -(-T // MOST_STEPS)
    rows = np.arange(0, T, every)
    updates = np.array([record.step for record in records], float)
    z = np.full((len(records), len(rows)), np.nan)
    for i, record in enumerate(records):
        drawn = record.log10_own[::every]
        z[i, :len(drawn)] = drawn
    traces = [
        {"type": "heatmap", "x": updates, "y": rows + 1.0, "z": z, "transpose": True, "zmin": LOW, "zmax": HIGH,
         "colorscale": theme.MAP, "name": "",
         "colorbar": theme.powers_bar(LOW, HIGH, "‖∂L/∂h<sub>t</sub>‖", 3),
         "hovertemplate": "update %{x}, t = %{y}: 10<sup>%{z:.2f}</sup><extra></extra>"},
        {"type": "heatmap", "x": updates, "y": rows + 1.0, "z": np.where(z == -np.inf, 1.0, np.nan), "transpose": True,
         "zmin": 0, "zmax": 1, "colorscale": [[0, theme.ZERO], [1, theme.ZERO]], "showscale": False, "name": "",
         "meta": EXACTLY_ZERO, "hovertemplate": "update %{x}, t = %{y}: exactly 0<extra></extra>"},
    ]
    title = "Gradient through time, update by update"
    text = say("none").text
    if len(records):
        last = records[-1].log10_own
        alive = np.flatnonzero(last > SEEN)
        text = say("map" if len(alive) else "map.nowhere", {
            "columns": len(records), "update": records[-1].step, "alive": len(alive), "T": len(last),
            "first": int(alive[0]) + 1 if len(alive) else None}).text
    return theme.figure(traces, title=title, x="update", y="time step t", text=text,
                        yaxis={"range": [0.5, T + 0.5]})
