"""Cells: one file each, with forward pass, backward pass and one-step Jacobian in closed form.

A cell has one weight matrix V, (rows, n + n_in + 1), and reads the column [h_{t-1}; x_t; 1] at step t. Arrays are
(time, features, batch): what one step works on is contiguous. Index t of an array is time t + 1. An axis of replicas
may stand between time and features, and before the rows of V: the same cell with other weights, side by side.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from copy import copy
from functools import partial
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from core.arrays import Array
from core.network.activations import MANY
from core.network.cells.jacobians import Jacobians

BLOCK = 64  # steps whose products are summed at a time
NARROW = 8  # sequences up to which the steps of replicas are laid side by side for that
# (dL/dh_{t-1} as it was carried back, dL/dh_t), both ([replicas,] state, B): changes the first in place
Carry = Callable[[Array, Array], None]


class Tape:
    """Buffers of one batch, allocated once and reused at every update; a cell adds its own.

    Z (T + 1, [R,] m, B): [h_{t-1}; x_t; 1], the last one holds h_T alone. G (T, [R,] n, B): dL/dh_t. The lists hold
    the per-step views, sliced once and not at every step of every update.
    """

    def __init__(self, T: int, n: int, n_in: int, B: int, dtype: np.dtype, replicas: tuple[int, ...] = ()) -> None:
        self.T, self.n, self.n_in, self.B, self.replicas, self.dtype = T, n, n_in, B, replicas, np.dtype(dtype)
        self._spare: dict[str, Array] = {}
        self.Z = np.zeros((T + 1, *replicas, n + n_in + 1, B), dtype)
        self.Z[..., -1, :] = 1.0
        self.G = self.buffer(n)
        self.Z_at, self.G_at = list(self.Z), list(self.G)
        self.h_at = [self.Z[t + 1, ..., :n, :] for t in range(T)]
        self.h_before = [self.Z[t, ..., :n, :] for t in range(T)]

    def replica(self, r: int) -> Tape:
        """One replica's part of the arrays, to be read."""
        alone = copy(self)
        for name, array in vars(self).items():
            if isinstance(array, np.ndarray) and array.ndim == 4:
                setattr(alone, name, array[:, r])
        alone.replicas = ()
        return alone

    def buffer(self, rows: int) -> Array:
        """(T, [R,] rows, B) of zeros."""
        return np.zeros((self.T, *self.replicas, rows, self.B), self.dtype)

    def spare(self, name: str, shape: tuple[int, ...]) -> Array:
        """Memory for what is needed anew at every update: to ask the system for it takes longer than to fill it."""
        if name not in self._spare or self._spare[name].shape != shape:
            self._spare[name] = np.empty(shape, self.dtype)
        return self._spare[name]

    @property
    def numbers(self) -> int:
        """That its arrays hold; views of others are not counted."""
        return sum(array.size for array in vars(self).values() if isinstance(array, np.ndarray) and array.base is None)

    @property
    def h(self) -> Array:
        """h_1 .. h_T, (T, [R,] n, B)."""
        return self.Z[1:, ..., :self.n, :]

    def load(self, x: Array) -> None:
        """A new batch of inputs, (T, [R,] n_in, B); the state starts at 0."""
        self.Z[:-1, ..., self.n:-1, :] = x
        self.forget(0)

    def forget(self, t: int) -> None:
        """The state before index t becomes 0."""
        self.Z[t, ..., :self.n, :] = 0.0


