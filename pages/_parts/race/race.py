"""The race of this browser session, its buttons, and what can be taken home of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.live.player import Playback
from core.parameters import Parameter
from core.tables import as_csv
from core.topics.preset import Preset
from core.topics.race.demos.base import Demo, demos
from core.topics.race.demos.outcome import demo_values
from core.topics.race.entrants import Entrant, seeds_from
from core.topics.race.entries import RaceSpec
from core.topics.race.presets import LOOK, RACES, WATCHED
from core.topics.race.race import Race
from core.topics.race.records import RaceView
from core.topics.race.table import horizon_of
from pages._kit.controls.presets import look_of, preset_row
from pages._kit.link.values import Own
from pages._kit.playing.player import lease
from pages._kit.share.printed import command
from pages._kit.share.share_menu import code, download_numbers, menu
from pages._session import session


@dataclass
class Racing:
    """The race of this browser session."""

    race: Race | None = None
    anew: bool = False  # what was loaded is to begin anew,
    begins: bool = False  # and to play,
    to_the_top: bool = False  # and to be seen


def open_with_a_race(own: Own) -> None:
    """A reader who comes without a link finds the first of the races."""
    if session(Racing).race is None and not own.problems and set(own.spelled()) <= set(WATCHED):
        own.load({**next(iter(RACES.values())).values, **{name: own.values[name] for name in own.spelled()}})


def races_row(own: Own) -> None:
    """A button for each race that is worth watching; the one that is on the page looks so."""
    preset_row(RACES, "preset", _on_page(own), lambda preset: _load(own, preset.values))


def _load(own: Own, values: dict[str, Any]) -> None:
    own.load(values)
    session(Racing).anew = True


def look(own: Own) -> str:
    """What to look for in the demo or the race that is on the page, as Markdown; in any other what the charts show."""
    return look_of(demo_on_page(own) or _on_page(own), LOOK)


def _on_page(own: Own) -> Preset | None:
    return next((race for race in RACES.values() if own.shows(race.values, but=WATCHED)), None)


def demo_on_page(own: Own) -> Demo | None:
    """The demo whose settings are on the page."""
    return own.found("demo", lambda: demo_among(own.parameters, own.values))


def demo_among(parameters: Mapping[str, Parameter], values: Mapping[str, Any]) -> Demo | None:
    """The demo whose settings a page's values are, however it is watched."""
    for demo in demos().values():
        asked = {name: parameter.default for name, parameter in parameters.items()} | demo_values(demo)
        if all(values[name] == value for name, value in asked.items() if name not in WATCHED):
            return demo
    return None


def session_race(own: Own, entrants: list[Entrant]) -> Race:
    """This session's race, with these entrants."""
    spec, playback = own.spec(RaceSpec)[0], own.spec(Playback)[0]
    seeds = seeds_from(entrants[0].experiment.recurrence.seed, spec.seeds)
    racing = session(Racing)
    if racing.race is None:
        racing.race = Race(entrants, seeds)
    race = lease("race").played = racing.race
    begins, anew = racing.begins, racing.anew
    racing.begins = racing.anew = False
    if anew:
        race.pause()
    race.apply(entrants, seeds, playback.until_solved, level=spec.reach_level, anew=begins or anew)
    race.playback = playback
    if begins:
        race.play()
    return race


def take_home(race: Race, own: Own) -> None:
    """The link, the curves, and a command for each lane."""
    def content() -> None:
        view = race.view(own.values["band"])
        download_numbers("Every lane's curves (CSV)", lambda: race_csv(view), "race.csv", disabled=not view.front)
        for lane in view.lanes:
            st.caption(f"{lane.slot} {lane.title}")
            code(command("train", lane.experiment.spelled()))

    menu(own, content)


def race_csv(view: RaceView) -> str:
    """One line for each lane, quantity and drawn update; of the horizon one for its last, where it was measured."""
    def rows() -> Iterator[tuple]:
        for lane in view.lanes:
            for name, band in (("loss", lane.loss), ("log10 gradient norm", lane.grad_norm)):
                bounds = {int(x): pair for x, *pair in zip(band.edges, band.low, band.high, strict=True)}
                medians = {int(x): median for x, median in zip(band.x, band.median, strict=True)}
                yield from ((lane.slot, lane.title, name, update, medians.get(update, ""),
                             *bounds.get(update, ("", ""))) for update in sorted({*bounds, *medians}))
            if (lag := horizon_of(lane)) is not None:
                yield (lane.slot, lane.title, f"first lag below {view.level!r}", lane.updates, lag, min(lane.horizon),
                       max(lane.horizon))

    return as_csv(["lane", "title", "quantity", "update", "median", "low", "high"], rows())
