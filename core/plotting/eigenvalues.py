"""The eigenvalues of W_hh in the complex plane, with the unit circle and sigma_max."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.markup import as_html
from core.network.spectrum import Spectrum
from core.plotting import theme
from core.plotting.drawing import Drawing
from core.plotting.handles import along, eigenvalue_handle, handle
from core.plotting.words import say
from core.spelling import as_told, plain, steady

WIDE = 1e30  # beyond it numbers do not travel as float32: the legend alone says them
CIRCLE = np.exp(1j * np.linspace(0.0, 2 * np.pi, 73))


def eigenvalue_plane(now: Spectrum, start: NDArray[np.complex128] | None = None,
                     title: str = "", orthogonality: float | None = None, *, candidate: bool = False,
                     movable: str = "") -> Drawing:
    """The spectrum now, and hollow where it started, if given, (n,); ||W^T W - I||_F in words, if given.

    Args:
        title: that of W_hh unless another matrix is shown.
        candidate: whether W_hh is one block of a gated cell, and not all that carries the state.
        movable: the parameter that is written where one of them is taken hold of; none can be if "".
    """
    whose = "the candidate's " if candidate else ""
    if start is None:
        start = np.empty(0, complex)
    outside = _outside(now.eigenvalues)
    told = say("eigenvalues.not_finite") if not np.isfinite(now.rho) else say(
        "eigenvalues.one_outside" if outside == 1 else "eigenvalues",
        {"rho": now.rho, "sigma_max": now.sigma_max, "outside": outside, "n": len(now.eigenvalues)})
    text = (say("candidate", text=told) if candidate else told).text
    miss = []
    if orthogonality is not None:
        words = f"‖W<sup>T</sup>W − I‖<br>{as_html(plain(orthogonality))}"
        miss = [theme.note(words) | {"x": 0.0, "y": 0.0, "xref": "x", "yref": "y"}]
        text += f" {say('misses', {'by': orthogonality})}"
    reach = reach_of(now.sigma_max)
    axis = {"autorangeoptions": {"include": [-reach, reach]}}
    if now.sigma_max > WIDE:
        miss.append(theme.note("too far out<br>to be drawn"))
    hover = "%{x:.4f} %{y:+.4f} i<extra>%{fullData.name}</extra>"
    return theme.figure(
        [
            theme.line(CIRCLE.real, CIRCLE.imag, "unit circle", theme.CIRCLE, hoverinfo="skip", showlegend=False),
            theme.line(now.sigma_max * CIRCLE.real, now.sigma_max * CIRCLE.imag,
                       f"σ<sub>max</sub> {as_html(steady(now.sigma_max))}", theme.BOUND, dash="dash", hoverinfo="skip",
                       meta=theme.shows("sigma")),
            theme.points(start.real, start.imag, "start", theme.START, symbol="circle-open",
                         hovertemplate=hover, showlegend=False),
            theme.points(now.eigenvalues.real, now.eigenvalues.imag, f"ρ {as_html(steady(now.rho))}", theme.MEASURED,
                         hovertemplate=hover, meta=theme.shows("Lambda", "Lambda_lag", "W_hh")),
        ],
        title=title or f"Eigenvalues λ of {whose}W<sub>hh</sub>", x="Re λ", y="Im λ",
        text=text, annotations=miss,
        handles=_handles(now, movable),
        xaxis=axis, yaxis={**axis, "scaleanchor": "x"},
    )


def _handles(now: Spectrum, movable: str) -> list[dict[str, Any]]:
    """The circle whose radius is asked for, and the eigenvalues where they can be moved."""
    points = [eigenvalue_handle(now.eigenvalues, movable)] if movable and np.isfinite(now.rho) else []
    return [handle(radius=along("rho")), *points]


def _outside(eigenvalues: NDArray[np.complex128]) -> int:
    """How many are outside the unit circle by the digits that are told of the largest. What is closer to it may be
    rounding: of 128 units at rho = 1 and alpha = 2, 5e-9."""
    return sum(as_told(magnitude) > 1.0 for magnitude in np.abs(eigenvalues))


def reach_of(sigma_max: float) -> float:
    """How far the axes go: the unit circle and that of sigma_max have room, and a slider moves them seldom."""
    if not 1.0 < sigma_max < WIDE:
        return 1.08
    return float(1.08 * 1.25 ** np.ceil(np.log(sigma_max) / np.log(1.25) - 1e-9))
