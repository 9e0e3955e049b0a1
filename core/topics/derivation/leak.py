r"""Leaky units in the reader's network: how far back a gradient reaches where the old state is kept in part.

    h_t = alpha h_{t-1} + (1 - alpha) phi(W_hh h_{t-1} + W_xh x_t + b_h)
    dh_t/dh_{t-1} = alpha I + (1 - alpha) diag(phi'(a_t)) W_hh

alpha = 0 is a plain unit. Source: Pascanu, Mikolov & Bengio 2013, section 3.1.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.arrays import Floats
from core.network.activations import Activation
from core.network.cells.leaky import Leaky
from core.plotting.thinning import evenly
from core.topics.derivation.word.layer import Layer, ran
from core.topics.jacobians.products import log10_product_norms
from core.training.experiment import Experiment
from core.training.first_sequence import first_sequence


def leaky_states(layer: Layer, activation: Activation, alpha: float) -> tuple[Floats, Floats]:
    """phi(a_t) and h_t of a layer whose units keep the share alpha of their state, with the same weights and the same
    input, (T, n) each; h_0 = 0."""
    n = len(layer.V)
    tape = ran(Leaky(n, layer.reads.shape[1], activation, np.full(n, 1.0 - alpha)), layer.V, layer.reads)
    a = tape.A[:, :, 0]
    return activation.phi(a, np.empty_like(a)), tape.h[:, :, 0]


def leaky_norms(experiment: Experiment, alpha: float, most: int) -> tuple[NDArray[np.int64], Floats] | None:
    """Lags, at most so many, and log10 ||dh_T/dh_{T-l}||_2; None where a state is not finite.

    Args:
        alpha: 0 to 1, what stays of the old state.
    """
    found = first_sequence(experiment, alpha)
    if not found.finite:
        return None
    T = len(found.jacobians)
    lags = evenly(T, 1, most)
    return lags, log10_product_norms(found.jacobians, lags)
