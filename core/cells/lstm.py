r"""The LSTM, as torch's nn.LSTM has it: what a unit keeps in c_t is multiplied by its forget gate alone.

    g_t = tanh(.), f_t = sigmoid(.), i_t = sigmoid(.), o_t = sigmoid(.)    each of its rows of V [h_{t-1}; x_t; 1]
    c_t = f_t c_{t-1} + i_t g_t,    h_t = o_t tanh(c_t)

Its state is [h; c], and its weights are one matrix, (4n, n + n_in + 1), rows g, f, i, o: a step forward is one matrix
product, and so is a step back. Everything else is linear in dL/dh_t and dL/dc_t, with factors that the gates decide:

    dL/dc_t = (carried from t + 1) + dL/dh_t o_t tanh'(c_t)
    dL/da_o = dL/dh_t tanh(c_t) o'     dL/da_g = dL/dc_t i_t g'     dL/da_f = dL/dc_t c_{t-1} f'
    dL/da_i = dL/dc_t g_t i'           dL/dh_{t-1} = W^T dL/da_t + (dL_{t-1}/dh_{t-1})
    carried on to c_{t-1}: f_t dL/dc_t

Sources: Hochreiter & Schmidhuber 1997; Gers, Schmidhuber & Cummins 2000 (the forget gate).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.cells import Array, Carry, Cell, Tape, each, product, sum_of_products, transposed
from core.cells.gated_jacobians import LSTMJacobians
from core.cells.gates import BLOCK, fill_gates, sech_squared, tanh_slope


class LSTMTape(Tape):
    """S, D (T + 1, [R,] 6n, B), in blocks of n rows; the first block belongs to the step before.

    S: c_{t-1}, g_t, f_t, i_t, o_t, tanh(c_t).
    D: dL/dc_{t-1} as step t carries it back, dL/da of g, f, i, o, and the whole dL/dc_t.
    F (BLOCK, [R,] 6, n B): by what dL/dc_t (first four) and dL/dh_t (last two) are multiplied to make D.
    """

    def __init__(self, T: int, n: int, n_in: int, B: int, dtype: np.dtype, replicas: tuple[int, ...] = ()) -> None:
        super().__init__(T, n, n_in, B, dtype, replicas)
        self.S, self.D = (np.zeros((T + 1, *replicas, 6 * n, B), dtype) for _ in range(2))
        self.F = np.empty((BLOCK, *replicas, 6, n * B), dtype)
        self.products = np.empty((*replicas, 2 * n, B), dtype)
        self.carried = np.empty_like(self.G[0])
        self.received: int | None = None  # the index at which `backward` goes on, where it does
        flat = (*replicas, 6, n * B)
        D, G = self.D.reshape(T + 1, *flat), self.G.reshape(T, *replicas, 1, n * B)
        rows = [slice(k * n, (k + 1) * n) for k in range(6)]
        c_before, self.g_at, _, _, self.o_at, self.tanh_c_at = each(self.S[..., block, :] for block in rows)
        self.c_at = c_before[1:]
        self.A_at, self.gates_at, self.cg_at, self.fi_at = each(
            self.S[..., a * n:b * n, :] for a, b in ((1, 5), (2, 5), (0, 2), (2, 4)))
        self.dL_dc_before = list(self.D[..., rows[0], :])
        self.dL_da_at, self.dL_dc_at = each((self.D[..., n:5 * n, :], self.D[..., rows[5], :]))
        self.G_wide, self.dL_dc_wide, self.of_c, self.of_h = each((G, D[..., 5:, :], D[..., :4, :], D[..., 4:, :]))
        self.by_c, self.by_h = each((self.F[..., :4, :], self.F[..., 4:, :]))

    def forget(self, t: int) -> None:
        super().forget(t)
        self.S[t, ..., :self.n, :] = 0.0


class LSTM(Cell):
    """h_t = o_t tanh(c_t)."""

    name = "lstm"
    blocks = 4
    states = 2

    def __init__(self, n: int, n_in: int, bias: float) -> None:
        """bias: the forget gate's, at the start."""
        super().__init__(n, n_in)
        self.bias = bias

    def initialise_gates(self, V: Array, rng: np.random.Generator) -> None:
        fill_gates(V[self.n:], self.n, rng)
        V[self.n:2 * self.n, -1] = self.bias

    def tape(self, T: int, B: int, dtype: np.dtype, replicas: tuple[int, ...] = ()) -> LSTMTape:
        return LSTMTape(T, self.n, self.n_in, B, dtype, replicas)

    def forward(self, V: Array, tape: LSTMTape, start: int, stop: int) -> None:
        negative = V.copy()
        negative[..., self.n:, :] *= -1.0  # sigmoid(a) = 1 / (1 + exp(-a)): exact to the last digit down to 1e-308
        dot, exp, tanh, multiply, add = product(negative), np.exp, np.tanh, np.multiply, np.add
        reciprocal, products, n, one = np.reciprocal, tape.products, self.n, tape.dtype.type(1.0)
        fc, ig = products[..., :n, :], products[..., n:, :]
        Z, A, gates, g, cg, fi = tape.Z_at, tape.A_at, tape.gates_at, tape.g_at, tape.cg_at, tape.fi_at
        c, o, tanh_c, h = tape.c_at, tape.o_at, tape.tanh_c_at, tape.h_at
        with np.errstate(over="ignore"):  # exp(-a) may become inf, and the gate 0
            for t in range(start, stop):
                dot(Z[t], A[t])
                gate = gates[t]
                exp(gate, gate)
                add(gate, one, gate)
                reciprocal(gate, gate)
                tanh(g[t], g[t])
                multiply(cg[t], fi[t], products)
                add(fc, ig, c[t])
                tanh(c[t], tanh_c[t])
                multiply(o[t], tanh_c[t], h[t])

    def backward(self, V: Array, tape: LSTMTape, start: int, stop: int, has_target: Sequence[bool],
                 carry: Carry | None = None) -> None:
        W_T_dot = product(transposed(V[..., :self.n]))
        multiply, add, carried = np.multiply, np.add, tape.carried
        G, G_wide, by_h, of_h = tape.G_at, tape.G_wide, tape.by_h, tape.of_h
        dL_dc, dL_dc_wide, by_c, of_c = tape.dL_dc_at, tape.dL_dc_wide, tape.by_c, tape.of_c
        dL_da, before = tape.dL_da_at, tape.dL_dc_before
        if tape.received != stop - 1:
            before[stop][...] = 0.0
        tape.received = None
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

    def _factors(self, V: Array, tape: LSTMTape, first: int, last: int) -> Array:
        """Of the indices first..last-1, at most BLOCK of them, into the first places of F."""
        shape = (-1, *tape.replicas, 6, self.n, tape.B)
        out = tape.F.reshape(shape)[:last - first]
        return factors(V, tape.S.reshape(shape)[first:last + 1], tape.Z[first:last], out)

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
        return LSTMJacobians(factors(V, S, Z, np.empty_like(S[1:])), V[:, :self.n])


