r"""One layer of an unrolled network, forward and back, with the gradient of every step's loss kept apart.

    dL_t/dh_k = sum over all ways from k to t;   within one layer   dL_t/dh_t dh_t/dh_k
    dL/dW_hh = sum_t sum_{k <= t} dL_t/da_k h_{k-1}^T,    dL_t/da_k = dL_t/dh_k * phi'(a_k)

The losses L_t travel back side by side, one row each: their sum is what back-propagation through time carries.

Source: Pascanu, Mikolov & Bengio 2013, eqs. 3-5 (the double sum).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.network.activations import Activation
from core.network.cells.jacobians import Jacobians, PlainJacobians
from core.network.spectrum import Complex, Spectrum, spectrum_of
from core.topics.derivation.word.eigendecomposition import Eigendecomposition, eigendecomposition
from core.topics.jacobians.map import jacobian_map
from core.training.record import JacobianMap

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Layer:
    """n units over T steps; index t of an array is step t + 1."""

    W_hh: Floats  # (n, n)
    W_xh: Floats  # (n, m) from what it reads
    b_h: Floats  # (n,)
    reads: Floats  # (T, m) x_t, or h_t of the layer below
    a: Floats  # (T, n) before the nonlinearity
    h: Floats  # (T, n)
    phi_prime: Floats  # (T, n) phi'(a_t)
    dLt_dh: Floats = field(repr=False)  # (T, T, n) row t, column k: dL_t/dh_k, 0 where k > t
    asked: Complex | None = None  # (n,) eigenvalues that W_hh was made from; None where they are drawn

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
    def dL_dW_hh_at(self) -> Floats:
        """dL/da_k h_{k-1}^T, what each step k adds to dL/dW_hh, (T, n, n)."""
        return self.dL_da[:, :, None] * self.h_before[:, None, :]

    @property
    def dL_dW_hh(self) -> Floats:
        """Their sum over k, (n, n)."""
        return self.dL_da.T @ self.h_before

    @property
    def dL_dW_xh(self) -> Floats:
        """(n, m)"""
        return self.dL_da.T @ self.reads

    @property
    def dL_db_h(self) -> Floats:
        """(n,)"""
        return self.dL_da.sum(axis=0)

    @property
    def log10_dL_dW_hh_at(self) -> Floats:
        """log10 of the norm of what each step k adds to dL/dW_hh, (T,); -inf at k = 1, where h_0 = 0."""
        with np.errstate(divide="ignore"):
            return np.log10(_norms(self.dL_da)) + np.log10(_norms(self.h_before))

    @property
    def log10_terms(self) -> Floats:
        r"""log10 of the norm of each term of the double sum, (T, T): row t, column k, nan where k > t.

        dL_t/dh_t dh_t/dh_k dh_k/dW_hh = dL_t/da_k h_{k-1}^T. Exactly zero, -inf, at k = 1, where h_0 = 0.
        """
        with np.errstate(divide="ignore"):
            out = np.log10(_norms(self.dLt_da)) + np.log10(_norms(self.h_before))
        return np.where(np.tri(len(self.h), dtype=bool), out, np.nan)

    @property
    def jacobians(self) -> Jacobians:
        """dh_t/dh_{t-1} = diag(phi'(a_t)) W_hh, t = 1..T; np.asarray of it is (T, n, n)."""
        return PlainJacobians(self.phi_prime[:, :, None], self.W_hh)

    @cached_property
    def map(self) -> JacobianMap:
        """log10 ||dh_t/dh_k||_2 for every pair of 1..T, within this layer. Computed when first asked for."""
        return jacobian_map(self.jacobians, np.arange(1, len(self.h) + 1))

    @cached_property
    def spectrum(self) -> Spectrum:
        """rho, sigma_max and eigenvalues of W_hh. Computed when first asked for."""
        return spectrum_of(self.W_hh, self.asked)

    @cached_property
    def eigen(self) -> Eigendecomposition:
        """W_hh by its eigenvectors. Computed when first asked for."""
        return eigendecomposition(self.W_hh)


def _norms(v: Floats) -> Floats:
    """Euclidean norms along the last axis, right where their squares leave float64."""
    largest = np.abs(v).max(axis=-1)
    scale = np.where(largest > 0.0, largest, 1.0)
    return np.linalg.norm(v / scale[..., None], axis=-1) * scale


def run_layer(W_hh: Floats, W_xh: Floats, b_h: Floats, reads: Floats, activation: Activation,
              asked: Complex | None = None) -> Layer:
    """The states of one layer, its gradients still at 0.

    Args:
        W_hh, W_xh, b_h: (n, n), (n, m), (n,).
        reads: (T, m) its input at each step.
        asked: (n,) eigenvalues that W_hh was made from, where they are known.
    """
    T, n = len(reads), len(W_hh)
    a, h, slopes = np.empty((T, n)), np.empty((T, n)), np.empty((T, n))
    before = np.zeros(n)
    for t in range(T):
        a[t] = W_hh @ before + W_xh @ reads[t] + b_h
        before = activation.phi(a[t], h[t])
    activation.phi_prime(a, h, slopes)
    return Layer(W_hh, W_xh, b_h, reads, a, h, slopes, np.zeros((T, T, n)), asked)


def carried_back(layers: Sequence[Layer], direct: Floats) -> tuple[Layer, ...]:
    """The layers with dL_t/dh_k for every pair of steps.

    Args:
        layers: from the input up.
        direct: dL_t/dh_t of the highest layer, straight from the output, (T, n).
    """
    T, n = direct.shape
    arriving = np.zeros((T, T, n))  # from above, at step k
    arriving[np.arange(T), np.arange(T)] = direct
    out: list[Layer] = []
    for layer in reversed(layers):
        found = arriving
        for k in range(T - 1, 0, -1):  # rows t >= k alone have anything there
            found[k:, k - 1] += (found[k:, k] * layer.phi_prime[k]) @ layer.W_hh
        out.append(replace(layer, dLt_dh=found))
        arriving = (found * layer.phi_prime) @ layer.W_xh
    return tuple(reversed(out))
