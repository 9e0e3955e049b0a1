"""The race in numbers: one row a lane, with what its columns mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from core.claims import Claim
from core.remedies.base import remedy_of
from core.spelling import as_told, filled, fixed, plain
from core.topics.race.records import LaneView, RaceView, Solve
from core.topics.race.words import say

UNKNOWN = "–"


@dataclass(frozen=True)
class Row:
    """One lane, in words that a table shows."""

    slot: int
    title: str
    solved: str  # "3 of 3", and how many diverged
    updates: str  # median over the seeds that solved, with the lowest and the highest
    seconds: str  # the same, processor seconds of one network by itself
    cost: str  # duration of one update over that of the baseline, each of one network by itself: "1.8 × (3.6 ms)"
    horizon: str  # first lag at which ||dh_T/dh_{T-l}|| is below the race's level: median over the seeds
    price: str  # what its remedies cost, in words
    orthogonality: str  # ||W'W - I||_F; "" for a lane without an orthogonal remedy


def columns(view: RaceView) -> tuple[str, ...]:
    """What stands above each."""
    return ("Lane", "Solved (seeds)", "Updates to solve", "Time to solve (s)", "One update / baseline's",
            say("table.horizon", {"level": view.level}).text, "What it costs")


def notes(view: RaceView) -> Claim:
    """What its columns mean."""
    return say("table.notes", {"level": view.level})


def rows(view: RaceView) -> list[Row]:
    """One for each lane, the baseline first."""
    base = view.lanes[0]
    return [Row(
        slot=lane.slot, title=lane.title, solved=_solved_words(lane),
        updates=_spread("{value:,.7g}", [solve.update for solve in solves(lane)]),
        seconds=_spread("{value:plain}", [_told(solve.seconds) for solve in solves(lane)]),
        cost=_cost(lane, base), horizon=_horizon(lane),
        price=_price(lane, base),
        orthogonality="" if lane.orthogonality is None else say("row.orthogonality", {"by": lane.orthogonality}).text,
    ) for lane in view.lanes]


def solves(lane: LaneView) -> list[Solve]:
    """Of the seeds that solved it."""
    return [solve for solve in lane.solved if solve is not None]


def diverged(lane: LaneView) -> int:
    """Seeds that left the finite numbers, or whose update could not be computed."""
    return sum(at is not None for at in lane.stopped_at)


def _solved_words(lane: LaneView) -> str:
    numbers = {"solved": len(solves(lane)), "seeds": len(lane.solved), "lost": diverged(lane)}
    return say("row.solved" if not numbers["lost"] else "row.stopped" if lane.failed else "row.diverged", numbers).text


def _spread(spelling: str, values: Sequence[float]) -> str:
    """Median (lowest–highest)."""
    if not values or not np.isfinite(values).all():
        return UNKNOWN
    low, middle, high = (filled(spelling, {"value": float(f(values))}) for f in (min, median, max))
    return middle if low == high else f"{middle} ({low}–{high})"


def _told(value: float) -> float:
    """A duration has two digits that mean something."""
    return as_told(value, 2)


def _cost(lane: LaneView, base: LaneView) -> str:
    """Both are measured in turn, in this race."""
    if not lane.seconds > 0 or not base.seconds > 0:
        return UNKNOWN
    own = f"{plain(_told(1e3 * lane.seconds))} ms"
    return own if lane.slot == 0 else f"{plain(_told(lane.seconds / base.seconds))} × ({own})"


def _horizon(lane: LaneView) -> str:
    """Beyond the longest lag that was measured it is not known."""
    lag = horizon_of(lane)
    if lag is None:
        return UNKNOWN
    return f"> {fixed(lane.flow.x[-1], 0)}" if np.isinf(lag) else plain(lag)


def horizon_of(lane: LaneView) -> float | None:
    """Median over its seeds, steps; inf beyond the longest lag, None where none was measured."""
    return median(lane.horizon) if lane.horizon else None


def _price(lane: LaneView, base: LaneView) -> str:
    own = [spec for spec in lane.experiment.remedies if spec not in base.experiment.remedies]
    return " ".join(remedy_of(spec).cost for spec in own)
