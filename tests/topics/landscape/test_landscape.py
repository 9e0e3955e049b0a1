"""The one-unit network against autograd, mpmath, the exact linear solution and the published wall."""

import mpmath
import numpy as np
import pytest
import torch

from core.network.activations import ACTIVATIONS
from core.topics.landscape.one_unit import OneUnit, descend, descents, error_and_gradient, finest, surface
from tests.helpers.autograd_reference import PHI
from tests.network.test_activations import MP_SLOPE

EPS = np.finfo(float).eps
EACH = pytest.mark.parametrize("activation", ACTIVATIONS)
GRID = np.meshgrid(np.linspace(-2.5, 2.5, 21), np.linspace(-1.5, 1.5, 17))  # states stay finite over 12 steps


def by_autograd(spec, w, b):
    """E, dE/dw, dE/db of one pair, by torch."""
    w, b = (torch.tensor(float(value), dtype=torch.float64, requires_grad=True) for value in (w, b))
    x = torch.tensor(spec.x0, dtype=torch.float64)
    for _ in range(spec.steps):
        x = w * PHI[spec.activation](x) + b
    error = (PHI[spec.activation](x) - spec.target) ** 2
    return (error.item(), *(g.item() for g in torch.autograd.grad(error, (w, b), allow_unused=True)))


def growth(spec, w, b):
    """What one rounding error can grow to: the largest product of slopes along the orbit, times the states squared."""
    x, slope, total = spec.x0, 1.0, 1.0
    phi, phi_prime = ACTIVATIONS[spec.activation].phi, ACTIVATIONS[spec.activation].phi_prime
    for _ in range(spec.steps):
        a = np.array([x])
        h = phi(a, np.empty(1))
        slope = abs(w * phi_prime(a, h, np.empty(1))[0])
        total = total * max(slope, 1.0) + 1.0
        x = w * h[0] + b
    return total * (1.0 + abs(x)) ** 2


@EACH
def test_the_gradient_is_autograds(activation):
    """To eps at each of the steps, times what it grows to on the way: below 3e-9 of the gradient at every point."""
    spec = OneUnit(activation=activation, steps=12, x0=0.3, target=0.4)
    for w, b in zip(*(axis.ravel()[::7] for axis in GRID), strict=True):
        ours, theirs = error_and_gradient(spec, w, b), by_autograd(spec, w, b)
        assert np.abs(np.subtract(ours, theirs)).max() <= 8 * EPS * spec.steps * growth(spec, w, b)


def by_mpmath(spec, w, b):
    """The same recursion in 60 digits, with the published derivatives."""
    mpmath.mp.dps = 60
    phi = {"tanh": mpmath.tanh, "sigmoid": lambda a: 1 / (1 + mpmath.exp(-a)),
           "softplus": lambda a: mpmath.log(1 + mpmath.exp(a)), "gelu": lambda a: a * mpmath.ncdf(a)}[spec.activation]
    slope = MP_SLOPE[spec.activation]
    w, b, x = mpmath.mpf(w), mpmath.mpf(b), mpmath.mpf(spec.x0)
    dw = db = mpmath.mpf(0)
    for _ in range(spec.steps):
        p = w * slope(x)
        dw, db, x = phi(x) + p * dw, 1 + p * db, w * phi(x) + b
    residual = phi(x) - mpmath.mpf(spec.target)
    pull = 2 * residual * slope(x)
    return [float(value) for value in (residual**2, pull * dw, pull * db)]


@pytest.mark.parametrize(("activation", "w", "b"), [("sigmoid", 4.6, -2.3), ("sigmoid", -6.0, 4.0), ("tanh", 1.8, 0.1),
                                                    ("tanh", -2.0, 1.5), ("softplus", 0.9, -0.4), ("gelu", 1.1, 0.2)])
def test_the_gradient_over_fifty_steps_is_that_of_sixty_digits(activation, w, b):
    """Away from a wall, where an orbit forgets its rounding."""
    spec = OneUnit(activation=activation, w=w, b=b)
    np.testing.assert_allclose(error_and_gradient(spec), by_mpmath(spec, w, b), rtol=1e-10)


