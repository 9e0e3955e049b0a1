"""The race in words: who solved the task, in how many updates, against the baseline."""

from __future__ import annotations

from dataclasses import replace
from statistics import median
from typing import Any

import numpy as np

from core.claims import Claim, Verdict
from core.topics.race.records import LaneView, RaceView
from core.topics.race.table import diverged, solves
from core.topics.race.words import say

QUICKER = 0.8  # of the baseline's updates, up to which a lane that solves as many seeds is called quicker
EXPLODES = 1.0  # log10 of ||dh_T/dh_k|| at the longest lag from which on it is named


def race_verdict(view: RaceView) -> Verdict:
    """One claim for each lane, those that solved most first and the baseline last, and one for what explodes."""
    base, others = view.lanes[0], view.lanes[1:]
    exploding = _exploding(view)
    if not view.front:
        numbers = {"lanes": len(others), "title": base.title, "seeds": len(view.seeds)}
        ready = say("ready.beside" if others else "ready.alone", numbers)
        return Verdict("ready", say("headline.ready"), (ready, *exploding))
    ranked = sorted(others, key=_rank)
    kind, headline = _headline(view, ranked)
    return Verdict(kind, headline, (*map(_lane, ranked), _lane(base), *exploding))


def median_updates(lane: LaneView) -> float:
    """To solve it, over the seeds that did; inf where none did."""
    return float(median([solve.update for solve in solves(lane)] or [np.inf]))


def _rank(lane: LaneView) -> tuple[int, float, int]:
    return -len(solves(lane)), median_updates(lane), lane.slot


def _lane(lane: LaneView) -> Claim:
    """How many of its seeds solved it, and when; how many diverged; after how many updates none did."""
    done, lost, seeds = len(solves(lane)), diverged(lane), len(lane.solved)
    numbers: dict[str, Any] = {"title": _capital(lane.title) if lane.slot else lane.title, "solved": done,
                               "seeds": seeds, "lost": lost, "updates": median_updates(lane), "made": lane.updates,
                               "last": max((at for at in lane.stopped_at if at is not None), default=0)}
    if lane.failed:
        statement = "lane.failed"
    elif lost == seeds and not done:
        statement = "lane.all_diverged" if seeds > 1 else "lane.the_one_diverged"
    elif done > 1:
        statement = "lane.solved_median_some_diverged" if lost else "lane.solved_median"
    elif done:
        statement = "lane.solved_some_diverged" if lost else "lane.solved"
    else:
        statement = "lane.unsolved_some_diverged" if lost else "lane.unsolved"
    title = say("lane.title" if lane.slot else "lane.baseline", numbers)
    return replace(say(statement, numbers, lane=title, why=lane.failed), name=f"lane_{lane.slot}")


def _exploding(view: RaceView) -> tuple[Claim, ...]:
    """Lanes whose product of Jacobians is large at the longest lag, whether or not a gradient is carried along it."""
    found = {lane.slot: (lane.title, int(lane.flow.x[-1]), float(lane.flow.median[-1])) for lane in view.lanes
             if len(lane.flow.x) and lane.flow.median[-1] >= EXPLODES}
    if not found:
        return ()
    numbers: dict[str, Any] = {}
    for slot, (title, lag, log10) in found.items():
        numbers |= {f"title_{slot}": title, f"lag_{slot}": lag, f"log10_{slot}": log10}
    parts = [say("exploding.lane", {"title": title, "lag": lag, "log10": log10})
             for title, lag, log10 in found.values()]
    return (say("exploding", numbers, parts=parts),)


def _headline(view: RaceView, ranked: list[LaneView]) -> tuple[str, Claim]:
    """Kind and headline: more seeds first, then fewer updates."""
    base = view.lanes[0]
    if view.state != "finished":
        return "racing", say("headline.racing", {"front": view.front, "steps": view.steps})
    if not ranked:
        return "racing", say("headline.alone")
    best, without = len(solves(ranked[0])), len(solves(base))
    numbers = {"title": _capital(ranked[0].title), "best": best, "seeds": len(view.seeds), "without": without,
               "part": median_updates(ranked[0]) / median_updates(base) if best and without else np.nan}
    if best > without:
        return "healthy", say("headline.more_seeds", numbers)
    if not best and base.state == "diverged" and not base.failed:
        return "diverged", say("headline.diverged")
    if not best and not without:
        return "racing", say("headline.none")
    if best < without:
        return "racing", say("headline.baseline", numbers)
    if numbers["part"] <= QUICKER:
        return "healthy", say("headline.quicker", numbers | {"title": ranked[0].title})
    return "racing", say("headline.as_many")


def _capital(words: str) -> str:
    """A title at the beginning of a sentence."""
    first = words.split(",")[0].split(" ")[0]
    if first in ("lstm", "gru"):
        return words.replace(first, first.upper(), 1)
    return f"{words[:1].upper()}{words[1:]}"
