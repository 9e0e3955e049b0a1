"""What a lane shows before its first update, measured once for all lanes of a race that show the same."""

from __future__ import annotations

import threading
from collections.abc import Hashable
from dataclasses import dataclass, replace
from functools import lru_cache

from core.network.cells.jacobians import Jacobians
from core.network.cells.tape import Tape
from core.remedies.base import remedy_of
from core.topics.race.entries import MOST_LANES
from core.topics.race.lag_norms import LagNorms, lag_norms
from core.training.clock import clock
from core.training.experiment import OF_THE_NETWORK, Experiment
from core.training.record import StepRecord
from core.training.trainer import Trainer

Tapes = dict[Hashable, Tape]  # by the kind of cell: what the system is asked for takes longer than to fill it
SEEN_BY = (*OF_THE_NETWORK, "window", "transform_vector")  # hooks of remedies that show; the others act on the update
KEPT = 2 * (MOST_LANES + 1)  # those of a race, and of what a reader's hand tries


@dataclass(frozen=True)
class FirstLook:
    """The initial network of one experiment, on its first batch."""

    record: StepRecord
    J: Jacobians | None  # of the first sequence; None where a state is not finite
    reach: LagNorms
    seconds: float  # of the processor, that it took

    def has(self, lags: int) -> bool:
        """Whether ||dh_T/dh_k|| is known at so many lags, or at all that there are."""
        return self.J is None or len(self.reach.lags) >= min(lags, len(self.J))


class FirstLooks:
    """The last ones of one race. Whoever asks holds `measuring`, taken before the update slot: they are measured one at
    a time, also where measuring lets others in."""

    def __init__(self) -> None:
        self.measuring = threading.Lock()
        self._known: dict[Hashable, FirstLook] = {}

    def __contains__(self, experiment: Experiment) -> bool:
        """Whether it is known, be it at few lags."""
        return shown_by(experiment) in self._known

    def of(self, experiment: Experiment, most: int, tapes: Tapes | None = None) -> FirstLook:
        """That of an experiment, at so many lags at least, or at all that there are.

        Args:
            tapes: to write on, for who asks for many; gets what is new.
        """
        key = shown_by(experiment)
        known = self._known.pop(key, None)
        if known is None or not known.has(most):
            known = self._measured(experiment, known, most, {} if tapes is None else tapes)
        self._known[key] = known
        while len(self._known) > KEPT:
            del self._known[next(iter(self._known))]
        return known

    def _measured(self, experiment: Experiment, known: FirstLook | None, most: int, tapes: Tapes) -> FirstLook:
        began = clock()
        if known is None:
            trainer = Trainer(experiment)
            cell, course = trainer.network.cell, trainer.course
            fits = type(cell), cell.shape, experiment.activation, trainer.dtype
            course.tape = tapes.get(fits)
            record, J = trainer.measure(), trainer.jacobians(1) if trainer.finite_states else None
            tapes[fits] = course.tape
        else:
            record, J = known.record, known.J
        same = next((other.reach for other in self._known.values() if J is not None and other.J is not None
                     and other.has(most) and J.is_same(other.J)), None)
        return FirstLook(record, J, same or lag_norms([J], most), clock() - began)


@lru_cache(maxsize=64)
def shown_by(experiment: Experiment) -> Hashable:
    """All that a first look is of: experiments of which it is equal have the same, bit for bit."""
    seen = replace(experiment, remedies=tuple(
        spec for spec in experiment.remedies if any(getattr(remedy_of(spec), hook) is not None for hook in SEEN_BY)))
    idle = seen.without_effect("gradient")
    return tuple((name, value) for name, value in seen.values().items() if name not in idle)
