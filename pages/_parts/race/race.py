"""The race of this browser session: its buttons, its charts and its table."""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from core.live.player import Playback
from core.markup import as_html
from core.plotting.drawing import Drawing
from core.tables import as_csv
from core.topics.preset import Preset
from core.topics.race.demos.base import Demo, demos
from core.topics.race.demos.outcome import demo_values
from core.topics.race.entries import RaceSpec
from core.topics.race.figures.by_step import race_by_step
from core.topics.race.figures.flow import race_flow
from core.topics.race.figures.loss import race_loss
from core.topics.race.figures.norm import race_norm
from core.topics.race.presets import LOOK, RACES, WATCHED
from core.topics.race.race import Entrant, Race, seeds_from
from core.topics.race.records import RaceView
from core.topics.race.table import COLUMNS, NOTES, rows
from core.topics.race.verdict import race_verdict
from core.training.experiment import Experiment
from pages._chart.plot import HtmlCell, plots
from pages._kit.controls.presets import look_of, preset_row
from pages._kit.link.values import Own
from pages._kit.playing.player import lease
from pages._kit.share.printed import command
from pages._kit.share.share_menu import code, download_numbers, menu
from pages._kit.verdict import verdict_html
from pages._parts.race.lane_looks import lane_line
from pages._session import session

HEIGHT = 275
FRAME = 0.1  # s between two pictures, for each run and race that plays on this server
WIDTHS = (14, 11, 13, 14, 15, 12, 21)  # of the table's columns, %: they do not move when a number grows
TABLE = """<style>
.race { width: 100%; table-layout: fixed; border-collapse: collapse; font-size: 0.9rem; line-height: 1.3; }
.race th, .race td { text-align: left; padding: 0.22rem 0.35rem; vertical-align: top; overflow-wrap: anywhere;
                     border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); }
.race th { font-weight: 600; } .race td:nth-child(n+2):nth-child(-n+6) { font-variant-numeric: tabular-nums; }
.race small { opacity: 0.85; font-size: 0.8rem; line-height: 1.2; display: block; } .race-scroll { overflow-x: auto; }
.race-line { display: inline-block; width: 2.6rem; height: 4px; vertical-align: middle; forced-color-adjust: none; }
.race-notes { margin: 0.3rem 0.35rem 0; font-size: 0.8rem; line-height: 1.25; }
@media (max-width: 700px) { .race { min-width: 720px; } }
</style>"""


@dataclass
class Racing:
    """The race of this browser session, and what was drawn of it last."""

    race: Race | None = None
    anew: bool = False  # what was loaded is to begin anew,
    begins: bool = False  # and to play,
    to_the_top: bool = False  # and to be seen
    drawn: list[tuple[int, Experiment]] = field(default_factory=list)  # slot and experiment of each lane
    figures: dict[str, Drawing] = field(default_factory=dict)
    table: str = ""  # HTML
    turn: int = 0  # of the figures that are not drawn at every frame


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
    return own.found("demo", lambda: next(
        (demo for demo in demos().values() if own.shows(demo_values(demo), but=WATCHED)), None))


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
    race.apply(entrants, seeds, playback.until_solved, anew=begins or anew)
    race.playback = playback
    if begins:
        race.play()
    return race


def show_race(view: RaceView) -> None:
    """What the race says, and its five pictures: four charts and a table."""
    figures, numbers_of_lanes = _drawn(view)
    st.html(race_headline(view))
    st.progress(min(view.front / view.steps, 1.0), text=f"update {view.front} of {view.steps} · {_words(view)}")
    plots({**figures, "race_table": HtmlCell(numbers_of_lanes, span=2)}, key="race_charts", columns=3, height=HEIGHT)


def _drawn(view: RaceView) -> tuple[dict[str, Drawing], str]:
    """Figures and table. While the race is on, the loss at every frame and the others in turn, the table once in three
    frames: drawing is what takes the time, and nobody reads a table eight times a second."""
    racing = session(Racing)
    draw = {"race_loss": race_loss, "race_norm": race_norm, "race_by_step": race_by_step, "race_flow": race_flow}
    who = [(lane.slot, lane.experiment) for lane in view.lanes]
    same, racing.drawn = racing.drawn == who, who
    if view.state == "playing" and same:
        racing.turn += 1
        due, reads = ("race_loss", list(draw)[1 + racing.turn % 3]), racing.turn % 3 == 0
    else:
        due, reads = tuple(draw), True
    racing.figures.update({key: draw[key](view) for key in due})
    if reads or not racing.table:
        racing.table = table(view)
    return racing.figures, racing.table


def _words(view: RaceView) -> str:
    behind = [lane for lane in view.lanes if lane.alive and lane.updates < view.front - 1]
    if view.state == "playing" and behind:
        return "catching up: " + ", ".join(f"{lane.title} at {lane.updates}" for lane in behind)
    return {"ready": "not trained yet", "playing": "racing", "paused": "paused", "finished": "finished"}[view.state]


def race_headline(view: RaceView) -> str:
    """HTML; it is announced where it is the last word."""
    return verdict_html(race_verdict(view), spoken=view.state != "playing")


def table(view: RaceView) -> str:
    """HTML: its columns are always the same, and it never flickers."""
    head = "".join(f'<th style="width: {width}%">{html.escape(name)}</th>'
                   for name, width in zip(COLUMNS, WIDTHS, strict=True))
    body = "".join(
        f"<tr><td>{_mark(row.slot)} {html.escape(row.title)}</td><td>{row.solved}</td><td>{row.updates}</td>"
        f"<td>{row.seconds}</td><td>{row.cost}</td><td>{row.horizon}</td>"
        f"<td><small>{as_html(' '.join(filter(None, (row.orthogonality, row.price))))}</small></td></tr>"
        for row in rows(view))
    return f'{TABLE}<div class="race-scroll"><table class="race"><tr>{head}</tr>{body}</table></div>' \
           f'<p class="race-notes">{as_html(NOTES.text)}</p>'


def _mark(slot: int) -> str:
    """The number of a lane, and its line."""
    return f'<b>{slot}</b> <i class="race-line" style="background: {lane_line(slot)}"></i>'


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
    """One line for each lane, quantity and drawn update."""
    def rows() -> Iterator[tuple]:
        for lane in view.lanes:
            for name, band in (("loss", lane.loss), ("log10 gradient norm", lane.grad_norm)):
                bounds = {int(x): pair for x, *pair in zip(band.edges, band.low, band.high, strict=True)}
                medians = {int(x): median for x, median in zip(band.x, band.median, strict=True)}
                yield from ((lane.slot, lane.title, name, update, medians.get(update, ""),
                             *bounds.get(update, ("", ""))) for update in sorted({*bounds, *medians}))

    return as_csv(["lane", "title", "quantity", "update", "median", "low", "high"], rows())
