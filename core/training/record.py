"""Every value that leaves the engine: frozen, one line a field with meaning, shape and unit.

A quantity that can leave float64 is a log10; -inf there means exactly zero.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.arrays import Floats
from core.claims import Claim
from core.network.spectrum import Complex, Spectrum, spectrum_of


@dataclass(frozen=True)
class GradientFlow:
    """How a gradient changes on its way back through time, for one sequence."""

    lag: NDArray[np.int64]  # (L,) steps back from the last one, T - k
    log10_norm: Floats  # (L,) log10 ||dh_T/dh_k||_2
    log10_bound: Floats  # (L,) log10 (sigma_max gamma)^lag, never below log10_norm
    log10_rho: Floats  # (L,) log10 rho^lag, the asymptotic rate of W^lag; no bound unless W_hh is normal


@dataclass(frozen=True)
class Peak:
    """The largest ||dh_T/dh_{T-l}|| over all lags l."""

    lag: int  # l, 1..T
    log10_norm: float  # mean over the sequences where it is not exactly 0, as in the map; -inf exactly zero


@dataclass(frozen=True)
class JacobianMap:
    """||dh_t/dh_k||_2 for pairs of time steps, mean of log10 over those of some sequences where it is not exactly 0."""

    at: NDArray[np.int64]  # (G,) times of the rows t and of the columns k, 0..T; all of them where the map is full
    log10_norm: Floats  # (G, G) row t, column k: log10 ||dh_t/dh_k||; nan where k > t; -inf exactly zero in all of them
    exact: bool  # False: a few power sweeps, never above the norm
    sequences: int  # looked at
    log10_rounding: Floats | None = None  # (G, G) log10 of the relative error that rounding may have made of the norm
    not_zero: NDArray[np.int64] | None = None  # (G, G) in how many of them it is not exactly 0; None: in all or none
    peak: Peak | None = None  # of the last row over all lags, those that the grid leaves out too; None: see the row
    held: float = 0.0  # log10 a step: what holding W_hh in the network's number type may make of a norm

    @cached_property
    def alive(self) -> NDArray[np.int64]:
        """(G, G) over how many sequences the mean is taken; 0 where k > t."""
        if self.not_zero is not None:
            return self.not_zero
        return np.where(np.isfinite(self.log10_norm), self.sequences, 0)

    @cached_property
    def pairs(self) -> NDArray[np.bool_]:
        """(G, G) where k < t: the pairs that are products of Jacobians."""
        return self.at[:, None] > self.at[None, :]

    @property
    def lag(self) -> NDArray[np.int64]:
        """(G, G) t - k."""
        return self.at[:, None] - self.at[None, :]


@dataclass(frozen=True)
class Exceeded:
    """How often a bound is exceeded by what it should bound."""

    count: int  # pairs (t, k), k < t
    pairs: int  # looked at
    most: float  # log10 of the largest factor by which it is; 0 where it never is

    @property
    def share(self) -> float:
        return self.count / self.pairs if self.pairs else 0.0


@dataclass(frozen=True)
class SingularSpectrum:
    """All singular values of dh_T/dh_{T-l}, for one sequence."""

    lag: NDArray[np.int64]  # (L,) l
    log10_singular_values: Floats  # (L, n) largest first; -inf exactly zero
    lyapunov: Floats  # (n,) estimates of the Lyapunov exponents, 1/step, natural logarithm, largest first


@dataclass(frozen=True)
class LongReach:
    """||dh_T/dh_k|| of one long sequence, from its end back."""

    length: int  # T, steps
    log10_norm: Floats  # (L,) log10 ||dh_T/dh_{T-l}|| for l = 1..L; L < T while the work is under way


@dataclass(frozen=True)
class StepRecord:
    """One update: the network as it was before the update, and the gradient that the update used."""

    step: int  # number of the update, from 1
    loss: float  # mean over the batch and the steps with a target, nats or squared error
    grad_norm: float  # ||dL/dtheta||_2 over all parameters, before clipping
    clipped_norm: float  # the same after every remedy that changes the gradient
    log10_dL_dh: Floats  # (T,) log10 of the Frobenius norm of dL/dh_t over batch and units, t = 1..T
    log10_dL_dh_full: Floats | None  # (T,) the same without truncation; None when not asked for
    W_hh: Floats = field(repr=False)  # (n_hidden, n_hidden)
    accuracy: float | None  # share of targets named right, 0..1; None for tasks with real-valued targets
    seconds: float  # duration of this update, recording included, s
    stopped: Claim | None = None  # which quantity left the finite numbers, and where; None while all are finite
    log10_dL_dc: Floats | None = None  # (T,) as log10_dL_dh, of an LSTM's c_t; None where nothing is carried beside h
    log10_dL_dh_held: Floats | None = None  # (T,) as log10_dL_dh, of what the run's number type holds, which loses what
    # is too small for it; None where both are the same
    asked: Complex | None = None  # (n_hidden,) eigenvalues that W_hh was made from; None once it is trained, or drawn

    @property
    def log10_own(self) -> Floats:
        """(T,) log10 ||dL/dh_t|| as this run has it: what its number type cannot hold is exactly 0."""
        return self.log10_dL_dh if self.log10_dL_dh_held is None else self.log10_dL_dh_held

    @cached_property
    def spectrum(self) -> Spectrum:
        """Of W_hh, computed when first asked for: it costs more than the update itself."""
        return spectrum_of(self.W_hh, self.asked)

    @property
    def eigenvalues(self) -> NDArray[np.complex128]:
        """(n_hidden,) of W_hh."""
        return self.spectrum.eigenvalues

    @property
    def rho(self) -> float:
        """Spectral radius of W_hh."""
        return self.spectrum.rho

    @property
    def sigma_max(self) -> float:
        """Largest singular value of W_hh."""
        return self.spectrum.sigma_max

    @property
    def orthogonality(self) -> float:
        """||W_hh^T W_hh - I||_F: how far W_hh is from orthogonal."""
        W = self.W_hh.astype(np.float64, copy=False)
        return float(np.linalg.norm(W.T @ W - np.eye(len(W))))

    @property
    def clipped(self) -> bool:
        """Whether a remedy shortened the gradient of this update."""
        return self.clipped_norm < self.grad_norm
