"""What one lane of the race has of its own, as values that controls show and change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.markup import as_markdown
from core.parameters import ParameterError
from core.topics.race.entries import FREE, MOST_LANES, Baseline, Entry, lane_experiment, lane_parameters
from core.training.effect import NoEffect
from pages._kit.link.values import Own


class LaneValues:
    """What one lane has of its own, as values that controls show and change; they live in the page's list of lanes."""

    quick: frozenset[str] = frozenset()

    def __init__(self, own: Own, slot: int) -> None:
        self.own, self.slot, self.prefix = own, slot, f"{own.prefix}lane{slot}."
        self.parameters = lane_parameters()

    @property
    def entry(self) -> dict[str, Any]:
        lanes: tuple[Entry, ...] = self.own.values["lanes"]
        return dict(lanes[self.slot - 1]) if self.slot <= len(lanes) else {}

    @property
    def values(self) -> dict[str, Any]:
        return self.own.values | self.entry

    def take(self, name: str, value: Any) -> None:
        try:
            self.put(self.entry | {name: self.parameters[name].check(name, value)})
        except ParameterError as error:
            self.own.problems = [f"{error} It stays {self.parameters[name].spell(self.values[name])}."]

    def put(self, entry: dict[str, Any]) -> None:
        """Another entry in this lane's place; an empty one frees it."""
        lanes = [*self.own.values["lanes"], *[FREE] * MOST_LANES][:MOST_LANES]
        lanes[self.slot - 1] = tuple(entry.items())
        self.own.take("lanes", lanes)

    def help_of(self, name: str) -> str:
        return as_markdown(f"{self.parameters[name].help} A change begins this lane again.")

    def idle(self, name: str) -> NoEffect | None:
        """Why a value has no effect in this lane; None where it has one, or where the lane does not go together."""
        return self.own.found(("idle", self.slot), self._find_idle).get(name)

    def _find_idle(self) -> Mapping[str, NoEffect]:
        try:
            return lane_experiment(self.own.spec(Baseline)[0].experiment, tuple(self.entry.items())).without_effect()
        except ParameterError:
            return {}
