"""The highest threshold of clipping that keeps a run finite: found by running it again, threshold by threshold.

Every re-run begins at the same initial network and reads the same batches. First without a clip: if that stays finite
and does not end above both chance and where it began, no clip is needed for it. If it is not finite, the thresholds of
a grid are halved again and again, between one that stays finite and one that does not. A run may be finite and ruined,
with a loss of 1e100, also without a clip: so the same is done for the highest threshold whose run ends no worse than
chance.

Nothing says that a lower threshold is always safer. So a few others are tried as well, and all that was tried is told.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from core.claims import Claim
from core.cost import Cost
from core.live.history import SMOOTHING
from core.live.host import WORK, allowed_seconds
from core.live.memory import trainer_need
from core.live.seconds import update_seconds
from core.parameters import ParameterError
from core.remedies.clip_norm import ClipNorm
from core.spelling import as_told, lasting
from core.topics.truncation.recorded_norms import ALLOWED
from core.training.batches import baselines_of
from core.training.experiment import Experiment
from core.training.trainer import Trainer

PER_DECADE = 8  # thresholds of the grid
CHECKS = 3  # thresholds tried above the one that was found
AT_CHANCE = 1.05  # times chance: a loss of up to so much counts as no worse


@dataclass(frozen=True)
class Rerun:
    """One run with one threshold."""

    threshold: float  # inf: without a clip
    updates: int  # made before anything left the finite numbers
    stopped: Claim | None  # which quantity did, and where; None if none
    loss: float  # mean over the last updates made; nan if there was none
    longest: float  # the largest finite gradient norm met, before clipping
    first: float = math.nan  # loss before the first update

    @property
    def finite(self) -> bool:
        return self.stopped is None


@dataclass(frozen=True)
class ThresholdSearch:
    """What was tried so far."""

    updates: int  # of a re-run that stays finite
    chance: float  # loss of the best constant answer
    reruns: tuple[Rerun, ...]  # in the order in which they were made
    done: bool = False

    @property
    def needed(self) -> bool | None:
        """Whether the run leaves the finite numbers without a clip; None while that is not known."""
        return not self.reruns[0].finite if self.reruns else None

    def sound(self, rerun: Rerun) -> bool:
        """Finite, and no worse than chance in the end."""
        return rerun.finite and rerun.loss <= AT_CHANCE * self.chance

    @property
    def ruined(self) -> bool:
        """Whether the run without a clip stays finite and ends above chance, and above where it began."""
        first = self.reruns[0]
        return first.finite and not self.sound(first) and not first.loss <= first.first

    @property
    def highest(self) -> float | None:
        """The highest threshold tried that stayed finite; None where there is none."""
        return max((r.threshold for r in self.reruns if r.finite and r.threshold < math.inf), default=None)

    @property
    def highest_sound(self) -> float | None:
        """The highest threshold tried whose run was sound; None where there is none."""
        return max((r.threshold for r in self.reruns if self.sound(r) and r.threshold < math.inf), default=None)

    @property
    def orderly(self) -> bool:
        """Whether every threshold tried below the highest finite one stayed finite too."""
        return self.highest is None or all(r.finite for r in self.reruns if r.threshold < self.highest)


def grid() -> list[float]:
    """Thresholds, ascending, to three digits."""
    low, high = (round(PER_DECADE * math.log10(edge)) for edge in (ALLOWED.low, ALLOWED.high))
    return [as_told(10 ** (i / PER_DECADE), 3) for i in range(low, high + 1)]


RERUNS = 2.0 + 2 * math.log2(len(grid())) + CHECKS  # that are expected: without a clip, two halvings, and the others


def search_cost(experiment: Experiment, updates: int) -> Cost:
    """Of a search with so many updates in a re-run, as many re-runs as it makes at most where none is cut short."""
    return Cost(trainer_need(experiment).peak, RERUNS * updates * update_seconds(experiment))


def _check(experiment: Experiment, updates: int) -> None:
    """Raises ParameterError where the search would take too long."""
    room = WORK * allowed_seconds()
    most = int(updates * room / search_cost(experiment, updates).seconds)
    if most < updates:
        raise ParameterError(f"reruns must be at most {most} updates for these sizes (a search may take "
                             f"{lasting(room, 'down')} here), got {updates}.")


def search_pieces(experiment: Experiment, updates: int, also: Iterable[float] = (),
                  ) -> Iterator[tuple[float, ThresholdSearch | None]]:
    """In pieces: (share of the work done 0..1, what was tried so far).

    Args:
        experiment: its own clipping by the norm is left out; everything else stays.
        updates: of each re-run.
        also: thresholds to try beside those of the search, where clipping allows them.
    """
    _check(experiment, updates)
    chance = baselines_of(experiment).chance
    found, thresholds = ThresholdSearch(updates, chance, ()), _thresholds(also)
    threshold = next(thresholds)
    while threshold is not None:
        for done, rerun in _rerun(experiment, threshold, updates):
            if rerun is None:
                yield min((len(found.reruns) + done) / RERUNS, 0.99), None
            else:
                found = replace(found, reruns=(*found.reruns, rerun))
                yield min(len(found.reruns) / RERUNS, 0.99), found
        try:
            threshold = thresholds.send(found)
        except StopIteration:
            break
    yield 1.0, replace(found, done=True)


def _thresholds(also: Iterable[float]) -> Generator[float, ThresholdSearch, None]:
    """Which threshold to try next; is sent all that is known after each."""
    found = yield math.inf
    if not found.needed and not found.ruined:
        return
    # from the largest norm met on, a threshold changes nothing
    steps = [threshold for threshold in grid() if threshold < found.reruns[0].longest]
    low, high = -1, len(steps) if found.needed else -1
    while high - low > 1:
        middle = (low + high) // 2
        found = yield steps[middle]
        low, high = (middle, high) if found.reruns[-1].finite else (low, middle)
    above = [threshold for threshold in steps if found.highest is None or threshold > found.highest]
    others = [above[len(above) * (i + 1) // (CHECKS + 1)] for i in range(CHECKS)] if len(above) > CHECKS else above
    for threshold in [*others, *also]:
        if ALLOWED.low <= threshold <= ALLOWED.high and threshold not in [r.threshold for r in found.reruns]:
            found = yield threshold
    # a threshold may be too low to be sound: so this begins at the highest that is known to be
    while found.highest_sound is not None:
        ends = min((r.threshold for r in found.reruns if r.threshold > found.highest_sound), default=math.inf)
        between = [threshold for threshold in steps if found.highest_sound < threshold < ends]
        if not between:
            return
        found = yield between[len(between) // 2]


def _rerun(experiment: Experiment, threshold: float, updates: int) -> Iterator[tuple[float, Rerun | None]]:
    """One run from its beginning: (share of it done, None), and at its end the record of it."""
    plain = replace(experiment, remedies=tuple(s for s in experiment.remedies if not isinstance(s, ClipNorm)))
    trainer = Trainer(plain if math.isinf(threshold) else plain.with_remedy(ClipNorm(threshold=threshold)))
    losses, longest, stopped = [], 0.0, None
    while len(losses) < updates and stopped is None:
        record = trainer.update()
        stopped = record.stopped
        if stopped is None:
            losses.append(record.loss)
        if math.isfinite(record.grad_norm):
            longest = max(longest, record.grad_norm)
        yield len(losses) / updates, None
    loss = float(np.mean(losses[-SMOOTHING:])) if losses else math.nan
    first = losses[0] if losses else math.nan
    yield 1.0, Rerun(threshold, len(losses), stopped, loss, longest, first)
