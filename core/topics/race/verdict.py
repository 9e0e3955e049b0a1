"""The race in words: who solved the task, in how many updates, against the baseline."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.spelling import Claim, Verdict, filled
from core.topics.race.records import LaneView, RaceView
from core.topics.race.table import diverged, solves

QUICKER = 0.8  # of the baseline's updates, up to which a lane that solves as many seeds is called quicker
EXPLODES = 1.0  # log10 of ||dh_T/dh_k|| at the longest lag from which on it is named


def race_verdict(view: RaceView) -> Verdict:
    """One claim for each lane, those that solved most first and the baseline last, and one for what explodes."""
    base, others = view.lanes[0], view.lanes[1:]
    exploding = _exploding(view)
    if not view.front:
        template = "{lanes:count lane} beside the baseline, {title}; {seeds:count seed} each." if others else (
            "The baseline, {title}, alone; {seeds:count seed}.")
        numbers = {"lanes": len(others), "title": base.title, "seeds": len(view.seeds)}
        return Verdict("ready", "Ready", (Claim("ready", template, numbers), *exploding))
    ranked = sorted(others, key=_rank)
    kind, headline = _headline(view, ranked)
    return Verdict(kind, headline, (*map(_lane, ranked), _lane(base), *exploding))


def median_updates(lane: LaneView) -> float:
    """To solve it, over the seeds that did; inf where none did."""
    return float(np.median([solve.update for solve in solves(lane)] or [np.inf]))


def _rank(lane: LaneView) -> tuple[int, float, int]:
    return -len(solves(lane)), median_updates(lane), lane.slot


def _lane(lane: LaneView) -> Claim:
    """How many of its seeds solved it, and when; how many diverged; after how many updates none did."""
    done, lost, seeds = len(solves(lane)), diverged(lane), len(lane.solved)
    numbers: dict[str, Any] = {"title": _capital(lane.title) if lane.slot else lane.title, "solved": done,
                               "seeds": seeds, "lost": lost, "updates": median_updates(lane), "made": lane.updates,
                               "last": max((at for at in lane.stopped_at if at is not None), default=0)}
    template = "{title} " if lane.slot else "The baseline, {title}, "
    if lane.failed:
        numbers["why"] = lane.failed
        template += "solved {solved} of {seeds} and ended after {made:count update}: {why}"
    elif lost == seeds and not done:
        template += "diverged on all {seeds} by update {last}" if seeds > 1 else "diverged at update {last}"
    elif done:
        template += "solved {solved} of {seeds} in {updates:,.7g} updates" + " (median)" * (done > 1)
    else:
        template += "solved {solved} of {seeds} in {made:count update}"
    if lost and not lane.failed and (done or lost < seeds):
        template += ", {lost} diverged"
    return Claim(f"lane_{lane.slot}", template + ".", numbers)


def _exploding(view: RaceView) -> tuple[Claim, ...]:
    """Lanes whose product of Jacobians is large at the longest lag, whether or not a gradient is carried along it."""
    found = {lane.slot: (lane.title, int(lane.flow.x[-1]), float(lane.flow.median[-1])) for lane in view.lanes
             if len(lane.flow.x) and lane.flow.median[-1] >= EXPLODES}
    if not found:
        return ()
    numbers: dict[str, Any] = {}
    for slot, (title, lag, log10) in found.items():
        numbers |= {f"title_{slot}": title, f"lag_{slot}": lag, f"log10_{slot}": log10}
    parts = [f"{{log10_{slot}:power}} at lag {{lag_{slot}}} with {{title_{slot}}}" for slot in found]
    return (Claim("exploding", f"The product of Jacobians explodes: {'; '.join(parts)}.", numbers),)


def _headline(view: RaceView, ranked: list[LaneView]) -> tuple[str, str]:
    """Kind and headline: more seeds first, then fewer updates."""
    base = view.lanes[0]
    if view.state != "finished":
        return "racing", filled("Update {front:,} of {steps:,}", {"front": view.front, "steps": view.steps})
    if not ranked:
        return "racing", "The baseline alone"
    best, without = len(solves(ranked[0])), len(solves(base))
    numbers = {"title": _capital(ranked[0].title), "best": best, "seeds": len(view.seeds), "without": without,
               "part": median_updates(ranked[0]) / median_updates(base) if best and without else np.nan}
    if best > without:
        return "healthy", filled("{title} solves {best} of {seeds:count seed}, the baseline {without}", numbers)
    if not best and base.state == "diverged" and not base.failed:
        return "diverged", "The baseline diverged"
    if not best and not without:
        return "racing", "No lane solved it in these updates"
    if best < without:
        return "racing", filled("The baseline solves most: {without} of {seeds:count seed}", numbers)
    if numbers["part"] <= QUICKER:
        numbers["title"] = ranked[0].title
        return "healthy", filled("As many seeds solved either way, {title} in {part:share} of the updates", numbers)
    return "racing", "The baseline solves as many seeds"


def _capital(words: str) -> str:
    """A title at the beginning of a sentence."""
    first = words.split(",")[0].split(" ")[0]
    if first in ("lstm", "gru"):
        return words.replace(first, first.upper(), 1)
    return f"{words[:1].upper()}{words[1:]}"
