r"""The LSTM, as torch's nn.LSTM has it: what a unit keeps in c_t is multiplied by its forget gate alone.

    g_t = phi(.), f_t = sigmoid(.), i_t = sigmoid(.), o_t = sigmoid(.)    each of its rows of V [h_{t-1}; x_t; 1]
    c_t = f_t c_{t-1} + i_t g_t,    h_t = o_t phi(c_t)

phi is tanh unless another activation is asked for, which then acts in both places, as in Keras; the gates stay
sigmoids. The state is [h; c], and the weights are one matrix, (4n, n + n_in + 1), rows g, f, i, o: a step forward is
one matrix product, and so is a step back. Everything else is linear in dL/dh_t and dL/dc_t, with factors that the gates
decide:

    dL/dc_t = (carried from t + 1) + dL/dh_t o_t phi'(c_t)
    dL/da_o = dL/dh_t phi(c_t) o'      dL/da_g = dL/dc_t i_t g'     dL/da_f = dL/dc_t c_{t-1} f'
    dL/da_i = dL/dc_t g_t i'           dL/dh_{t-1} = W^T dL/da_t + (dL_{t-1}/dh_{t-1})
    carried on to c_{t-1}: f_t dL/dc_t

Sources: torch's documentation (the equations); Hochreiter & Schmidhuber 1997; Gers, Schmidhuber & Cummins 2000,
section 3 (the forget gate).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.arrays import Array
from core.breath import breathe, steps_a_piece
from core.cost import Prices
from core.network.activations import Activation
from core.network.cells.base import Carry, Cell
from core.network.cells.gated_jacobians import LSTMJacobians
from core.network.cells.gates import BLOCK, TANH, fill_gates, keeps_preactivation, sech_squared, tanh_slope
from core.network.cells.products import multiply_by, sum_of_products, transposed
from core.network.cells.tape import Tape, per_step


class LSTMTape(Tape):
    """S, D (T + 1, [R,] 6n, B), in blocks of n rows; the first block belongs to the step before.

    S: c_{t-1}, g_t, f_t, i_t, o_t, phi(c_t).
    D: dL/dc_{t-1} as step t carries it back, dL/da of g, f, i, o, and the whole dL/dc_t.
    F (BLOCK, [R,] 6, n B): by what dL/dc_t (first four) and dL/dh_t (last two) are multiplied to make D.
    a (T, [R,] n, B): what g_t = phi(a_t) is of; None where phi' does not need it.
    """

    def __init__(self, T: int, n: int, n_in: int, B: int, dtype: np.dtype, replicas: tuple[int, ...] = (), *,
                 with_a: bool = False) -> None:
        super().__init__(T, n, n_in, B, dtype, replicas)
        self.a = self.buffer(n) if with_a else None
        self.S, self.D = (np.zeros((T + 1, *replicas, 6 * n, B), dtype) for _ in range(2))
        self.F = np.empty((BLOCK, *replicas, 6, n * B), dtype)
        self.products = np.empty((*replicas, 2 * n, B), dtype)
        self.carried = np.empty_like(self.G[0])
        self.received: int | None = None  # the index at which `backward` goes on, where it does
        flat = (*replicas, 6, n * B)
        D, G = self.D.reshape(T + 1, *flat), self.G.reshape(T, *replicas, 1, n * B)
        rows = [slice(k * n, (k + 1) * n) for k in range(6)]
        c_before, self.g_at, _, _, self.o_at, self.phi_c_at = per_step(self.S[..., block, :] for block in rows)
        self.c_at = c_before[1:]
        self.a_at = self.g_at if self.a is None else list(self.a)
        self.A_at, self.gates_at, self.cg_at, self.fi_at = per_step(
            self.S[..., a * n:b * n, :] for a, b in ((1, 5), (2, 5), (0, 2), (2, 4)))
        self.dL_dc_before = list(self.D[..., rows[0], :])
        self.dL_da_at, self.dL_dc_at = per_step((self.D[..., n:5 * n, :], self.D[..., rows[5], :]))
        self.G_wide, self.dL_dc_wide, self.of_c, self.of_h = per_step((G, D[..., 5:, :], D[..., :4, :], D[..., 4:, :]))
        self.by_c, self.by_h = per_step((self.F[..., :4, :], self.F[..., 4:, :]))

    def forget(self, t: int) -> None:
        super().forget(t)
        self.S[t, ..., :self.n, :] = 0.0


class LSTM(Cell):
    """h_t = o_t phi(c_t)."""

    name = "lstm"
    blocks = 4
    states = 2

    def __init__(self, n: int, n_in: int, bias: float, activation: Activation = TANH) -> None:
        """bias: the forget gate's, at the start; activation: of the candidate and of the output."""
        super().__init__(n, n_in)
        self.bias, self.activation = bias, activation

    def initialise_gates(self, V: Array, rng: np.random.Generator) -> None:
        fill_gates(V[self.n:], self.n, rng)
        V[self.n:2 * self.n, -1] = self.bias

    def tape(self, T: int, B: int, dtype: np.dtype, replicas: tuple[int, ...] = ()) -> LSTMTape:
        return LSTMTape(T, self.n, self.n_in, B, dtype, replicas, with_a=keeps_preactivation(self.activation))

    def forward_seconds(self, prices: Prices, B: int) -> float:
        numbers, (phi, _) = self.n * B, self.activation.rates
        gates = prices.function(prices.exp, 3 * numbers) + prices.each(3 * numbers, 2)
        return prices.product(*self.shape, B) + gates + 2 * prices.function(phi, numbers) + prices.each(numbers, 4)

    def backward_seconds(self, prices: Prices, B: int) -> float:
        numbers, (rows, m), (_, slope) = self.n * B, self.shape, self.activation.rates
        factors = prices.each(14 * numbers) + 2 * prices.function(slope, numbers)
        gradient = prices.product(rows, B, m) + prices.each(rows * m)
        return factors + prices.product(self.n, rows, B) + prices.each(2 * numbers, 4) + gradient

    def forward(self, V: Array, tape: LSTMTape, start: int, stop: int) -> None:
        negative = V.copy()
        negative[..., self.n:, :] *= -1.0  # sigmoid(a) = 1 / (1 + exp(-a)): exact to the last digit down to 1e-308
        dot, exp, phi, multiply, add = multiply_by(negative), np.exp, self.activation.phi, np.multiply, np.add
        reciprocal, products, n, one = np.reciprocal, tape.products, self.n, tape.dtype.type(1.0)
        fc, ig = products[..., :n, :], products[..., n:, :]
        Z, A, gates, g, cg, fi = tape.Z_at, tape.A_at, tape.gates_at, tape.g_at, tape.cg_at, tape.fi_at
        a, c, o, phi_c, h = tape.a_at, tape.c_at, tape.o_at, tape.phi_c_at, tape.h_at
        with np.errstate(over="ignore"):  # exp(-a) may become inf, and the gate 0
            for t in range(start, stop):
                dot(Z[t], A[t])
                gate = gates[t]
                exp(gate, gate)
                add(gate, one, gate)
                reciprocal(gate, gate)
                if a is not g:
                    a[t][...] = g[t]
                phi(a[t], g[t])
                multiply(cg[t], fi[t], products)
                add(fc, ig, c[t])
                phi(c[t], phi_c[t])
                multiply(o[t], phi_c[t], h[t])

    def backward(self, V: Array, tape: LSTMTape, start: int, stop: int, has_target: Sequence[bool],
                 carry: Carry | None = None) -> None:
        W_T_dot = multiply_by(transposed(V[..., :self.n]))
        multiply, add, carried = np.multiply, np.add, tape.carried
        G, G_wide, by_h, of_h = tape.G_at, tape.G_wide, tape.by_h, tape.of_h
        dL_dc, dL_dc_wide, by_c, of_c = tape.dL_dc_at, tape.dL_dc_wide, tape.by_c, tape.of_c
        dL_da, before = tape.dL_da_at, tape.dL_dc_before
        if tape.received != stop - 1:
            before[stop][...] = 0.0
        tape.received = None
        steps = steps_a_piece(carried.size)
        for last in range(stop, start, -BLOCK):
            first = max(last - BLOCK, start)
            self._factors(V, tape, first, last)
            for t in range(last - 1, first - 1, -1):
                k = t - first
                multiply(G_wide[t], by_h[k], of_h[t])
                add(dL_dc[t], before[t + 1], dL_dc[t])
                multiply(dL_dc_wide[t], by_c[k], of_c[t])
                if t == start:
                    return
                to = carried if has_target[t - 1] else G[t - 1]
                W_T_dot(dL_da[t], to)
                if carry is not None:
                    both = np.concatenate([to, before[t]], axis=-2)
                    carry(both, self.carried(tape, t))
                    to[...], before[t][...] = both[..., :self.n, :], both[..., self.n:, :]
                if to is carried:
                    G[t - 1] += carried
                if t % steps == 0:
                    breathe()

    def _factors(self, V: Array, tape: LSTMTape, first: int, last: int) -> Array:
        """Of the indices first..last-1, at most BLOCK of them, into the first places of F."""
        shape = (-1, *tape.replicas, 6, self.n, tape.B)
        out = tape.F.reshape(shape)[:last - first]
        a = None if tape.a is None else tape.a[first:last]
        return factors(self.activation, V, tape.S.reshape(shape)[first:last + 1], tape.Z[first:last], a, out)

    def carried(self, tape: LSTMTape, t: int) -> Array:
        """[dL/dh_t; dL/dc_t with h_t held], (2n, B): the state's two parts as if each could be moved alone."""
        return np.concatenate([tape.G[t], tape.dL_dc_before[t + 1]], axis=-2)

    def beside(self, tape: LSTMTape) -> Array:
        """The whole dL/dc_t, with what comes by way of h_t."""
        return tape.D[:-1, ..., 5 * self.n:, :]

    def carry_back(self, V: Array, tape: LSTMTape, t: int, g: Array) -> Array:
        f, by_g, by_f, by_i, by_o, by_h = np.moveaxis(self._factors(V, tape, t, t + 1)[0], -3, 0)
        dL_dh, dL_dc = g[..., :self.n, :], g[..., self.n:, :]
        dL_dc = dL_dc + dL_dh * by_h
        dL_da = np.concatenate([dL_dc * by_g, dL_dc * by_f, dL_dc * by_i, dL_dh * by_o], axis=-2)
        return np.concatenate([np.swapaxes(V[..., :self.n], -1, -2) @ dL_da, dL_dc * f], axis=-2)

    def receive(self, tape: LSTMTape, t: int, more: Array) -> None:
        tape.dL_dc_before[t + 1][...] = more
        tape.received = t

    def beside_of(self, V: Array, tape: LSTMTape, t: int, g: Array) -> Array:
        by_h = self._factors(V, tape, t, t + 1)[0, ..., 5, :, :]
        return g[..., self.n:, :] + g[..., :self.n, :] * by_h

    def weight_gradient(self, tape: LSTMTape, start: int, stop: int, reads: Sequence[Array] = ()) -> Array:
        return sum_of_products(tape.D[start:stop, ..., self.n:5 * self.n, :], tape.Z[start:stop])

    def jacobians(self, V: Array, tape: LSTMTape, samples: slice = slice(0, 1)) -> LSTMJacobians:
        V, S, Z = (np.asarray(part, np.float64) for part in (V, tape.S[..., samples], tape.Z[:-1, :, samples]))
        S = S.reshape(tape.T + 1, 6, self.n, -1)
        a = None if tape.a is None else tape.a[..., samples].astype(np.float64)
        with np.errstate(over="ignore"):  # a square on the way to a slope that is 0 there
            return LSTMJacobians(factors(self.activation, V, S, Z, a, np.empty_like(S[1:])), V[:, :self.n])


