r"""Leaky units in the reader's network: how far back a gradient reaches where the old state is kept in part.

    h_t = alpha h_{t-1} + (1 - alpha) phi(W_hh h_{t-1} + W_xh x_t + b_h)
    dh_t/dh_{t-1} = alpha I + (1 - alpha) diag(phi'(a_t)) W_hh

alpha = 0 is a plain unit. Source: Jaeger et al. 2007, with alpha for what stays.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.activations import ACTIVATIONS, Activation
from core.experiment import Experiment
from core.jacobian import log10_product_norms
from core.network import BATCHES, Network
from core.tasks import tasks
from core.unrolled_layer import Layer

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class LeakyJacobians:
    """dh_t/dh_{t-1}, made one at a time; in the place of an array (T, n, n)."""

    alpha: float
    slopes: Floats  # (T, n) phi'(a_t)
    W_hh: Floats  # (n, n)

    @property
    def shape(self) -> tuple[int, int, int]:
        return len(self.slopes), *self.W_hh.shape

    def __len__(self) -> int:
        return len(self.slopes)

    def __getitem__(self, i: int) -> Floats:
        return self.alpha * np.eye(len(self.W_hh)) + (1.0 - self.alpha) * self.slopes[i][:, None] * self.W_hh


def leaky_states(layer: Layer, activation: Activation, alpha: float) -> tuple[Floats, Floats]:
    """phi(a_t) and h_t of a layer whose units keep the share alpha of their state, with the same weights and the same
    input, (T, n) each; h_0 = 0."""
    drive, before = layer.reads @ layer.W_xh.T + layer.b_h, np.zeros(len(layer.b_h))
    new, h = np.empty_like(drive), np.empty_like(drive)
    for t, u in enumerate(drive):
        activation.phi(layer.W_hh @ before + u, new[t])
        before = h[t] = alpha * before + (1.0 - alpha) * new[t]
    return new, h


def slopes_on_task(experiment: Experiment, alpha: float) -> tuple[Floats, Floats] | None:
    """phi'(a_t) of the units, (T, n), and W_hh, on the first sequence of the experiment's first batch, in float64.

    Args:
        alpha: 0 to 1, what stays of the old state.

    Returns:
        None where a state is not finite.
    """
    recurrence, task = experiment.recurrence, experiment.task
    activation, kind, n = ACTIVATIONS[recurrence.activation], tasks()[task.task], recurrence.n_hidden
    network = Network(recurrence, kind, np.dtype(np.float64))
    x = kind.sample(np.random.default_rng([recurrence.seed, BATCHES, 0]), task.seq_len, task.batch).x[:, :, 0]
    drive, h, slopes = x @ network.V[:, n:-1].T + network.V[:, -1], np.zeros(n), np.empty((len(x), n))
    with np.errstate(over="ignore", invalid="ignore"):
        for u, slope in zip(drive, slopes, strict=True):
            a = network.W_hh @ h + u
            phi = activation.phi(a, np.empty(n))
            activation.phi_prime(a, phi, slope)
            h = alpha * h + (1.0 - alpha) * phi
            if not np.isfinite(h).all():
                return None
    return slopes, network.W_hh


def leaky_norms(experiment: Experiment, alpha: float, most: int) -> tuple[NDArray[np.int64], Floats] | None:
    """Lags, at most so many, and log10 ||dh_T/dh_{T-l}||_2; None where a state is not finite."""
    found = slopes_on_task(experiment, alpha)
    if found is None:
        return None
    lags = np.unique(np.round(np.linspace(len(found[0]), 1, min(most, len(found[0])))).astype(int))
    return lags, log10_product_norms(LeakyJacobians(alpha, *found), lags)
