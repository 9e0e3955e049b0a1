"""The map of truncation: which pairs (t, k) each update sees, and which it drops."""

from __future__ import annotations

import numpy as np

from core.plotting import theme
from core.plotting.drawing import Drawing
from core.plotting.handles import along, handle
from core.plotting.thinning import evenly
from core.tasks.base import Dependency
from core.topics.truncation.figures.words import say
from core.topics.truncation.verdict import seen_claim
from core.training.truncated_pairs import TruncationMap

MOST = 128  # rows and columns that are drawn
KINDS = {"odd chunk": theme.MEASURED, "even chunk": theme.RHO, "dropped": theme.FULL, "reset": theme.MARK}
COVER = 0.72  # opacity over rows without a loss


def truncation_map_figure(found: TruncationMap, needed: Dependency | None) -> Drawing:
    """Row t, column k: seen, dropped or cut off; rows without a loss are faint, the task's dependency a line.

    Args:
        needed: how far the task has to look back; None where that is not known.
    """
    at = evenly(0, found.T - 1, MOST) + 1
    t, k = at[:, None], at[None, :]
    chunk = np.broadcast_to(found.chunk(t), (len(at), len(at)))
    kinds = [found.seen(t, k) & (chunk % 2 == 0), found.seen(t, k) & (chunk % 2 == 1), found.dropped(t, k),
             found.unconnected(t, k)]
    code = np.select(kinds, range(4), np.nan)
    cover = np.where((k <= t) & ~np.isin(t, found.targets), 1.0, np.nan)
    steps = [[edge / 4, colour] for i, colour in enumerate(KINDS.values()) for edge in (i, i + 1)]
    cells = {"type": "heatmap", "x": at.astype(float), "y": at.astype(float), "name": "", "showscale": False}
    traces = [
        {**cells, "z": code, "zmin": -0.5, "zmax": 3.5, "colorscale": steps, "customdata": chunk + 1.0,
         "hovertemplate": "t = %{y}, k = %{x}, chunk %{customdata}<extra></extra>"},
        {**cells, "z": cover, "zmin": 0, "zmax": 1, "opacity": COVER, "hoverinfo": "skip",
         "colorscale": [[0, theme.DROPPED], [1, theme.DROPPED]]},
        *(theme.points([np.nan], [np.nan], name, colour, symbol="square", hoverinfo="skip",
                       showlegend=bool(kind.any())) for (name, colour), kind in zip(KINDS.items(), kinds, strict=True)),
        theme.line(*_needed(found, needed), "needed", theme.THRESHOLD, dash="dot", mode="lines+markers",
                   marker={"size": theme.MARKER, "symbol": "diamond", "color": theme.THRESHOLD},
                   showlegend=needed is not None, cliponaxis=False,
                   hovertemplate="at t = %{y} the task needs k = %{x}<extra></extra>"),
    ]
    return theme.figure(traces, title="What each update sees", x="k: back to this step",
                        y="t: from the loss at this step", text=_reading(found, needed), xaxis={"showgrid": False},
                        handles=[handle(x=along("truncation_k2", start=found.T + 0.5, times=-1))],
                        yaxis={"showgrid": False})


def _needed(found: TruncationMap, needed: Dependency | None) -> tuple[np.ndarray, np.ndarray]:
    """(k, t) of the farthest step that each target needs; of one target alone, from the farthest to the nearest."""
    if needed is None:
        return np.empty(0), np.empty(0)
    if len(found.targets) > 1:
        rows = found.targets[found.targets > needed.longest]
        rows = rows[evenly(0, len(rows) - 1, 2)] if len(rows) else rows
        return (rows - needed.longest).astype(float), rows.astype(float)
    t = float(found.targets[-1])
    return np.array([t - needed.longest, t - needed.shortest]), np.array([t, t])


def _reading(found: TruncationMap, needed: Dependency | None) -> str:
    seen = seen_claim(found)
    return (seen if needed is None else say("seen", {"longest": needed.longest}, seen=seen)).text
