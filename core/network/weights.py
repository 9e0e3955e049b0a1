"""The parameters of a network: one flat vector, with the weight matrices as views into it."""

from __future__ import annotations

from copy import copy

import numpy as np

from core.arrays import Array
from core.network.cells.base import Cell
from core.network.moved_eigenvalue import Move, with_moves
from core.network.spectrum import rescaled

WEIGHTS, BATCHES = 0, 1  # independent random streams of one seed


class Network:
    """theta (P,) with the cell's V = [W_hh | W_xh | b_h] and U = [W_hy | b_y] as views."""

    def __init__(self, cell: Cell, n_out: int, dtype: np.dtype) -> None:
        """All weights 0: they are given, or `initialise` draws them."""
        self.cell, self.n, self.n_in, self.n_out = cell, cell.n, cell.n_in, n_out
        rows, columns = cell.shape
        self.theta = np.zeros(rows * columns + n_out * (self.n + 1), dtype)
        self.V, self.U = self.views(self.theta)

    def with_weights(self, theta: Array) -> Network:
        """The same cell with other weights, ([R,] P), which are held and not copied."""
        other = copy(self)
        other.theta = theta
        other.V, other.U = self.views(theta)
        return other

    def initialise(self, W_hh: Array, input_scale: float, bias: float, rng: np.random.Generator) -> None:
        """W_hh as given; W_xh ~ N(0, input_scale^2); W_hy ~ N(0, 1/n); b_h = bias; b_y = 0."""
        self.cell.initialise(self.V, W_hh, input_scale, bias, rng)
        self.U[:, :self.n] = rng.normal(0.0, 1.0 / np.sqrt(self.n), (self.n_out, self.n))
        self.cell.initialise_gates(self.V, rng)

    def views(self, flat: Array) -> tuple[Array, Array]:
        """A flat vector (of parameters or of their gradient), ([R,] P), as V, ([R,] rows, n + n_in + 1), and U,
        ([R,] n_out, n + 1)."""
        rows, columns = self.cell.shape
        return (flat[..., :rows * columns].reshape(*flat.shape[:-1], rows, columns),
                flat[..., rows * columns:].reshape(*flat.shape[:-1], self.n_out, self.n + 1))

    @property
    def W_hh(self) -> Array:
        return self.cell.recurrent(self.V)

    def move(self, moves: list[Move]) -> None:
        """Eigenvalues of W_hh, one after the other."""
        self.W_hh[...] = with_moves(self.W_hh, moves)

    def rescale(self, rho: float) -> None:
        """W_hh times a number, so that its spectral radius is rho; a W_hh that is 0 stays 0."""
        self.W_hh[...] = rescaled(self.W_hh.astype(np.float64), rho)
