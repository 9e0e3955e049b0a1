"""One line on what is folded away: what is in it, and what of it is not as it is by default."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from core.parameters import Choice, ComplexList, Flag, Parameter
from core.spelling import count, number, raised
from pages._kit.link.values import Values

NAMED = 2  # numbers of a list that are told one by one


def summary(names: Iterable[str], of: Values) -> str:
    """"Optimizer, learning rate, updates. Changed: learning rate 0.1." What has no effect is not told as changed."""
    names = list(names)
    words = ", ".join(_low(of.parameters[name]) for name in names)
    changed = [said(of.parameters[name], of.values[name]) for name in names
               if of.values[name] != of.parameters[name].default and of.idle(name) is None]
    return f"{words[:1].upper()}{words[1:]}." + (f" Changed: {', '.join(changed)}." if changed else "")


def said(parameter: Parameter, value: Any) -> str:
    """A setting in a word or two: learning rate 0.1, Gaussian."""
    label = _low(parameter)
    if isinstance(parameter, Flag):
        return f"{label} {'on' if value else 'off'}"
    if isinstance(parameter, Choice):
        return f"{label} {parameter.options[value]}"
    if isinstance(parameter, ComplexList) and len(value) > NAMED:
        return f"{label} ({count(len(value), 'number')})"
    spelled = raised(number(value, "6")) if isinstance(value, float) else parameter.spell(value).replace(",", ", ")
    return f"{label} {spelled}"


def _low(parameter: Parameter) -> str:
    """Its label as in the middle of a sentence; a remedy's is a name, and stays."""
    named = isinstance(parameter, Flag) and not parameter.needs
    return parameter.label if named else parameter.label[:1].lower() + parameter.label[1:]
