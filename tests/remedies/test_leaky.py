"""Leaky units: states, gradients and Jacobians by autograd; the leaks themselves; and that nothing falls faster."""

import numpy as np
import pytest
import torch

from core.network.activations import ACTIVATIONS
from core.network.cells.leaky import Leaky
from core.network.cells.vanilla import Vanilla
from core.parameters import ParameterError
from core.remedies.leaky import LeakyUnits, leaks
from core.specs.recurrence import Recurrence
from core.specs.task import Task
from core.specs.training import Training
from core.topics.jacobians.products import log10_product_norms
from core.training.experiment import Experiment
from core.training.replicas import Replicas, seeded
from core.training.trainer import Trainer
from tests.helpers.autograd_reference import PHI

T, N, N_IN, B = 15, 6, 2, 4
M = N + N_IN + 1
LEAK = np.array([1.0, 0.7, 0.3, 0.1, 0.02, 0.001])
EACH_ACTIVATION = pytest.mark.parametrize("activation", ACTIVATIONS)
EPS = np.finfo(float).eps
TOLERANCE = 20 * T * M * EPS  # sums of m products over T steps there and back; 10 for what cancels in them


def relative(found, expected):
    return np.linalg.norm(np.asarray(found) - expected) / np.linalg.norm(expected)


def drawn(seed=0):
    """V, x and dL_t/dh_t at every step."""
    rng = np.random.default_rng(seed)
    return rng.normal(0, 1.2 / np.sqrt(M), (N, M)), rng.normal(size=(T, N_IN, B)), rng.normal(size=(T, N, B))


def both_passes(activation, leak=LEAK, cell=None):
    V, x, direct = drawn()
    cell = cell or Leaky(N, N_IN, ACTIVATIONS[activation], leak)
    tape = cell.tape(T, B, np.dtype(float))
    tape.load(x)
    cell.forward(V, tape, 0, T)
    tape.G[...] = direct
    cell.backward(V, tape, 0, T, [True] * T)
    return cell, V, tape


def step(activation, V, h, x, leak=LEAK):
    """One step in torch, h (n, ...)."""
    share = torch.from_numpy(leak).reshape(-1, *[1] * (h.dim() - 1))
    return (1 - share) * h + share * PHI[activation](V @ torch.cat([h, x, torch.ones_like(x[:1])]))


def autograd(activation):
    """h and dL/dh at every step, (T, n, B), and dL/dV of L = sum <direct, h>."""
    V, x, direct = (torch.tensor(a) for a in drawn())
    V.requires_grad_()
    h, states = torch.zeros(N, B, dtype=torch.float64), []
    for t in range(T):
        h = step(activation, V, h, x[t])
        states.append(h)
    loss = sum((state * g).sum() for state, g in zip(states, direct, strict=True))
    gradients = torch.autograd.grad(loss, [V, *states])
    return torch.stack(states).detach().numpy(), torch.stack(gradients[1:]).numpy(), gradients[0].numpy()


@EACH_ACTIVATION
def test_states_and_gradients_are_autograds(activation):
    cell, _, tape = both_passes(activation)
    h, dL_dh, dL_dV = autograd(activation)
    assert relative(tape.h, h) < TOLERANCE
    assert max(relative(found, expected) for found, expected in zip(tape.G, dL_dh, strict=True)) < TOLERANCE
    assert relative(cell.weight_gradient(tape, 0, T), dL_dV) < TOLERANCE


@EACH_ACTIVATION
def test_the_jacobians_are_torchs(activation):
    cell, V, tape = both_passes(activation)
    J, before = cell.jacobians(V, tape, slice(0, B)), np.concatenate([np.zeros((1, N, B)), tape.h[:-1]])
    W, x = torch.tensor(V), torch.tensor(drawn()[1])
    for t in (0, 1, T - 1):
        for b in (0, B - 1):
            expected = torch.func.jacrev(lambda h, t=t, b=b: step(activation, W, h, x[t, :, b]))(
                torch.tensor(before[t, :, b]))
            assert relative(J.at(t, b), expected.numpy()) < TOLERANCE


@EACH_ACTIVATION
def test_a_leak_of_1_is_the_plain_cell_bit_for_bit(activation):
    cell, _, tape = both_passes(activation, np.ones(N))
    plain, _, expected = both_passes(activation, cell=Vanilla(N, N_IN, ACTIVATIONS[activation]))
    for name in ("h", "G", "A", "P", "D"):
        assert np.array_equal(getattr(tape, name), getattr(expected, name))
    assert np.array_equal(cell.weight_gradient(tape, 0, T), plain.weight_gradient(expected, 0, T))


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "gelu"])
@pytest.mark.parametrize("leaks_of", ["one leak", "a leak each"])
def test_no_product_is_longer_than_the_bound_of_its_factors(activation, leaks_of):
    """max (1 - l) + max l sigma_max gamma a step; the rate is that of the linear network, phi' = 1."""
    leak = LEAK if leaks_of == "a leak each" else np.full(N, 0.3)
    cell, V, tape = both_passes(activation, leak)
    gamma = ACTIVATIONS[activation].gamma
    bound, rate = cell.jacobians(V, tape).per_step(gamma)
    assert bound == pytest.approx((1 - leak).max() + leak.max() * np.linalg.norm(V[:, :N], 2) * gamma, rel=N * 10 * EPS)
    lag = np.arange(1, T + 1)
    assert np.all(log10_product_norms(cell.jacobians(V, tape)) <= lag * np.log10(bound) + T * N * 10 * EPS)
    linear = np.diag(1 - leak) + leak[:, None] * V[:, :N]
    assert rate == pytest.approx(np.abs(np.linalg.eigvals(linear)).max(), rel=1e-9)
    assert np.array_equal(cell.jacobians(V, tape).linear()[3], linear)


