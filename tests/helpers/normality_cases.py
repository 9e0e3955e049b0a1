"""Matrices of all kinds, and every figure of the page on eigenvalues and singular values."""

from functools import cache

import numpy as np

from core.network.spectrum import spectrum_of
from core.specs.recurrence import Recurrence
from core.topics.singular_values.example_matrices import EXAMPLES, Matrix, matrix_of
from core.topics.singular_values.matrix_powers import matrix_powers, normal_partner
from core.topics.singular_values.pseudospectrum import normal_pseudospectrum, pseudospectrum
from core.training.experiment import Experiment

MATRICES = {
    **{name: matrix_of(Matrix(matrix=name), Experiment()) for name in EXAMPLES},
    "nilpotent": np.array([[0.0, 3.0], [0.0, 0.0]]),
    "zero": np.zeros((3, 3)),
    "gaussian": matrix_of(Matrix(matrix="yours"), Experiment(Recurrence(n_hidden=10, rho=0.9, shape="gaussian"))),
    "growing": matrix_of(Matrix(matrix="yours"), Experiment(Recurrence(n_hidden=6, rho=1.4, alpha=1.0))),
    "huge powers": np.diag([1e3, 1e-3]),
}


@cache
def powers(name, most=40):
    return matrix_powers(MATRICES[name], most)


@cache
def partner_powers(name, most=40):
    return matrix_powers(normal_partner(spectrum_of(MATRICES[name]).eigenvalues), most)


@cache
def plane(name, half_width=1.5):
    """The last picture."""
    return [found for _, found in pseudospectrum(MATRICES[name], half_width)][-1]


@cache
def normal_plane(name, half_width=1.5):
    return normal_pseudospectrum(powers(name).spectrum.eigenvalues, half_width)
