"""The reader's network on its own task, before training: each quantity is measured when it is first asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.arrays import Floats
from core.claims import Claim
from core.network.activations import ACTIVATIONS
from core.network.cells.jacobians import Jacobians
from core.remedies.clip_norm import ClipNorm
from core.topics.derivation.corrections.base import corrections
from core.topics.derivation.corrections.bounded import bounded
from core.topics.derivation.directions import Directions, directions
from core.topics.derivation.leak import leaky_norms
from core.topics.jacobians.peak import peak_pieces
from core.topics.jacobians.products import gradient_flow, log10_product_norms
from core.topics.jacobians.rates import Rates, rates_of
from core.training.experiment import Experiment
from core.training.first_sequence import FirstSequence, first_sequence
from core.training.record import GradientFlow, Peak, StepRecord
from core.training.trainer import Trainer

MOST_LAGS = 200  # of ||dh_T/dh_k||; all of them on sequences that are not longer


@dataclass(frozen=True)
class OnTask:
    """An experiment and what is measured on it. Two are equal where their experiments are."""

    experiment: Experiment
    _measured: dict[int, Claim] = field(default_factory=dict, compare=False, repr=False)

    @property
    def T(self) -> int:
        """Steps of the task's sequence."""
        return self.experiment.task.seq_len

    @cached_property
    def _first(self) -> FirstSequence:
        return first_sequence(self.experiment)

    @property
    def jacobians(self) -> Jacobians | None:
        """dh_t/dh_{t-1} at t = 1..T on the first sequence, in float64; None where a state is not finite."""
        return self._first.jacobians if self._first.finite else None

    @cached_property
    def rates(self) -> Rates:
        """What they are held against."""
        first = self._first
        return rates_of(first.jacobians, ACTIVATIONS[self.experiment.recurrence.activation].gamma, first.spectrum)

    @cached_property
    def flow(self) -> GradientFlow | None:
        """||dh_T/dh_k|| against the lag; None where a state is not finite."""
        if self.jacobians is None:
            return None
        return gradient_flow(self.jacobians, self.rates.bound, 1.0, self.rates.free, MOST_LAGS)

    @cached_property
    def peak(self) -> Peak | None:
        """The largest ||dh_T/dh_k|| over all k; None where a state is not finite."""
        if self.jacobians is None:
            return None
        *_, found = peak_pieces(self.jacobians)
        return found

    @cached_property
    def log10_reach(self) -> float | None:
        """log10 ||dh_T/dh_1||, over T - 1 steps; None where a state is not finite."""
        return None if self.jacobians is None else float(log10_product_norms(self.jacobians, np.array([self.T - 1]))[0])

    def leaky(self, alpha: float) -> tuple[NDArray[np.int64], Floats] | None:
        """Lags, and log10 ||dh_T/dh_{T-l}|| of leaky units; None where a state is not finite."""
        return leaky_norms(self.experiment, alpha, MOST_LAGS)

    @cached_property
    def _first_update(self) -> tuple[StepRecord, str]:
        small, note = bounded(self.experiment)
        return Trainer(small).measure(), note

    @property
    def record(self) -> StepRecord:
        """The first update, measured and not applied; on fewer or shorter sequences where it would take long."""
        return self._first_update[0]

    @property
    def note(self) -> Claim | str:
        """What is to be said about `record`; "" where nothing was changed."""
        return self._first_update[1]

    @cached_property
    def directions(self) -> Directions | None:
        """How alike the gradients of several batches are; None where one is not finite or exactly 0."""
        return directions(self.experiment)

    @property
    def threshold(self) -> float:
        """Of the clipping that is on, else the default one."""
        return next((spec for spec in self.experiment.remedies if isinstance(spec, ClipNorm)), ClipNorm()).threshold

    def measured(self, number: int) -> Claim:
        """What a correction measures, once."""
        if number not in self._measured:
            self._measured[number] = corrections()[number].measure(self.experiment)
        return self._measured[number]
