"""What a verdict on a live run is made of, and the lags that it speaks of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.live.history import SMOOTHING, Curves
from core.tasks.base import Baselines
from core.topics.playground.reach import Reach
from core.training.experiment import Experiment
from core.training.own_batch import Overshoots
from core.training.record import StepRecord
from core.training.solved import SETTLED, solved
from core.training.truncated_pairs import TruncationMap, dependency_of, map_of, target_steps


@dataclass(frozen=True)
class Seen:
    """All that a verdict is made of."""

    record: StepRecord  # the network now: the last update, or the next one, measured
    reach: Reach | None  # of that network over whole sequences; None where a state is not finite
    curves: Curves  # every update up to that record; may be empty
    baselines: Baselines  # of the task at its sequence length
    overshoots: Callable[[], Overshoots]  # of the last updates of the curves, made with the same settings: measured
    # where it decides something
    experiment: Experiment  # the settings of the record
    measured_at: Experiment | None = None  # those of the last update of the curves, where they are others
    chunk_end: int | None = None  # the step at which the record's chunk ends; None where that is the last one
    lost_at: int | None = None  # the first step beyond the record's own pass at which its network's state is not finite

    @cached_property
    def steps(self) -> Overshoots:
        return self.overshoots()

    @property
    def updates(self) -> int:
        return len(self.curves.step)

    @cached_property
    def chunks(self) -> TruncationMap:
        """What each update of one sequence sees."""
        return map_of(self.experiment)

    @property
    def end(self) -> int:
        """The step that the record's gradient comes back from."""
        return self.chunk_end or len(self.record.log10_dL_dh)

    @property
    def whole(self) -> bool:
        """Whether that is the last step of the sequence."""
        return self.end == len(self.record.log10_dL_dh)

    @property
    def unchanged(self) -> int:
        """The last so many updates were made with the same settings."""
        return unchanged(self.curves)

    @cached_property
    def last_losses(self) -> NDArray[np.float64]:
        """Of the last updates, all made with the same settings: what the words speak of as now."""
        return self.curves.loss[self.updates - min(SMOOTHING, self.unchanged):]

    @property
    def solved(self) -> bool:
        """Whether the task counts as solved over the last updates."""
        last = len(self.last_losses)
        return last == SETTLED and solved(self.experiment.task.kind, self.last_losses.tolist(),
                                          self.curves.accuracy[-last:].tolist())


def unchanged(curves: Curves) -> int:
    """The last so many updates were made with the same settings."""
    updates = len(curves.step)
    begun = max((mark.step for mark in curves.marks if mark.step <= updates), default=1)
    return min(max(updates - begun + 1, 1), updates)


def many_targets(experiment: Experiment) -> bool:
    """Whether more than half of the steps have a target: dL/dh at one of them says nothing of a single product."""
    return 2 * len(target_steps(experiment)) > experiment.task.seq_len


def asked_lags(experiment: Experiment, lag: int) -> list[int]:
    """The lag that the task needs, where it is known and not farther than what is spoken of."""
    needed = dependency_of(experiment)
    return [needed.shortest] if needed is not None and 1 <= needed.shortest <= lag else []
