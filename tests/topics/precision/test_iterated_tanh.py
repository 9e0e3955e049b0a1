"""tanh applied again and again, against mpmath, autograd and the fixed points."""

import mpmath
import numpy as np
import pytest
import torch
from scipy.optimize import brentq

from core.parameters import ParameterError
from core.topics.precision.iterated_tanh import SHOWN, Iteration, iterated_tanh

GAINS = [0.0, 0.5, 1.0, 1.05, 2.0, 4.0]
EACH_GAIN = pytest.mark.parametrize("gain", GAINS)
X = np.array([-3.0, -1.0, -0.1, 0.0, 0.5, 2.0, 3.0])


@EACH_GAIN
@pytest.mark.parametrize("times", [1, 3, 37, 100])
def test_the_value_is_that_of_mpmath(gain, times):
    """Each application is off by an ulp or two, and passes on at most gain times what came before."""
    found = iterated_tanh(gain, times, X)
    with mpmath.workdps(120):
        for x, value in zip(X, found.value[found.row], strict=True):
            exact = mpmath.mpf(x)
            for _ in range(times):
                exact = mpmath.tanh(gain * exact)
            assert value == pytest.approx(float(exact), rel=times * 1e-15, abs=1e-300)


@EACH_GAIN
@pytest.mark.parametrize("times", [1, 3, 37, 100])
def test_the_slope_is_that_of_mpmath(gain, times):
    """The slope multiplies along the exact orbit: 1e-12 in log10 is 100 terms of a few ulp of at most 16 each."""
    found = iterated_tanh(gain, times, X)
    with mpmath.workdps(400):
        for x, slope in zip(X, found.log10_slope[found.row], strict=True):
            value, product = mpmath.mpf(x), mpmath.mpf(1)
            for _ in range(times):
                value = mpmath.tanh(gain * value)
                product *= gain * (1 - value**2)
            assert slope == (pytest.approx(float(mpmath.log10(product)), abs=1e-12) if product else -np.inf)


@pytest.mark.parametrize("gain", [0.5, 1.0, 2.0])
def test_the_slope_is_that_of_autograd(gain):
    found = iterated_tanh(gain, 5)
    x = torch.tensor(found.x, requires_grad=True)
    y = x
    for _ in range(5):
        y = torch.tanh(gain * y)
    y.sum().backward()
    np.testing.assert_allclose(10.0 ** found.log10_slope[found.row], x.grad.numpy(), rtol=1e-9)


@EACH_GAIN
def test_at_0_the_slope_is_the_gain_to_the_power_n(gain):
    found = iterated_tanh(gain, 20)
    expected = found.counts * np.log10(gain) if gain else np.full(len(found.counts), -np.inf)
    np.testing.assert_allclose(found.log10_slope[:, len(found.x) // 2], expected, atol=1e-13)


@pytest.mark.parametrize("gain", [0.2, 0.5, 1.0])
def test_without_gain_every_application_is_flatter(gain):
    found = iterated_tanh(gain, 7)
    assert (np.diff(found.log10_slope, axis=0) <= 0.0).all()
    assert (np.diff(np.abs(found.value), axis=0) <= 0.0).all()


@pytest.mark.parametrize("gain", [1.5, 2.0, 4.0])
def test_with_gain_the_ends_are_the_fixed_points(gain):
    fixed = brentq(lambda h: np.tanh(gain * h) - h, 0.1, 1.0)
    assert iterated_tanh(gain, 100).value[-1, -1] == pytest.approx(fixed, rel=1e-12)


def test_a_slope_far_below_the_smallest_number_is_a_number():
    assert iterated_tanh(4.0, 100).slope_at(-2.0) < -200


def test_the_count_that_was_asked_for_is_one_of_the_rows():
    for times in (1, 37, 100):
        found = iterated_tanh(1.0, times)
        assert found.counts[found.row] == times
        assert set(SHOWN) <= set(found.counts)


@pytest.mark.parametrize("name", Iteration.parameters())
def test_every_legal_edge_of_the_spec_passes_and_what_is_outside_does_not(name):
    parameter = Iteration.parameters()[name]
    for value in parameter.legal():
        iterated_tanh(**{"gain": 1.0, "times": 1, name: value})
    for value in parameter.illegal():
        with pytest.raises(ParameterError, match=name):
            Iteration(**{name: value})
