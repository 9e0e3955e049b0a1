r"""The vanilla cell: h_t = phi(W_hh h_{t-1} + W_xh x_t + b_h), with h_0 = 0.

Its weights are one matrix V = [W_hh | W_xh | b_h], (n, n + n_in + 1), and its input at a step is the column
[h_{t-1}; x_t; 1], so that a step forward is one matrix product and one phi.

    dh_t/dh_{t-1} = diag(phi'(a_t)) W_hh
    dL/da_t = dL/dh_t * phi'(a_t)
    dL/dh_{t-1} = W_hh^T dL/da_t + (dL_{t-1}/dh_{t-1}, where step t-1 has a target)
    dL/dV = sum_t dL/da_t [h_{t-1}; x_t; 1]^T

Source: Pascanu, Mikolov & Bengio 2013, section 1.1, footnote 1. They go on with the state before the nonlinearity, so
their factor is W_rec diag(phi') instead.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.arrays import Array
from core.breath import NUMBERS, breathe, steps_a_piece
from core.cost import Prices
from core.network.activations import Activation, Calls
from core.network.cells.base import Carry, Cell
from core.network.cells.jacobians import PlainJacobians
from core.network.cells.products import multiply_by, sum_of_products, transposed, with_reads
from core.network.cells.tape import Tape, per_step

SLOPES = NUMBERS  # of phi' made at a time: GELU takes 50 bytes beside each


class VanillaTape(Tape):
    """A, P, D (T, [R,] n, B): a_t, phi'(a_t), dL/da_t."""

    def __init__(self, T: int, n: int, n_in: int, B: int, dtype: np.dtype, replicas: tuple[int, ...] = ()) -> None:
        super().__init__(T, n, n_in, B, dtype, replicas)
        self.A, self.P, self.D = (self.buffer(n) for _ in range(3))
        self.A_at, self.P_at, self.D_at = per_step((self.A, self.P, self.D))
        self.carried = np.empty_like(self.G[0])
        self.phi: Calls = []  # a_t -> phi(a_t) of each step, made at the first pass forward


class Vanilla(Cell):
    """h_t = phi(a_t)."""

    name = "vanilla"

    def __init__(self, n: int, n_in: int, activation: Activation) -> None:
        super().__init__(n, n_in)
        self.activation = activation

    def phi(self, tape: VanillaTape, into: Sequence[Array]) -> Calls:
        """phi of each step: of one network bit for bit numpy's, of several side by side the quickest."""
        if not tape.phi:
            tape.phi = self.activation.calls(tape.A_at, into, quickest=bool(tape.replicas))
        return tape.phi

    def tape(self, T: int, B: int, dtype: np.dtype, replicas: tuple[int, ...] = ()) -> VanillaTape:
        return VanillaTape(T, self.n, self.n_in, B, dtype, replicas)

    def forward_seconds(self, prices: Prices, B: int) -> float:
        functions = sum(prices.function(rate, self.n * B) for rate in self.activation.rates)
        return prices.product(*self.shape, B) + functions

    def backward_seconds(self, prices: Prices, B: int) -> float:
        n, m = self.shape
        gradient = prices.product(n, B, m) + prices.each(n * m)
        return prices.product(n, n, B) + prices.each(n * B, 2) + gradient

    def forward(self, V: Array, tape: VanillaTape, start: int, stop: int) -> None:
        phi, dot = self.phi(tape, tape.h_at), multiply_by(V)
        for z, a, phi_of_a in zip(tape.Z_at[start:stop], tape.A_at[start:stop], phi[start:stop], strict=True):
            dot(z, a)
            phi_of_a()
        self.slopes(tape, tape.h, start, stop)

    def slopes(self, tape: VanillaTape, phi_of_a: Array, start: int, stop: int) -> None:
        """phi'(a_t) into P, some steps at a time: what an activation needs beside it does not grow with T."""
        steps = max(SLOPES // tape.carried.size, 1)
        for first in range(start, stop, steps):
            now = slice(first, min(first + steps, stop))
            self.activation.phi_prime(tape.A[now], phi_of_a[now], tape.P[now])

    def backward(self, V: Array, tape: VanillaTape, start: int, stop: int, has_target: Sequence[bool],
                 carry: Carry | None = None) -> None:
        W_T_dot = multiply_by(transposed(V[..., :self.n]))
        G, D, P, carried = tape.G_at, tape.D_at, tape.P_at, tape.carried
        multiply, steps = np.multiply, steps_a_piece(carried.size)
        for last in range(stop - 1, start, -steps):
            for t in range(last, max(last - steps, start), -1):
                multiply(G[t], P[t], D[t])
                to = carried if has_target[t - 1] else G[t - 1]
                W_T_dot(D[t], to)
                if carry is not None:
                    carry(to, G[t])
                if to is carried:
                    G[t - 1] += carried
            breathe()
        multiply(G[start], P[start], D[start])

    def carry_back(self, V: Array, tape: VanillaTape, t: int, g: Array) -> Array:
        return np.swapaxes(V[..., :self.n], -1, -2) @ (g * tape.P[t])

    def weight_gradient(self, tape: VanillaTape, start: int, stop: int, reads: Sequence[Array] = ()) -> Array:
        return sum_of_products(tape.D[start:stop], with_reads(tape, start, stop, reads))

    def jacobians(self, V: Array, tape: VanillaTape, samples: slice = slice(0, 1)) -> PlainJacobians:
        return PlainJacobians(tape.P[:, :, samples].astype(np.float64), V[:, :self.n].astype(np.float64),
                              eps=float(np.finfo(V.dtype).eps))
