"""W_hh by its eigenvectors: powers put together again, and the condition that says whether to trust them."""

import numpy as np
import pytest

from core.network.spectrum import matrix_from_blocks, shaped_blocks, spectrum_of
from core.specs.recurrence import initial_W_hh
from core.topics.derivation.word.eigendecomposition import eigendecomposition
from core.training.experiment import Experiment

LAGS = np.arange(12)


def gaussian(n, seed=0):
    return np.random.default_rng(seed).normal(size=(n, n)) / np.sqrt(n)


@pytest.mark.parametrize("n", [2, 3, 16, 128])
def test_the_powers_of_the_matrix_come_back_from_the_powers_of_its_eigenvalues(n):
    """Off by eps times the condition of the eigenvectors, n for the sums, and what the power itself grows."""
    W = gaussian(n)
    found = eigendecomposition(W)
    Q, powers = found.eigenvectors, found.eigenvalues[:, None] ** LAGS
    for lag in LAGS:
        back = Q @ np.diag(powers[:, lag]) @ np.linalg.inv(Q)
        allowed = 10 * n * (lag + 1) * np.finfo(float).eps * found.condition**2 * max(1.0, spectrum_of(W).rho ** lag)
        assert np.abs(back - np.linalg.matrix_power(W, lag)).max() < allowed


def test_the_largest_eigenvalue_comes_first():
    found = np.abs(eigendecomposition(gaussian(20)).eigenvalues)
    assert np.array_equal(found, np.sort(found)[::-1])


NORMAL = {
    "identity": {"shape": "identity"}, "all real": {"angle": 0.0}, "orthogonal": {"angle": 180.0, "n_hidden": 32},
    "two twice": {"n_hidden": 4, "eigenvalues": (-0.5, -0.5, 0.9, 0.9)}, "zero twice": {"n_hidden": 3, "eigenvalues": (
        0.0, 0.0, 0.9)}, "a pair twice": {"n_hidden": 4, "eigenvalues": (0.5 + 0.5j, 0.5 + 0.5j)}, "zero": {"rho": 0.0},
    "large": {"n_hidden": 128, "angle": 0.0, "spread": 1.0}, "default": {},
    "one magnitude": {"n_hidden": 6, "eigenvalues": (0.7, -0.7, 0.7j, 0.7)},
}


@pytest.mark.parametrize("values", NORMAL.values(), ids=NORMAL)
def test_a_normal_matrix_has_orthonormal_eigenvectors_also_where_eigenvalues_repeat(values):
    recurrence = Experiment.from_values(values).recurrence
    W = initial_W_hh(recurrence, np.random.default_rng([recurrence.seed, 0]))
    found = eigendecomposition(W)
    Q = found.eigenvectors
    assert found.condition == pytest.approx(1.0, abs=1e-12)
    assert np.abs(Q.conj().T @ Q - np.eye(len(W))).max() < 1e-13
    assert np.abs(W @ Q - Q * found.eigenvalues).max() < 1e-13 * max(np.abs(W).max(), 1.0) * len(W)
    assert np.sort(np.abs(found.eigenvalues)) == pytest.approx(np.sort(np.abs(np.linalg.eigvals(W))), abs=1e-12)


def test_a_matrix_that_is_nearly_normal_is_not_taken_for_one():
    W = np.array([[0.5, 1e-6], [0.0, 0.5 + 1e-9]])
    assert eigendecomposition(W).condition > 1e3


@pytest.mark.parametrize("n", [2, 16, 64])
def test_the_eigenvectors_of_a_normal_matrix_are_orthogonal(n):
    W = matrix_from_blocks(shaped_blocks(n, 0.9, 0.5, 120.0), 0.0, np.random.default_rng(1))
    assert eigendecomposition(W).condition == pytest.approx(1.0, abs=1e-8)


def test_the_condition_is_the_ratio_of_singular_values():
    found = eigendecomposition(gaussian(9))
    assert found.condition == pytest.approx(np.linalg.cond(found.eigenvectors), rel=1e-12)


def test_a_jordan_block_has_no_eigenvectors_enough():
    assert eigendecomposition(np.array([[0.5, 4.0], [0.0, 0.5]])).condition > 1e14
