"""Decimal digits of lambda^t that are right, against t."""

from __future__ import annotations

import numpy as np

from core.plotting import theme
from core.plotting.drawing import Drawing
from core.topics.precision.figures.lines import by_type, from_start, typed_line
from core.topics.precision.figures.words import say
from core.topics.precision.number_types import limits
from core.topics.precision.powers import TypedPowers
from core.topics.precision.verdict import error_claim


def digits_left(found: list[TypedPowers], chosen: str) -> Drawing:
    """The four types as lines; the subnormal stretch of the chosen one shaded."""
    found = by_type(found)
    one = next(p for p in found if p.dtype == chosen)
    hover = "t = %{x}: %{y:.1f} digits<extra>%{fullData.name}</extra>"
    traces = [typed_line(*from_start(p.digits, limits(p.dtype).digits), p.dtype, chosen, hovertemplate=hover)
              for p in found]
    shapes, annotations = [], []
    if one.first_subnormal is not None:
        start, end, steps = one.first_subnormal, one.first_zero or len(one.t), len(one.t)
        wide, late = end - start > steps / 3, start > steps / 2
        shapes.append({"type": "rect", "x0": start, "x1": end, "y0": 0, "y1": 1, "yref": "paper", "layer": "below",
                       "line": {"width": 0}, "fillcolor": theme.MARK, "opacity": 0.25})
        annotations.append({"x": start if wide or late else end, "xanchor": "right" if late and not wide else "left",
                            "y": 0.62, "yref": "paper", "yanchor": "middle", "text": "subnormal", "showarrow": False,
                            "font": {"size": theme.FONT - 2, "color": theme.INK}})
    return theme.figure(traces, title="Digits left", x="t (multiplications)", y="decimal digits", text=_reading(one),
                        yaxis={"autorangeoptions": {"include": [0.0, 16.5]}}, shapes=shapes, annotations=annotations)


def _reading(p: TypedPowers) -> str:
    digits = p.digits
    where = [t for t in (p.first_subnormal,) if t is not None and t > 1]
    parts = [say("digits.first", {"digits": digits[0]}, dtype=p.dtype),
             *(say("digits.last_normal", {"digits": digits[t - 2], "t": t - 1}) for t in where)]
    if len(p.t) > 1:
        parts.append(say("digits.end", {"digits": digits[-1], "t": len(p.t)}))
    words = say("digits", parts=parts).text
    return f"{words} {error_claim(p).text}" if np.isfinite(p.log10_value[-1]) else words
