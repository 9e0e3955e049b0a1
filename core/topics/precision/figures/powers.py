"""lambda^t against t in four number types, and where each ends."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.plotting import theme
from core.plotting.drawing import Drawing
from core.plotting.handles import along, handle
from core.spelling import count
from core.topics.precision.figures.lines import COLOURS, by_type, from_start, typed_line
from core.topics.precision.number_types import limits
from core.topics.precision.powers import TypedPowers
from core.topics.precision.verdict import powers_verdict

NEAR = 0.7  # a limit is drawn when the curves come that close to it, as a share of its logarithm
CLOSE = 0.2  # two limits that are less than this share of the chart apart have one line of words


def powers_figure(found: list[TypedPowers], chosen: str) -> Drawing:
    """The four types as lines, which end at 0 or, with a mark, at inf; the limits of the chosen one as rules."""
    found = by_type(found)
    one = next(p for p in found if p.dtype == chosen)
    hover = "t = %{x}: 10<sup>%{y:.2f}</sup><extra>%{fullData.name}</extra>"
    traces = [typed_line(*from_start(p.log10_value, 0.0), p.dtype, chosen, hovertemplate=hover)
              for p in found]
    traces.append(_overflows([p for p in found if p.first_inf]))
    rules, labels = _limits(found, one)
    return theme.figure(
        traces, title="Powers λ<sup>t</sup> in four types", x="t (multiplications)", y="λ<sup>t</sup>",
        text=powers_verdict(one).sentence, yaxis=theme.log_axis(), shapes=rules,
        handles=[handle(y=along("rate", log=True, times=float(one.t[-1])))],
        annotations=labels if any(np.isfinite(p.log10_value).any() for p in found) else [
            theme.note("0 from the first step")])


def _overflows(found: list[TypedPowers]) -> theme.Trace:
    """Where types leave the finite numbers, at the height that the exact power has there."""
    return theme.points([p.first_inf for p in found], [p.log10_exact[p.first_inf - 1] for p in found], "inf",
                        theme.DIVERGED, symbol="triangle-up", text=[p.dtype for p in found], showlegend=False,
                        cliponaxis=False, hovertemplate="%{text}: inf from t = %{x}<extra></extra>")


def _limits(found: list[TypedPowers], one: TypedPowers) -> tuple[list[dict], list[dict]]:
    """Rules at the limits that the curves reach: those of the chosen type with words, the others thin."""
    seen = np.concatenate([p.log10_value[np.isfinite(p.log10_value)] for p in found] + [np.zeros(1)])
    low, high = float(seen.min()), float(seen.max())
    rules, named = [], {}
    for p in found:
        end = limits(p.dtype)
        for name, value in (("normal", end.smallest_normal), ("smallest", end.smallest_subnormal),
                            ("largest", end.largest)):
            y = float(np.log10(value))
            if low < NEAR * y < 0.0 or high > NEAR * y > 0.0:
                rules.append({"type": "line", "x0": 0, "x1": 1, "xref": "paper", "y0": y, "y1": y, "layer": "below",
                              "line": {"color": COLOURS[p.dtype], "width": 1.5 if p is one else 0.5}})
                named |= {name: y} if p is one else {}
    return rules, _words(one, named, low, high)


def _words(p: TypedPowers, at: dict[str, float], low: float, high: float) -> list[dict]:
    """The names of the rules at these heights; one line for two that are close."""
    below = f"0 from t = {count(p.first_zero)}" if p.first_zero else "smallest number"
    labels = []
    if "largest" in at:
        words = f"largest: inf from t = {count(p.first_inf)}" if p.first_inf else "largest"
        labels.append(_label(p, words, at["largest"], "bottom" if high > (1.0 + CLOSE) * at["largest"] else "top"))
    if "smallest" in at and at["normal"] - at["smallest"] < CLOSE * -low:
        deeper = low < (1.0 + 2.0 * CLOSE) * at["smallest"]
        labels.append(_label(p, f"subnormal, {below}", at["smallest" if deeper else "normal"],
                             "top" if deeper else "bottom"))
    else:
        labels += [_label(p, words, at[name], side) for name, words, side in (
            ("normal", "smallest normal", "bottom"), ("smallest", below, "top")) if name in at]
    return labels


def _label(p: TypedPowers, words: str, y: float, side: str) -> dict[str, Any]:
    """On the right, where the curve has passed this height by the middle of the chart; else on the left."""
    right = abs(p.log10_exact[len(p.t) // 2]) > abs(y)
    return {"x": 1 if right else 0, "xref": "paper", "xanchor": "right" if right else "left", "y": y, "yanchor": side,
            "text": words, "showarrow": False, "font": {"size": theme.FONT - 2, "color": theme.INK}}

