"""One-step Jacobians of the gated cells, kept as factors of the rows of their weights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from core.arrays import Floats, Ints
from core.network.cells.jacobians import Jacobians


@dataclass(frozen=True)
class _Gated(Jacobians):
    factors: Floats  # (T, blocks, n, S), as the cell's `factors` has them
    W: Floats  # (4n, n) of all rows, to h

    @property
    def samples(self) -> int:  # type: ignore[override]
        return self.factors.shape[-1]

    @property
    def nbytes(self) -> int:
        return self.factors.nbytes

    @property
    def slopes(self) -> Floats:  # type: ignore[override]
        """Gates have no one phi."""
        return np.empty((0, self.shape[1], self.samples))

    def at(self, t: int, sample: int = 0) -> Floats:
        t = range(len(self))[t]
        return self.between(t, t + 1, sample)[0]

    def carrier(self, sample: int) -> Callable[[int, Floats, Floats], None]:
        fill, J_T = self._filler(sample), np.zeros(self.shape[1:])

        def carry(t: int, X: Floats, out: Floats) -> None:
            fill(t, J_T)
            np.matmul(X, J_T, out=out)
        return carry

    def between(self, start: int, stop: int, sample: int = 0) -> Floats:
        fill = self._filler(sample)
        J_T = np.zeros((stop - start, *self.shape[1:]))
        for t in range(start, stop):
            fill(t, J_T[t - start])
        return np.swapaxes(J_T, 1, 2)

    def _filler(self, sample: int) -> Callable[[int, Floats], None]:
        """(t, out): J_t^T into an array (states, states) that was 0 or another J^T."""
        raise NotImplementedError

    def select(self, samples: slice | Ints) -> Jacobians:
        return replace(self, factors=self.factors[..., samples])

    def until(self, steps: int) -> Jacobians:
        return replace(self, factors=self.factors[:steps])


@dataclass(frozen=True)
class LSTMJacobians(_Gated):
    r"""Of [h; c], (2n, 2n).

    With M = dc_t/dh_{t-1} = diag(i g') W_g + diag(c_{t-1} f') W_f + diag(g i') W_i and e = o tanh'(c_t):

        dh_t/dh_{t-1} = diag(tanh(c_t) o') W_o + diag(e) M    dh_t/dc_{t-1} = diag(e f)
        dc_t/dh_{t-1} = M                                      dc_t/dc_{t-1} = diag(f)
    """

    @property
    def shape(self) -> tuple[int, int, int]:
        n = self.W.shape[1]
        return len(self.factors), 2 * n, 2 * n

    def _filler(self, sample: int) -> Callable[[int, Floats], None]:
        n = self.W.shape[1]
        F = np.ascontiguousarray(self.factors[..., sample])  # (T, 6, n)
        W_T = np.ascontiguousarray(self.W.reshape(4, n, n).transpose(0, 2, 1))
        scaled, units = np.empty_like(W_T), np.arange(n)

        def fill(t: int, out: Floats) -> None:
            f, e = F[t, 0], F[t, 5]
            np.multiply(W_T, F[t, 1:5, None, :], scaled)
            M_T = out[:n, n:]
            np.add(scaled[0], scaled[1], M_T)
            M_T += scaled[2]
            np.multiply(M_T, e, out[:n, :n])
            out[:n, :n] += scaled[3]
            out[n + units, n + units] = f
            out[n + units, units] = e * f
        return fill


@dataclass(frozen=True)
class GRUJacobians(_Gated):
    """Of h, (n, n): diag(z) + the factors of each block times its rows of the weights."""

    @property
    def shape(self) -> tuple[int, int, int]:
        n = self.W.shape[1]
        return len(self.factors), n, n

    def _filler(self, sample: int) -> Callable[[int, Floats], None]:
        n = self.W.shape[1]
        F = np.ascontiguousarray(self.factors[..., sample])  # (T, 5, n)
        W_T = np.ascontiguousarray(self.W.reshape(4, n, n).transpose(0, 2, 1))
        scaled, units = np.empty_like(W_T), np.arange(n)

        def fill(t: int, out: Floats) -> None:
            np.multiply(W_T, F[t, :4, None, :], scaled)
            np.add.reduce(scaled, axis=0, out=out)
            out[units, units] += F[t, 4]
        return fill
