"""The GRU is torch's; what its update gate keeps is what the product of Jacobians keeps."""

import mpmath
import numpy as np
import pytest
import torch

from core.bptt.backprop import run_backward, run_forward
from core.remedies.gru import GRUGates
from core.remedies.hooks import Hooks
from core.specs.recurrence import Recurrence
from core.tasks.base import tasks
from core.training.experiment import Experiment
from core.training.trainer import Trainer
from tests.helpers.cell_cases import N_IN, TARGETS, N, T, made, relative, tolerance

EACH_TYPE = pytest.mark.parametrize("dtype", ["float64", "float32"])
RECALL = tasks()["recall"]


def masked(dtype):
    """A case whose weights are 0 where the published cell has none."""
    case = made("gru", dtype)
    case.V[case.cell.zero] = 0.0
    return case


def with_weights(module, V):
    """V in a torch module: rows r, z, n, those of n from h with a bias of their own."""
    suffix = "_l0" if isinstance(module, torch.nn.GRU) else ""
    q, p, r, z = np.split(V, 4)
    parts = {"weight_hh": np.concatenate([r, z, q])[:, :N], "weight_ih": np.concatenate([r, z, p])[:, N:-1],
             "bias_ih": np.concatenate([r, z, p])[:, -1], "bias_hh": np.concatenate([0 * r, 0 * z, q])[:, -1]}
    with torch.no_grad():
        for name, values in parts.items():
            getattr(module, name + suffix).copy_(torch.from_numpy(values.copy()))
    return module


def loss_of(h, case):
    """h (T, B, n)."""
    return sum((h[t] * torch.from_numpy(g.T.copy())).sum() for t, g in zip(TARGETS, case.direct, strict=True))


@EACH_TYPE
def test_states_and_weight_gradient_are_those_of_torchs_GRU(dtype):
    case = masked(dtype).forward().backward()
    gru = with_weights(torch.nn.GRU(N_IN, N, dtype=getattr(torch, dtype)), case.V)
    h, _ = gru(torch.from_numpy(case.x.swapaxes(1, 2).copy()))
    loss_of(h, case).backward()
    assert relative(case.tape.h, h.detach().numpy().swapaxes(1, 2)) < tolerance(dtype)
    found = case.cell.weight_gradient(case.tape, 0, T)
    found[case.cell.zero] = 0.0
    q, p, r, z = np.split(found, 4)
    for name, expected in (("weight_hh_l0", np.concatenate([r, z, q])[:, :N]),
                           ("weight_ih_l0", np.concatenate([r, z, p])[:, N:-1]),
                           ("bias_ih_l0", np.concatenate([r, z, p])[:, -1]),
                           ("bias_hh_l0", np.concatenate([r, z, q])[:, -1])):
        assert relative(expected, getattr(gru, name).grad.numpy()) < tolerance(dtype), name


@EACH_TYPE
def test_dL_dh_at_every_step_is_that_of_torchs_GRU(dtype):
    case = masked(dtype).forward().backward()
    cell = with_weights(torch.nn.GRUCell(N_IN, N, dtype=getattr(torch, dtype)), case.V)
    x, h, states = torch.from_numpy(case.x.swapaxes(1, 2).copy()), None, []
    for t in range(T):
        h = cell(x[t], h)
        h.retain_grad()
        states.append(h)
    loss_of(states, case).backward()
    for t, h in enumerate(states):
        assert relative(case.tape.G[t], h.grad.numpy().T) < tolerance(dtype)


def network_of(update_bias, n=N, dtype="float64", **recurrence):
    recurrence = Recurrence(n_hidden=n, **recurrence)
    return Hooks([GRUGates(bias=update_bias)]).network(recurrence, RECALL, np.dtype(dtype))


def test_the_weights_start_as_the_published_cell_does():
    """Gates uniform in +-1/sqrt(n) with a bias of 0, but for the update gate's; the candidate as the reader asked."""
    n = 32
    network = network_of(2.5, n=n, rho=0.7, bias=0.25, input_scale=1.0)
    q, p, r, z = np.split(network.V, 4)
    assert np.abs(np.linalg.eigvals(network.W_hh)).max() == pytest.approx(0.7, rel=1e-10)
    assert np.shares_memory(network.W_hh, q)
    assert not q[:, n:].any()
    assert not p[:, :n].any()
    assert p[:, n:-1].std() == pytest.approx(1.0, abs=5 / np.sqrt(2 * n * 5))
    assert np.all(p[:, -1] == 0.25)
    assert not r[:, -1].any()
    assert np.all(z[:, -1] == 2.5)
    gates = network.V[2 * n:, :-1]
    assert 0.99 / np.sqrt(n) < np.abs(gates).max() <= 1 / np.sqrt(n)
    assert gates.std() == pytest.approx(1 / np.sqrt(3 * n), abs=5 / np.sqrt(3 * n) / np.sqrt(2 * gates.size))


def test_weights_that_the_published_cell_does_not_have_stay_zero_in_training():
    trainer = Trainer(Experiment.from_values({"gru": True, "seq_len": 10, "optimizer": "adam", "lr": 0.1}))
    for _ in range(3):
        trainer.update()
    assert not trainer.network.V[trainer.network.cell.zero].any()


@pytest.mark.parametrize("bias", [-3.0, 0.0, 1.0, 4.0])
def test_gates_that_read_nothing_keep_sigmoid_of_the_bias_to_the_power_of_the_lag(bias):
    """dh_T/dh_0 is that power of the identity: T products, each rounded twice."""
    network = network_of(bias)
    network.V[2 * N:, :-1] = 0.0
    network.W_hh[...] = 0.0
    tape = network.cell.tape(50, 1, np.dtype(float))
    tape.load(np.random.default_rng(0).normal(size=(50, 5, 1)))
    network.cell.forward(network.V, tape, 0, 50)
    J = np.asarray(network.cell.jacobians(network.V, tape))
    kept = (1 / (1 + np.exp(-bias))) ** 50
    assert np.abs(np.linalg.multi_dot(J[::-1]) / kept - np.eye(N)).max() < 10 * 50 * np.finfo(float).eps


