"""The network, batch and Jacobians of an experiment's first update, and what a correction measures on it."""

import numpy as np
import torch

from core.network.weights import BATCHES
from core.remedies.hooks import Hooks
from core.tasks.base import tasks
from core.topics.derivation.corrections.base import corrections
from core.training.experiment import Experiment
from tests.helpers.autograd_reference import PHI

SMALL = {"n_hidden": 6, "seq_len": 12, "batch": 3, "alpha": 0.5, "bias": 0.1, "seed": 3}


def numbers(number, **values):
    return corrections()[number].measure(Experiment.from_values({**SMALL, **values})).numbers


def first(**values):
    """Network, batch, kind of the first update."""
    spec = Experiment.from_values({**SMALL, **values})
    kind = tasks()[spec.task.task]
    batch = kind.sample(np.random.default_rng([spec.recurrence.seed, BATCHES, 0]), spec.task.seq_len, spec.task.batch)
    return Hooks().network(spec.recurrence, kind, np.dtype(float)), batch, kind


def factors(network, h, x, activation):
    """dh_t/dh_{t-1} at every step by torch's own differentiation, (T, n, n)."""
    V, out = torch.tensor(network.V), []
    before = torch.zeros(network.n, dtype=V.dtype)
    for x_t, h_t in zip(torch.tensor(x), torch.tensor(h), strict=True):
        out.append(torch.func.jacrev(lambda s, x_t=x_t: PHI[activation](
            V[:, :network.n] @ s + V[:, network.n:-1] @ x_t + V[:, -1]))(before).numpy())
        before = h_t
    return np.stack(out)
