r"""The GRU, as torch's nn.GRU has it: h_t is a mean of h_{t-1} and a candidate, weighed by the update gate z.

    q_t = W_hn h_{t-1} + b_hn,  p_t = W_xn x_t + b_xn,  r_t = sigmoid(.),  z_t = sigmoid(.)
    N_t = phi(p_t + r_t q_t),    h_t = (1 - z_t) N_t + z_t h_{t-1}

phi is tanh unless another activation is asked for; the gates stay sigmoids. z = 1 keeps h, as
Cho et al. have it. The weights are one matrix, (4n, n + n_in + 1), rows q, p, r, z; those of q
from x and of p from h are 0. Everything in a step back is linear in dL/dh_t, with factors that the gates decide:

    dL/dp_t = dL/dh_t (1 - z_t) N'     dL/dq_t = dL/dp_t r_t     dL/da_r = dL/dp_t q_t r'
    dL/da_z = dL/dh_t (h_{t-1} - N_t) z'
    dL/dh_{t-1} = z_t dL/dh_t + W^T dL/d[q; p; a_r; a_z] + (dL_{t-1}/dh_{t-1})

Sources: Cho et al. 2014; torch's documentation: the reset gate acts on q there, on h in the paper.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.arrays import Array
from core.breath import breathe, steps_a_piece
from core.cost import Prices
from core.network.activations import Activation
from core.network.cells.base import Carry, Cell
from core.network.cells.gated_jacobians import GRUJacobians
from core.network.cells.gates import BLOCK, TANH, fill_gates, keeps_preactivation, tanh_slope
from core.network.cells.products import multiply_by, sum_of_products, transposed
from core.network.cells.tape import Tape, per_step


class GRUTape(Tape):
    """S (T, [R,] 4n, B): q, N, r, z. D (T, [R,] 5n, B): dL/d of q, p, a_r, a_z, and z dL/dh_t.

    F (BLOCK, [R,] 5, n B): by what dL/dh_t is multiplied to make D.
    a (T, [R,] n, B): what N_t = phi(a_t) is of; None where phi' does not need it.
    """

    def __init__(self, T: int, n: int, n_in: int, B: int, dtype: np.dtype, replicas: tuple[int, ...] = (), *,
                 with_a: bool = False) -> None:
        super().__init__(T, n, n_in, B, dtype, replicas)
        self.a = self.buffer(n) if with_a else None
        self.S, self.D = self.buffer(4 * n), self.buffer(5 * n)
        self.F = np.empty((BLOCK, *replicas, 5, n * B), dtype)
        self.carried, self.scratch = np.empty_like(self.G[0]), np.empty_like(self.G[0])
        self.S_at, self.q_at, self.N_at, self.r_at, self.z_at, self.gates_at = per_step(
            self.S[..., a * n:b * n, :] for a, b in ((0, 4), (0, 1), (1, 2), (2, 3), (3, 4), (2, 4)))
        self.a_at = self.N_at if self.a is None else list(self.a)
        self.dL_da_at, self.kept_at = per_step((self.D[..., :4 * n, :], self.D[..., 4 * n:, :]))
        self.G_wide, self.of_h, self.by_h = per_step((
            self.G.reshape(T, *replicas, 1, n * B), self.D.reshape(T, *replicas, 5, n * B), self.F))


class GRU(Cell):
    """h_t = (1 - z_t) N_t + z_t h_{t-1}."""

    name = "gru"
    blocks = 4

    def __init__(self, n: int, n_in: int, bias: float, activation: Activation = TANH) -> None:
        """bias: the update gate's, at the start; activation: of the candidate."""
        super().__init__(n, n_in)
        self.bias, self.activation = bias, activation
        self.zero = np.zeros(self.shape, bool)
        self.zero[:n, n:-1] = True
        self.zero[n:2 * n, :n] = True

    def initialise(self, V: Array, W_hh: Array, input_scale: float, bias: float, rng: np.random.Generator) -> None:
        """Fill one V: W_hn as given, W_xn ~ N(0, input_scale^2), b_xn = bias, b_hn = 0."""
        n = self.n
        V[:n, :n] = W_hh
        V[n:2 * n, n:-1] = rng.normal(0.0, 1.0, (n, self.n_in)) * input_scale
        V[n:2 * n, -1] = bias

    def initialise_gates(self, V: Array, rng: np.random.Generator) -> None:
        fill_gates(V[2 * self.n:], self.n, rng)
        V[3 * self.n:, -1] = self.bias

    def tape(self, T: int, B: int, dtype: np.dtype, replicas: tuple[int, ...] = ()) -> GRUTape:
        return GRUTape(T, self.n, self.n_in, B, dtype, replicas, with_a=keeps_preactivation(self.activation))

    def forward_seconds(self, prices: Prices, B: int) -> float:
        numbers, (phi, _) = self.n * B, self.activation.rates
        gates = prices.function(prices.exp, 2 * numbers) + prices.each(2 * numbers, 2)
        return prices.product(*self.shape, B) + gates + prices.function(phi, numbers) + prices.each(numbers, 5)

    def backward_seconds(self, prices: Prices, B: int) -> float:
        numbers, (rows, m), (_, slope) = self.n * B, self.shape, self.activation.rates
        factors = prices.each(12 * numbers) + prices.function(slope, numbers)
        gradient = prices.product(rows, B, m) + prices.each(rows * m)
        return factors + prices.product(self.n, rows, B) + prices.each(numbers, 7) + gradient

    def forward(self, V: Array, tape: GRUTape, start: int, stop: int) -> None:
        negative = V.copy()
        negative[..., 2 * self.n:, :] *= -1.0  # sigmoid(a) = 1 / (1 + exp(-a)): right to the last digit near 0
        dot, exp, multiply, add, subtract = multiply_by(negative), np.exp, np.multiply, np.add, np.subtract
        reciprocal, scratch, one = np.reciprocal, tape.scratch, tape.dtype.type(1.0)
        Z, S, gates, q, N, r, z = tape.Z_at, tape.S_at, tape.gates_at, tape.q_at, tape.N_at, tape.r_at, tape.z_at
        phi, a, before, h = self.activation.phi, tape.a_at, tape.h_before, tape.h_at
        with np.errstate(over="ignore"):  # exp(-a) may become inf, and the gate 0
            for t in range(start, stop):
                dot(Z[t], S[t])
                gate, new = gates[t], N[t]
                exp(gate, gate)
                add(gate, one, gate)
                reciprocal(gate, gate)
                multiply(r[t], q[t], scratch)
                add(new, scratch, a[t])
                phi(a[t], new)
                subtract(before[t], new, scratch)
                multiply(scratch, z[t], scratch)
                add(new, scratch, h[t])

    def backward(self, V: Array, tape: GRUTape, start: int, stop: int, has_target: Sequence[bool],
                 carry: Carry | None = None) -> None:
        W_T_dot = multiply_by(transposed(V[..., :self.n]))
        multiply, add, carried = np.multiply, np.add, tape.carried
        G, G_wide, by_h, of_h = tape.G_at, tape.G_wide, tape.by_h, tape.of_h
        dL_da, kept = tape.dL_da_at, tape.kept_at
        steps = steps_a_piece(carried.size)
        for last in range(stop, start, -BLOCK):
            first = max(last - BLOCK, start)
            self._factors(V, tape, first, last)
            for t in range(last - 1, first - 1, -1):
                multiply(G_wide[t], by_h[t - first], of_h[t])
                if t == start:
                    return
                to = carried if has_target[t - 1] else G[t - 1]
                W_T_dot(dL_da[t], to)
                add(to, kept[t], to)
                if carry is not None:
                    carry(to, G[t])
                if to is carried:
                    G[t - 1] += carried
                if t % steps == 0:
                    breathe()

    def _factors(self, V: Array, tape: GRUTape, first: int, last: int) -> Array:
        """Of the indices first..last-1, at most BLOCK of them, into the first places of F."""
        shape = (-1, *tape.replicas)
        out = tape.F.reshape(*shape, 5, self.n, tape.B)[:last - first]
        S, a = tape.S.reshape(*shape, 4, self.n, tape.B)[first:last], None if tape.a is None else tape.a[first:last]
        return factors(self.activation, V, S, tape.Z[first:last], a, out)

    def carry_back(self, V: Array, tape: GRUTape, t: int, g: Array) -> Array:
        *by, z = np.moveaxis(self._factors(V, tape, t, t + 1)[0], -3, 0)
        dL_da = np.concatenate([g * factor for factor in by], axis=-2)
        return np.swapaxes(V[..., :self.n], -1, -2) @ dL_da + z * g

    def weight_gradient(self, tape: GRUTape, start: int, stop: int, reads: Sequence[Array] = ()) -> Array:
        return sum_of_products(tape.D[start:stop, ..., :4 * self.n, :], tape.Z[start:stop])

    def jacobians(self, V: Array, tape: GRUTape, samples: slice = slice(0, 1)) -> GRUJacobians:
        V, S, Z = (np.asarray(part, np.float64) for part in (V, tape.S[..., samples], tape.Z[:-1, :, samples]))
        S = S.reshape(tape.T, 4, self.n, -1)
        a = None if tape.a is None else tape.a[..., samples].astype(np.float64)
        out = np.empty((tape.T, 5, *S.shape[2:]))
        with np.errstate(over="ignore"):  # a square on the way to a slope that is 0 there
            return GRUJacobians(factors(self.activation, V, S, Z, a, out), V[:, :self.n])


