"""The matrices of the page on normality: small ones from the textbooks, a larger one, and the reader's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.arrays import Floats
from core.network.spectrum import Complex
from core.parameters import Spec, choice, number
from core.remedies.hooks import Hooks
from core.specs.recurrence import Recurrence
from core.training.effect import NoEffect
from core.training.experiment import Experiment

Rows = tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class Example:
    """A matrix with a name."""

    name: str
    title: str
    look: str  # what to look for
    powers: int  # as many as show it best
    rows: Rows | None = None  # the matrix itself, or
    recurrence: Recurrence | None = None  # the W_hh of this network; neither: the reader's experiment, or entries
    level: int = -4  # log10 of the smallest epsilon whose pseudospectrum is worth drawing

    @property
    def values(self) -> dict[str, Any]:
        """Of the spec `Matrix`, for a preset."""
        return {"matrix": self.name, "powers": self.powers, "level": self.level}


TWO = "two_by_two"  # the example whose entries are the reader's own
ENTRIES = ("w11", "w12", "w21", "w22")
EXAMPLES = {
    example.name: example
    for example in (
        Example("half_four", "[[0.5, 4], [0, 0.5]]",
                "Both eigenvalues are 0.5, and yet the first three powers are above 3: a norm sees the 4 beside them, "
                "an eigenvalue does not.", 12, ((0.5, 4.0), (0.0, 0.5))),
        Example("nine_five", "[[0.9, 5], [0, 0.9]]",
                "The same shape, closer to 1: it climbs for nine steps before the eigenvalues get their way.", 60,
                ((0.9, 5.0), (0.0, 0.9))),
        Example("diagonal", "diag(2, 0.1)",
                "The determinant is 0.2 and the powers explode all the same: a determinant is a product over all "
                "directions, and the gradient follows the worst one. This matrix is normal, so its eigenvalues do "
                "bound it.", 30, ((2.0, 0.0), (0.0, 0.1))),
        Example("thirty_two", "32 units, ρ 0.95, α 3",
                "A recurrent matrix as the playground draws it: eigenvalues of magnitude 0.57 to 0.95 in all "
                "directions, and much above the diagonal blocks.", 120,
                recurrence=Recurrence(n_hidden=32, rho=0.95, spread=0.6, angle=180.0, alpha=3.0), level=-6),
        Example(TWO, "Your 2×2",
                "Four numbers of yours. Drag the tips of the columns in the picture of the unit circle: the closer the "
                "eigenvectors are to each other, the higher is the hump.", 60),
        Example("yours", "Yours",
                "The initial W_hh of your experiment, as on the playground. Move α in the sidebar: the "
                "eigenvalues, and the left column with them, stay where they are.", 60),
    )
}


def matrix_titles() -> dict[str, str]:
    return {name: example.title for name, example in EXAMPLES.items()}


def _entry(default: float, row: int, column: int) -> Any:
    return number(default, -5.0, 5.0, step=0.05, label=f"Row {row}, column {column}", symbol=f"W_{row}{column}")


@dataclass(frozen=True, kw_only=True)
class Matrix(Spec):
    """Which matrix, how many of its powers, and how much of the plane around its eigenvalues."""

    matrix: str = choice("half_four", matrix_titles, label="Matrix", symbol="W",
                         help="Examples, or W_hh of your own experiment with its sliders.")
    powers: int = number(12, 1, 400, step=1, label="Powers", symbol="T", unit="steps",
                         help="‖Wᵏ‖ is drawn for k = 0 to T, and the bounds are tried on all pairs of steps of a "
                              "linear network that runs T steps.")
    reach: float = number(1.5, 1.1, 4.0, step=0.1, label="Width of the plane", unit="times max(1, ρ)",
                          help="Largest |Re z| and |Im z| drawn.")
    level: int = number(-4, -12, -1, step=1, label="Smallest level drawn", symbol=r"\log_{10} \varepsilon",
                        help="Contours of the pseudospectra are drawn from 10 to this power up to 1.")
    w11: float = _entry(0.8, 1, 1)
    w12: float = _entry(1.0, 1, 2)
    w21: float = _entry(0.05, 2, 1)
    w22: float = _entry(0.4, 2, 2)

    @property
    def rows(self) -> Rows | None:
        """Of a matrix that is written down; None for that of a network."""
        if self.matrix == TWO:
            return (self.w11, self.w12), (self.w21, self.w22)
        return EXAMPLES[self.matrix].rows

    def without_effect(self, values: Mapping[str, Any]) -> dict[str, NoEffect]:
        """Name -> why it has no effect: the entries of a matrix that is not shown."""
        return {} if values["matrix"] == TWO else {name: NoEffect(f"{EXAMPLES[TWO].title} is not shown")
                                                   for name in ENTRIES}


def matrix_of(spec: Matrix, experiment: Experiment) -> Floats:
    """W, (n, n).

    Args:
        spec: which one.
        experiment: the reader's own; its initial W_hh is taken where `spec.matrix` is yours.
    """
    if spec.rows is not None:
        return np.array(spec.rows)
    recurrence = recurrence_of(spec, experiment)
    kind, dtype = experiment.task.kind, np.dtype(experiment.training.dtype)
    return Hooks().network(recurrence, kind, dtype).W_hh.astype(float)


def rounding_of(spec: Matrix, experiment: Experiment) -> float:
    """Relative rounding of the number type that the matrix is made in: a network's own, or float64."""
    return float(np.finfo(np.float64 if spec.rows is not None else experiment.training.dtype).eps)


def recurrence_of(spec: Matrix, experiment: Experiment) -> Recurrence:
    """Of the network whose W_hh is shown; only where the matrix is that of one."""
    return EXAMPLES[spec.matrix].recurrence or experiment.recurrence


def prescribed_eigenvalues(spec: Matrix, experiment: Experiment) -> Complex | None:
    """(n,) those that the matrix was made from; None where they are drawn, or where nothing but its entries is known.

    What a float64 matrix has may be others: an eigenvalue that lies in the pseudospectrum of rounding, 10^-16 times
    ||W||, can be anywhere in it.
    """
    if spec.rows is not None:
        W = np.array(spec.rows)
        triangular = not np.triu(W, 1).any() or not np.tril(W, -1).any()
        return np.diag(W).astype(complex) if triangular else None
    return Hooks().eigenvalues(recurrence_of(spec, experiment))
