"""The race's stage as one run of the script left it, and what the reader's hand tries meanwhile."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from core.live.player import Playback
from core.parameters import Parameter, ParameterError
from core.topics.race.as_if import RaceAsIf, race_as_if
from core.topics.race.demos.base import Demo
from core.topics.race.entrants import entrants_of, seeds_from
from core.topics.race.entries import Baseline, RaceSpec, lane_parameters
from core.topics.race.race import Race
from pages._kit.link.tried import tried
from pages._live.stage import Picture
from pages._parts.race.lane_values import OWN, entry_with
from pages._parts.race.picture import picture
from pages._parts.race.race import demo_among

OF_A_LANE = re.compile(r"lane([1-9])\.$", re.ASCII)  # how the prefix of a lane's values ends


class RaceScene:
    """Its methods may be called from any thread."""

    def __init__(self, race: Race, parameters: Mapping[str, Parameter], values: Mapping[str, Any], demo: Demo | None,
                 around: tuple) -> None:
        """
        Args:
            values: flat, of the page, with these parameters.
            demo: the one that they are of.
            around: what the page around the stage shows; it stays as it is while the hand tries something.
        """
        self._race, self._parameters, self._around = race, parameters, around
        self._values, self._demo = dict(values), demo
        self._shown = self._as_it_is = _InHand(None, values["band"], demo)

    def order(self, order: Mapping[str, Any]) -> None:
        """{"set": {name: text}, "of": whose, "drag": number of the movement}: values that are held, of the page, or of
        the lane that "of" ends with; none of them once the hand gives them up. {"do": a deed of the race's}."""
        if "set" in order and (values := self._with(order["set"], order.get("of"))) is not None:
            with suppress(ParameterError):  # they do not go together: the last that did stay
                self._try(values, drag if isinstance(drag := order.get("drag"), int) else None)
        if isinstance(deed := order.get("do"), str):
            self._race.do(deed)

    def _with(self, texts: object, of: object) -> dict[str, Any] | None:
        """The page's values with these over them; None where one of them is none of ours, or not allowed."""
        if (lane := OF_A_LANE.search(of) if isinstance(of, str) else None) is None:
            return tried(self._parameters, self._values, texts)
        slot, lanes = int(lane[1]), [dict(entry) for entry in self._values["lanes"]]
        if not isinstance(texts, dict) or not any(lanes[slot - 1:slot]):
            return None
        try:
            for name, text in texts.items():
                if name.removeprefix(OWN) not in lane_parameters() or not isinstance(text, str):
                    return None
                lanes[slot - 1] = entry_with(lanes[slot - 1], self._values, name, text)
        except ParameterError:
            return None
        return self._values | {"lanes": tuple(tuple(entry.items()) for entry in lanes)}

    def _try(self, values: dict[str, Any], drag: int | None) -> None:
        """A race at rest is drawn as it would be. One that plays takes over what no lane begins again for; what else is
        held waits for the release."""
        rests = self._race.state != "playing"
        if rests and values == self._values:
            self._shown = self._as_it_is
            return
        baseline, spec = Baseline.from_values(values), RaceSpec.from_values(values)
        entrants, _ = entrants_of(baseline, spec.lanes)
        seeds = seeds_from(baseline.experiment.recurrence.seed, spec.seeds)
        until_solved = Playback.from_values(values).until_solved
        if not rests:
            if not self._race.begins(entrants, seeds):
                self._race.apply(entrants, seeds, until_solved, level=spec.reach_level)
        elif (beside := race_as_if(self._race, entrants, seeds, until_solved, drag, spec.reach_level)) is not None:
            self._shown = _InHand(beside, spec.band, demo_among(self._parameters, values))

    def picture(self) -> Picture:
        if self._race.state == "playing":
            self._shown = self._as_it_is
        shown = self._shown
        made = picture(shown.race or self._race, shown.band, shown.demo)
        return made if shown.race is None else replace(made, around=self._around)


@dataclass(frozen=True)
class _InHand:
    race: RaceAsIf | None  # with the values in the reader's hand; None where it holds none
    band: str
    demo: Demo | None
