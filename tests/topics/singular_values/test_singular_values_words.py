"""The two texts under the charts of the page on singular values, with their numbers found by other means."""

import re

import numpy as np
import pytest

from core.topics.singular_values.matrix_powers import matrix_powers
from core.topics.singular_values.pseudospectrum import pseudospectrum
from pages._parts.singular_values.words import _bound, _plane
from tests.helpers.normality_cases import MATRICES, plane, powers


@pytest.mark.parametrize("name", MATRICES)
def test_the_bound_counts_its_pairs_and_has_the_condition_and_the_determinant(name):
    W = MATRICES[name]
    text = _bound(W, powers(name))
    lags = [t - j for t in range(1, 41) for j in range(t)]
    rho = float(np.abs(np.linalg.eigvals(W)).max())
    said = re.search(r"exceeded in ([\d,]+) of ([\d,]+) pairs of steps", text)
    assert int(said[2].replace(",", "")) == len(lags) == 820
    if name in ("half_four", "nine_five", "diagonal", "growing"):
        norms = [np.linalg.norm(np.linalg.matrix_power(W, k), 2) for k in range(41)]
        assert int(said[1].replace(",", "")) == sum(norms[k] > rho**k * (1 + 1e-9) for k in lags)


@pytest.mark.parametrize(("W", "basis", "determinant"), [
    (np.array([[0.5, 4.0], [0.0, 0.5]]), "there is no basis of eigenvectors", "0.25"),
    (np.diag([2.0, 0.1]), r"$\kappa(V) = 1$", "0.2"),
    (np.array([[1.0, 1.0], [0.0, 0.5]]), r"$\kappa(V) = 4.24$", "0.5"),
    (np.diag([1e-4, 1e-4]), r"$\kappa(V) = 1$", r"1.0 \cdot 10^{-8}"), (np.zeros((2, 2)), r"$\kappa(V) = 1$", "0")])
def test_the_condition_of_the_eigenvectors_and_the_determinant(W, basis, determinant):
    """[[1, 1], [0, 1/2]]: eigenvectors (1, 0) and (2, -1), cosine 2/sqrt(5): sqrt((1 + c)/(1 - c)) = 4.24."""
    text = _bound(W, matrix_powers(W, 5))
    assert basis in text
    assert rf"$|\det W| = {determinant}$" in text


def test_kreiss_constant_and_the_distance_of_half_and_four():
    """The distance is sigma_min(I - W) = (sqrt(17) - 4)/2 = 0.0616; the powers reach 4.06 at k = 1, above K."""
    text = _plane(powers("half_four"), plane("half_four"))
    assert r"A change of size $0.0616$ is enough" in text
    assert r"the normal one needs $1 - \rho = 0.5$" in text
    grid = max((abs(z) - 1) / np.linalg.svd(z * np.eye(2) - MATRICES["half_four"])[1][-1]
               for z in np.linspace(1.001, 6.0, 4000))
    assert rf"On these points $K \ge {grid:.3g}$" in text
    assert "it reaches $4.06$ at $k = 1$" in text


def test_a_hump_later_than_was_looked_is_told():
    W = np.array([[0.99, 1.0], [0.0, 0.99]])
    *_, (_, found) = pseudospectrum(W, 1.5)
    assert "it does so later than $T = 3$" in _plane(matrix_powers(W, 3), found)


def test_outside_the_unit_circle_there_is_no_limit():
    text = _plane(powers("growing"), plane("growing"))
    assert text.startswith(r"With $\rho = 1.4$ an eigenvalue is outside the unit circle already")
