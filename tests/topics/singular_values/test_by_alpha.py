"""sigma_max against alpha: of a matrix that is linear in it, with eigenvalues that stay."""

from dataclasses import replace

import numpy as np
import pytest

from core.specs.recurrence import Recurrence
from core.topics.singular_values.by_alpha import by_alpha, has_alpha
from core.topics.singular_values.example_matrices import EXAMPLES, Matrix, matrix_of
from core.topics.singular_values.figures.by_alpha import by_alpha_figure
from core.training.experiment import Experiment
from tests.helpers.drawn import check
from tests.helpers.views import trace

YOURS = Matrix(matrix="yours")


@pytest.mark.parametrize("recurrence", [
    Recurrence(n_hidden=8, rho=0.9), Recurrence(n_hidden=5, rho=1.3, spread=0.4, angle=180.0, seed=3, alpha=2.0),
    Recurrence(n_hidden=6, eigenvalues=(0.9, 0.5 + 0.5j)), Recurrence(n_hidden=2, angle=0.0, rho=0.7)])
def test_it_is_that_of_the_same_matrix_with_more_of_what_is_above_its_blocks(recurrence):
    none, one = (matrix_of(YOURS, Experiment(replace(recurrence, alpha=alpha))) for alpha in (0.0, 1.0))
    found = by_alpha(YOURS, Experiment(recurrence))
    expected = [np.sqrt(np.linalg.eigvalsh(M.T @ M)[-1]) for M in (none + a * (one - none) for a in found.alpha)]
    np.testing.assert_allclose(found.sigma_max, expected, rtol=1e-10)
    assert (found.alpha[0], found.alpha[-1]) == (0.0, 3.0)
    assert found.sigma_max[0] == pytest.approx(np.abs(np.linalg.eigvals(none)).max())
    assert (np.diff(found.sigma_max) > -1e-12).all()


@pytest.mark.parametrize(("matrix", "recurrence", "has"), [
    ("thirty_two", Recurrence(), True), ("yours", Recurrence(), True), ("half_four", Recurrence(), False),
    ("two_by_two", Recurrence(), False), ("yours", Recurrence(shape="gaussian"), False),
    ("yours", Recurrence(shape="gaussian", eigenvalues=(0.5,)), True), ("yours", Recurrence(shape="identity"), False),
    ("yours", Recurrence(n_hidden=2), False), ("yours", Recurrence(n_hidden=2, angle=0.0), True),
    ("yours", Recurrence(moved=(1.0, 0.5)), False)])
def test_it_is_drawn_where_alpha_acts(matrix, recurrence, has):
    assert has_alpha(Matrix(matrix=matrix), Experiment(recurrence)) == has


def test_the_picture_has_this_matrix_where_its_alpha_is():
    recurrence = EXAMPLES["thirty_two"].recurrence
    W = matrix_of(Matrix(matrix="thirty_two"), Experiment())
    drawn = by_alpha_figure(by_alpha(Matrix(matrix="thirty_two"), Experiment()), recurrence.alpha, 0.95,
                            np.linalg.norm(W, 2))
    check(drawn)
    assert trace(drawn, "σ<sub>max</sub>")["y"][-1] == pytest.approx(np.linalg.norm(W, 2))
    assert trace(drawn, "ρ")["y"].tolist() == [0.95, 0.95]
    assert trace(drawn, "this matrix")["x"].tolist() == [3.0, 3.0]
    (rule,) = drawn.look["shapes"]
    assert (rule["x0"], rule["x1"], rule["yref"]) == (3.0, 3.0, "paper")
    (handle,) = drawn.look["meta"]["handles"]
    assert (handle["x"]["name"], handle["x"]["start"], handle["x"]["times"]) == ("alpha", 0.0, 1.0)
    assert drawn.look["meta"]["text"] == (
        f"At α = 3 σ_max is {np.linalg.norm(W, 2):.4g} and ρ is 0.95. From α = 0 to 3 σ_max goes from 0.95 to "
        f"{np.linalg.norm(W, 2):.4g}, and ρ stays.")
