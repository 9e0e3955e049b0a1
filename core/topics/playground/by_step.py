"""The gradient of one update at every time step, as a table to take along: the curves of two charts in numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.live.view import View
from core.topics.playground.reach import last_lag, reach_of

Column = NDArray[np.float64]


def by_step(view: View) -> dict[str, Column]:
    """Header -> column, one entry for each time step t = 1..T; nan where there is nothing to tell.

    Every norm stands as its log10, which holds for any size, and plainly, which is 0 or inf beyond float64. Those of
    dL/dh_t and dL/dc_t are over the batch and the units; the product is that of the chart, of the median sequence, back
    from the last step T, with truncation as without. Of an LSTM it is that of h and c together.
    """
    record, per_unit = view.record, f"({view.baselines.unit} per unit of h)"
    T, gated, J = len(record.log10_dL_dh), record.log10_dL_dc is not None, view.whole
    product = np.full(T, np.nan)
    if J is not None:
        flow = reach_of(J, last_lag(J), 1.0, 1.0, most=T).flow  # at every lag
        product = np.array([*flow.log10_norm[:T - 1][::-1], 0.0])
    table = {"t (step)": np.arange(1.0, T + 1), "steps back from the last one": np.arange(T - 1.0, -1, -1)}
    table |= _both("||dL/dh_t||", per_unit, record.log10_dL_dh)
    if record.log10_dL_dh_full is not None:
        table |= _both("||dL/dh_t|| without truncation", per_unit, record.log10_dL_dh_full)
    if gated:
        table |= _both("||dL/dc_t||", per_unit.replace("of h", "of c"), record.log10_dL_dc)
    return table | _both("||d[h,c]_T/d[h,c]_t||" if gated else "||dh_T/dh_t||", "(median sequence)", product)


def _both(name: str, what: str, log10: Column) -> dict[str, Column]:
    with np.errstate(over="ignore", under="ignore"):
        return {f"log10 {name}": log10, f"{name} {what}": np.power(10.0, log10)}
