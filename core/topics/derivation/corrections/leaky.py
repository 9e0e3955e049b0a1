r"""Leaky units: which of the two factors makes them slow.

    h_t = alpha h_{t-1} + (1 - alpha) phi(W_hh h_{t-1} + W_xh x_t + b_h),    dh_t/dh_{t-1} = alpha + (1 - alpha) J_t

alpha multiplies the old state: 0 is a plain unit, 1 never forgets.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.network.activations import ACTIVATIONS
from core.network.spectrum import spectrum_of
from core.remedies.hooks import Hooks
from core.sources import GOODFELLOW_2016
from core.topics.derivation.corrections.base import Correction, Measurement, measured
from core.training.batches import sampled
from core.training.experiment import Experiment

CONTRACTION = 0.5  # sigma_max gamma: without a leak 10 steps are the most, with alpha = 0.9 135
FORGOTTEN = 1e-3


def steps_to_forget(experiment: Experiment, alpha: float) -> int:
    """Steps t until ||dh_t/dh_0||_2 is below 1e-3, on the inputs of the reader's first sequence, over and over; each is
    given, also where a task has an output that is fed back.

    W_hh is the reader's, scaled to sigma_max gamma = 0.5: every factor is at most alpha + (1 - alpha)/2, so that this
    ends, and the states stay finite.
    """
    recurrence, kind = experiment.recurrence, experiment.task.kind
    activation, n = ACTIVATIONS[recurrence.activation], recurrence.n_hidden
    network = Hooks().network(recurrence, kind, np.dtype(np.float64))
    sigma = spectrum_of(network.W_hh).sigma_max
    W = network.W_hh * (CONTRACTION / (sigma * activation.gamma) if sigma > 0.0 else 0.0)
    x = sampled(experiment, 0).x[:, :, 0]
    drive = x @ network.V[:, n:-1].T + network.V[:, -1]
    h, product, t = np.zeros(n), np.eye(n), 0
    while True:
        a = W @ h + drive[t % len(drive)]
        phi = activation.phi(a, np.empty(n))
        slopes = activation.phi_prime(a, phi, np.empty(n))
        h = alpha * h + (1.0 - alpha) * phi
        product = alpha * product + (1.0 - alpha) * slopes[:, None] * (W @ product)
        t += 1
        frobenius = np.linalg.norm(product)  # from the norm to sqrt(n) times it
        if frobenius < FORGOTTEN:
            return t
        if frobenius < FORGOTTEN * np.sqrt(n) and np.linalg.norm(product, 2) < FORGOTTEN:
            return t


def which_factor_is_slow(experiment: Experiment) -> Measurement:
    """How long a state is remembered at alpha = 0, 0.1 and 0.9."""
    plain = replace(experiment, remedies=(), task=replace(experiment.task, batch=1))
    given = " and every input given" if experiment.task.kind.cue is not None else ""
    return measured(
        "With your W_hh scaled to σ_max γ = 0.5" + given + ", the number of steps until ||dh_t/dh_0|| falls below "
        "10^-3 is {count_plain} without a leak (α = 0), {count_printed} at α = 0.1, inside the printed range, and "
        "{count_slow} at α = 0.9.",
        count_plain=steps_to_forget(plain, 0.0), count_printed=steps_to_forget(plain, 0.1),
        count_slow=steps_to_forget(plain, 0.9))


CORRECTIONS = (
    Correction(
        6, "Leaky units: which factor multiplies what",
        r"$h_t = \alpha h_{t-1} + (1-\alpha)\,\varphi(\cdot)$ with $\alpha \in (0.02, 0.2)$ gives slow units.",
        r"In this form $\alpha$ multiplies the old state, $\alpha = 0$ is a plain unit, and $\alpha \in (0.02, 0.2)$ "
        r"keeps 2 to 20 % of it at each step, which is hardly slow. The range fits the other convention, where the "
        r"leak multiplies what is new: here that is $\alpha \in (0.8, 0.98)$.",
        GOODFELLOW_2016, which_factor_is_slow),
)
