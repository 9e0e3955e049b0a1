"""The reader's network on its own task, before training: each quantity is measured when it is first asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.activations import ACTIVATIONS
from core.cells.jacobians import Jacobians, PlainJacobians
from core.corrections import Measurement, corrections
from core.corrections.bounded import bounded
from core.derivation.leak import leaky_norms, slopes_on_task
from core.experiment import Experiment
from core.jacobian import gradient_flow, log10_product_norms
from core.network import WEIGHTS
from core.records import GradientFlow, Spectrum, StepRecord
from core.remedies.clip_norm import ClipNorm
from core.spectrum import initial_W_hh, spectrum_of
from core.training import Trainer

Floats = NDArray[np.float64]
MOST_LAGS = 200  # of ||dh_T/dh_k||; all of them on sequences that are not longer


@dataclass(frozen=True)
class OnTask:
    """An experiment and what is measured on it. Two are equal where their experiments are."""

    experiment: Experiment
    _measured: dict[int, Measurement] = field(default_factory=dict, compare=False, repr=False)

    @property
    def T(self) -> int:
        """Steps of the task's sequence."""
        return self.experiment.task.seq_len

    @cached_property
    def jacobians(self) -> Jacobians | None:
        """dh_t/dh_{t-1} at t = 1..T on the first sequence, in float64; None where a state is not finite."""
        found = slopes_on_task(self.experiment, 0.0)
        return None if found is None else PlainJacobians(found[0][:, :, None], found[1])

    @cached_property
    def spectrum(self) -> Spectrum:
        """Of W_hh."""
        recurrence = self.experiment.recurrence
        return spectrum_of(initial_W_hh(recurrence, np.random.default_rng([recurrence.seed, WEIGHTS])))

    @property
    def rate_of_bound(self) -> float:
        """sigma_max gamma."""
        return self.spectrum.sigma_max * ACTIVATIONS[self.experiment.recurrence.activation].gamma

    @cached_property
    def flow(self) -> GradientFlow | None:
        """||dh_T/dh_k|| against the lag; None where a state is not finite."""
        if self.jacobians is None:
            return None
        gamma = ACTIVATIONS[self.experiment.recurrence.activation].gamma
        return gradient_flow(self.jacobians, self.spectrum.sigma_max, gamma, self.spectrum.rho, MOST_LAGS)

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
    def note(self) -> str:
        """What is to be said about `record`; "" where nothing was changed."""
        return self._first_update[1]

    @property
    def threshold(self) -> float:
        """Of the clipping that is on, else the default one."""
        return next((spec for spec in self.experiment.remedies if isinstance(spec, ClipNorm)), ClipNorm()).threshold

    def measured(self, number: int) -> Measurement:
        """What a correction measures, once."""
        if number not in self._measured:
            self._measured[number] = corrections()[number].measure(self.experiment)
        return self._measured[number]
