"""Who races: the baseline, and every lane that goes together with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.parameters import ParameterError
from core.specs.recurrence import SEED_MAX
from core.topics.race.entries import Baseline, Entry, lane_experiment, lane_title
from core.training.experiment import Experiment


@dataclass(frozen=True)
class Entrant:
    """What runs in one lane."""

    slot: int  # 0 is the baseline
    title: str
    experiment: Experiment


def entrants_of(baseline: Baseline, lanes: Sequence[Entry]) -> tuple[list[Entrant], list[str]]:
    """All that go together, and one line for each lane that does not go together with the baseline."""
    found, problems = [Entrant(0, baseline.title, baseline.experiment)], []
    for slot, entry in enumerate(lanes, start=1):
        if entry:
            try:
                found.append(Entrant(slot, lane_title(entry), lane_experiment(baseline.experiment, entry)))
            except ParameterError as error:
                problems.append(f"Lane {slot}, {lane_title(entry)}, is left out: {error}")
    return found, problems


def seeds_from(seed: int, count: int) -> tuple[int, ...]:
    """The seeds of every lane: `seed` and those that follow it."""
    return tuple((seed + i) % (SEED_MAX + 1) for i in range(count))