def test_the_wall_has_the_published_gradient_at_the_published_place():
    """Pascanu et al. 2013, figure 6: about 440 near w = 4.69, b = -2.42, on a grid of 0.01."""
    ws, bs = np.round(np.arange(4.0, 6.0, 0.01), 2), np.round(np.arange(-3.0, -2.0, 0.01), 2)
    norm = 10.0 ** surface(OneUnit(), ws, bs).log10_gradient
    row, column = np.unravel_index(norm.argmax(), norm.shape)
    assert (ws[column], bs[row]) == (4.69, -2.42)
    assert norm.max() == pytest.approx(440.0, abs=1.0)


def test_the_default_unit_stands_on_the_wall():
    assert np.hypot(*error_and_gradient(OneUnit())[1:]) == pytest.approx(440.0, abs=1.0)


@pytest.mark.parametrize("w", [1.03, 0.9, -1.1, 0.0])
def test_a_linear_unit_has_its_exact_solution(w):
    """x_t = w^t x_0, dx_t/dw = t w^(t-1) x_0, dx_t/db = (w^t - 1) / (w - 1), at b = 0."""
    spec = OneUnit(activation="linear", w=w, b=0.0, x0=0.5, steps=20, target=0.3)
    T, x = spec.steps, 0.5 * w**20
    pull = 2.0 * (x - 0.3)
    exact = ((x - 0.3) ** 2, pull * T * w ** (T - 1) * 0.5, pull * (w**T - 1.0) / (w - 1.0))
    np.testing.assert_allclose(error_and_gradient(spec), exact, rtol=100 * EPS)


@EACH
def test_a_grid_gives_what_each_point_gives(activation):
    """numpy may round exp by a unit in the last place differently in a vector and alone; an orbit with |w| < 1 forgets
    it."""
    spec = OneUnit(activation=activation, steps=30)
    w, b = np.linspace(-0.9, 0.9, 7)[:, None], np.linspace(-1.0, 1.0, 5)
    for whole, part in zip(error_and_gradient(spec, w, b), (0, 1, 2), strict=True):
        single = [[error_and_gradient(spec, i, j)[part] for j in b] for i in w[:, 0]]
        np.testing.assert_allclose(whole, single, rtol=1e-11, atol=1e-14)


def test_more_points_than_a_block_are_all_worked_on():
    """20,000 points: the last ones, which a second block works on, are those of a call with them alone."""
    b = np.linspace(-3.0, -2.0, 20000)
    whole = error_and_gradient(OneUnit(steps=5), 4.5, b)
    for column, alone in zip(whole, error_and_gradient(OneUnit(steps=5), 4.5, b[-3000:]), strict=True):
        np.testing.assert_allclose(column[-3000:], alone, rtol=100 * EPS)


def test_one_unit_gives_three_numbers():
    assert [np.ndim(value) for value in error_and_gradient(OneUnit())] == [0, 0, 0]
    assert all(isinstance(value, float) for value in error_and_gradient(OneUnit()))


def test_weights_and_biases_go_together_by_broadcasting():
    assert [value.shape for value in error_and_gradient(OneUnit(), np.ones(3), np.ones((2, 1)))] == [(2, 3)] * 3


@pytest.mark.parametrize("activation", ["linear", "relu", "leaky_relu", "elu", "softplus", "gelu"])
def test_overflow_is_data_and_no_warning(activation, recwarn):
    """10^500 has left float64: the error says so, and a neighbour that stays finite is not touched."""
    spec = OneUnit(activation=activation, steps=500)
    error, dw, db = error_and_gradient(spec, np.array([10.0, 0.2]), 1.0)
    assert not np.isfinite(error[0])
    assert np.isfinite([error[1], dw[1], db[1]]).all()
    assert len(recwarn) == 0


@pytest.mark.parametrize("activation", ["sigmoid", "tanh"])
def test_what_saturates_stays_finite_everywhere(activation):
    w, b = np.meshgrid(np.linspace(-10, 10, 41), np.linspace(-10, 10, 41))
    assert all(np.isfinite(value).all() for value in error_and_gradient(OneUnit(activation=activation), w, b))


