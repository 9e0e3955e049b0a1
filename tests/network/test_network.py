"""The initial weights, and the one vector that holds them."""

from dataclasses import replace

import numpy as np
import pytest

from core.network.spectrum import spectrum_of
from core.remedies.hooks import Hooks
from core.specs.recurrence import Recurrence, initial_W_hh
from core.tasks.base import tasks

EPS = np.finfo(float).eps
ADDING = tasks()["adding"]
FLOAT64, FLOAT32 = np.dtype("float64"), np.dtype("float32")


def test_a_gaussian_matrix_has_gaussian_entries_up_to_its_scale():
    """Kurtosis 3, with a standard error of sqrt(24/N) over N entries; five of them."""
    entries = initial_W_hh(Recurrence(n_hidden=128, shape="gaussian", rho=1.3), np.random.default_rng(0)).ravel()
    kurtosis = np.mean(entries**4) / np.mean(entries**2) ** 2
    assert abs(kurtosis - 3) < 5 * np.sqrt(24 / entries.size)


@pytest.mark.parametrize("shape", ["spectrum", "gaussian", "identity"])
def test_every_shape_has_the_radius_asked_for(shape):
    W = initial_W_hh(Recurrence(n_hidden=16, shape=shape, rho=1.3), np.random.default_rng(0))
    assert spectrum_of(W).rho == pytest.approx(1.3, rel=100 * 16 * EPS)


def test_the_identity_is_rho_times_it():
    W = initial_W_hh(Recurrence(n_hidden=3, shape="identity", rho=0.9), np.random.default_rng(0))
    assert np.array_equal(W, 0.9 * np.eye(3))


def test_a_list_of_eigenvalues_takes_the_place_of_shape_and_rho():
    """The list is found again as the roots of the characteristic polynomial, z (z - 1.2) (z^2 - z + 1/2)."""
    recurrence = Recurrence(n_hidden=4, eigenvalues=(1.2, 0.5 + 0.5j), shape="identity", rho=0.1)
    W = initial_W_hh(recurrence, np.random.default_rng(0))
    assert np.poly(W) == pytest.approx(np.poly([1.2, 0.5 + 0.5j, 0.5 - 0.5j, 0.0]).real, abs=100 * EPS)


def test_the_weights_are_views_of_theta():
    network = Hooks().network(Recurrence(n_hidden=5), ADDING, FLOAT64)
    network.theta[:] = np.arange(network.theta.size)
    assert np.array_equal(network.V.ravel(), np.arange(5 * (5 + 2 + 1)))
    assert np.array_equal(network.U.ravel(), np.arange(network.V.size, network.theta.size))
    assert np.array_equal(network.W_hh, network.V[:, :5])


def test_the_biases_start_as_asked_and_the_output_bias_at_zero():
    network = Hooks().network(Recurrence(n_hidden=5, bias=-0.25), ADDING, FLOAT64)
    assert np.all(network.V[:, -1] == -0.25)
    assert not network.U[:, -1].any()


def test_the_input_weights_have_the_scale_asked_for():
    """sigma / sqrt(2N) is the standard error of a standard deviation; five of them."""
    weights = Hooks().network(Recurrence(n_hidden=128, input_scale=0.7), ADDING, FLOAT64).V[:, 128:-1]
    assert abs(weights.std() - 0.7) < 5 * 0.7 / np.sqrt(2 * weights.size)


def test_the_input_scale_is_a_factor_and_touches_nothing_else():
    one, two = (Hooks().network(Recurrence(n_hidden=5, input_scale=scale), ADDING, FLOAT64) for scale in (0.5, 1.0))
    one.V[:, 5:-1] *= 2.0
    assert np.array_equal(one.theta, two.theta)


def test_float32_starts_from_the_same_weights_rounded_once():
    one, two = (Hooks().network(Recurrence(alpha=1.0), ADDING, dtype) for dtype in (FLOAT64, FLOAT32))
    assert two.theta.dtype == FLOAT32
    assert np.array_equal(one.theta.astype(np.float32), two.theta)


@pytest.mark.parametrize("shape", ["spectrum", "gaussian"])
def test_the_seed_decides_the_weights(shape):
    recurrence = Recurrence(shape=shape)
    one, two, other = (Hooks().network(replace(recurrence, seed=seed), ADDING, FLOAT64) for seed in (3, 3, 4))
    assert np.array_equal(one.theta, two.theta)
    assert not np.array_equal(one.W_hh, other.W_hh)


def test_rescaling_acts_on_the_recurrent_weights_alone():
    network = Hooks().network(Recurrence(n_hidden=8, alpha=1.0, bias=0.5), ADDING, FLOAT64)
    before = network.theta.copy()
    network.rescale(0.25)
    assert spectrum_of(network.W_hh).rho == pytest.approx(0.25, rel=1e-12)
    network.W_hh[...] = network.views(before)[0][:, :8]
    assert np.array_equal(network.theta, before)
