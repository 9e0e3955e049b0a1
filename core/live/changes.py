"""What changed between two experiments, in words."""

from __future__ import annotations

from collections.abc import Set
from typing import Any

from core.parameters import Flag
from core.remedies.base import remedies
from core.spelling import number, raised
from core.training.experiment import Experiment, flat_parameters

MOST = 2  # changes that are named one by one; a third is, too, where it is the last


def in_words(before: Experiment, after: Experiment, touched: Set[str] = frozenset()) -> str:
    """A line for each setting, for example "Learning rate 0.03 → 0.1"; empty where there is nothing to tell.

    Args:
        touched: settings that were others in between. One that is as before is told too: a radius that was set and set
            back has rescaled W_hh to it twice, and W_hh is not what it was.
    """
    lines = [line for change in after.changes_from(before) if (line := _line(*change))]
    now, changed = after.values(), {name for name, _, _ in after.changes_from(before)}
    lines += [f"{parameter.label} back at {_value(now[name])}" for name, parameter in flat_parameters().items()
              if name in touched - changed and now.get(name) is not None and not isinstance(parameter, Flag)]
    return "\n".join(lines if len(lines) <= MOST + 1 else [*lines[:MOST], f"and {len(lines) - MOST} more"])


def _line(name: str, old: Any, new: Any) -> str | None:
    parameter = flat_parameters()[name]
    if isinstance(parameter, Flag) and (name in remedies() or None not in (old, new)):
        return f"{parameter.label} {'on' if new else 'off'}"
    if old is None or new is None:  # the switch that brought or took this field says it
        return None
    return f"{parameter.label} {_value(old)} → {_value(new)}"


def _value(value: Any) -> Any:
    return raised(number(value, "6")) if isinstance(value, float) else value
