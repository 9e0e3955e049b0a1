"""A 2 x 2 matrix: the unit circle and the ellipse that it becomes, its columns and its eigenvectors."""

from __future__ import annotations

import numpy as np

from core.arrays import Floats
from core.claims import Claim
from core.markup import as_html
from core.plotting import theme
from core.plotting.drawing import Drawing
from core.plotting.eigenvalues import CIRCLE, reach_of
from core.plotting.handles import along, handle
from core.spelling import signed, steady
from core.topics.singular_values.figures.words import say
from core.topics.singular_values.two_by_two import TwoByTwo

ROUND = np.stack([CIRCLE.real, CIRCLE.imag])  # (2, N)
HEAD = 14  # px, of an arrow


def unit_circle_figure(found: TwoByTwo) -> Drawing:
    """The tips of the columns are handles where the page has controls of the entries."""
    W, reach = found.W, reach_of(float(found.sigma[0]))
    hover = "(%{x:.4f}, %{y:.4f})<extra>%{fullData.name}</extra>"
    ellipse = W @ ROUND
    traces = [
        theme.line(*ROUND, "unit circle", theme.CIRCLE, dash="dash", hoverinfo="skip", showlegend=False),
        theme.line(*ellipse, "its image", theme.MEASURED, hovertemplate=hover),
        *(theme.line(*_through(found.u[:, i] * found.sigma[i]), f"{sign} {as_html(steady(float(found.sigma[i])))}",
                     theme.BOUND, dash=dash, hovertemplate=hover)
          for i, (sign, dash) in enumerate((("σ<sub>max</sub>", "dash"), ("σ<sub>min</sub>", "dot")))),
        *(_eigenline(found, i, reach) for i in (0, 1)),
        *(_arrow(W[:, i], f"column {i + 1}", hover) for i in (0, 1)),
    ]
    axis = {"autorangeoptions": {"include": [-reach, reach]}}
    return theme.figure(
        traces, title="Where W takes the unit circle", x="first component", y="second component", text=_text(found),
        handles=[handle(x=along(f"w1{i}"), y=along(f"w2{i}")) for i in (1, 2)],
        xaxis=axis, yaxis={**axis, "scaleanchor": "x"})


def _through(end: Floats) -> tuple[Floats, Floats]:
    """From its mirror image through 0 to it."""
    return np.array([-end[0], end[0]]), np.array([-end[1], end[1]])


def _eigenline(found: TwoByTwo, i: int, length: float) -> theme.Trace:
    """Of one of them; nothing where there are fewer, so that the traces stay the same as the matrix moves."""
    there = i < len(found.eigenvalues)
    end = found.directions[i] * length if there else np.full(2, np.nan)
    name = f"λ {as_html(signed(found.eigenvalues[i]))}" if there else "λ"
    return theme.line(*_through(end), name, theme.RHO, dash="dashdot", hoverinfo="skip", showlegend=there)


def _arrow(tip: Floats, name: str, hover: str) -> theme.Trace:
    return theme.line([0.0, tip[0]], [0.0, tip[1]], name, theme.INK, mode="lines+markers", hovertemplate=hover,
                      showlegend=False,
                      marker={"symbol": "arrow", "angleref": "previous", "size": [0, HEAD], "color": theme.INK})


def _text(found: TwoByTwo) -> str:
    (a, b), (c, d) = found.W.tolist()
    told = say("circle", {"w11": a, "w12": b, "w21": c, "w22": d, "sigma_max": found.sigma[0],
                          "sigma_min": found.sigma[1]}, eigenvectors=_eigenvectors(found))
    return told.text


def _eigenvectors(found: TwoByTwo) -> Claim:
    if found.every:
        return say("circle.every")
    if not found.eigenvalues:
        return say("circle.none")
    return say("circle.eigenvectors", each=[
        say("circle.eigenvector", {"x": x, "y": y, "eigenvalue": z})
        for z, (x, y) in zip(found.eigenvalues, found.directions.tolist(), strict=True)])
