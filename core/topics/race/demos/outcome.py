"""What a race says about the claim of the demo that it runs."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.claims import Verdict
from core.topics.race.demos.base import Demo, LaneResult, Result
from core.topics.race.records import LaneView, RaceView
from core.topics.race.words import say

SEEDS, FIRST_SEED = 5, 1000  # of the 20 that its recorded result was measured on, the first


def demo_values(demo: Demo) -> dict[str, Any]:
    """Flat values of the page that race the demo: its baseline, and the remedy in lane 1."""
    return {**demo.base, "steps": demo.updates, "seed": FIRST_SEED, "seeds": SEEDS,
            "lanes": (tuple(demo.on.items()),)}


def outcome_verdict(demo: Demo, view: RaceView) -> Verdict | None:
    """Whether the claim holds on the seeds of this race, and the numbers; None while it is not over."""
    if view.state != "finished" or len(view.lanes) != 2:
        return None
    off, on = map(_lane, view.lanes)
    result = Result(demo, range(view.seeds[0], view.seeds[-1] + 1), off, on)
    here = say("here", result.claim.numbers, result=result.claim)
    kind, word = ("healthy", say("headline.as_claimed")) if result.holds else ("cut", say("headline.not_on_these"))
    return Verdict(kind, word, (say("claim", {"claim": demo.claim}), here))


def _lane(lane: LaneView) -> LaneResult:
    updates = [solve.update for solve in lane.solved if solve is not None]
    return LaneResult(len(lane.solved), len(updates), float(np.median(updates)) if updates else None,
                      sum(at is not None for at in lane.stopped_at),
                      sum(solve.seconds for solve in lane.solved if solve is not None))
