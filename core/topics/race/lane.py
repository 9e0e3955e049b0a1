"""One lane of a race: an experiment on several seeds, and what is kept of it."""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from statistics import median

import numpy as np

from core.claims import Claim
from core.network.cells.jacobians import Jacobians
from core.remedies.base import remedy_of
from core.topics.race.first_look import FirstLook, FirstLooks, Tapes
from core.topics.race.lag_norms import LEVEL, MOST_LAGS, NO_LAGS, LagNorms, at_level, lag_norms
from core.topics.race.records import NOTHING, SHARES, Band, LaneView, Solve, band_over_seeds, quantiles, thinned_band
from core.training.clock import clock
from core.training.experiment import Experiment
from core.training.record import StepRecord
from core.training.replicas import Replicas, seeded
from core.training.solved import SETTLED, solved
from core.training.trainer import Trainer

RECENT, FEW = 200, 3  # updates whose durations make the median, and how many it takes at least
CLOCKED = 12  # first updates of a lane whose seeds share their passes that are made once more by one network alone
KEEPS_ORTHOGONAL = ("orthogonal_init", "orthogonal_kept")  # the remedies that W'W - I says something about


@dataclass(frozen=True)
class Advance:
    """One update of every seed."""

    records: list[StepRecord]
    alone: float  # processor time of an update of one network by itself, s; nan where none was measured


