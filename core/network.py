"""The parameters of a network: one flat vector, with the weight matrices as views into it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.cells import vanilla
from core.specs import Recurrence
from core.spectrum import gaussian_matrix, listed_blocks, matrix_from_blocks, rescaled, shaped_blocks
from core.tasks import TaskKind

Array = NDArray[np.floating]
WEIGHTS, BATCHES = 0, 1  # independent random streams of one seed


def initial_W_hh(recurrence: Recurrence, rng: np.random.Generator) -> NDArray[np.float64]:
    """(n, n), as the spec shapes it. An explicit list of eigenvalues takes the place of shape, rho, spread, angle."""
    n = recurrence.n_hidden
    if recurrence.eigenvalues:
        return matrix_from_blocks(listed_blocks(recurrence.eigenvalues, n), recurrence.alpha, rng)
    if recurrence.shape == "identity":
        return recurrence.rho * np.eye(n)
    if recurrence.shape == "gaussian":
        return gaussian_matrix(n, recurrence.rho, rng)
    blocks = shaped_blocks(n, recurrence.rho, recurrence.spread, recurrence.angle)
    return matrix_from_blocks(blocks, recurrence.alpha, rng)


class Network:
    """theta (P,) with V = [W_hh | W_xh | b_h] and U = [W_hy | b_y] as views."""

    def __init__(self, recurrence: Recurrence, task: TaskKind, dtype: np.dtype) -> None:
        """W_hh as asked; W_xh ~ N(0, input_scale^2); W_hy ~ N(0, 1/n); b_h = bias; b_y = 0."""
        n = recurrence.n_hidden
        rows, columns = vanilla.weight_shape(n, task.n_in)
        self.n, self.n_in, self.n_out = n, task.n_in, task.n_out
        self.theta = np.zeros(rows * columns + task.n_out * (n + 1), dtype)
        self.V, self.U = self.views(self.theta)
        rng = np.random.default_rng([recurrence.seed, WEIGHTS])
        self.V[:, :n] = initial_W_hh(recurrence, rng)
        self.V[:, n:-1] = rng.normal(0.0, 1.0, (n, task.n_in)) * recurrence.input_scale
        self.V[:, -1] = recurrence.bias
        self.U[:, :n] = rng.normal(0.0, 1.0 / np.sqrt(n), (task.n_out, n))

    def views(self, flat: Array) -> tuple[Array, Array]:
        """A flat vector (of parameters or of their gradient) as V, (n, n + n_in + 1), and U, (n_out, n + 1)."""
        rows, columns = vanilla.weight_shape(self.n, self.n_in)
        return flat[: rows * columns].reshape(rows, columns), flat[rows * columns:].reshape(self.n_out, self.n + 1)

    @property
    def W_hh(self) -> Array:
        return self.V[:, : self.n]

    def rescale(self, rho: float) -> None:
        """W_hh times a number, so that its spectral radius is rho; a W_hh that is 0 stays 0."""
        self.V[:, : self.n] = rescaled(self.W_hh.astype(np.float64), rho)
