r"""One layer of an unrolled network, forward and back, with the gradient of every step's loss kept apart.

    dL_t/dh_k = sum over all ways from k to t;   within one layer   dL_t/dh_t dh_t/dh_k
    dL/dW_hh = sum_t sum_{k <= t} dL_t/da_k h_{k-1}^T,    dL_t/da_k = dL_t/dh_k * phi'(a_k)

It is the pass that training makes, over a batch in which every sequence is the word and has the loss of one step alone:
the losses L_t travel back side by side, and their sum is what back-propagation through time carries.

Source: Pascanu, Mikolov & Bengio 2013, eqs. 3-5 (the double sum).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from core.arrays import Floats
from core.network.cells.jacobians import Jacobians, PlainJacobians
from core.network.cells.vanilla import Vanilla, VanillaTape
from core.network.spectrum import Complex, Spectrum, spectrum_of
from core.norms import column_norms
from core.topics.derivation.word.eigendecomposition import Eigendecomposition, eigendecomposition


@dataclass(frozen=True)
class Layer:
    """n units over T steps; index t of an array is step t + 1."""

    V: Floats  # [W_hh | W_xh | b_h], (n, n + m + 1)
    reads: Floats  # (T, m) x_t, or h_t of the layer below
    a: Floats  # (T, n) before the nonlinearity
    h: Floats  # (T, n)
    phi_prime: Floats  # (T, n) phi'(a_t)
    dLt_dh: Floats = field(repr=False)  # (T, T, n) row t, column k: dL_t/dh_k, 0 where k > t
    asked: Complex | None = None  # (n,) eigenvalues that W_hh was made from; None where they are drawn

    @property
    def W_hh(self) -> Floats:
        """(n, n)"""
        return self.V[:, :len(self.V)]

    @property
    def W_xh(self) -> Floats:
        """From what it reads, (n, m)."""
        return self.V[:, len(self.V):-1]

    @property
    def b_h(self) -> Floats:
        """(n,)"""
        return self.V[:, -1]

    @property
    def h_before(self) -> Floats:
        """h_{t-1}, (T, n); h_0 = 0."""
        return np.concatenate([np.zeros_like(self.h[:1]), self.h[:-1]])

    @property
    def dLt_da(self) -> Floats:
        """dL_t/da_k, (T, T, n); 0 where k > t."""
        return self.dLt_dh * self.phi_prime

    @property
    def dL_dh(self) -> Floats:
        """dL/dh_k = sum_t dL_t/dh_k, (T, n)."""
        return self.dLt_dh.sum(axis=0)

    @property
    def dL_da(self) -> Floats:
        """dL/da_k = dL/dh_k * phi'(a_k), (T, n)."""
        return self.dL_dh * self.phi_prime

    @property
    def dL_dV(self) -> Floats:
        """sum_k dL/da_k [h_{k-1}; x_k; 1]^T, (n, n + m + 1)."""
        return self.dL_da.T @ np.column_stack([self.h_before, self.reads, np.ones(len(self.h))])

    @property
    def dL_dW_hh(self) -> Floats:
        """(n, n)"""
        return self.dL_dV[:, :len(self.V)]

    @property
    def log10_terms(self) -> Floats:
        r"""log10 of the norm of each term of the double sum, (T, T): row t, column k, nan where k > t.

        dL_t/dh_t dh_t/dh_k dh_k/dW_hh = dL_t/da_k h_{k-1}^T. Exactly zero, -inf, at k = 1, where h_0 = 0.
        """
        with np.errstate(divide="ignore"):
            out = np.log10(column_norms(self.dLt_da.swapaxes(1, 2))) + np.log10(column_norms(self.h_before.T))
        return np.where(np.tri(len(self.h), dtype=bool), out, np.nan)

    @property
    def jacobians(self) -> Jacobians:
        """dh_t/dh_{t-1} = diag(phi'(a_t)) W_hh, t = 1..T; np.asarray of it is (T, n, n)."""
        return PlainJacobians(self.phi_prime[:, :, None], self.W_hh)

    @cached_property
    def spectrum(self) -> Spectrum:
        """rho, sigma_max and eigenvalues of W_hh. Computed when first asked for."""
        return spectrum_of(self.W_hh, self.asked)

    @cached_property
    def eigen(self) -> Eigendecomposition:
        """W_hh by its eigenvectors. Computed when first asked for."""
        return eigendecomposition(self.W_hh)


def ran(cell: Vanilla, V: Floats, reads: Floats) -> VanillaTape:
    """The states of one layer on what it reads, (T, m): T sequences that are alike, so that each step's loss has one
    for itself on the way back."""
    tape = cell.tape(len(reads), len(reads), np.dtype(np.float64))
    tape.load(reads[:, :, None])
    cell.forward(V, tape, 0, tape.T)
    return tape


def carried_back(cell: Vanilla, V: Floats, tape: VanillaTape, arriving: Floats) -> Layer:
    """The layer with dL_t/dh_k for every pair of steps.

    Args:
        arriving: dL_t/dh_k straight from the output, or by way of the layer above, (T, n, T): step k, unit, step t.
    """
    tape.G[...] = arriving
    cell.backward(V, tape, 0, tape.T, [True] * tape.T)
    return Layer(V, tape.Z[:-1, cell.n:-1, 0], tape.A[:, :, 0], tape.h[:, :, 0], tape.P[:, :, 0],
                 tape.G.transpose(2, 0, 1))
