"""What truncation costs in time against full back-propagation, measured on this machine, side by side.

At every length both are trained in turns, a sequence of one and a sequence of the other, so that whatever else the
machine does falls on both. An update is timed as it is made, recording included: the processor's time for it, in which
what others do meanwhile does not count. What is told is the median.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.arrays import Floats
from core.claims import Claim
from core.cost import Cost
from core.live.limits import refused
from core.live.memory import trainer_need
from core.live.seconds import update_seconds
from core.topics.truncation.dropped_gradient import truncation_of
from core.topics.truncation.words import say
from core.training.clock import clock
from core.training.experiment import Experiment, network_alone
from core.training.trainer import Trainer
from core.training.truncated_pairs import map_of

LENGTHS = (50, 100, 200, 500, 1000)  # T, steps
ROUNDS = (3, 25)  # sequences of each kind that are timed at one length
BUDGET = 0.8  # s for one length, as far as the fewest rounds allow
LONGEST = 4.0  # s that one sequence of both kinds may be expected to take


@dataclass(frozen=True)
class TruncationCost:
    """Medians, (L,) each, in the order of the lengths."""

    T: NDArray[np.int64]  # steps
    full: Floats  # s for one sequence of full back-propagation, which is one update
    truncated: Floats  # s for one sequence of TBPTT(k1, k2), all its updates together
    update: Floats  # s for one update of TBPTT(k1, k2)
    updates: NDArray[np.int64]  # that TBPTT(k1, k2) makes of one sequence
    left_out: Claim | None = None  # which lengths are missing, and why; None while none is

    @property
    def ratio(self) -> Floats:
        """(L,) time for a sequence, truncated / full."""
        return self.truncated / self.full


def cost_pieces(experiment: Experiment) -> Iterator[tuple[float, TruncationCost | None]]:
    """In pieces, one update each: (share of the work done 0..1, the lengths so far)."""
    kind = experiment.task.kind
    lengths = [T for T in LENGTHS if kind.shortest <= T <= kind.longest]
    rows: list[tuple] = []
    for done, T in enumerate(lengths):
        at = replace(experiment, task=replace(experiment.task, seq_len=T))
        claim = refused(at, pair_cost)
        if claim is not None:
            yield 1.0, _table(rows, say("left_out", {"T": T}, why=claim))
            return
        pair = Trainer(network_alone(at)), Trainer(network_alone(at, *truncation_of(at)))
        seconds, stopped = [], None
        rounds = ROUNDS[1]
        while len(seconds) < rounds + 1:  # the first one warms up
            both = []
            for trainer in pair:
                updates = []
                while not updates or not trainer.between_sequences:
                    began = clock()
                    stopped = trainer.update().stopped
                    updates.append(clock() - began)
                    if stopped:
                        break
                    yield (done + len(seconds) / (rounds + 1)) / len(lengths), None
                both.append(updates)
                if stopped:
                    break
            if stopped:
                break
            seconds.append(both)
            took = sum(map(sum, both))
            rounds = int(np.clip(BUDGET / took, *ROUNDS))
        if stopped:
            yield 1.0, _table(rows, say("left_out", {"T": T}, why=stopped))
            return
        rows.append((T, *_medians(seconds[1:])))
        longer = lengths[done + 1:]
        if longer and (expected := took * longer[0] / T) > LONGEST:
            yield 1.0, _table(rows, say("left_out.too_long", {"T": longer[0], "seconds": expected}))
            return
        yield (done + 1) / len(lengths), _table(rows)


def measuring_seconds(experiment: Experiment) -> float:
    """How long measuring takes: at each length as many sequences of both kinds as there is time for."""
    kind, total = experiment.task.kind, 0.0
    for T in (T for T in LENGTHS if kind.shortest <= T <= kind.longest):
        at = replace(experiment, task=replace(experiment.task, seq_len=T))
        cut = network_alone(at, *truncation_of(at))
        both = update_seconds(network_alone(at)) + map_of(cut).updates * update_seconds(cut)
        if both > LONGEST:
            break
        total += both * (1 + np.clip(BUDGET / both, *ROUNDS))
    return total


def pair_bytes(experiment: Experiment) -> int:
    """What is held at one length: both networks."""
    return (trainer_need(network_alone(experiment)).peak
            + trainer_need(network_alone(experiment, *truncation_of(experiment))).peak)


def pair_cost(experiment: Experiment) -> Cost:
    """Of one length; how long that takes is found out by doing it."""
    return Cost(pair_bytes(experiment), 0.0)


def _medians(seconds: list[list[list[float]]]) -> tuple[float, float, float, int]:
    """Sequences, full and truncated, updates each -> medians of a sequence, full and truncated, and of an update."""
    full, truncated = ([sum(both[kind]) for both in seconds] for kind in (0, 1))
    return (float(np.median(full)), float(np.median(truncated)),
            float(np.median([update for both in seconds for update in both[1]])), len(seconds[0][1]))


def _table(rows: list[tuple], left_out: Claim | None = None) -> TruncationCost:
    T, full, truncated, update, updates = zip(*rows, strict=True) if rows else ((),) * 5
    return TruncationCost(np.array(T, int), np.array(full, float), np.array(truncated, float),
                          np.array(update, float), np.array(updates, int), left_out)