def factors(V: Array, S: Array, Z: Array, out: Array) -> Array:
    """By what a step back multiplies dL/dc_t and dL/dh_t.

    Args:
        S: blocks of the tape at K indices and the next, (K + 1, [R,] 6, n, B).
        Z: what was read, (K, [R,] m, B).
        out: (K, [R,] 6, n, B).

    Returns:
        out: dL/dc_t to c_{t-1}: f; to a_g: i g'; to a_f: c_{t-1} f'; to a_i: g i'. dL/dh_t to a_o: tanh(c) o'; to
        c_t: o tanh'(c).
    """
    step = S[:-1]
    sigmoid = step[..., 2:5, :, :]
    np.subtract(1.0, sigmoid, out[..., 2:5, :, :])
    out[..., 2:5, :, :] *= sigmoid
    out[..., 2:4, :, :] *= step[..., :2, :, :]
    out[..., 4, :, :] *= step[..., 5, :, :]
    tanh_slope(step[..., 1, :, :], lambda: V[..., :V.shape[-2] // 4, :] @ Z, out[..., 1, :, :])
    out[..., 5, :, :] = sech_squared(S[1:, ..., 0, :, :])
    out[..., 1::4, :, :] *= step[..., 3:5, :, :]
    out[..., 0, :, :] = step[..., 2, :, :]
    return out
