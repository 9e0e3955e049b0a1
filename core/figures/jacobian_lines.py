"""One row and one column of the map against the lag, with the bound and rho^lag."""

from __future__ import annotations

import numpy as np

from core.figures import theme
from core.figures.drawing import Drawing
from core.figures.jacobian_map import NOT_FINITE
from core.records import JacobianMap


def jacobian_lines(found: JacobianMap | None, t: int, k: int, bound: float, rate: float,
                   why_empty: str = NOT_FINITE) -> Drawing:
    """||dh_t/dh_.|| back from step t, and ||dh_./dh_k|| on from step k.

    Args:
        t, k: time steps on the map's grid.
        bound, rate: of one step, sigma_max gamma and rho of a plain cell; nan where a cell has none.
    """
    row_lag, row, column_lag, column = (np.empty(0) for _ in range(4))
    if found is not None:
        i, j = int(np.searchsorted(found.at, t)), int(np.searchsorted(found.at, k))
        row_lag, row = (t - found.at[:i])[::-1], found.log10_norm[i, :i][::-1]
        column_lag, column = found.at[j + 1:] - k, found.log10_norm[j + 1:, j]
    lag = np.unique(np.concatenate([row_lag, column_lag]))
    with np.errstate(divide="ignore", invalid="ignore"):
        bound, rate = lag * np.log10(bound), lag * np.log10(rate)
    hover = "lag %{x}: 10<sup>%{y:.3f}</sup><extra>%{fullData.name}</extra>"
    known = np.concatenate([row, column])
    low = float(np.min(known[np.isfinite(known)], initial=0.0))
    zero = row_lag[np.isneginf(row)]
    text = "The states are not finite." if found is None else (
        f"Back from step {t} to step 0: log10 of the norm is {_shown(row)}; "
        f"on from step {k} to the last: {_shown(column)}.")
    return theme.figure(
        [
            theme.line(lag, bound, "bound", theme.BOUND, dash="dash",
                       hovertemplate="lag %{x}: (σ<sub>max</sub>γ)<sup>lag</sup> 10<sup>%{y:.3f}</sup><extra></extra>"),
            theme.line(lag, rate, "ρ<sup>lag</sup>", theme.RHO, dash="dot", hovertemplate=hover),
            theme.line(row_lag, row, f"back from t = {t}", theme.MEASURED, hovertemplate=hover),
            theme.line(column_lag, column, f"on from k = {k}", theme.AFTER, dash="longdash", hovertemplate=hover),
            theme.points(zero, np.full(len(zero), low - 1.0), "exactly 0", theme.ZERO, symbol="x",
                         showlegend=bool(len(zero)), hovertemplate="lag %{x}: exactly 0<extra></extra>"),
        ],
        title="The chosen row and column", x="lag t − k (steps)", y="‖∂h<sub>t</sub>/∂h<sub>k</sub>‖", text=text,
        yaxis=theme.log_axis(), annotations=[] if found else [theme.note(why_empty)])


def _shown(curve: np.ndarray) -> str:
    if not len(curve):
        return "nothing"
    return "exactly 0" if np.isneginf(curve[-1]) else f"{curve[-1]:.2f}"