def test_a_dead_relu_has_a_gradient_of_exactly_zero():
    assert surface(OneUnit(activation="relu"), [-1.0], [-1.0]).log10_gradient[0, 0] == -np.inf


def test_a_surface_has_biases_as_rows_and_weights_as_columns():
    found = surface(OneUnit(), [4.0, 5.0, 6.0], [-3.0, -2.0])
    assert found.error.shape == found.log10_gradient.shape == (2, 3)
    assert found.error[1, 2] == error_and_gradient(OneUnit(), 6.0, -2.0)[0]


@EACH
def test_a_surface_for_a_slider_does_no_more_work_than_the_budget(activation):
    """400 x 400 points at 50 steps of the sigmoid, or as many as cost the same."""
    assert finest(OneUnit()) == 400
    for steps in (1, 50, 500):
        assert 60 <= finest(OneUnit(activation=activation, steps=steps)) <= 400 or activation == "gelu"
    assert finest(OneUnit(activation=activation, steps=500)) <= finest(OneUnit(activation=activation))


def test_a_descent_follows_its_gradient():
    """One update by hand."""
    spec = OneUnit(w=5.0, b=-2.3)
    way, (error, dw, db) = descend(spec, 0.1, None, 1), error_and_gradient(spec)
    assert (way.w[1], way.b[1]) == (5.0 - 0.1 * dw, -2.3 - 0.1 * db)
    assert (way.error[0], way.gradient[0]) == (error, np.hypot(dw, db))


def test_a_clipped_step_is_as_long_as_the_threshold_allows_and_points_the_same_way():
    """Pascanu et al. 2013, algorithm 1, on the wall: the step is lr times the threshold, along the gradient."""
    plain, clipped = (descend(OneUnit(), 0.03, threshold, 1) for threshold in (None, 1.0))
    assert clipped.step[0] == pytest.approx(0.03, rel=1e-12)
    assert plain.step[0] == pytest.approx(0.03 * 440, rel=1e-3)
    directions = [np.array([way.w[1] - way.w[0], way.b[1] - way.b[0]]) / way.step[0] for way in (plain, clipped)]
    np.testing.assert_allclose(*directions, rtol=1e-10)


def test_a_threshold_above_every_gradient_changes_nothing():
    plain, clipped = (descend(OneUnit(w=5.0, b=-2.3), 0.01, threshold, 50) for threshold in (None, 100.0))
    np.testing.assert_array_equal(plain.w, clipped.w)
    np.testing.assert_array_equal(plain.b, clipped.b)


def test_descents_side_by_side_are_those_alone():
    for way in descents(OneUnit(), 0.03, (None, 1.0, 0.1), 5):
        alone = descend(OneUnit(), 0.03, way.threshold, 5)
        np.testing.assert_allclose([way.w, way.b], [alone.w, alone.b], rtol=1e-6)


def test_a_descent_that_leaves_the_finite_numbers_ends_there_and_says_where():
    way = descend(OneUnit(activation="linear", w=1.2, b=0.0), 0.03, None, 20)
    assert way.stopped.text == "the error is inf after update 1"
    assert way.updates == 0
    assert all(np.isfinite(values).all() for values in (way.w, way.b, way.error, way.gradient))


def test_a_start_that_is_not_finite_is_said():
    way = descend(OneUnit(activation="linear", w=10.0, steps=500), 0.03, 1.0, 3)
    assert (way.stopped.text, way.updates, len(way.w)) == ("the error is inf at the start", 0, 0)


def test_a_descent_looked_at_earlier_is_its_beginning():
    way = descend(OneUnit(), 0.03, 1.0, 10)
    np.testing.assert_array_equal(way.until(4).w, way.w[:5])
    assert way.until(99).updates == 10


def test_why_a_descent_ended_is_only_said_where_it_ended():
    way = descend(OneUnit(activation="leaky_relu", w=1.2, b=-0.05), 0.03, None, 20)
    assert way.stopped is not None
    assert way.until(way.updates).stopped is None
    assert way.until(way.updates + 1).stopped == way.stopped
