r"""The leaky cell: h_t = (1 - l) h_{t-1} + l phi(W_hh h_{t-1} + W_xh x_t + b_h), a leak l for each unit.

    dh_t/dh_{t-1} = diag(1 - l) + diag(l phi'(a_t)) W_hh
    dL/da_t = dL/dh_t * l phi'(a_t)
    dL/dh_{t-1} = (1 - l) dL/dh_t + W_hh^T dL/da_t + (dL_{t-1}/dh_{t-1})

l multiplies what is new, 1 - l what is kept: l = 1 is the vanilla cell, bit for bit, and a unit with a small l is
slow. (Others let alpha multiply the old state.)

Sources: Pascanu, Mikolov & Bengio 2013, section 3.1; Goodfellow, Bengio & Courville 2016, 10.9.2.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.arrays import Array
from core.breath import breathe, steps_a_piece
from core.cost import Prices
from core.network.activations import Activation
from core.network.cells.base import Carry
from core.network.cells.jacobians import PlainJacobians
from core.network.cells.products import multiply_by, transposed
from core.network.cells.vanilla import Vanilla, VanillaTape


class Leaky(Vanilla):
    """A share of each unit's state leaks away at a step, and is replaced by phi(a_t)."""

    name = "leaky"

    def __init__(self, n: int, n_in: int, activation: Activation, leak: NDArray[np.float64]) -> None:
        """leak: ([R,] n), each above 0 and at most 1."""
        super().__init__(n, n_in, activation)
        self.leak = leak

    def beside_others(self, cells: Sequence[Leaky]) -> Leaky:
        return Leaky(self.n, self.n_in, self.activation, np.stack([cell.leak for cell in cells]))

    def forward_seconds(self, prices: Prices, B: int) -> float:
        return super().forward_seconds(prices, B) + prices.each(self.n * B, 3)

    def backward_seconds(self, prices: Prices, B: int) -> float:
        return super().backward_seconds(prices, B) + prices.each(self.n * B, 3)

    def forward(self, V: Array, tape: VanillaTape, start: int, stop: int) -> None:
        phi, dot = self.phi(tape, tape.G_at), multiply_by(V)
        leak, keep = self._shares(tape)
        new, kept = np.empty_like(tape.carried), np.empty_like(tape.carried)
        # phi' of some activations is read off phi(a), which h is not here: G holds it until the backward pass
        F = tape.G
        for t in range(start, stop):
            dot(tape.Z_at[t], tape.A_at[t])
            phi[t]()
            np.multiply(F[t], leak, new)
            np.multiply(tape.h_before[t], keep, kept)
            np.add(new, kept, tape.h_at[t])
        self.slopes(tape, F, start, stop)

    def backward(self, V: Array, tape: VanillaTape, start: int, stop: int, has_target: Sequence[bool],
                 carry: Carry | None = None) -> None:
        W_T_dot = multiply_by(transposed(V[..., :self.n]))
        G, D, P, carried = tape.G_at, tape.D_at, tape.P_at, tape.carried
        leak, keep = self._shares(tape)
        kept, steps = np.empty_like(carried), steps_a_piece(carried.size)
        for last in range(stop - 1, start - 1, -steps):
            for t in range(last, max(last - steps, start - 1), -1):
                np.multiply(G[t], P[t], D[t])
                D[t] *= leak
                if t == start:
                    return
                to = carried if has_target[t - 1] else G[t - 1]
                W_T_dot(D[t], to)
                np.multiply(G[t], keep, kept)
                to += kept
                if carry is not None:
                    carry(to, G[t])
                if to is carried:
                    G[t - 1] += carried
            breathe()

    def carry_back(self, V: Array, tape: VanillaTape, t: int, g: Array) -> Array:
        leak, keep = self._shares(tape)
        return keep * g + np.swapaxes(V[..., :self.n], -1, -2) @ (g * tape.P[t] * leak)

    def jacobians(self, V: Array, tape: VanillaTape, samples: slice = slice(0, 1)) -> PlainJacobians:
        return PlainJacobians(tape.P[:, :, samples].astype(np.float64), V[:, :self.n].astype(np.float64), self.leak,
                              eps=float(np.finfo(V.dtype).eps))

    def _shares(self, tape: VanillaTape) -> tuple[Array, Array]:
        """l and 1 - l, ([R,] n, 1), in the tape's type."""
        return self.leak[..., None].astype(tape.dtype), (1.0 - self.leak)[..., None].astype(tape.dtype)
