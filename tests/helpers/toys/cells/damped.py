"""The damped cell: a vanilla cell whose new state is halved on its way in, as a leaky one with a leak of 1/2."""

from __future__ import annotations

import numpy as np

from core.network.activations import Activation
from core.network.cells.leaky import Leaky


class Damped(Leaky):
    """h_t = h_{t-1} / 2 + phi(a_t) / 2."""

    name = "damped"

    def __init__(self, n: int, n_in: int, activation: Activation) -> None:
        super().__init__(n, n_in, activation, np.full(n, 0.5))
