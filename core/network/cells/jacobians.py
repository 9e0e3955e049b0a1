"""One-step Jacobians of a cell, kept as what they are made of: no (T, n, n) array."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from core.arrays import Floats, Ints
from core.network.spectrum import Complex, Spectrum, spectrum_of

EPS = float(np.finfo(np.float64).eps)


class Jacobians(ABC):
    """ds_t/ds_{t-1} for some sequences of a batch, t = 1..T; s is the state, (n,), all that a cell carries.

    `len`, indexing by time (index t is time t + 1) and conversion to an array speak of the first sequence.
    """

    samples: int  # S, sequences
    slopes: Floats  # (T, n, S) phi' of the units where the cell has one phi; (0, n, S) where it has not
    eps: float = EPS  # relative rounding of the number type that the network has its weights in

    @property
    @abstractmethod
    def shape(self) -> tuple[int, int, int]:
        """Of one sequence's Jacobians: (T, n, n)."""

    @property
    @abstractmethod
    def nbytes(self) -> int:
        """Of what grows with steps and sequences."""

    @abstractmethod
    def at(self, t: int, sample: int = 0) -> Floats:
        """ds/ds at index t, (n, n)."""

    @abstractmethod
    def select(self, samples: slice | Ints) -> Jacobians:
        """Of some sequences alone."""

    @abstractmethod
    def until(self, steps: int) -> Jacobians:
        """The first steps alone."""

    def carrier(self, sample: int) -> Callable[[int, Floats, Floats], None]:
        """(t, X, out): X J_t^T, (c, n) -> (c, n), one step on for transposed products that are stacked in X."""
        return lambda t, X, out: np.matmul(X, self.at(t, sample).T, out=out)

    def carriers(self) -> Callable[[int, Floats, Floats], None]:
        """(t, X, out): X_s J_t^T of every sequence s, (S, c, n) -> (S, c, n)."""
        each = [self.carrier(sample) for sample in range(self.samples)]

        def carry(t: int, X: Floats, out: Floats) -> None:
            for sample, one in enumerate(each):
                one(t, X[sample], out[sample])
        return carry

    def is_same(self, other: Jacobians) -> bool:
        """Whether these are the other's numbers, bit for bit; False where it is not known."""
        return False

    def between(self, start: int, stop: int, sample: int = 0) -> Floats:
        """The indices start..stop-1 as an array, (stop - start, n, n)."""
        return np.array([self.at(t, sample) for t in range(start, stop)]).reshape(-1, *self.shape[1:])

    def per_step(self, gamma: float, spectrum: Spectrum | None = None) -> tuple[float, float]:
        """What bounds the norm of every factor, and the rate at which a product of many would go if phi' were 1.

        Args:
            gamma: sup |phi'|.
            spectrum: of W_hh, where it is known already.

        Returns:
            (bound, rate) a step; nan where the cell has no such number.
        """
        return float("nan"), float("nan")

    def first(self, samples: int) -> Jacobians:
        """Of the first sequences alone."""
        return self.select(slice(0, samples))

    def of(self, sample: int) -> Jacobians:
        """Of one sequence alone."""
        return self.select(slice(sample, sample + 1))

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, t: int) -> Floats:
        return self.at(t)

    def __array__(self, dtype: np.dtype | None = None, copy: bool | None = None) -> Floats:
        return self.between(0, len(self)).astype(dtype or np.float64, copy=False)


