"""The fixed points of one unit against its bias: which attract, where they meet, and what the current bias has."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.markup import as_html
from core.plotting import theme
from core.plotting.drawing import Drawing
from core.plotting.handles import along, handle
from core.spelling import signed
from core.topics.landscape.attractors import attractors
from core.topics.landscape.bifurcations import Branch, branches, flips, folds
from core.topics.landscape.figures.words import say
from core.topics.landscape.one_unit import TARGET_STEP, TARGETS, OneUnit
from core.topics.landscape.output import is_flat, scale_of_outputs, states_of
from core.topics.landscape.verdict import attractors_in_words

BIASES = 120  # at which cycles are looked for
AIM = {"color": theme.INK, "width": 1, "dash": "dashdot"}  # of the target
MARGIN = 0.5  # of the height of what is drawn: farther off, the last state would flatten it


def bifurcation(spec: OneUnit, b_low: float, b_high: float, last: float) -> Drawing:
    """Stable fixed points solid, unstable ones dashed, stable cycles as dots, folds and flips as lines, and across it
    the states whose output is the target.

    Args:
        b_low, b_high: the biases drawn.
        last: x_T, the state that x_0 has come to.
    """
    drawn = branches(spec.activation, spec.w, b_low, b_high)
    biases = np.linspace(b_low, b_high, BIASES)
    found = attractors(spec.activation, spec.w, biases)
    cycle = np.concatenate([found.cycle[found.stable_cycle].T.ravel(), *found.longer])
    cycle_b = np.concatenate([np.tile(biases[found.cycle_at[found.stable_cycle]], 2),
                              *(np.full(len(one), biases[at]) for one, at in zip(found.longer, found.longer_at,
                                                                                 strict=True))])
    hover = "b = %{x:.4f}: x = %{y:.4f}<extra>%{fullData.name}</extra>"
    states = np.concatenate([cycle, *(branch.x for branch in drawn)])
    near = _near(last, states)
    reached = f"x<sub>{spec.steps}</sub>" + ("" if near else " (off the chart)")
    traces = [
        theme.line(*_joined(drawn, True), "attracts", theme.MEASURED, hovertemplate=hover),
        theme.line(*_joined(drawn, False), "repels", theme.CIRCLE, dash="dash", hovertemplate=hover),
        theme.points(cycle_b, cycle, "cycle", theme.RHO,
                     showlegend=bool(len(cycle)), hovertemplate=hover,
                     marker={"color": theme.RHO, "size": 4, "symbol": "circle"}),
        theme.points([spec.b], [last if near else np.nan], reached, theme.INK, symbol="diamond-open",
                     hovertemplate=hover),
    ]
    lines = sorted((float(b), name, colour) for name, turns, colour in (("fold", folds, theme.BOUND),
                                                                         ("flip", flips, theme.RHO))
                   for b in turns(spec.activation, spec.w).b if b_low <= b <= b_high)
    places = [(b - b_low) / (b_high - b_low) for b, _, _ in lines]
    notes = [_note(i, len(lines), *line, places) for i, line in enumerate(lines)]
    aims = states_of(spec.activation, spec.target)
    shapes = [_rule(b, colour, "dash") for b, _, colour in lines] + [
        _rule(spec.b, theme.MARK, "dot"), *(theme.rule("y", x, theme.INK) | {"line": AIM} for x in aims)]
    return theme.figure(traces, title=f"Fixed points at w = {as_html(signed(spec.w))}", x="bias b", y="state x",
                        text=f"{attractors_in_words(spec)} {_aim_in_words(spec, aims)}", shapes=shapes,
                        annotations=[*notes, _aim_note(spec, aims, states)],
                        handles=[handle(x=along("b")), handle(y=along("target", through=_outputs(spec)))],
                        xaxis={"range": [b_low, b_high]})


def _outputs(spec: OneUnit) -> tuple[np.ndarray, np.ndarray]:
    """How targets lie on the axis of states."""
    return scale_of_outputs(spec.activation, *TARGETS, TARGET_STEP)


def _aim_in_words(spec: OneUnit, aims: list[float]) -> str:
    states = [say("aim.below" if is_flat(spec.activation, spec.target) else "aim.state", {"x": x}) for x in aims]
    return say("aim" if aims else "aim.nowhere", {"target": spec.target}, states=states).text


def _aim_note(spec: OneUnit, aims: list[float], states: np.ndarray) -> dict[str, Any]:
    """At its line, on the side that has more room; where no state has this output, or none that is drawn, in the
    corner."""
    place = {"y": 1.0, "yref": "paper", "yanchor": "top"}
    if len(states) and (drawn := [aim for aim in aims if states.min() <= aim <= states.max()]):
        upper = drawn[-1] > 0.5 * (states.min() + states.max())
        place = {"y": drawn[-1], "yanchor": "top" if upper else "bottom"}
    return {"x": 0.0, "xref": "paper", "xanchor": "left", "showarrow": False, **place,
            "text": as_html(say("aim.line" if aims else "aim.no_line", {"target": spec.target}).text),
            "font": {"size": theme.FONT - 2, "color": theme.INK}}


def _near(last: float, states: np.ndarray) -> bool:
    """Whether the last state can be drawn without flattening the rest."""
    if not np.isfinite(last) or not len(states):
        return bool(np.isfinite(last))
    low, high = states.min(), states.max()
    return bool(abs(last - np.clip(last, low, high)) <= MARGIN * max(high - low, 1.0))


def _joined(drawn: tuple[Branch, ...], stable: bool) -> tuple[np.ndarray, np.ndarray]:
    """Several branches as one line, with gaps."""
    kept, gap = [branch for branch in drawn if branch.stable is stable], np.array([np.nan])
    return (np.concatenate([gap, *(part for branch in kept for part in (branch.b, gap))]),
            np.concatenate([gap, *(part for branch in kept for part in (branch.x, gap))]))


def _rule(b: float, colour: str, dash: str) -> dict[str, Any]:
    return {"type": "line", "x0": b, "x1": b, "y0": 0, "y1": 1, "yref": "paper",
            "line": {"color": colour, "width": 2, "dash": dash}}


def _note(i: int, of: int, b: float, name: str, colour: str, places: list[float]) -> dict[str, Any]:
    """The words at a line, where the branches, which rise, leave room: above to its left, or below to its right."""
    left = places[i] > 0.25 and (i < of // 2 or places[i] > 0.75)
    row = 0.13 * sum(places[i] - place < 0.3 for place in places[:i])  # words of lines close by stand in rows
    return {"x": b, "y": 0.98 - row if left else 0.02 + row, "yref": "paper", "text": as_html(f"{name} {signed(b)}"),
            "showarrow": False, "xanchor": "right" if left else "left", "yanchor": "top" if left else "bottom",
            "font": {"size": theme.FONT - 2, "color": colour}}
