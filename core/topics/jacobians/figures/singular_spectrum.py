"""All singular values of dh_T/dh_{T-l} against the lag l."""

from __future__ import annotations

import numpy as np

from core.claims import Claim
from core.plotting import theme
from core.plotting.drawing import Drawing
from core.plotting.thinning import evenly
from core.topics.jacobians.figures.map import NOT_FINITE
from core.topics.jacobians.figures.words import say
from core.training.record import SingularSpectrum

MOST_LINES = 16  # of larger networks every k-th singular value, the largest and the smallest among them


def singular_spectrum_figure(found: SingularSpectrum | None, why_empty: Claim | str = NOT_FINITE) -> Drawing:
    """One line each, the largest in the colour of the measured norm; crosses at the foot where some are 0."""
    n = found.log10_singular_values.shape[1] if found else 0
    shown = evenly(0, n - 1, MOST_LINES) if n else np.empty(0, int)
    x: list[float] = []
    y: list[float] = []
    for i in shown[1:]:
        x += [*found.lag, np.nan]
        y += [*theme.finite(found.log10_singular_values[:, i]), np.nan]
    top = theme.finite(found.log10_singular_values[:, 0]) if found else np.empty(0)
    lag = found.lag if found else np.empty(0)
    zeros = np.isneginf(found.log10_singular_values).sum(axis=1) if found else np.empty(0, int)
    hover = "lag %{x}: 10<sup>%{y:.2f}</sup><extra>%{fullData.name}</extra>"
    return theme.figure(
        [{**theme.line(x, y, "the others", theme.START, hovertemplate=hover),
          "line": {"color": theme.START, "width": 1}},
         theme.line(lag, top, "largest: the norm", theme.MEASURED, hovertemplate=hover),
         theme.points(lag[zeros > 0], np.full(int((zeros > 0).sum()), -np.inf), "0, exactly or up to rounding",
                      theme.ZERO, symbol="x", customdata=zeros[zeros > 0], showlegend=bool(zeros.any()),
                      hovertemplate=f"lag %{{x}}: %{{customdata}} of {n} are 0<extra></extra>")],
        title="Singular values of ∂h<sub>T</sub>/∂h<sub>k</sub>", x="lag T − k (steps)", y="singular values",
        text=_reading(found, why_empty), yaxis=theme.log_axis(),
        annotations=[] if found else [theme.note(str(why_empty))])


def _reading(found: SingularSpectrum | None, why_empty: Claim | str) -> str:
    """How many are left at the longest lag."""
    if found is None:
        return say("empty", why=str(why_empty).removesuffix(" …")).text
    last = found.log10_singular_values[-1]
    alive, n = last[np.isfinite(last)], len(last)
    numbers = {"lag": int(found.lag[-1]), "alive": len(alive), "n": n, "gone": n - len(alive)}
    numbers |= {"low": float(alive.min()), "high": float(alive.max())} if len(alive) else {}
    return say("spectrum.none" if not len(alive) else "spectrum.one" if len(alive) == 1 else "spectrum", numbers,
               gone=say("spectrum.gone", numbers) if numbers["gone"] else "").text