def factors(activation: Activation, V: Array, S: Array, Z: Array, a: Array | None, out: Array) -> Array:
    """By what a step back multiplies dL/dc_t and dL/dh_t.

    Args:
        activation: phi.
        S: blocks of the tape at K indices and the next, (K + 1, [R,] 6, n, B).
        Z: what was read, (K, [R,] m, B).
        a: what g_t = phi(a_t) is of, (K, [R,] n, B); None for tanh.
        out: (K, [R,] 6, n, B).

    Returns:
        out: dL/dc_t to c_{t-1}: f; to a_g: i g'; to a_f: c_{t-1} f'; to a_i: g i'. dL/dh_t to a_o: phi(c) o'; to
        c_t: o phi'(c).
    """
    step = S[:-1]
    sigmoid = step[..., 2:5, :, :]
    np.subtract(1.0, sigmoid, out[..., 2:5, :, :])
    out[..., 2:5, :, :] *= sigmoid
    out[..., 2:4, :, :] *= step[..., :2, :, :]
    out[..., 4, :, :] *= step[..., 5, :, :]
    if a is None:
        tanh_slope(step[..., 1, :, :], lambda: V[..., :V.shape[-2] // 4, :] @ Z, out[..., 1, :, :])
        out[..., 5, :, :] = sech_squared(S[1:, ..., 0, :, :])
    else:
        activation.phi_prime(a, step[..., 1, :, :], out[..., 1, :, :])
        activation.phi_prime(S[1:, ..., 0, :, :], step[..., 5, :, :], out[..., 5, :, :])
    out[..., 1::4, :, :] *= step[..., 3:5, :, :]
    out[..., 0, :, :] = step[..., 2, :, :]
    return out
