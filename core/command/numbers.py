"""What the commands print that do not train: of the initial network, of one unit, of a number type, of lists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from core.cost import Cost
from core.live.limits import check
from core.live.memory import jacobians_bytes, trainer_need
from core.network.activations import ACTIVATIONS
from core.network.cells.in_words import why_no_bound
from core.network.cells.jacobians import Jacobians
from core.network.spectrum import Spectrum
from core.parameters import ParameterError
from core.remedies.base import remedies, remedy_of
from core.tasks.base import tasks
from core.topics.jacobians.map import full_grid, jacobian_map
from core.topics.jacobians.products import gradient_flow
from core.topics.jacobians.singular_spectrum import singular_spectrum
from core.topics.landscape.one_unit import OneUnit, error_and_gradient
from core.topics.precision.powers import Powers, powers
from core.topics.singular_values.matrix_powers import matrix_powers
from core.training.experiment import Experiment
from core.training.trainer import Trainer


def spectrum(experiment: Experiment, *, matrix: bool) -> Iterator[dict[str, Any]]:
    """Eigenvalues, rho, sigma_max and departure from normality of the initial W_hh."""
    trainer = Trainer(experiment)
    W = trainer.network.W_hh.astype(np.float64) + 0.0  # -0 is 0
    found = trainer.spectrum
    out = {"eigenvalues": found.eigenvalues, "rho": found.rho, "sigma_max": found.sigma_max,
           "departure": found.departure}
    yield out | ({"W_hh": W} if matrix else {})


def jacobian(experiment: Experiment) -> Iterator[dict[str, Any]]:
    """log10 ||dh_T/dh_k|| at every lag T - k of the initial network, for the first sequence of the first batch.

    `no_bound` says why log10_bound and log10_rho are nan, as they are for a gated cell; null where they are numbers.
    """
    J, found = _initial_jacobians(experiment, 1)
    bound, rate = J.per_step(experiment.activation.gamma, found)
    flow = gradient_flow(J, bound, 1.0, rate)
    yield {"lag": flow.lag, "log10_norm": flow.log10_norm, "log10_bound": flow.log10_bound,
           "log10_rho": flow.log10_rho, "no_bound": why_no_bound(remedy_of(spec).name for spec in experiment.remedies)}


def jacobians_map(experiment: Experiment, *, sequences: int) -> Iterator[dict[str, Any]]:
    """log10 ||dh_t/dh_k|| of the initial network, row t = 0..T, column k = 0..T, null where k > t.

    Of several sequences it is the mean of log10 over those where the norm is not exactly 0, which `not_zero_in` counts.
    """
    full_grid(experiment.task.seq_len, experiment.recurrence.n_hidden)
    J, _ = _initial_jacobians(experiment, sequences)
    found = jacobian_map(J)

    def rows(matrix: np.ndarray) -> list[list[float | None]]:
        return [[*row[:t + 1].tolist(), *[None] * (len(row) - t - 1)] for t, row in enumerate(matrix)]

    yield {"log10_norm": rows(found.log10_norm), "not_zero_in": rows(found.alive), "exact": found.exact}


def singular(experiment: Experiment) -> Iterator[dict[str, Any]]:
    """All singular values of dh_T/dh_{T-lag} of the initial network, for the first sequence of the first batch.

    With them `lyapunov`: estimates of the Lyapunov exponents over all T steps, largest first, natural logarithm a step;
    "-inf" where a direction is exactly 0.
    """
    found = singular_spectrum(_initial_jacobians(experiment, 1)[0])
    yield {"lag": found.lag, "log10_singular_values": found.log10_singular_values, "lyapunov": found.lyapunov}


def matrix_power(experiment: Experiment) -> Iterator[dict[str, Any]]:
    """log10 ||W_hh^k|| of the initial network, k = 0..seq_len, with log10 rho^k and log10 sigma_max^k around it."""
    trainer = Trainer(experiment)
    found = matrix_powers(trainer.network.W_hh.astype(np.float64), experiment.task.seq_len, trainer.asked_eigenvalues)
    yield {"k": found.k, "log10_norm": found.log10_norm, "log10_rho": found.log10_rho,
           "log10_sigma_max": found.log10_sigma}


def _initial_jacobians(experiment: Experiment, sequences: int) -> tuple[Jacobians, Spectrum]:
    """Those of the initial network, and what W_hh is; raises ParameterError where a state is not finite."""
    check(experiment, lambda one: Cost(trainer_need(one).peak + jacobians_bytes(one, sequences), 0.0))
    trainer = Trainer(experiment)
    found = trainer.measure().spectrum
    if not trainer.finite_states:
        raise ParameterError("The network must be one whose states stay finite, got inf or nan in h.")
    return trainer.jacobians(sequences), found


def surface(one_unit: OneUnit) -> Iterator[dict[str, Any]]:
    """Error of the one-unit network x_t = w phi(x_{t-1}) + b after its last step, and its gradient [dE/dw, dE/db]."""
    error, *gradient = error_and_gradient(one_unit)
    yield {"error": float(error), "gradient": [float(part) for part in gradient]}


def precision(asked: Powers) -> Iterator[dict[str, Any]]:
    """rate^t for t = 1..steps by repeated multiplication in one number type: where it is 0 or inf first, and log10."""
    found = powers(asked.rate, asked.dtype, asked.steps)
    yield {"first_zero": found.first_zero, "first_inf": found.first_inf, "log10_value": found.log10_value}


def listing(kind: str) -> list[dict[str, str | None]]:
    """Name, title and source of all there is; no source where none was read."""
    things = {"tasks": tasks(), "remedies": remedies(), "activations": ACTIVATIONS}[kind]
    return [{"name": thing.name, "title": thing.title, "source": thing.source and str(thing.source)}
            for thing in things.values()]
