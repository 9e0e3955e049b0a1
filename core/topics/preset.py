"""A preset: settings that show one thing, and what to look for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from core.training.experiment import Experiment


@dataclass(frozen=True)
class Preset:
    """A picture worth seeing."""

    name: str
    title: str
    look: str  # what to look for, in one or two sentences
    values: dict[str, Any]  # flat values that differ from the defaults
    pace: str = "30"  # updates a second at which it is worth watching

    @cached_property
    def experiment(self) -> Experiment:
        return Experiment.from_values(self.values)
