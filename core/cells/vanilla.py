r"""The vanilla cell: h_t = phi(W_hh h_{t-1} + W_xh x_t + b_h), with h_0 = 0.

Its weights are one matrix V = [W_hh | W_xh | b_h], (n, n + n_in + 1), and its input at a step is the column
[h_{t-1}; x_t; 1], so that a step forward is one matrix product and one phi.

    dh_t/dh_{t-1} = diag(phi'(a_t)) W_hh
    dL/da_t = dL/dh_t * phi'(a_t)
    dL/dh_{t-1} = W_hh^T dL/da_t + (dL_{t-1}/dh_{t-1}, where step t-1 has a target)
    dL/dV = sum_t dL/da_t [h_{t-1}; x_t; 1]^T

Sources: Elman 1990; Werbos 1990 (back-propagation through time). Pascanu et al. 2013 write the state before the
nonlinearity, so their factor is W_rec diag(phi') instead.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.activations import Activation

Array = NDArray[np.floating]


def weight_shape(n_hidden: int, n_in: int) -> tuple[int, int]:
    """Of V = [W_hh | W_xh | b_h]."""
    return n_hidden, n_hidden + n_in + 1


class Tape:
    """Buffers of one batch, allocated once and reused at every update.

    Z (T + 1, m, B): [h_{t-1}; x_t; 1], the last one holds h_T alone. A, P, G, D (T, n, B): a_t, phi'(a_t),
    dL/dh_t, dL/da_t. The lists hold the per-step views, sliced once and not at every step of every update.
    """

    def __init__(self, T: int, n_hidden: int, n_in: int, B: int, dtype: np.dtype) -> None:
        self.T, self.n, self.n_in, self.B = T, n_hidden, n_in, B
        self.Z = np.zeros((T + 1, n_hidden + n_in + 1, B), dtype)
        self.Z[:, -1] = 1.0
        self.A, self.P, self.G, self.D = (np.zeros((T, n_hidden, B), dtype) for _ in range(4))
        self.carried = np.empty((n_hidden, B), dtype)
        self.Z_at, self.A_at, self.P_at, self.G_at, self.D_at = map(list, (self.Z, self.A, self.P, self.G, self.D))
        self.h_at = [self.Z[t + 1, :n_hidden] for t in range(T)]

    @property
    def h(self) -> Array:
        """h_1 .. h_T, (T, n, B)."""
        return self.Z[1:, :self.n]

    def load(self, x: Array) -> None:
        """A new batch of inputs, (T, n_in, B); the state starts at 0."""
        self.Z[:-1, self.n:-1] = x
        self.Z[0, :self.n] = 0.0


def forward(V: Array, tape: Tape, activation: Activation, start: int, stop: int) -> None:
    """h and phi' for the steps start..stop-1, from the state that the tape holds at `start`."""
    phi, dot = activation.phi, V.dot
    for z, a, h in zip(tape.Z_at[start:stop], tape.A_at[start:stop], tape.h_at[start:stop], strict=True):
        dot(z, a)
        phi(a, h)
    activation.phi_prime(tape.A[start:stop], tape.h[start:stop], tape.P[start:stop])


def backward(V: Array, tape: Tape, start: int, stop: int, has_target: list[bool]) -> None:
    """dL/dh_t into G and dL/da_t into D, for the steps stop-1 down to start.

    G must hold dL_t/dh_t where `has_target`, and the whole dL/dh at stop-1.
    """
    W_T_dot = np.ascontiguousarray(V[:, :tape.n].T).dot
    G, D, P, carried = tape.G_at, tape.D_at, tape.P_at, tape.carried
    multiply = np.multiply
    for t in range(stop - 1, start, -1):
        multiply(G[t], P[t], D[t])
        if has_target[t - 1]:
            W_T_dot(D[t], carried)
            G[t - 1] += carried
        else:
            W_T_dot(D[t], G[t - 1])
    multiply(G[start], P[start], D[start])


def carry_back(V: Array, tape: Tape, t: int, g: Array) -> Array:
    """W_hh^T (g * phi'(a_{t+1})): dL/dh one step back from g = dL/dh at index t."""
    return V[:, :tape.n].T @ (g * tape.P[t])


def weight_gradient(tape: Tape, start: int, stop: int) -> Array:
    """dL/dV from the steps start..stop-1, (n, m)."""
    return np.matmul(tape.D[start:stop], tape.Z[start:stop].transpose(0, 2, 1)).sum(axis=0)


@dataclass(frozen=True)
class Jacobians:
    """dh_t/dh_{t-1} = diag(phi'(a_t)) W_hh for some sequences of a batch, t = 1..T, kept as slopes: no (T, n, n).

    `len`, indexing by time (index t is time t + 1) and conversion to an array speak of the first sequence.
    """

    slopes: NDArray[np.float64]  # (T, n, S) phi'(a_t)
    W_hh: NDArray[np.float64]  # (n, n)

    @property
    def shape(self) -> tuple[int, int, int]:
        """Of one sequence's Jacobians: (T, n, n)."""
        return len(self.slopes), len(self.W_hh), len(self.W_hh)

    @property
    def samples(self) -> int:
        return self.slopes.shape[2]

    def __len__(self) -> int:
        return len(self.slopes)

    def __getitem__(self, t: int) -> NDArray[np.float64]:
        return self.at(t)

    def __array__(self, dtype: np.dtype | None = None, copy: bool | None = None) -> NDArray[np.float64]:
        return (self.slopes[:, :, 0, None] * self.W_hh).astype(dtype or np.float64, copy=False)

    def at(self, t: int, sample: int = 0) -> NDArray[np.float64]:
        """dh/dh at index t, (n, n)."""
        return self.slopes[t, :, sample, None] * self.W_hh

    def first(self, samples: int) -> Jacobians:
        """Of the first sequences alone."""
        return Jacobians(self.slopes[:, :, :samples], self.W_hh)

    def of(self, sample: int) -> Jacobians:
        """Of one sequence alone."""
        return Jacobians(self.slopes[:, :, sample:sample + 1], self.W_hh)


def jacobians(V: Array, tape: Tape, samples: slice = slice(0, 1)) -> Jacobians:
    """diag(phi'(a_t)) W_hh for some sequences of the batch."""
    return Jacobians(tape.P[:, :, samples].astype(np.float64), V[:, :tape.n].astype(np.float64))
