"""A map of update x time step, coloured by log10 ||dL/dh_t||: the gradient reaching back, or not, as training goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from operator import is_

import numpy as np

from core.arrays import Floats
from core.plotting import theme
from core.plotting.drawing import Drawing
from core.plotting.handles import along, handle
from core.topics.playground.figures.words import say
from core.training.record import StepRecord

LOW, HIGH = -12.0, 1.0  # log10; one scale for all runs, never renormalised
SEEN = -3.0  # log10 above which a gradient is said to be there
MOST_STEPS = 100  # time steps drawn; of longer sequences every k-th
EXACTLY_ZERO = {"zeros_of": 0}  # this trace is filled, where it is drawn, with the exactly-zero cells of trace 0


@dataclass(frozen=True)
class Columns:
    """What the map shows of some updates, one column each."""

    records: tuple[StepRecord, ...] = ()
    T: int = 1  # steps of the longest
    log10: Floats = field(default_factory=lambda: np.empty((0, 1)))  # (N, rows) every k-th step's; nan where there is
    # none

    @property
    def every(self) -> int:
        """One of so many time steps is drawn."""
        return -(-self.T // MOST_STEPS)


def columns_of(records: Sequence[StepRecord], last: Columns | None = None) -> Columns:
    """Of these updates; where those of the `last` are the first of them, the others alone are looked at."""
    last, records = last or Columns(), tuple(records)
    if len(last.records) > len(records) or not all(map(is_, last.records, records)):
        last = Columns()
    new = records[len(last.records):]
    found = Columns(records, max([last.T, *(len(record.log10_dL_dh) for record in new)]))
    if last.records and found.T > last.T:
        return columns_of(records)
    log10 = np.full((len(new), -(-found.T // found.every)), np.nan)
    for column, record in zip(log10, new, strict=True):
        drawn = record.log10_own[::found.every]
        column[:len(drawn)] = drawn
    return replace(found, log10=np.concatenate([last.log10, log10]) if last.records else log10)


def gradient_map(records: Sequence[StepRecord], columns: Columns | None = None) -> Drawing:
    """One column an update, one row a time step; exactly zero has its own colour.

    Args:
        columns: those of the records, where they are made already.
    """
    columns = columns or columns_of(records)
    T, z, rows = columns.T, columns.log10, np.arange(0, columns.T, columns.every)
    updates = np.array([record.step for record in records], float)
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
                        handles=[handle(y=along("truncation_k2", start=T + 0.5, times=-1)),
                                 handle(x=along("look_at"), foot=True, twice="rewind")],
                        yaxis={"range": [0.5, T + 0.5]})
