"""One row and one column of the map against the lag, with the powers of what bounds a step and of rho gamma."""

from __future__ import annotations

import numpy as np

from core.claims import Claim
from core.plotting import theme
from core.plotting.drawing import Drawing
from core.topics.jacobians.figures.map import NOT_FINITE
from core.topics.jacobians.figures.words import say
from core.topics.jacobians.rates import Rates
from core.training.record import JacobianMap


def jacobian_lines(found: JacobianMap | None, t: int, k: int, rates: Rates,
                   why_empty: Claim | str = NOT_FINITE) -> Drawing:
    """||dh_t/dh_.|| back from step t, and ||dh_./dh_k|| on from step k.

    Args:
        t, k: time steps on the map's grid.
        rates: the bound of a step, and the rate that many texts take for one: those that the page's words count by.
    """
    row_lag, row, column_lag, column = (np.empty(0) for _ in range(4))
    if found is not None:
        i, j = int(np.searchsorted(found.at, t)), int(np.searchsorted(found.at, k))
        row_lag, row = (t - found.at[:i])[::-1], found.log10_norm[i, :i][::-1]
        column_lag, column = found.at[j + 1:] - k, found.log10_norm[j + 1:, j]
    lag = np.unique(np.concatenate([row_lag, column_lag]))
    with np.errstate(divide="ignore", invalid="ignore"):
        bound, rate = lag * np.log10(rates.bound), lag * np.log10(rates.rate)
    has_bound = bool(np.isfinite(rates.bound))  # a gated cell has neither
    hover = "lag %{x}: 10<sup>%{y:.3f}</sup><extra>%{fullData.name}</extra>"
    text = say("empty", why=str(why_empty).removesuffix(" …")).text if found is None else say(
        "lines", {"t": t, "k": k, "last": int(found.at[-1])}, row=_end(row), column=_end(column)).text
    return theme.figure(
        [
            theme.line(lag, bound, "bound", theme.BOUND, dash="dash", showlegend=has_bound,
                       hovertemplate=f"lag %{{x}}: {rates.bound_power} = 10<sup>%{{y:.3f}}</sup><extra></extra>"),
            theme.line(lag, rate, rates.rate_power, theme.RHO, dash="dot", showlegend=has_bound, hovertemplate=hover),
            theme.line(row_lag, row, f"back from t = {t}", theme.MEASURED, hovertemplate=hover),
            theme.line(column_lag, column, f"on from k = {k}", theme.AFTER, dash="longdash", hovertemplate=hover),
        ],
        title="The chosen row and column", x="lag t − k (steps)", y="‖∂h<sub>t</sub>/∂h<sub>k</sub>‖", text=text,
        yaxis=theme.log_axis(), annotations=[] if found else [theme.note(str(why_empty))])


def _end(curve: np.ndarray) -> Claim:
    """At its largest lag."""
    return say("lines.end", {"log10": float(curve[-1])}) if len(curve) else say("lines.no_end")
