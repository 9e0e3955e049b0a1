"""Conjugate gradients: against numpy.linalg.solve, and Martens' stop against its formula."""

from itertools import pairwise

import numpy as np
import pytest

from core.remedies.hessian_free.conjugate_gradient import EPSILON, conjugate_gradient, hardly_falls

EPS = np.finfo(float).eps
SIZES = pytest.mark.parametrize("n", [1, 2, 7, 40])


def system(n, condition=10.0, seed=0):
    """A symmetric A with eigenvalues from 1 to `condition`, and b."""
    rng = np.random.default_rng(seed)
    Q = np.linalg.qr(rng.normal(size=(n, n)))[0]
    return (Q * np.geomspace(1.0, condition, n)) @ Q.T, rng.normal(size=n)


def phi(A, b, x):
    return 0.5 * x @ A @ x - b @ x


@SIZES
def test_it_solves_the_system(n):
    """3 n steps reach the rounding of the residual, eps ||A|| ||x|| a step; A^-1 carries it over to x."""
    A, b = system(n)
    exact = np.linalg.solve(A, b)
    found = conjugate_gradient(lambda v: A @ v, b, limit=3 * n, epsilon=0.0)
    assert np.linalg.norm(found.x - exact) <= 3 * n * 10.0 * EPS * np.linalg.norm(exact) * 10.0


@SIZES
def test_n_steps_are_nearly_enough(n):
    A, b = system(n)
    found = conjugate_gradient(lambda v: A @ v, b, limit=n, epsilon=0.0)
    assert np.linalg.norm(A @ found.x - b) <= 1e-6 * np.linalg.norm(b)
    assert found.steps <= n


@pytest.mark.parametrize("start", [None, "near", "far"])
def test_phi_is_recorded_at_the_start_and_after_every_step_and_falls(start):
    A, b = system(30, 1e4)
    first = {None: None, "near": np.linalg.solve(A, b) + 0.01, "far": np.full(30, 50.0)}[start]
    found = conjugate_gradient(lambda v: A @ v, b, first, limit=20, epsilon=0.0)
    scale = max(abs(value) for value in found.phi)
    assert found.phi[0] == pytest.approx(phi(A, b, np.zeros(30) if first is None else first), abs=1e-12 * scale)
    assert found.phi[-1] == pytest.approx(phi(A, b, found.x), abs=1e-12 * scale)
    assert all(after < before for before, after in pairwise(found.phi))


def test_every_step_is_the_best_in_its_krylov_space():
    """The minimum of phi over span{b, Ab, ..., A^(k-1) b}, found by solving in an orthonormal basis."""
    A, b = system(20, 100.0)
    basis = np.linalg.qr(np.column_stack([np.linalg.matrix_power(A, j) @ b for j in range(4)]))[0]
    best = basis @ np.linalg.solve(basis.T @ A @ basis, basis.T @ b)
    assert np.allclose(conjugate_gradient(lambda v: A @ v, b, limit=4, epsilon=0.0).x, best, rtol=0, atol=1e-10)


def test_a_start_at_the_solution_stays_there():
    A, b = system(20)
    exact = np.linalg.solve(A, b)
    found = conjugate_gradient(lambda v: A @ v, b, exact, limit=5)
    assert np.linalg.norm(found.x - exact) <= 100 * 20 * EPS * np.linalg.norm(exact)


def test_the_callers_vectors_are_left_alone():
    A, b = system(8)
    start = np.ones(8)
    conjugate_gradient(lambda v: A @ v, b, start, limit=5)
    assert np.array_equal(start, np.ones(8))
    assert np.array_equal(b, system(8)[1])


@pytest.mark.parametrize(("start", "products"), [(False, 7), (True, 8)])
def test_a_step_costs_one_product_and_a_start_one_more(start, products):
    A, b = system(30, 1e4)
    calls = []
    conjugate_gradient(lambda v: calls.append(0) or A @ v, b, np.ones(30) if start else None, limit=7, epsilon=0.0)
    assert len(calls) == products


def test_nothing_to_do_takes_no_step():
    found = conjugate_gradient(lambda v: v, np.zeros(4), limit=9)
    assert (found.steps, found.stop) == (0, "residual")
    assert not found.x.any()


@pytest.mark.parametrize("A", [np.zeros((3, 3)), -np.eye(3), np.full((3, 3), np.nan), np.diag([np.inf, 1.0, 1.0])])
def test_it_stops_where_a_direction_has_no_curvature_and_keeps_what_it_has(A):
    found = conjugate_gradient(lambda v: A @ v, np.ones(3), limit=9)
    assert found.stop == "curvature"
    assert np.array_equal(found.x, np.zeros(3))


@pytest.mark.parametrize("condition", [1e2, 1e4, 1e6])
def test_it_stops_at_the_first_step_where_martens_rule_holds(condition):
    """The rule written out on the values of phi, which do not depend on when it stops."""
    A, b = system(200, condition)
    values = np.array(conjugate_gradient(lambda v: A @ v, b, limit=400, epsilon=0.0).phi)

    def holds(i):
        k = max(10, int(0.1 * i))
        return i > k and values[i] < 0 and (values[i] - values[i - k]) / values[i] < k * EPSILON

    found = conjugate_gradient(lambda v: A @ v, b, limit=400)
    assert found.steps == next(i for i in range(len(values)) if holds(i))
    assert found.stop == "progress"


@pytest.mark.parametrize(("values", "expected"), [
    ([-1.0] * 11, False),  # ten steps are never enough: i > k
    ([-1.0] * 12, True),
    ([-0.5, *[-1.0] * 11], True),
    ([-1.0, -0.99, *[-1.0] * 10], False),  # 1 % in ten steps is more than 10 * 5e-4
    ([1.0] * 12, False),  # worse than x = 0
    ([-float(j) for j in range(150)], False),  # of 149, the last 14 made 14
    ([*[-1.0] * 140, *[-1.5] * 14], False),  # k = 15 reaches back before the jump
    ([*[-1.0] * 140, *[-1.5] * 16], True),
])
def test_the_stop_by_hand(values, expected):
    assert hardly_falls(values, EPSILON) is expected