@dataclass(frozen=True)
class PlainJacobians(Jacobians):
    """diag(phi'(a_t)) W_hh; with a leak l, diag(1 - l) + diag(l phi'(a_t)) W_hh."""

    slopes: Floats  # (T, n, S) phi'(a_t)
    W_hh: Floats  # (n, n)
    leak: Floats | None = None  # (n,)
    eps: float = EPS

    def is_same(self, other: Jacobians) -> bool:
        return type(other) is type(self) and all(
            np.array_equal(a, b) for a, b in ((self.slopes, other.slopes), (self.W_hh, other.W_hh),
                                              (self.leak, other.leak)))

    @property
    def shape(self) -> tuple[int, int, int]:
        return len(self.slopes), len(self.W_hh), len(self.W_hh)

    @property
    def samples(self) -> int:
        return self.slopes.shape[2]

    @property
    def nbytes(self) -> int:
        return self.slopes.nbytes

    def at(self, t: int, sample: int = 0) -> Floats:
        t %= len(self)
        return self.between(t, t + 1, sample)[0]

    def between(self, start: int, stop: int, sample: int = 0) -> Floats:
        slopes = self.slopes[start:stop, :, sample, None]
        if self.leak is None:
            return slopes * self.W_hh
        return np.diag(1.0 - self.leak) + self.leak[:, None] * slopes * self.W_hh

    def carrier(self, sample: int) -> Callable[[int, Floats, Floats], None]:
        W_T, slopes = np.ascontiguousarray(self.W_hh.T), self.slopes[:, :, sample]
        if self.leak is None:
            def carry(t: int, X: Floats, out: Floats) -> None:
                np.matmul(X, W_T, out=out)
                out *= slopes[t]
        else:
            keep = 1.0 - self.leak

            def carry(t: int, X: Floats, out: Floats) -> None:
                np.matmul(X, W_T, out=out)
                out *= slopes[t] * self.leak
                out += X * keep
        return carry

    def carriers(self) -> Callable[[int, Floats, Floats], None]:
        """One matrix product for all sequences."""
        W_T, n = np.ascontiguousarray(self.W_hh.T), len(self.W_hh)
        slopes = np.ascontiguousarray(np.moveaxis(self.slopes, 2, 1))[:, :, None]  # (T, S, 1, n)
        slopes = slopes if self.leak is None else slopes * self.leak

        def carry(t: int, X: Floats, out: Floats) -> None:
            np.matmul(X.reshape(-1, n), W_T, out=out.reshape(-1, n))
            out *= slopes[t]
            if self.leak is not None:
                out += X * (1.0 - self.leak)
        return carry

    def per_step(self, gamma: float, spectrum: Spectrum | None = None) -> tuple[float, float]:
        """sigma_max gamma and rho; with leaks, max (1 - l) + max l sigma_max gamma."""
        spectrum = spectrum or spectrum_of(self.W_hh)
        if self.leak is None:
            return spectrum.sigma_max * gamma, spectrum.rho
        bound = float(np.max(1.0 - self.leak) + np.max(self.leak) * spectrum.sigma_max * gamma)
        return bound, float(np.abs(self.eigenvalues(1.0, spectrum)).max())

    def eigenvalues(self, slope: float, spectrum: Spectrum) -> Complex:
        """(n,) of the factor whose slopes are all the same: from those of W_hh, where all units have one leak."""
        if self.leak is None:
            return slope * spectrum.eigenvalues
        if self.leak.min() == self.leak.max():
            return (1.0 - self.leak) + slope * self.leak * spectrum.eigenvalues
        return spectrum_of(np.diag(1.0 - self.leak) + slope * self.leak[:, None] * self.W_hh).eigenvalues

    def spectrum_at(self, t: int, sample: int, spectrum: Spectrum) -> Spectrum:
        """Of one factor; `spectrum` is that of W_hh."""
        slopes = self.slopes[t, :, sample]
        same = slopes.min() == slopes.max()
        return spectrum_of(self.at(t, sample), self.eigenvalues(float(slopes[0]), spectrum) if same else None)

    def linear(self) -> PlainJacobians:
        """The same with phi' = 1 throughout."""
        return replace(self, slopes=np.ones_like(self.slopes))

    def select(self, samples: slice | Ints) -> PlainJacobians:
        return replace(self, slopes=self.slopes[:, :, samples])

    def until(self, steps: int) -> PlainJacobians:
        return replace(self, slopes=self.slopes[:steps])


@dataclass(frozen=True)
class JoinedJacobians(Jacobians):
    """Those of `before` up to index `border`, and of `after` from there on, both over the whole time."""

    before: Jacobians
    after: Jacobians
    border: int

    @property
    def shape(self) -> tuple[int, int, int]:
        return self.after.shape

    @property
    def samples(self) -> int:
        return self.after.samples

    @property
    def nbytes(self) -> int:
        return self.before.nbytes + self.after.nbytes

    @property
    def slopes(self) -> Floats:
        return self.after.slopes

    @property
    def eps(self) -> float:
        return self.after.eps

    def at(self, t: int, sample: int = 0) -> Floats:
        return (self.before if t % len(self) < self.border else self.after).at(t, sample)

    def between(self, start: int, stop: int, sample: int = 0) -> Floats:
        border = min(max(self.border, start), stop)
        return np.concatenate([self.before.between(start, border, sample), self.after.between(border, stop, sample)])

    def carrier(self, sample: int) -> Callable[[int, Floats, Floats], None]:
        before, after = self.before.carrier(sample), self.after.carrier(sample)
        return lambda t, X, out: (before if t < self.border else after)(t, X, out)

    def carriers(self) -> Callable[[int, Floats, Floats], None]:
        before, after = self.before.carriers(), self.after.carriers()
        return lambda t, X, out: (before if t < self.border else after)(t, X, out)

    def per_step(self, gamma: float, spectrum: Spectrum | None = None) -> tuple[float, float]:
        """The larger bound of the two; the rate of what is fed back, where most steps are."""
        before, after = self.before.per_step(gamma, spectrum), self.after.per_step(gamma)
        return max(before[0], after[0]), after[1]

    def linear(self) -> JoinedJacobians:
        """The same with phi' = 1 throughout."""
        return replace(self, before=self.before.linear(), after=self.after.linear())

    def select(self, samples: slice | Ints) -> JoinedJacobians:
        return replace(self, before=self.before.select(samples), after=self.after.select(samples))

    def until(self, steps: int) -> JoinedJacobians:
        return replace(self, before=self.before.until(steps), after=self.after.until(steps))
