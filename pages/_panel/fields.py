"""What the browser is told of one parameter, from its declaration alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from core.parameters import Choice, ComplexList, Flag, Number, Parameter

MOST_STOPS = 2000  # a slider with more stops than pixels helps nobody: such a number is typed


def described(parameter: Parameter, value: Any) -> dict[str, Any]:
    """Its kind, what bounds it, and the text of its value and of its default, as the reader may type them."""
    told = {"text": as_typed(parameter, value), "default": as_typed(parameter, parameter.default)}
    if isinstance(parameter, Number):
        stops = (parameter.high - parameter.low) / parameter.step
        return told | {"kind": "number", "low": parameter.low, "high": parameter.high, "step": parameter.step,
                       "log": parameter.log, "whole": parameter.whole, "unit": parameter.unit,
                       "typed": not parameter.log and stops > MOST_STOPS}
    if isinstance(parameter, Choice):
        return told | {"kind": "choice", "options": list(parameter.options.items())}
    if isinstance(parameter, Flag):
        return told | {"kind": "flag"}
    return told | {"kind": "text", "hint": "1.2, 0.9, 0.5+0.5j" if isinstance(parameter, ComplexList) else ""}


def as_typed(parameter: Parameter, value: Any) -> str:
    """As a link spells it, without what only a computer needs: 1 for 1.0."""
    spelled = parameter.spell(value)
    if isinstance(parameter, ComplexList):
        return spelled.replace(",", ", ")
    return spelled.removesuffix(".0") if isinstance(parameter, Number) else spelled


def ticks(found: Iterable[tuple[float, str]], parameter: Number) -> list[tuple[float, str]]:
    """Where on a slider something happens, each with words for it; the default is one of these places."""
    named = [(at, words) for at, words in found if parameter.low <= at <= parameter.high]
    places = {at for at, _ in named}
    return named + ([] if parameter.default in places else [(parameter.default, "")])
