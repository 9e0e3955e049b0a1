"""One flat vector in torch.optim does what torch.optim does to separate parameter tensors."""

import numpy as np
import pytest
import torch

from core.bptt.optimizers import Optimizer
from core.remedies.hooks import Hooks
from core.specs.recurrence import Recurrence
from core.specs.training import optimizer_titles
from core.tasks.base import tasks

EACH = pytest.mark.parametrize("name", optimizer_titles())
LR, STEPS = 0.01, 6
TORCH = {
    "sgd": lambda p: torch.optim.SGD(p, lr=LR),
    "momentum": lambda p: torch.optim.SGD(p, lr=LR, momentum=0.9),
    "rmsprop": lambda p: torch.optim.RMSprop(p, lr=LR),
    "adam": lambda p: torch.optim.Adam(p, lr=LR),
}


def gradients(size, dtype=np.float64):
    return np.random.default_rng(0).normal(size=(STEPS, size)).astype(dtype)


def network(dtype="float64"):
    return Hooks().network(Recurrence(n_hidden=5), tasks()["adding"], np.dtype(dtype))


def walked(name, theta, steps, lr=LR):
    optimizer = Optimizer(name, theta, lr)
    for gradient in steps:
        optimizer.step(gradient)
    return optimizer


def test_every_optimizer_has_its_reference():
    assert set(TORCH) == set(optimizer_titles())


@EACH
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_it_equals_torch_on_separate_parameter_tensors(name, dtype):
    """Entry by entry the same formula; a vectorised loop may fuse a product with a sum where its tail does not, which
    moves each of some ten operations a step by eps of the largest number in it, and no entry here exceeds 4."""
    net = network(dtype)
    parts = [torch.tensor(part) for part in net.views(net.theta)]
    reference, steps = TORCH[name](parts), gradients(net.theta.size, np.dtype(dtype))
    for step in steps:
        for part, gradient in zip(parts, net.views(step), strict=True):
            part.grad = torch.tensor(gradient)
        reference.step()
    walked(name, net.theta, steps)
    for found, expected in zip(net.views(net.theta), parts, strict=True):
        assert np.abs(found - expected.numpy()).max() <= 10 * STEPS * 4 * np.finfo(dtype).eps


@EACH
def test_the_networks_own_vector_moves(name):
    net = network()
    before = net.W_hh.copy()
    walked(name, net.theta, gradients(net.theta.size)[:1])
    assert np.all(net.W_hh != before)


@EACH
def test_the_gradient_is_left_alone(name):
    theta, steps = np.ones(7), gradients(7)
    walked(name, theta, steps)
    assert np.array_equal(steps, gradients(7))


@EACH
@pytest.mark.parametrize("done", [0, 3])
def test_restoring_a_state_goes_on_bit_for_bit(name, done):
    theta, steps = np.ones(7), gradients(7)
    optimizer = walked(name, theta, steps[:done])
    state, start, ends = optimizer.state(), theta.copy(), []
    for _ in range(2):
        theta[...] = start
        optimizer.restore(state)
        for gradient in steps[done:]:
            optimizer.step(gradient)
        ends.append(theta.copy())
    assert np.array_equal(ends[0], ends[1])


@EACH
def test_a_new_optimizer_with_the_state_goes_on_bit_for_bit(name):
    steps = gradients(7)
    whole, first = np.ones(7), np.ones(7)
    walked(name, whole, steps)
    state, second = walked(name, first, steps[:3]).state(), first.copy()
    resumed = Optimizer(name, second, LR)
    resumed.restore(state)
    for gradient in steps[3:]:
        resumed.step(gradient)
    assert np.array_equal(second, whole)


@EACH
def test_before_the_first_step_there_is_no_state(name):
    assert Optimizer(name, np.ones(7), LR).state() == {}


@pytest.mark.parametrize("name", ["momentum", "rmsprop", "adam"])
def test_a_state_is_a_copy_that_later_steps_do_not_touch(name):
    optimizer = walked(name, np.ones(7), gradients(7)[:2])
    state = optimizer.state()
    before = {key: value.clone() for key, value in state.items()}
    optimizer.step(gradients(7)[2])
    assert all(torch.equal(state[key], before[key]) for key in before)
    assert any(not torch.equal(value, before[key]) for key, value in optimizer.state().items())


@EACH
def test_a_new_learning_rate_acts_on_the_next_step_and_keeps_the_moments(name):
    """Of every rule here a step is lr times something that does not know lr; both sides round where they meet theta."""
    moved = []
    for lr in (LR, 3 * LR):
        theta, steps = np.ones(7), gradients(7)
        optimizer = walked(name, theta, steps[:3])
        optimizer.set_lr(lr)
        before = theta.copy()
        optimizer.step(steps[3])
        moved.append(theta - before)
    assert np.abs(moved[1] - 3 * moved[0]).max() < 16 * np.finfo(float).eps
