"""What alpha does to the W_hh of a network: the same eigenvalues, and other singular values."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from core.arrays import Floats
from core.topics.singular_values.example_matrices import Matrix, matrix_of, recurrence_of
from core.training.experiment import Experiment

POINTS = 13  # of the curve, which is convex


@dataclass(frozen=True)
class ByAlpha:
    """sigma_max of W = Q (Lambda + alpha U) Q^T with the same Lambda, Q and U."""

    alpha: Floats  # (POINTS,) from the lowest to the highest that can be asked for
    sigma_max: Floats  # (POINTS,)


def has_alpha(spec: Matrix, experiment: Experiment) -> bool:
    """Whether the matrix is made with an alpha that has an effect, and no eigenvalue of it was moved afterwards."""
    if spec.rows is not None or recurrence_of(spec, experiment).moved:
        return False
    plain = replace(experiment, recurrence=recurrence_of(spec, experiment), remedies=())
    return "alpha" not in plain.without_effect("W_hh")


def by_alpha(spec: Matrix, experiment: Experiment) -> ByAlpha:
    """Of the network that `spec` names, whatever alpha it has itself."""
    recurrence = recurrence_of(spec, experiment)
    limits = recurrence.parameters()["alpha"]
    alphas = np.linspace(limits.low, limits.high, POINTS)
    yours = Matrix(matrix="yours")
    made = [matrix_of(yours, replace(experiment, recurrence=replace(recurrence, alpha=float(alpha))))
            for alpha in alphas]
    return ByAlpha(alphas, np.linalg.norm(made, 2, axis=(1, 2)))
