r"""Leaky units: which of the two factors makes them slow.

    h_t = alpha h_{t-1} + (1 - alpha) phi(W_hh h_{t-1} + W_xh x_t + b_h),    dh_t/dh_{t-1} = alpha + (1 - alpha) J_t

alpha multiplies the old state: 0 is a plain unit, 1 never forgets.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.bptt.closed_loop import driven
from core.claims import Claim
from core.network.cells.leaky import Leaky
from core.network.spectrum import spectrum_of
from core.remedies.hooks import Hooks
from core.sources import GOODFELLOW_2016
from core.topics.derivation.corrections.base import Correction
from core.topics.derivation.words import say
from core.training.batches import sampled
from core.training.experiment import Experiment
from core.training.whole_pass import jacobians_on, states_on

CONTRACTION = 0.5  # sigma_max gamma: without a leak 10 steps are the most, with alpha = 0.9 135
FORGOTTEN = 1e-3
BELOW = FORGOTTEN * (1.0 - 1e-9)  # 0.1^3 is not below 1e-3, whatever rounding makes of it


def steps_to_forget(experiment: Experiment, alpha: float) -> int:
    """Steps t until ||dh_t/dh_0||_2 is below 1e-3, on the inputs of the reader's first sequence, over and over; each is
    given, also where a task has an output that is fed back.

    W_hh is the reader's, scaled to sigma_max gamma = 0.5: every factor is at most alpha + (1 - alpha)/2, so that this
    ends, and the states stay finite.
    """
    network = Hooks().network(experiment.recurrence, experiment.task.kind, np.dtype(np.float64))
    n, activation = network.n, network.cell.activation
    sigma = spectrum_of(network.W_hh).sigma_max
    network.W_hh[...] *= CONTRACTION / (sigma * activation.gamma) if sigma > 0.0 else 0.0
    longest = int(np.log(FORGOTTEN) / np.log(alpha + (1.0 - alpha) * CONTRACTION)) + 1
    x = sampled(experiment, 0).x[:, :, :1]
    cell, drive = Leaky(n, network.n_in, activation, np.full(n, 1.0 - alpha)), driven(network, None, 1.0)
    J = jacobians_on(states_on(cell, drive, np.resize(x, (longest, *x.shape[1:]))), cell, drive)
    product = np.eye(n)
    for t in range(longest):
        product = J[t] @ product
        frobenius = np.linalg.norm(product)  # from the norm to sqrt(n) times it
        if frobenius < BELOW or (frobenius < BELOW * np.sqrt(n) and np.linalg.norm(product, 2) < BELOW):
            break
    return t + 1


def which_factor_is_slow(experiment: Experiment) -> Claim:
    """How long a state is remembered at alpha = 0, 0.1 and 0.9."""
    plain = replace(experiment, remedies=(), task=replace(experiment.task, batch=1))
    return say("slow", {
        "count_plain": steps_to_forget(plain, 0.0), "count_printed": steps_to_forget(plain, 0.1),
        "count_slow": steps_to_forget(plain, 0.9),
    }, given=say("slow.given") if experiment.task.kind.cue is not None else "")


CORRECTIONS = (
    Correction(
        6, "Leaky units: which factor multiplies what",
        r"$h_t = \alpha h_{t-1} + (1-\alpha)\,\varphi(\cdot)$ with $\alpha \in (0.02, 0.2)$ gives slow units.",
        r"In this form $\alpha$ multiplies the old state, $\alpha = 0$ is a plain unit, and $\alpha \in (0.02, 0.2)$ "
        r"keeps 2 to 20 % of it at each step, which is hardly slow. The range fits the other convention, where the "
        r"leak multiplies what is new: here that is $\alpha \in (0.8, 0.98)$.",
        GOODFELLOW_2016, which_factor_is_slow),
)
