"""What a cell writes of one batch on its way through time and back.

Arrays are (time, features, batch): what one step works on is contiguous. Index t of an array is time t + 1. An axis of
replicas may stand between time and features.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy

import numpy as np

from core.arrays import Array


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

    def take_over(self, other: Tape) -> None:
        """All that is written on another one of these sizes."""
        for name, array in vars(self).items():
            if isinstance(array, np.ndarray) and array.base is None:
                array[...] = getattr(other, name)

    def forget(self, t: int) -> None:
        """The state before index t becomes 0."""
        self.Z[t, ..., :self.n, :] = 0.0


def per_step(buffers: Iterable[Array]) -> list[list[Array]]:
    """The per-step views of some buffers."""
    return [list(buffer) for buffer in buffers]
