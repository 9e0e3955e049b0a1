"""What a cell is: forward pass, backward pass and one-step Jacobian in closed form, one file each.

A cell has one weight matrix V, (rows, n + n_in + 1), and reads the column [h_{t-1}; x_t; 1] at step t; an axis of
replicas may stand before its rows: the same cell with other weights, side by side.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from core.arrays import Array
from core.cost import Prices
from core.network.cells.jacobians import Jacobians
from core.network.cells.tape import Tape

# (dL/dh_{t-1} as it was carried back, dL/dh_t), both ([replicas,] state, B): changes the first in place
Carry = Callable[[Array, Array], None]


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
    def forward_seconds(self, prices: Prices, B: int) -> float:
        """Of one step of `forward`."""

    @abstractmethod
    def backward_seconds(self, prices: Prices, B: int) -> float:
        """Of one step back, with what it adds to dL/dV."""

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