# -- the leaks --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [2, 16, 128])
def test_one_leak_is_that_of_every_unit(n):
    assert leaks(LeakyUnits(slowest=0.3, fastest=0.3), n, 5).tolist() == [0.3] * n


def test_a_range_of_leaks_is_drawn_from_the_seed_and_stays_inside():
    spec = LeakyUnits(slowest=0.001, fastest=1.0)
    one = leaks(spec, 128, 7)
    assert np.array_equal(one, leaks(spec, 128, 7))
    assert not np.array_equal(one, leaks(spec, 128, 8))
    assert one.min() >= 0.001
    assert one.max() <= 1.0


def test_leaks_of_a_range_are_even_in_the_logarithm():
    """The largest distance of 4000 evenly drawn numbers from their line stays below 1.95/sqrt(4000) in 999 of 1000
    draws (Kolmogorov)."""
    drawn = np.concatenate([leaks(LeakyUnits(slowest=0.01, fastest=1.0), 40, seed) for seed in range(100)])
    places = np.sort(1.0 + np.log10(drawn) / 2.0)
    assert np.abs(places - (np.arange(4000) + 0.5) / 4000).max() < 1.95 / np.sqrt(4000)


def test_a_slowest_unit_that_is_faster_than_the_fastest_is_refused_in_one_line():
    with pytest.raises(ParameterError) as refused:
        LeakyUnits(slowest=0.5, fastest=0.2)
    assert str(refused.value) == "leaky_slowest must be at most leaky_fastest = 0.2, got 0.5."


def test_drawing_leaks_does_not_move_the_other_random_numbers():
    base = Experiment(Recurrence(n_hidden=N), Task(task="sine", seq_len=T, batch=B))
    plain, leaky = Trainer(base), Trainer(base.with_remedy(LeakyUnits(slowest=0.01, fastest=1.0)))
    assert np.array_equal(plain.network.theta, leaky.network.theta)


def test_every_seed_of_several_has_its_own_leaks():
    base = Experiment(Recurrence(n_hidden=N), Task(task="sine", seq_len=T, batch=B), Training(lr=0.1),
                      (LeakyUnits(slowest=0.01, fastest=1.0),))
    together, each = Replicas(base, (4, 5)), [Trainer(seeded(base, seed)) for seed in (4, 5)]
    for _ in range(3):
        for found, trainer in zip(together.update(), each, strict=True):
            assert found.loss == pytest.approx(trainer.update().loss, rel=10 * TOLERANCE)
    for r, trainer in enumerate(each):
        assert relative(together.jacobians(r), np.asarray(trainer.jacobians())) < 10 * TOLERANCE


# -- the claim --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("leak", [0.1, 0.02])
@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "relu"])
@pytest.mark.parametrize("rho", [0.1, 0.5])
def test_the_product_falls_no_faster_than_1_minus_l_to_the_lag(leak, activation, rho):
    """A factor is (1 - l) I + l D W, and ||l D W|| <= l gamma sigma: each step may shrink a vector to
    1 - l (1 + gamma sigma) at the least, while the plain network shrinks it to gamma sigma at the most."""
    base = Experiment(Recurrence(n_hidden=16, rho=rho, activation=activation), Task(task="recall", seq_len=200))
    plain, slow = Trainer(base), Trainer(base.with_remedy(LeakyUnits(slowest=leak, fastest=leak)))
    lag = np.arange(1, 201)
    for trainer in (plain, slow):
        trainer.measure()
    gamma = plain.activation.gamma
    norms = log10_product_norms(slow.jacobians())
    assert np.all(norms >= lag * np.log10(1 - leak * (1 + gamma * rho)) - 200 * 16 * EPS)
    with np.errstate(divide="ignore"):
        assert np.all(log10_product_norms(plain.jacobians()) <= lag * np.log10(gamma * rho) + 200 * 16 * 10 * EPS)
    assert norms[-1] > 200 * np.log10(gamma * rho) + 1


@pytest.mark.parametrize("leak", [0.5, 0.1])
def test_without_recurrent_weights_it_falls_exactly_as_1_minus_l_to_the_lag(leak):
    trainer = Trainer(Experiment(Recurrence(n_hidden=8, rho=0.0), Task(task="recall", seq_len=100),
                                 remedies=(LeakyUnits(slowest=leak, fastest=leak),)))
    record = trainer.measure()
    lag = np.arange(1, 101)
    assert np.abs(log10_product_norms(trainer.jacobians()) - lag * np.log10(1 - leak)).max() < 100 * 10 * EPS
    back = record.log10_dL_dh - record.log10_dL_dh[-1]
    assert np.abs(back[::-1][1:] - lag[:-1] * np.log10(1 - leak)).max() < 100 * 10 * EPS
