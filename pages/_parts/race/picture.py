"""The race's picture, of one view of it: what is said, how far it is, four charts and a table."""

from __future__ import annotations

from core.topics.race.demos.base import Demo
from core.topics.race.demos.outcome import outcome_verdict
from core.topics.race.figures.by_step import race_by_step
from core.topics.race.figures.flow import race_flow
from core.topics.race.figures.loss import race_loss
from core.topics.race.figures.norm import race_norm
from core.topics.race.race import Race
from core.topics.race.records import RaceView
from core.topics.race.verdict import race_verdict
from core.topics.race.words import say
from pages._chart.frame import Cell, HtmlCell
from pages._kit.playing.jobs import progress_cell
from pages._kit.playing.player import standing
from pages._kit.verdict import verdict_cell, verdict_html
from pages._live.stage import Made, Picture
from pages._parts.race.table import table


def picture(race: Race, band: str, demo: Demo | None) -> Picture:
    """
    Args:
        band: of each curve, one of `core.topics.race.records.COLUMNS`.
        demo: the one that is raced.
    """
    view = race.view(band)
    return Picture({"said": said(view, demo), "charts": charts(view)}, around=standing(race), moving=not view.settled,
                   players=race.players, made=Made("race", view.front))


def charts(view: RaceView) -> dict[str, Cell]:
    """Two rows of three; the table has the room of two."""
    return {"race_loss": race_loss(view), "race_norm": race_norm(view), "race_by_step": race_by_step(view),
            "race_flow": race_flow(view), "race_table": HtmlCell(table(view), span=2)}


def said(view: RaceView, demo: Demo | None) -> dict[str, Cell]:
    """What came of the demo's claim, once it is over; what the race says, read aloud where it is the last word; and
    where it is."""
    found = None if demo is None else outcome_verdict(demo, view)
    claim = f'<div class="claim">{verdict_html(found, spoken=True)}</div>' if found is not None else ""
    told = {"claim": HtmlCell(claim)} if claim else {}
    return told | {"verdict": verdict_cell(race_verdict(view), spoken=view.state != "playing"),
                   "progress": progress_cell(f"update {view.front} of {view.steps} · {whereabouts(view)}",
                                             view.front / view.steps)}


def whereabouts(view: RaceView) -> str:
    behind = [lane for lane in view.lanes if lane.alive and lane.updates < view.front - 1]
    if view.state == "playing" and behind:
        return "catching up: " + ", ".join(f"{lane.title} at {lane.updates}" for lane in behind)
    state = {"ready": "not trained yet", "playing": "racing", "paused": "paused", "finished": "finished"}[view.state]
    return f"{state}; a quick picture: {quick_words(view)}" if view.quick else state


def quick_words(view: RaceView) -> str:
    """What is shown while a reader's hand moves, and what when it rests."""
    measured = sum(len(lane.dL_dh.x) > 0 and (bool(lane.horizon) or not len(lane.flow.x)) for lane in view.lanes)
    lanes = len(view.lanes)
    return say("quick.lanes" if measured < lanes else "quick.lags", {"measured": measured, "lanes": lanes}).text
