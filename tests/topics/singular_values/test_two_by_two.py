"""A 2 x 2 matrix and the unit circle: by maximising, by solving, and by mpmath."""

import mpmath
import numpy as np
import pytest

from core.parameters import ParameterError
from core.topics.singular_values.example_matrices import (
    ENTRIES,
    EXAMPLES,
    TWO,
    Matrix,
    matrix_of,
    prescribed_eigenvalues,
)
from core.topics.singular_values.figures.unit_circle import unit_circle_figure
from core.topics.singular_values.two_by_two import two_by_two
from core.training.experiment import Experiment
from tests.helpers.drawn import check
from tests.helpers.views import trace

ANGLES = np.linspace(0.0, 2 * np.pi, 20001)
CIRCLE = np.stack([np.cos(ANGLES), np.sin(ANGLES)])


def matrices():
    rng = np.random.default_rng(7)
    drawn = [rng.uniform(-5.0, 5.0, (2, 2)) for _ in range(40)]
    return [*drawn, *(np.round(one, 1) for one in drawn), np.array([[0.5, 4.0], [0.0, 0.5]]),
            np.array([[1.0, 1.0], [-1.0, -1.0]]), np.array([[0.3, 0.0], [0.0, 0.3]]), np.zeros((2, 2)),
            np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([[0.0, -1.0], [1.0, 0.0]]), np.array([[2.0, 0.0], [3.0, 2.0]])]


@pytest.mark.parametrize("W", matrices(), ids=lambda W: str(W.tolist()))
def test_it_has_the_lengths_and_the_directions_that_it_has(W):
    found = two_by_two(W)
    lengths = np.hypot(*(W @ CIRCLE))
    np.testing.assert_allclose(found.sigma, [lengths.max(), lengths.min()], atol=1e-3)
    with mpmath.workdps(40):
        exact = mpmath.matrix(W.tolist())
        discriminant = (exact[0, 0] - exact[1, 1]) ** 2 + 4 * exact[0, 1] * exact[1, 0]
        roots = [(exact[0, 0] + exact[1, 1] + sign * mpmath.sqrt(discriminant)) / 2 for sign in (1, -1)]
    multiple = W[0, 0] == W[1, 1] and W[0, 1] == W[1, 0] == 0.0
    assert found.every == multiple
    expected = [] if multiple or discriminant < 0 else [float(root) for root in dict.fromkeys(roots)]
    np.testing.assert_allclose(found.eigenvalues, expected, atol=1e-12)
    for z, direction in zip(found.eigenvalues, found.directions, strict=True):
        assert np.hypot(*direction) == pytest.approx(1.0)
        np.testing.assert_allclose(W @ direction, z * direction, atol=1e-12)


@pytest.mark.parametrize("W", matrices(), ids=lambda W: str(W.tolist()))
def test_the_picture_is_of_this_matrix(W):
    drawn = unit_circle_figure(two_by_two(W))
    check(drawn)
    ellipse = trace(drawn, "its image")
    if abs(np.linalg.det(W)) > 0.1:
        np.testing.assert_allclose(np.hypot(*np.linalg.solve(W, np.stack([ellipse["x"], ellipse["y"]]))), 1.0)
    for i in (0, 1):
        arrow = trace(drawn, f"column {i + 1}")
        assert ([arrow["x"][0], arrow["y"][0]], [arrow["x"][1], arrow["y"][1]]) == ([0.0, 0.0], W[:, i].tolist())
    for name, length in zip(("max", "min"), two_by_two(W).sigma, strict=True):
        axis = next(t for t in drawn.traces if t["name"].startswith(f"σ<sub>{name}</sub>"))
        np.testing.assert_allclose(np.hypot(axis["x"], axis["y"]), length, atol=1e-12)
    reach = max(drawn.look["xaxis"]["autorangeoptions"]["include"])
    assert reach > max(1.0, np.abs(W).max())
    assert drawn.look["yaxis"]["scaleanchor"] == "x"


def test_both_tips_are_handles_of_their_entries():
    handles = unit_circle_figure(two_by_two(np.eye(2))).look["meta"]["handles"]
    assert [(one["x"]["name"], one["y"]["name"]) for one in handles] == [("w11", "w21"), ("w12", "w22")]
    assert {one[axis]["times"] for one in handles for axis in "xy"} == {1.0}


@pytest.mark.parametrize(("rows", "said"), [
    (((0.5, 4.0), (0.0, 0.5)), "W = [[0.5, 4], [0, 0.5]] takes the unit circle to an ellipse with semi-axes 4.062 and "
                               "0.06155, its singular values. What stays on its line through 0: (1, 0) with "
                               "eigenvalue 0.5."),
    (((2.0, 0.0), (0.0, 0.1)), "What stays on its line through 0: (1, 0) with eigenvalue 2, and (0, 1) with "
                               "eigenvalue 0.1."),
    (((0.0, -1.0), (1.0, 0.0)), "No vector stays on its line through 0: the eigenvalues are not real."),
    (((3.0, 0.0), (0.0, 3.0)), "Every vector stays on its line through 0.")])
def test_it_is_told_in_words(rows, said):
    assert unit_circle_figure(two_by_two(np.array(rows))).look["meta"]["text"].endswith(said)


def test_the_entries_are_those_of_the_readers_own_matrix_alone():
    own = Matrix(matrix=TWO, w11=-1.5, w12=0.25, w21=3.0, w22=0.0)
    assert matrix_of(own, Experiment()).tolist() == [[-1.5, 0.25], [3.0, 0.0]]
    assert matrix_of(Matrix(w11=-1.5), Experiment()).tolist() == [[0.5, 4.0], [0.0, 0.5]]
    for name in ENTRIES:
        with pytest.raises(ParameterError, match=f"{name} must be a number from -5 to 5"):
            Matrix(matrix=TWO, **{name: 5.1})
    for name in EXAMPLES:
        idle = Matrix().without_effect({"matrix": name})
        assert sorted(idle) == ([] if name == TWO else sorted(ENTRIES))


@pytest.mark.parametrize(("entries", "expected"), [
    ((0.5, 4.0, 0.0, 0.2), [0.5, 0.2]), ((0.5, 0.0, 4.0, 0.2), [0.5, 0.2]), ((0.5, 1.0, 1.0, 0.2), None)])
def test_the_eigenvalues_of_a_triangular_one_are_on_its_diagonal(entries, expected):
    found = prescribed_eigenvalues(Matrix(matrix=TWO, **dict(zip(ENTRIES, entries, strict=True))), Experiment())
    assert (found if found is None else found.tolist()) == expected