class Lane:
    """Grows by one update at a time. `advance` computes and may be slow; `take` stores and is quick."""

    def __init__(self, slot: int, title: str, experiment: Experiment, seeds: Sequence[int], until_solved: bool,
                 level: float = LEVEL) -> None:
        self.slot, self.title, self.experiment, self.seeds = slot, title, experiment, tuple(seeds)
        self.until_solved, self.level = until_solved, level  # of the horizon
        self.updates = 0
        self.records: list[StepRecord] = []  # the last of every seed
        self._found = array("d")  # for each update, SHARES of the loss and of log10 of the gradient norm
        self._seconds: deque[float] = deque(maxlen=RECENT)  # of one network's update by itself
        self._clock: Trainer | None = None
        self._spent = 0.0  # of all its updates
        self._recent = [(deque(maxlen=SETTLED), deque(maxlen=SETTLED)) for _ in self.seeds]
        self._solved: list[Solve | None] = [None] * len(self.seeds)
        self._stopped_at: list[int | None] = [None] * len(self.seeds)
        self.failed: Claim | None = None  # why an update could not be computed
        self.first: FirstLook | None = None  # before its first update
        self._reach = NO_LAGS
        self._in_midst = False  # of an update that was given up there: what the last one left can be measured no more

    @cached_property
    def replicas(self) -> Replicas:
        """Made at the first update: while a setting is being moved, a race is made anew at every step."""
        return Replicas(self.experiment, list(self.seeds))

    # -- what it does -------------------------------------------------------------------------------------

    def advance(self) -> Advance:
        """The next update of every seed."""
        going = self._stopped_at.count(None)
        alone = self._alone() if self.replicas.share_passes else np.nan  # first: where it is given up none was made
        self._in_midst = True
        began = clock()
        records = self.replicas.update()
        spent = clock() - began
        self._in_midst = False
        if not self.replicas.share_passes:
            alone = spent / going if going else np.nan
        return Advance(records, alone)

    def _alone(self) -> float:
        """What an update costs must not depend on how many seeds share its passes, so one network makes some alone."""
        if self.updates >= CLOCKED:
            self._clock = None
            return np.nan
        self._clock = self._clock or Trainer(seeded(self.experiment, self.seeds[0]))
        began = clock()
        record = self._clock.update()
        return clock() - began if record.stopped is None else np.nan

    def take(self, made: Advance) -> None:
        """Store what `advance` gave."""
        self.records = records = made.records
        self.updates += 1
        if np.isfinite(made.alone):
            self._seconds.append(made.alone)
            self._spent += made.alone
        values = np.full((len(records), 2), np.inf)
        for s, record in enumerate(records):
            if record.stopped is not None:
                self._stopped_at[s] = self._stopped_at[s] or self.updates
                continue
            with np.errstate(divide="ignore"):
                values[s] = record.loss, np.log10(record.grad_norm)
            self._judge(s, record)
        self._found.extend(quantiles(values, SHARES).T.reshape(-1))

    def fail(self, why: Claim) -> None:
        """An update could not be computed: the lane ends as diverged, with the reason."""
        self.failed = why
        self._stopped_at = [at or self.updates + 1 for at in self._stopped_at]

    def _judge(self, s: int, record: StepRecord) -> None:
        losses, accuracies = self._recent[s]
        losses.append(record.loss)
        accuracies.append(record.accuracy)
        if self._solved[s] is None and solved(self.experiment.task.kind, list(losses), list(accuracies)):
            self._solved[s] = Solve(self.updates, self._spent)

    def preview(self, looks: FirstLooks, most: int = MOST_LAGS, tapes: Tapes | None = None) -> FirstLook:
        """Before the first update: the initial network of the first seed, measured on its first batch; nothing is
        stored.

        Args:
            looks: what is known of the race's networks; gets what is new. Most remedies leave the initial network as it
                is.
            most: lags.
            tapes: see `FirstLooks.of`.
        """
        return looks.of(seeded(self.experiment, self.seeds[0]), most, tapes)

    def take_preview(self, found: FirstLook) -> None:
        """Store what `preview` gave, at the level that a horizon has by default."""
        self.first, self.records, self._reach = found, [found.record], found.reach

    @property
    def rough(self) -> bool:
        """Whether there is more to see of its initial network than was measured."""
        return not self.updates and (self.first is None or not self.first.has(MOST_LAGS))

    def reach(self, most: int) -> LagNorms:
        """||dh_T/dh_k|| of every seed on its last batch, at `most` lags, or as it was measured last where an update was
        given up since; nothing is stored."""
        return self._reach if self._in_midst else lag_norms(self._jacobians(), most, self.level)

    def at_level(self) -> LagNorms:
        """The norms as they were measured, and the horizons at its level, where an update was given up since at the
        level before; nothing is stored."""
        if self._in_midst:
            return self._reach
        found = self._jacobians() if self.updates else [self.first and self.first.J]
        return at_level(self._reach, found, self.level)

    def _jacobians(self) -> list[Jacobians | None]:
        """Of every seed on its last batch."""
        return [None if at is not None else self.replicas.jacobians(s, 1) for s, at in enumerate(self._stopped_at)]

    def take_reach(self, found: LagNorms) -> None:
        """Store what `reach` or `at_level` gave."""
        self._reach = found

    @property
    def elsewhere(self) -> bool:
        """Whether its horizons are those at another level."""
        return bool(len(self._reach.lags)) and self._reach.level != self.level

    # -- where it stands ----------------------------------------------------------------------------------

    @property
    def state(self) -> str:
        ended = [(solve is not None and self.until_solved) or at is not None
                 for solve, at in zip(self._solved, self._stopped_at, strict=True)]
        if all(at is not None for at in self._stopped_at):
            return "diverged"
        if all(ended):
            return "solved" if not any(at is not None for at in self._stopped_at) else "over"
        return "finished" if self.updates >= self.experiment.training.steps else "racing"

    def view(self, band: str) -> LaneView:
        found = np.frombuffer(self._found).reshape(-1, 2, len(SHARES)).copy()
        steps = self._by_step("log10_dL_dh", band)
        return LaneView(
            slot=self.slot, title=self.title, experiment=self.experiment, state=self.state, updates=self.updates,
            solved=self._solves(), stopped_at=tuple(self._stopped_at), loss=thinned_band(found[:, 0], band),
            grad_norm=thinned_band(found[:, 1], band), dL_dh=steps or NOTHING,
            dL_dc=self._by_step("log10_dL_dc", band), flow=self._flow(band),
            horizon=() if self.elsewhere else self._reach.horizon, seconds=self._each(),
            failed=self.failed, orthogonality=self._orthogonality(),
        )

    def _by_step(self, name: str, band: str) -> Band | None:
        rows = [getattr(record, name) for record in self.records]
        if not rows or any(row is None for row in rows):
            return None
        return band_over_seeds(np.arange(1, len(rows[0]) + 1), np.array(rows), band)

    def _flow(self, band: str) -> Band:
        return band_over_seeds(self._reach.lags, self._reach.norms, band) if self._reach.norms.size else NOTHING

    def _each(self) -> float:
        """Median processor time of an update of one network by itself, s."""
        return median(self._seconds) if len(self._seconds) >= FEW else np.nan

    def _solves(self) -> tuple[Solve | None, ...]:
        """Of seeds that share their passes a few updates were measured alone; the time is that of as many of them."""
        if not any(self._solved) or not self.replicas.share_passes:
            return tuple(self._solved)
        each = self._each()
        return tuple(solve and replace(solve, seconds=solve.update * each) for solve in self._solved)

    def _orthogonality(self) -> float | None:
        if not any(remedy_of(spec).name in KEEPS_ORTHOGONAL for spec in self.experiment.remedies) or not self.records:
            return None
        return max(float(record.orthogonality) for record in self.records)
