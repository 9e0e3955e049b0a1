"""Gauss-Newton products against autograd: J^T H J v by jvp and vjp of a plain loop in torch."""

import numpy as np
import pytest
import torch

from core.network.activations import ACTIVATIONS
from core.remedies.hessian_free.gauss_newton import GaussNewton, output_curvature
from core.tasks.base import tasks
from tests.helpers.autograd_reference import PHI
from tests.helpers.solver_problem import problem

EPS = np.finfo(float).eps
EACH_ACTIVATION = pytest.mark.parametrize("activation", ACTIVATIONS)
EACH_TASK = pytest.mark.parametrize("task", [name for name in tasks() if name != "sunspots"])
# Sums of up to n, or T B, products, twelve steps forth and back, in another order than torch's
SLACK = 1000 * EPS


def outputs_and_states(found, activation, mix):
    """theta -> (y (S, n_out, B), h (T, n, B)), differentiable."""
    network, batch, cue = found.network, found.batch, found.task.cue
    x, n = torch.tensor(found.batch.x), network.n
    one = torch.ones(1, x.shape[2], dtype=x.dtype)

    def run(theta):
        V, U = network.views(theta)
        h, states = torch.zeros(n, x.shape[2], dtype=x.dtype), []
        for t in range(len(x)):
            given = x[t]
            if cue is not None and t >= cue:
                given = mix * x[t] + (1 - mix) * (U[:, :-1] @ h + U[:, -1:])
            h = PHI[activation](V @ torch.cat([h, given, one]))
            states.append(h)
        return torch.stack([U[:, :-1] @ states[t - 1] + U[:, -1:] for t in batch.target_steps]), torch.stack(states)

    return run


def autograd_product(found, v, structural, activation="tanh", mix=0.0):
    theta = torch.tensor(found.network.theta)
    (y, _), (Ry, Rh) = torch.func.jvp(run := outputs_and_states(found, activation, mix), (theta,), (torch.tensor(v),))
    target = torch.tensor(found.batch.target)

    def loss(y):
        return torch.nn.functional.cross_entropy(y, target) if found.task.classes else ((y - target)**2).mean()

    HRy = torch.func.jvp(torch.func.grad(loss), (y,), (Ry,))[1]
    return torch.func.vjp(run, theta)[1]((HRy, structural * Rh / found.tape.B))[0].numpy()


def directions(found, count=1, seed=0):
    return np.random.default_rng(seed).normal(size=(count, found.network.theta.size))


def at(found):
    matrices = GaussNewton()
    matrices.linearise(found)
    return matrices


def assert_close(one, two, slack=SLACK):
    assert np.abs(one - two).max() <= slack * np.abs(two).max()


@EACH_ACTIVATION
@pytest.mark.parametrize("task", ["recall", "adding"])
@pytest.mark.parametrize("structural", [0.0, 0.7])
def test_a_product_equals_autograd_for_every_activation(activation, task, structural):
    found = problem(task, activation=activation)
    v = directions(found)[0]
    assert_close(at(found).product(v, structural), autograd_product(found, v, structural, activation))


@EACH_TASK
@pytest.mark.parametrize(("steps", "n", "size"), [(12, 6, 5), (20, 3, 1), (9, 17, 8)])
def test_a_product_equals_autograd_for_every_task_and_size(task, steps, n, size):
    found = problem(task, steps=steps, n_hidden=n, size=size)
    v = directions(found)[0]
    assert_close(at(found).product(v, 0.3), autograd_product(found, v, 0.3))


@pytest.mark.parametrize("mix", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("structural", [0.0, 0.7])
def test_a_product_equals_autograd_where_the_output_is_fed_back(mix, structural):
    found = problem("generator", mix=mix)
    v = directions(found)[0]
    assert_close(at(found).product(v, structural), autograd_product(found, v, structural, mix=mix))


def test_structural_damping_is_linear_in_its_weight_and_alone_where_the_loss_is_flat():
    """W_hy = 0 and no direction in U: y does not move, and what is left is c S v."""
    found = problem("adding")
    found.network.U[...] = 0.0
    v = directions(found)[0]
    found.network.views(v)[1][...] = 0.0
    matrices = at(found)
    one = matrices.product(v, 1.0)
    assert not matrices.product(v).any()
    assert_close(matrices.product(v, 2.5), 2.5 * one)
    theta = torch.tensor(found.network.theta)
    Rh = torch.func.jvp(outputs_and_states(found, "tanh", 0.0), (theta,), (torch.tensor(v),))[1][1].numpy()
    assert v @ one == pytest.approx(np.sum(Rh**2) / found.tape.B, rel=SLACK)


@EACH_TASK
@pytest.mark.parametrize("structural", [0.0, 0.7])
def test_it_is_symmetric_and_positive_semi_definite(task, structural):
    found = problem(task)
    matrices, vs = at(found), directions(found, 8)
    inner = vs @ np.array([matrices.product(v, structural) for v in vs]).T
    assert_close(inner, inner.T)
    assert np.linalg.eigvalsh((inner + inner.T) / 2).min() >= -SLACK * np.abs(inner).max()


@EACH_TASK
def test_the_quadratic_form_is_that_of_the_product(task):
    found = problem(task)
    matrices, v = at(found), directions(found)[0]
    assert matrices.quadratic(v) == pytest.approx(v @ matrices.product(v), rel=SLACK)


@EACH_ACTIVATION
def test_float32_gives_the_float64_product_to_its_own_digits(activation):
    """The two networks differ by the rounding of theta and of every state; ELU's and gelu's slopes feel it most."""
    exact, rounded = problem("recall", activation=activation), problem("recall", activation=activation, dtype="float32")
    v = directions(exact)[0]
    found = at(rounded).product(v, 0.3)
    assert found.dtype == np.float64
    assert_close(found, at(exact).product(v, 0.3), 1000 * float(np.finfo(np.float32).eps))


def test_network_and_tape_are_left_alone():
    found = problem("recall")
    before = [found.network.theta.copy(), *(part.copy() for part in (found.tape.Z, found.tape.P, found.tape.G))]
    at(found).product(directions(found)[0], 0.5)
    after = [found.network.theta, found.tape.Z, found.tape.P, found.tape.G]
    assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))


def test_buffers_that_held_another_batch_change_nothing():
    first, second, longer = problem("recall"), problem("recall", seed=1), problem("recall", steps=15, size=3)
    matrices, v = at(longer), directions(first)[0]
    for found in (first, second, longer, first):
        matrices.linearise(found)
        assert np.array_equal(matrices.product(v, 0.2), at(found).product(v, 0.2))


@pytest.mark.parametrize("y", [0.0, 800.0, -800.0])
def test_the_curvature_of_cross_entropy_stands_outputs_of_any_size(y):
    """softmax does not see a common shift."""
    rng = np.random.default_rng(0)
    base, Ry = rng.normal(size=(2, 3, 4)), rng.normal(size=(2, 3, 4))
    assert np.allclose(output_curvature(Ry, base + y, True), output_curvature(Ry, base, True), rtol=0, atol=1e-12)


def test_a_shift_of_all_logits_has_no_curvature():
    y = np.random.default_rng(0).normal(size=(2, 3, 4))
    assert np.abs(output_curvature(np.ones_like(y), y, True)).max() <= 4 * EPS
