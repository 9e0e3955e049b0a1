"""What one lane of the race has of its own, as values that controls show and change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.parameters import Flag, ParameterError
from core.parameters import shown as shortened
from core.remedies.base import remedies
from core.topics.race.entries import FREE, MOST_LANES, Baseline, Entry, field_holder, lane_experiment, lane_parameters
from core.training.effect import NoEffect
from pages._kit.link.values import Own

OWN = "own_"  # what the name of a switch begins with that makes a value one of the lane's own
FLAG = Flag(default=False, label="Of its own")


def of_a_remedy(name: str) -> bool:
    """Whether a flat name is a remedy's switch, or one of its fields."""
    return any(name == r or name.startswith(f"{r}_") for r in remedies())


def entry_with(entry: Mapping[str, Any], shared: Mapping[str, Any], name: str, text: str) -> dict[str, Any]:
    """A lane's entry with one thing set: a value, or whether it has one of its own. Raises ParameterError.

    Args:
        shared: the baseline's values.
    """
    parameters, plain = lane_parameters(), name.removeprefix(OWN)
    if not entry or plain not in parameters:  # the lane is gone, or has no such thing
        return dict(entry)
    if name != plain:
        kept = {other: value for other, value in entry.items() if other != plain}
        return kept | ({plain: entry.get(plain, shared[plain])} if FLAG.parse(name, text) else {})
    value = parameters[name].parse(name, text)
    return _switched(entry, shared, name, value) if name in remedies() else {**entry, name: value}


def _switched(entry: Mapping[str, Any], shared: Mapping[str, Any], remedy: str, on: bool) -> dict[str, Any]:
    """What the baseline has is said only where the lane has it not; the fields of a remedy go with it. The switches
    come first, in the order in which they were thrown."""
    kept = {name: value for name, value in entry.items()
            if name != remedy and (on or shared[remedy] or field_holder(name) != remedy)}
    switches = {name: value for name, value in kept.items() if name in remedies()}
    return switches | ({} if on == shared[remedy] else {remedy: on}) | kept


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

    @property
    def problems(self) -> list[str]:
        return self.own.problems

    @property
    def refused(self) -> dict[str, str]:
        """What was typed last and is not its value: why, by name."""
        return {key.removeprefix(self.prefix): line for key, line in self.own.refused.items()
                if key.startswith(self.prefix)}

    def take_text(self, name: str, text: str, shown: Any = None) -> None:
        """One value as a reader types it; a text that is not allowed changes nothing, and its control says why."""
        plain = name.removeprefix(OWN)
        self.own.problems = []
        self.own.refused.pop(f"{self.prefix}{plain}", None)
        try:
            self.put(entry_with(self.entry, self.own.values, name, text))
        except ParameterError as error:
            stays = self.parameters[plain].spell(self.values[plain])
            self.own.refused[f"{self.prefix}{plain}"] = f"{error} It stays {shortened(stays)}."

    def put(self, entry: dict[str, Any]) -> None:
        """Another entry in this lane's place; an empty one frees it."""
        lanes = [*self.own.values["lanes"], *[FREE] * MOST_LANES][:MOST_LANES]
        lanes[self.slot - 1] = tuple(entry.items())
        self.own.take("lanes", lanes)

    def help_of(self, name: str) -> str:
        return f"{self.parameters[name].help} A change begins this lane again."

    def idle(self, name: str) -> NoEffect | None:
        """Why a value has no effect in this lane; None where it has one, or where the lane does not go together."""
        return self.own.found(("idle", self.slot), self._find_idle).get(name)

    def _find_idle(self) -> Mapping[str, NoEffect]:
        try:
            return lane_experiment(self.own.spec(Baseline)[0].experiment, tuple(self.entry.items())).without_effect()
        except ParameterError:
            return {}
