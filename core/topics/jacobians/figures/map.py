"""The map of ||dh_t/dh_k||: every pair of time steps, one scale of colours for all of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.claims import Claim
from core.plotting import theme
from core.plotting.drawing import Drawing
from core.plotting.handles import along, handle
from core.topics.jacobians.figures.words import say
from core.training.record import JacobianMap

FIXED = 6.0  # log10; the fixed range is from 10^-6 to 10^6
NOT_FINITE = say("why.not_finite")
EXACTLY_ZERO = {"zeros_of": 0}  # this trace is filled, where it is drawn, with the exactly-zero cells of trace 0


def jacobian_map_figure(found: JacobianMap | None, dropped: NDArray[np.bool_] | None = None, *, fixed: bool = True,
                        chosen: tuple[int, int] | None = None, why_empty: Claim | str = NOT_FINITE) -> Drawing:
    """Row t, column k, coloured by log10 ||dh_t/dh_k||.

    Args:
        found: None where the states are not finite, or nothing is measured yet: `why_empty` says which.
        dropped: (G, G) pairs that truncation drops; they are dimmed.
        fixed: colours from 10^-6 to 10^6, else as far as this map goes.
        chosen: time steps (t, k) whose row and column are drawn elsewhere.
    """
    at = found.at.astype(float) if found else np.arange(2.0)
    z = found.log10_norm if found else np.full((2, 2), np.nan)
    finite = z[np.isfinite(z)]
    reach = FIXED if fixed else max(float(np.ceil(np.abs(finite).max(initial=1.0))), 1.0)
    apart = next(step for step in (1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 10**9) if reach / step <= 4)
    partly = found is not None and bool(((found.alive > 0) & (found.alive < found.sequences)).any())
    hover = "t = %{y}, k = %{x}: 10<sup>%{z:.3f}</sup>"
    hover += f"<br>mean of %{{customdata}} of {found.sequences} sequences, 0 in the others" if partly else ""
    hidden = np.zeros((1, 1), bool) if dropped is None else dropped & (at[:, None] > at[None, :])
    traces = [
        {"type": "heatmap", "x": at, "y": at, "z": z, "zmin": -reach, "zmax": reach, "colorscale": theme.SHRINK_GROW,
         "name": "", "colorbar": theme.powers_bar(-reach, reach, "‖∂h<sub>t</sub>/∂h<sub>k</sub>‖", apart),
         "hovertemplate": f"{hover}<extra></extra>", "customdata": found.alive if partly else np.zeros((1, 1), int)},
        _cells(at, np.where(np.isneginf(z), 1.0, np.nan), theme.ZERO, 1.0, meta=EXACTLY_ZERO,
               hovertemplate="t = %{y}, k = %{x}: exactly 0<extra></extra>"),
        _cells(at, np.where(hidden, 1.0, np.nan) if hidden.any() else np.full((1, 1), np.nan), theme.DROPPED, 0.8,
               hoverinfo="skip"),
        *(_floor(at, z, name, floor) for name, floor in theme.FLOORS.items()),
        theme.line(*_cross(at, chosen), "row and column", theme.THRESHOLD, dash="dot", hoverinfo="skip",
                   showlegend=False),
    ]
    title = "‖∂h<sub>t</sub>/∂h<sub>k</sub>‖ for every pair"
    title += (", approximate" if found and not found.exact else "")
    return theme.figure(traces, title=title, x="k: back to this step", y="t: from this step",
                        text=_reading(found, hidden, why_empty),
                        handles=[handle(x=along("k"), y=along("t"))],
                        annotations=[] if found else [theme.note(str(why_empty))])


def _cells(at: NDArray[np.float64], z: NDArray[np.float64], colour: str, opacity: float,
           **more: object) -> theme.Trace:
    """Cells in one colour over the map."""
    return {"type": "heatmap", "x": at if z.size > 1 else [0.0], "y": at if z.size > 1 else [0.0], "z": z, "zmin": 0,
            "zmax": 1, "colorscale": [[0, colour], [1, colour]], "showscale": False, "name": "", "opacity": opacity,
            **more}


def _floor(at: NDArray[np.float64], z: NDArray[np.float64], name: str, floor: float) -> theme.Trace:
    """The line beyond which a number of this type would be 0."""
    below = bool((np.isfinite(z) & (z < floor)).any() and np.nanmax(z) > floor)
    field = np.where(np.isneginf(z), 10 * floor, z) if below else np.full((2, 2), np.nan)
    return {"type": "contour", "x": at if below else [0.0, 1.0], "y": at if below else [0.0, 1.0], "z": field,
            "contours": {"start": floor, "end": floor, "size": 1, "coloring": "none"},
            "line": {"color": theme.DIVERGED if name == "float64" else theme.MEMORYLESS, "width": theme.LINE,
                     "dash": "solid" if name == "float64" else "dash"},
            "showscale": False, "showlegend": below, "name": f"{name} ends", "hoverinfo": "skip"}


def _cross(at: NDArray[np.float64], chosen: tuple[int, int] | None) -> tuple[list[float], list[float]]:
    """From the diagonal along the row to the first step, and from it along the column to the last."""
    if chosen is None:
        return [], []
    t, k = chosen
    return [0.0, float(t), np.nan, float(k), float(k)], [float(t), float(t), np.nan, float(k), float(at[-1])]


def _reading(found: JacobianMap | None, hidden: NDArray[np.bool_], why_empty: Claim | str) -> str:
    if found is None:
        return say("empty", why=str(why_empty).removesuffix(" …")).text
    values = found.log10_norm[found.pairs]
    zero = int(np.isneginf(values).sum())
    finite = values[np.isfinite(values)]
    more = [say("map.span", {"low": float(finite.min()), "high": float(finite.max())})] if len(finite) else []
    more += [say("map.zero", {"zero": zero})] if zero else []
    more += [say("map.dropped", {"dropped": int(hidden.sum())})] if hidden.any() else []
    return say("map.exact" if found.exact else "map.approximate",
               {"pairs": len(values), "sequences": found.sequences}, more="".join(map(str, more))).text