def factors(activation: Activation, V: Array, S: Array, Z: Array, a: Array | None, out: Array) -> Array:
    """By what a step back multiplies dL/dh_t.

    Args:
        activation: phi.
        S: blocks of the tape at K indices, (K, [R,] 4, n, B).
        Z: what was read, (K, [R,] m, B).
        a: what N_t = phi(a_t) is of, (K, [R,] n, B); None for tanh.
        out: (K, [R,] 5, n, B).

    Returns:
        out: for q: r (1 - z) N'; for p: (1 - z) N'; for a_r: q r' (1 - z) N'; for a_z: (h_{t-1} - N) z'; kept: z.
    """
    q, N, r, z = np.moveaxis(S, -3, 0)
    for_q, for_p, for_r, for_z, kept = np.moveaxis(out, -3, 0)
    n = V.shape[-2] // 4
    if a is None:
        tanh_slope(N, lambda: V[..., n:2 * n, :] @ Z + r * q, for_p)
    else:
        activation.phi_prime(a, N, for_p)
    np.subtract(1.0, z, kept)
    for_p *= kept
    np.multiply(for_p, r, for_q)
    np.subtract(1.0, r, for_r)
    for_r *= q
    for_r *= for_q
    np.subtract(Z[..., :n, :], N, for_z)
    for_z *= kept
    for_z *= z
    kept[...] = z
    return out
