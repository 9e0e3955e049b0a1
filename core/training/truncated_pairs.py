r"""Which pairs (t, k) truncated back-propagation sees: does the loss of step t reach the state and input of step k?

TBPTT(k1, k2) goes k1 steps forward, makes an update from the losses of these steps, and carries them back k2 steps
from the end of the chunk:

    chunk (start, stop],  start = 0, k1, 2 k1, ...      seen where  max(stop - k2, 0) < k <= t,  start < t <= stop

A loss early in its chunk therefore looks back fewer than k2 steps. Where the state is reset at the borders, what lies
before the chunk has no influence on its losses at all, and there is nothing to drop.

k = 0 is the state before the first step: what reaches step 1 is carried on to it, and nothing else is. There is no loss
at t = 0, and nothing that could be cut off.

Source: Sutskever 2013, section 2.8.6 (k1 and k2).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np

from core.arrays import Flags, Ints
from core.bptt.backprop import Window
from core.remedies.base import remedy_of
from core.tasks.base import Dependency
from core.training.batches import sampled
from core.training.experiment import Experiment


@dataclass(frozen=True)
class TruncationMap:
    """What each update of one sequence sees."""

    T: int  # steps
    k1: int  # steps between updates, at most T
    k2: int  # steps back, at most T
    carry: bool  # whether the state is carried over the borders between chunks
    start: Ints  # (C,) of the chunks, which are the steps start + 1 .. stop
    stop: Ints  # (C,)
    targets: Ints  # (S,) steps with a target, ascending

    def chunk(self, t: Ints) -> Ints:
        """Number, from 0, of the chunk that a step 1..T is in; the state before the first is that of the first."""
        return np.maximum(np.asarray(t) - 1, 0) // self.k1

    def window(self, t: Ints) -> Ints:
        """The last step that the loss of step t does not reach any more; 0 where it reaches them all."""
        window = np.maximum(self.stop[self.chunk(t)] - self.k2, 0 if self.carry else self.start[self.chunk(t)])
        return np.where(np.asarray(t) > 0, window, 0)

    def seen(self, t: Ints, k: Ints) -> Flags:
        """(t, k) pairs whose gradient enters an update, if t has a target; arrays that broadcast."""
        return (self.window(t) < np.maximum(k, 1)) & (k <= t)

    def unseen(self, t: Ints, k: Ints) -> Flags:
        """Pairs k <= t whose gradient is exactly 0 in every update."""
        return (k <= t) & ~self.seen(t, k)

    def unconnected(self, t: Ints, k: Ints) -> Flags:
        """Pairs k <= t with a reset of the state between them: h_t does not depend on step k."""
        return (k <= t) & (np.maximum(k, 1) <= self.start[self.chunk(t)]) & (not self.carry)

    def dropped(self, t: Ints, k: Ints) -> Flags:
        """Pairs k <= t whose gradient exists and is not carried back."""
        return self.unseen(t, k) & ~self.unconnected(t, k)

    @property
    def updates(self) -> int:
        """Of one sequence: its chunks that have a target."""
        return len(np.unique(self.chunk(self.targets)))

    @property
    def reach(self) -> Ints:
        """(S,) the longest lag t - k that the loss of each target step reaches; -1 where it reaches nothing."""
        return np.maximum(self.targets - self.window(self.targets) - 1, -1)

    @cached_property
    def last_cut(self) -> int | None:
        """The lag at which the loss of step T is cut on its way back; None where it gets to the first step."""
        window = int(self.window(self.T))
        return self.T - window if window else None

    @cached_property
    def seen_share(self) -> float:
        """Of the pairs (t, k), k <= t, where t has a target: the share that enters an update, 0..1."""
        return float((self.reach + 1).sum() / self.targets.sum())

    def bridged_share(self, lag: int) -> float:
        """Share of the target steps with so many steps before them whose loss reaches `lag` steps back, 0..1."""
        late = self.targets > lag
        return float(np.mean(self.reach[late] >= lag)) if late.any() else 1.0


def window_of(experiment: Experiment) -> Window | None:
    """The window of back-propagation that a remedy chooses; None where none does."""
    return next((remedy_of(spec).window(spec) for spec in experiment.remedies if remedy_of(spec).window), None)


def truncation_map(T: int, k1: int, k2: int, targets: Ints, *, carry: bool = True) -> TruncationMap:
    """The chunks of a sequence.

    Args:
        T, k1, k2: steps, 1 or more; k1 and k2 beyond T are T.
        targets: steps with a target, ascending, the last one T.
    """
    k1, k2 = min(k1, T), min(k2, T)
    start = np.arange(0, T, k1)
    stop = np.minimum(start + k1, T)
    start.flags.writeable = stop.flags.writeable = False
    return TruncationMap(T, k1, k2, carry, start, stop, np.asarray(targets))


@lru_cache(maxsize=64)  # asked for several times a frame
def map_of(experiment: Experiment) -> TruncationMap:
    """Of an experiment's task, with its truncation or without."""
    T, window = experiment.task.seq_len, window_of(experiment)
    k1, k2, carry = (T, T, True) if window is None else (window.k1, window.k2, getattr(window, "carry", True))
    return truncation_map(T, k1, k2, target_steps(experiment), carry=carry)


@lru_cache(maxsize=64)  # asked for several times a frame
def target_steps(experiment: Experiment) -> Ints:
    """Steps with a target, 1..T, of a sequence of the task."""
    steps = np.array(sampled(replace(experiment, task=replace(experiment.task, batch=1)), 0).target_steps)
    steps.flags.writeable = False
    return steps


def dependency_of(experiment: Experiment) -> Dependency | None:
    """How far the task has to look back; None where that is not known."""
    kind = experiment.task.kind
    return kind.dependency(experiment.task.seq_len) if kind.dependency else None
