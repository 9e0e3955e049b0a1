"""tanh applied n times: the value and the slope against where it starts."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.plotting import theme
from core.plotting.drawing import Drawing
from core.topics.precision.figures.words import say
from core.topics.precision.iterated_tanh import SHOWN, Iterated
from core.topics.precision.verdict import iterated_verdict

START = "x<sub>0</sub>"


def iterated_value(found: Iterated) -> Drawing:
    """x_n against x_0: the count asked for thick, the others thin."""
    hover = "x<sub>0</sub> = %{{x:.2f}}: %{{y:.3f}}<extra>n = {}</extra>"
    return theme.figure(_curves(found, found.value, hover), title="tanh(c x), n times", x=START, y="x<sub>n</sub>",
                        text=iterated_verdict(found).sentence, yaxis={"autorangeoptions": {"include": [-1.05, 1.05]}})


def iterated_slope(found: Iterated) -> Drawing:
    """log10 of dx_n/dx_0 against x_0."""
    zero = bool(np.isneginf(found.log10_slope).all())
    places = [say("slope.place", {"log10": found.slope_at(x), "x": x}) for x in (0.0, 1.0, 2.0, 3.0)]
    text = say("slope.zero" if zero else "slope", {"n": found.times}, places=places).text
    hover = "x<sub>0</sub> = %{{x:.2f}}: 10<sup>%{{y:.2f}}</sup><extra>n = {}</extra>"
    return theme.figure(_curves(found, found.log10_slope, hover), title="Its slope", x=START,
                        y="dx<sub>n</sub>/dx<sub>0</sub>", text=text, yaxis=theme.log_axis(),
                        annotations=[theme.note("exactly 0 everywhere")] if zero else [])


def _curves(found: Iterated, rows: np.ndarray, hover: str) -> list[dict[str, Any]]:
    """The counts worth comparing with, thin, and over them the one that was asked for."""
    compared = ", ".join(map(str, SHOWN[:3])) + f" … {SHOWN[-1]}"
    traces = []
    for count in SHOWN:
        trace = theme.line(found.x, rows[np.searchsorted(found.counts, count)], compared, theme.CIRCLE, dash="dot",
                           showlegend=count == SHOWN[0], legendgroup="compared", hovertemplate=hover.format(count))
        trace["line"]["width"] = 1.5
        traces.append(trace)
    asked = theme.line(found.x, rows[found.row], f"n = {found.times}", theme.MEASURED,
                       hovertemplate=hover.format(found.times))
    asked["line"]["width"] = 4.0
    return [*traces, asked]
