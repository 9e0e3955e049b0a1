"""The race in numbers: one row a lane, and one sentence for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.race_records import LaneView, RaceView
from core.records import Verdict
from core.remedies import remedy_of

COLUMNS = ("Lane", "Solved (seeds)", "Updates to solve", "Time to solve (s)", "One update / baseline's",
           "Horizon (lag)", "What it costs")
UNKNOWN = "–"
QUICKER = 1.3  # times, from which on a remedy that solves as many seeds is called quicker


@dataclass(frozen=True)
class Row:
    """One lane, in words that a table shows."""

    slot: int
    title: str
    solved: str  # "3 of 3", and how many diverged
    updates: str  # median over the seeds that solved, with the lowest and the highest
    seconds: str  # the same, s
    cost: str  # duration of one update over that of the baseline, "1.8 ×"
    horizon: str  # lag at which ||dh_T/dh_{T-l}|| falls below 1e-3: median over the seeds
    price: str  # what its remedies cost, in words
    orthogonality: str  # ||W'W - I||_F; "" for a lane without an orthogonal remedy


def rows(view: RaceView) -> list[Row]:
    """One for each lane, the baseline first."""
    base = view.lanes[0]
    return [Row(
        slot=lane.slot, title=lane.title, solved=solved_words(lane), updates=_spread([s.update for s in _solved(lane)]),
        seconds=_spread([s.seconds for s in _solved(lane)]), cost=_cost(lane, base), horizon=_horizon(lane, view.T),
        price=_price(lane, base),
        orthogonality="" if lane.orthogonality is None else f"‖W′W − I‖ = {lane.orthogonality:.1e}",
    ) for lane in view.lanes]


def _solved(lane: LaneView) -> list:
    return [solve for solve in lane.solved if solve is not None]


def diverged(lane: LaneView) -> int:
    """Seeds that left the finite numbers."""
    return sum(at is not None for at in lane.stopped_at)


def solved_words(lane: LaneView) -> str:
    words = f"{len(_solved(lane))} of {len(lane.solved)}"
    return f"{words}, {diverged(lane)} diverged" if diverged(lane) else words


def _spread(values: Sequence[float]) -> str:
    """Median (lowest–highest)."""
    if not values:
        return UNKNOWN
    low, middle, high = (f"{f(values):.0f}" if isinstance(values[0], int) else f"{f(values):.2g}"
                         for f in (min, np.median, max))
    return middle if low == high else f"{middle} ({low}–{high})"


def _cost(lane: LaneView, base: LaneView) -> str:
    """Both are measured in turn, in this race."""
    if not lane.seconds > 0 or not base.seconds > 0:
        return UNKNOWN
    own = f"{1e3 * lane.seconds:.2g} ms"
    return own if lane.slot == 0 else f"{lane.seconds / base.seconds:.2g} × ({own})"


def _horizon(lane: LaneView, T: int) -> str:
    if not lane.horizon:
        return UNKNOWN
    lag = float(np.median(lane.horizon))
    return f"> {T}" if np.isinf(lag) else f"{lag:.0f}"


def _price(lane: LaneView, base: LaneView) -> str:
    own = [spec for spec in lane.experiment.remedies if spec not in base.experiment.remedies]
    return " ".join(remedy_of(spec).cost for spec in own)


def race_verdict(view: RaceView) -> Verdict:
    """Who solved the task, in how many updates, against the baseline; with the numbers."""
    base, others = view.lanes[0], view.lanes[1:]
    if not view.front:
        words = f"The baseline, {base.title}, alone; " if not others else (
            f"{len(others)} {_plural('lane', len(others))} beside the baseline, {base.title}; ")
        return Verdict("ready", "Ready", f"{words}{len(view.seeds)} {_plural('seed', len(view.seeds))} each.")
    ranked = sorted((lane for lane in others if _solved(lane)), key=lambda one: (-len(_solved(one)), _updates(one)))
    told = [f"{lane.title} solved {len(_solved(lane))} of {len(lane.solved)} in {_updates(lane):.0f} updates"
            for lane in ranked]
    rest = [lane.title for lane in others if not _solved(lane) and not diverged(lane)]
    if rest:
        told.append(f"{' / '.join(rest)}: 0 of {len(view.seeds)} after {view.front}")
    lost = [f"{lane.title} ({diverged(lane)} of {len(lane.solved)})" for lane in others if diverged(lane)]
    if lost:
        told.append(f"diverged: {' / '.join(lost)}")
    text = "; ".join([*told, _baseline(base)])
    kind, word = _word(view, ranked)
    return Verdict(kind, word, f"{text[0].upper()}{text[1:]}.")


def _updates(lane: LaneView) -> float:
    """Median over the seeds that solved."""
    return float(np.median([solve.update for solve in _solved(lane)]))


def _word(view: RaceView, ranked: list[LaneView]) -> tuple[str, str]:
    """Kind and headline: more seeds first, then fewer updates."""
    base = view.lanes[0]
    if view.state != "finished":
        return "racing", f"Update {view.front} of {view.steps}"
    if len(view.lanes) == 1:
        return "racing", "The baseline alone"
    if ranked and len(_solved(ranked[0])) > len(_solved(base)):
        return "healthy", "A remedy makes the difference"
    if base.state == "diverged":
        return "diverged", "The baseline diverged"
    if not ranked and not _solved(base):
        return "racing", "No lane solved it in these updates"
    if ranked and len(_solved(ranked[0])) == len(_solved(base)):
        quicker = _updates(base) / _updates(ranked[0])
        if quicker >= QUICKER:
            return "healthy", f"Solved either way, {quicker:.1f} times as fast with a remedy"
        return "racing", "The baseline solves it as well"
    return "racing", "The baseline does best"


def _baseline(base: LaneView) -> str:
    """Named, and never said to be unable to."""
    words = f"the baseline, {base.title}, "
    if base.state == "diverged":
        return f"{words}diverged on all {len(base.solved)} by update {max(at for at in base.stopped_at if at)}"
    words += f"{len(_solved(base))} of {len(base.solved)} "
    words += f"in {_updates(base):.0f}" if _solved(base) else f"after {base.updates}"
    return f"{words}, {diverged(base)} diverged" if diverged(base) else words


def _plural(word: str, count: int) -> str:
    return word if count == 1 else f"{word}s"
