"""What changed between two experiments, in words."""

from __future__ import annotations

from typing import Any

from core.experiment import Experiment, flat_parameters
from core.parameters import Flag

MOST = 2  # changes that are named one by one; a third is, too, where it is the last


def in_words(before: Experiment, after: Experiment) -> str:
    """A line for each setting, for example "Learning rate 0.03 → 0.1"; empty where there is nothing to tell."""
    lines = [line for change in after.changes_from(before) if (line := _line(*change))]
    return "\n".join(lines if len(lines) <= MOST + 1 else [*lines[:MOST], f"and {len(lines) - MOST} more"])


def _line(name: str, old: Any, new: Any) -> str | None:
    parameter = flat_parameters()[name]
    if isinstance(parameter, Flag):
        return f"{parameter.label} {'on' if new else 'off'}"
    if old is None or new is None:  # the switch that brought or took this field says it
        return None
    old, new = (f"{value:g}" if isinstance(value, float) else value for value in (old, new))
    return f"{parameter.label} {old} → {new}"
