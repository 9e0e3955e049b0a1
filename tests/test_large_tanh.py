"""tanh by torch is tanh, and a network alone does not use it."""

import mpmath
import numpy as np
import pytest

from core.activations import ACTIVATIONS
from core.experiment import Experiment
from core.large_tanh import ENOUGH, for_many, large_tanh
from core.replicas import Replicas
from core.training import Trainer

EPS = np.finfo(np.float64).eps


def test_it_is_within_two_units_in_the_last_place_of_the_exact_value():
    """torch promises one; the reference is rounded once more."""
    a = np.concatenate([np.random.default_rng(0).normal(size=ENOUGH) * scale for scale in (1e-9, 1e-3, 0.3, 1, 5, 30)])
    with mpmath.workdps(40):
        exact = np.array([float(mpmath.tanh(mpmath.mpf(v))) for v in a.tolist()])
    assert np.all(np.abs(large_tanh(a, np.empty_like(a)) - exact) <= 2 * EPS * np.abs(exact))


def test_zeros_infinities_and_nan_are_what_numpy_makes_of_them():
    a = np.resize([0.0, -0.0, np.inf, -np.inf, np.nan, 5e-324, 1e-310, 800.0], 8 * ENOUGH)
    found = large_tanh(a, np.empty_like(a))
    np.testing.assert_array_equal(found, np.tanh(a))
    np.testing.assert_array_equal(np.signbit(found), np.signbit(np.tanh(a)))


def test_it_writes_into_a_view_and_nowhere_else():
    a, whole = np.full((8, 16, 8), 0.5), np.zeros((8, 20, 8))
    large_tanh(a, whole[:, :16])
    assert np.all(np.abs(whole[:, :16] - np.tanh(0.5)) <= 2 * EPS)
    assert not whole[:, 16:].any()


@pytest.mark.parametrize("a", [np.linspace(-3, 3, ENOUGH - 1), np.linspace(-3, 3, 4 * ENOUGH, dtype=np.float32)])
def test_few_numbers_and_float32_are_numpy_s(a):
    np.testing.assert_array_equal(large_tanh(a, np.empty_like(a)), np.tanh(a))


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_only_tanh_has_another_phi(name):
    assert (for_many(ACTIVATIONS[name]).phi is not ACTIVATIONS[name].phi) == (name == "tanh")


@pytest.mark.parametrize("more", [{}, {"leaky": True}])
def test_networks_side_by_side_use_it_and_a_network_alone_does_not(more):
    experiment = Experiment.from_values({"n_hidden": 8, "batch": 4, "seq_len": 5, **more})
    assert Replicas(experiment, range(2))._way._network.cell.activation.phi is large_tanh
    assert Trainer(experiment).network.cell.activation.phi is np.tanh
