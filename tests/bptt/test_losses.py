"""Loss and dL/dy against torch."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from core.bptt.losses import cross_entropy, squared_error

EPS = np.finfo(float).eps
STEPS, OUT, BATCH = 3, 4, 5
SCALES = [1e-3, 1.0, 30.0]


def outputs(scale, seed=0):
    return np.random.default_rng(seed).normal(0.0, scale, (STEPS, OUT, BATCH))


def classes(seed=1):
    return np.random.default_rng(seed).integers(OUT, size=(STEPS, BATCH))


def from_torch(loss, y, target):
    tensor = torch.tensor(y, requires_grad=True)
    value = loss(tensor, torch.tensor(target))
    value.backward()
    return value.item(), tensor.grad.numpy()


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_cross_entropy_and_its_derivative_are_torchs(scale, dtype):
    """A shift by the largest output rounds by eps * |y|, and the exponential carries it into p."""
    y, target = outputs(scale).astype(dtype), classes()
    value, gradient = from_torch(F.cross_entropy, y, target)
    loss = cross_entropy(y, target)
    tolerance = 4 * float(np.finfo(dtype).eps) * (1 + float(np.abs(y).max()))
    assert loss.value == pytest.approx(value, abs=tolerance)
    assert np.abs(loss.dL_dy - gradient).max() < tolerance / (STEPS * BATCH)


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_squared_error_and_its_derivative_are_torchs(scale, dtype):
    y, target = outputs(scale).astype(dtype), outputs(scale, 2).astype(dtype)
    value, gradient = from_torch(F.mse_loss, y, target)
    loss = squared_error(y, target)
    eps = float(np.finfo(dtype).eps)
    assert loss.value == pytest.approx(value, rel=STEPS * OUT * BATCH * eps)
    assert np.allclose(loss.dL_dy, gradient, rtol=4 * eps, atol=0)


def test_equal_outputs_cost_the_logarithm_of_their_number():
    assert cross_entropy(np.zeros((STEPS, OUT, BATCH)), classes()).value == pytest.approx(np.log(OUT), rel=2 * EPS)


def test_cross_entropy_stays_right_where_the_exponential_would_overflow():
    y = np.zeros((1, 2, 1))
    y[0, 1] = 1e6
    loss = cross_entropy(y, np.array([[0]]))
    assert loss.value == 1e6
    assert loss.dL_dy.ravel().tolist() == [-1.0, 1.0]


def test_a_common_shift_of_the_outputs_changes_nothing():
    y, target = np.round(outputs(1.0), 3) * 1024.0, classes()
    assert cross_entropy(y + 2.0**20, target).value == pytest.approx(cross_entropy(y, target).value, rel=1e-9)


def test_the_derivative_of_cross_entropy_sums_to_zero_over_the_classes():
    assert np.abs(cross_entropy(outputs(1.0), classes()).dL_dy.sum(axis=1)).max() < OUT * EPS


def test_accuracy_is_the_share_named_right():
    y = np.zeros((1, 2, 4))
    y[0, 1] = [1.0, 1.0, -1.0, -1.0]
    assert cross_entropy(y, np.array([[1, 1, 0, 1]])).accuracy == 0.75


def test_values_have_no_accuracy():
    assert squared_error(outputs(1.0), outputs(1.0)).accuracy is None


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_the_derivative_keeps_the_type_of_the_outputs(dtype):
    y = outputs(1.0).astype(dtype)
    assert cross_entropy(y, classes()).dL_dy.dtype == dtype
    assert squared_error(y, outputs(1.0)).dL_dy.dtype == dtype