def test_a_higher_update_bias_carries_more_of_the_gradient_to_the_first_step():
    """Without training, from T = 50 back to t = 1; a decade for each bias at least."""
    found = []
    for bias in (-1.0, 0.0, 1.0, 4.0):
        record = Trainer(Experiment.from_values({"n_hidden": 32, "gru": True, "gru_bias": bias})).measure()
        found.append(record.log10_dL_dh[0] - record.log10_dL_dh[-1])
    assert np.all(np.diff(found) > 1.0)


def test_torchs_z_keeps_h_and_does_not_replace_it():
    """z near 1 leaves h almost where it was; Cho et al. have the same sign, Chung et al. 2014 the opposite one."""
    case = made("gru")
    case.V[...] = 0.0
    case.V[3 * N:, -1] = 30.0
    case.tape.Z[0, :N] = 0.5
    case.cell.forward(case.V, case.tape, 0, T)
    assert np.abs(case.tape.h - 0.5).max() < T * np.exp(-30.0)


def test_a_saturated_candidate_still_passes_a_gradient():
    """1 - tanh(a)^2 is exactly 0 beyond a = 19, and sech(a)^2 is not."""
    network = network_of(0.0)
    network.V[...] = 0.0
    network.V[:N, :N], network.V[N:2 * N, -1] = np.eye(N), 25.0
    tape = network.cell.tape(1, 1, np.dtype(float))
    network.cell.forward(network.V, tape, 0, 1)
    with mpmath.workdps(40):
        exact = float(mpmath.mpf(0.25) * mpmath.sech(25) ** 2)
    J = network.cell.jacobians(network.V, tape).at(0) - 0.5 * np.eye(N)
    assert np.abs(np.diag(J)).max() < 1e-16  # beside z
    by_q = network.cell._factors(network.V, tape, 0, 1)[0, 0]
    assert by_q == pytest.approx(exact, rel=1e-13, abs=0)


def passes(network, length, columns):
    batch = RECALL.sample(np.random.default_rng(0), length, columns)
    tape = network.cell.tape(length, columns, network.theta.dtype)
    tape.load(batch.x)
    return tape, run_backward(network, tape, run_forward(network, tape, batch, RECALL, 0, length), length)


def test_values_far_below_the_smallest_float_are_right():
    """With an update bias of -3, to 30 digits and without a smallest number, from the float64 Jacobians.

    A step rounds by 4n products and a few factors: 10 n eps of what it carries at most, T times, as long as nothing
    cancels; a factor of 10 for that.
    """
    length, n = 500, 3
    network = network_of(-3.0, n=n, rho=0.1)
    tape, seen = passes(network, length, 1)
    J, exact = network.cell.jacobians(network.V, tape), {}
    with mpmath.workdps(30):
        g = mpmath.matrix(tape.G[-1].tolist())
        for t in range(length - 1, 0, -1):
            g = mpmath.matrix(J.at(t).T.tolist()) * g
            exact[t - 1] = float(mpmath.log10(mpmath.norm(g, 2)))
    assert exact[0] < -320
    errors = [abs(seen.log10_dL_dh[t] - exact[t]) for t in (0, 10, 100, 250, 400)]
    assert max(errors) < 100 * n * length * np.finfo(float).eps


def test_a_run_records_no_dL_dc():
    assert Trainer(Experiment.from_values({"gru": True, "seq_len": 10})).update().log10_dL_dc is None


@pytest.mark.parametrize(("task", "length"), [("recall", 20), ("generator", 60), ("copy", 20)])
def test_the_gradient_of_a_batch_is_that_of_central_differences(task, length):
    """Where the output is fed back, x moves with h, and weights that are 0 here have a derivative on the way."""
    experiment = Experiment.from_values({"gru": True, "n_hidden": N, "task": task, "seq_len": length})
    trainer = Trainer(experiment)
    gradient, _ = trainer.gradient()
    network = trainer.network
    direction = np.random.default_rng(1).normal(size=network.theta.shape)
    network.views(direction)[0][network.cell.zero] = 0.0
    direction /= np.linalg.norm(direction)
    e = np.finfo(float).eps ** (1 / 3)
    losses = [trainer.course.loss_with(network.theta + sign * e * direction) for sign in (1, -1)]
    assert (losses[0] - losses[1]) / (2 * e) == pytest.approx(gradient @ direction, rel=1e-6, abs=1000 * e**2)


def updates_until_solved(most, **values):
    """On recall over 50 steps; None if it takes more."""
    trainer = Trainer(Experiment.from_values({
        "n_hidden": 32, "shape": "gaussian", "rho": 0.58, "input_scale": 0.3, "optimizer": "adam", "lr": 0.01,
        "clip_norm": True, **values}))
    accuracies = []
    while len(accuracies) < most:
        accuracies.append(trainer.update().accuracy)
        if len(accuracies) >= 20 and np.mean(accuracies[-20:]) > 0.95:
            return len(accuracies)
    return None


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1000, 1001, 1002])
def test_recall_over_50_steps_is_learnt_with_an_update_bias_of_4_and_not_with_0(seed):
    assert updates_until_solved(150, gru=True, gru_bias=4.0, seed=seed) is not None
    assert updates_until_solved(150, gru=True, gru_bias=0.0, seed=seed) is None
