"""The text alternative of the eigenvalues rounds as the numbers do."""

import re

import numpy as np
import pytest

from core.network.spectrum import spectrum_of
from core.plotting.eigenvalues import eigenvalue_plane
from core.training.experiment import Experiment
from core.training.trainer import Trainer


def told(W):
    """(spectral radius, largest singular value, how many outside, of how many), as the text says them."""
    text = eigenvalue_plane(spectrum_of(np.asarray(W, float))).layout.meta["text"]
    found = re.fullmatch(r"Spectral radius (\S+), largest singular value (\S+); (\d+) of (\d+) eigenvalues "
                         r"(lies?) outside the unit circle\.", text)
    assert found[5] == ("lies" if found[3] == "1" else "lie")
    return float(found[1]), float(found[2]), int(found[3]), int(found[4])


@pytest.mark.parametrize("n", [2, 16, 64, 128])
@pytest.mark.parametrize("alpha", [0.0, 0.5, 2.0])
@pytest.mark.parametrize("seed", [0, 1])
def test_of_a_matrix_whose_eigenvalues_all_lie_on_the_circle_none_is_outside(n, alpha, seed):
    """Computed, up to half of them are, by 1e-16 to 5e-9."""
    W = Trainer(Experiment.from_values({"n_hidden": n, "alpha": alpha, "seed": seed})).network.W_hh
    rho, sigma, outside, of = told(W)
    assert (rho, outside, of) == (1.0, 0, n)
    assert sigma == float(f"{np.linalg.norm(W, 2):.4g}")


@pytest.mark.parametrize(("values", "outside"), [
    ([1.2, -1.2, 0.5], 2), ([1.0006, 1.0004, 0.9], 1), ([1.0, 1.0, 1.0], 0), ([0.999, 0.2, 0.1], 0), ([-3.0], 1)])
def test_those_are_outside_that_read_as_more_than_1(values, outside):
    rho, _, found, of = told(np.diag(values))
    assert (found, of) == (outside, len(values))
    assert (rho > 1.0) == (outside > 0)


def test_a_complex_pair_counts_twice():
    assert told([[0.9, -0.9], [0.9, 0.9]])[2:] == (2, 2)