class Cell(ABC):
    """A recurrent cell of n units that reads n_in inputs. It holds no weights."""

    name: ClassVar[str]
    blocks: ClassVar[int] = 1  # rows of V / n
    states: ClassVar[int] = 1  # numbers that a unit carries to the next step: the first is h
    zero: NDArray[np.bool_] | None = None  # (rows, m) weights that are 0 and stay so; None if there are none

    def __init__(self, n: int, n_in: int) -> None:
        self.n, self.n_in = n, n_in

    def beside_others(self, cells: Sequence[Cell]) -> Cell:
        """One cell in the place of several, a replica each; what each has drawn for itself gets an axis of them."""
        return self

    @property
    def shape(self) -> tuple[int, int]:
        """Of V."""
        return self.blocks * self.n, self.n + self.n_in + 1

    def recurrent(self, V: Array) -> Array:
        """The rows of V that stand for W_hh, a view (..., n, n): those whose eigenvalues a reader sets."""
        return V[..., :self.n, :self.n]

    def initialise(self, V: Array, W_hh: Array, input_scale: float, bias: float, rng: np.random.Generator) -> None:
        """Fill one V: W_hh as given, W_xh ~ N(0, input_scale^2), b_h = bias."""
        n = self.n
        self.recurrent(V)[...] = W_hh
        V[:n, n:-1] = rng.normal(0.0, 1.0, (n, self.n_in)) * input_scale
        V[:n, -1] = bias

    def initialise_gates(self, V: Array, rng: np.random.Generator) -> None:  # noqa: B027 (a cell without gates)
        """The rows of V beyond the first n; drawn last, so that the others are those of the plain cell."""

    @abstractmethod
    def tape(self, T: int, B: int, dtype: np.dtype, replicas: tuple[int, ...] = ()) -> Tape:
        """Buffers for a batch."""

    def tape_numbers(self, T: int) -> int:
        """Numbers of a tape of T steps, for each sequence: two short tapes tell, for each step adds as many."""
        one, two = (self.tape(steps, 1, np.dtype(np.float64)).numbers for steps in (1, 2))
        return one + (T - 1) * (two - one)

    @abstractmethod
    def forward(self, V: Array, tape: Tape, start: int, stop: int) -> None:
        """The states, and what the backward pass needs, for the indices start..stop-1, from the state at `start`."""

    @abstractmethod
    def backward(self, V: Array, tape: Tape, start: int, stop: int, has_target: Sequence[bool],
                 carry: Carry | None = None) -> None:
        """dL/dh_t into G, and what the weight gradient needs, for the indices stop-1 down to start.

        G must hold dL_t/dh_t where `has_target`, and the whole dL/dh at stop-1; what else is carried at stop-1 is
        whatever `carried` says: 0 unless an earlier call went on from there.
        """

    def carried(self, tape: Tape, t: int) -> Array:
        """dL/ds_t at index t after `backward`, (state, B): dL/dh_t, and of every other number that is carried."""
        return tape.G[t]

    def beside(self, tape: Tape) -> Array | None:
        """dL/dc_t of what is carried beside h, (T, [R,] n, B), after `backward`; None if nothing is."""
        return None

    def beside_of(self, V: Array, tape: Tape, t: int, g: Array) -> Array | None:
        """dL/dc_t, (n, B), from g = dL/ds at index t; None if nothing is carried beside h."""
        return None

    @abstractmethod
    def carry_back(self, V: Array, tape: Tape, t: int, g: Array) -> Array:
        """dL/ds one step back from g = dL/ds at index t, (state, B): J_t^T g. For vectors kept in log space."""

    def receive(self, tape: Tape, t: int, more: Array) -> None:  # noqa: B027 (h alone is carried)
        """dL/ds at index t of all that is carried beside h, ([R,] state - n, B), before `backward` goes on from t."""

    def link(self, V: Array, tape: Tape, t: int, has_target: bool, carry: Carry | None = None) -> None:
        """One step from index t to t - 1 with the weights of t: `backward` stops at t, and begins again at t - 1."""
        g = self.carried(tape, t)
        before = self.carry_back(V, tape, t, g)
        if carry is not None:
            carry(before, g)
        if has_target:
            tape.G_at[t - 1] += before[..., :self.n, :]
        else:
            tape.G_at[t - 1][...] = before[..., :self.n, :]
        self.receive(tape, t - 1, before[..., self.n:, :])

    @abstractmethod
    def weight_gradient(self, tape: Tape, start: int, stop: int, reads: Sequence[Array] = ()) -> Array:
        """dL/dV from the indices start..stop-1, ([R,] rows, m).

        Args:
            reads: of penalties, each (stop - start, [R,] n, B), added to h_{t-1} in the sum.
        """

    @abstractmethod
    def jacobians(self, V: Array, tape: Tape, samples: slice = slice(0, 1)) -> Jacobians:
        """ds_t/ds_{t-1} for some sequences of the batch, float64. Without an axis of replicas."""


def with_reads(tape: Tape, start: int, stop: int, reads: Sequence[Array]) -> Array:
    """[h_{t-1} + reads; x_t; 1] of the indices start..stop-1, (stop - start, [R,] m, B)."""
    Z = tape.Z[start:stop]
    if reads:
        own, Z = Z, tape.spare("Z with reads", Z.shape)
        np.copyto(Z, own)
        for more in reads:
            Z[..., :tape.n, :] += more
    return Z


def sum_of_products(D: Array, Z: Array) -> Array:
    """sum over time and batch of D_t Z_t^T: (T, [R,] rows, B), (T, [R,] m, B) -> ([R,] rows, m)."""
    # the results of replicas with few sequences are larger than what they are made of: there one product for all
    # steps, another order of the sum, where it is worth a last digit
    narrow = D.ndim == 4 and D.shape[-1] <= NARROW and D[0].size >= MANY
    block_of = _in_one_product if narrow else _step_by_step
    out = block_of(D[:BLOCK], Z[:BLOCK])
    for t in range(BLOCK, len(D), BLOCK):  # a product for each step of a long sequence would not fit in the cache
        out += block_of(D[t:t + BLOCK], Z[t:t + BLOCK])
    return out


def _step_by_step(D: Array, Z: Array) -> Array:
    return np.matmul(D, np.swapaxes(Z, -1, -2)).sum(axis=0)


def _in_one_product(D: Array, Z: Array) -> Array:
    """With the steps of a replica side by side."""
    left, right = (np.ascontiguousarray(X.transpose(1, 0, 3, 2)).reshape(X.shape[1], -1, X.shape[2])
                   for X in (D, Z))  # (R, T B, rows) and (R, T B, m)
    return np.matmul(np.swapaxes(left, -1, -2), right)


def multiply_by(V: Array) -> Callable[[Array, Array], Array]:
    """The quickest (x, out) -> V x for this V: `dot` of one matrix, `matmul` of replicas."""
    return V.dot if V.ndim == 2 else partial(np.matmul, V)


def transposed(W: Array) -> Array:
    """W^T, contiguous, which the products of the backward pass are quicker with."""
    return np.ascontiguousarray(np.swapaxes(W, -1, -2))


def per_step(buffers: Iterable[Array]) -> list[list[Array]]:
    """The per-step views of some buffers."""
    return [list(buffer) for buffer in buffers]
