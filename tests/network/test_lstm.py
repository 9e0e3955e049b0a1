"""The LSTM is torch's; what its forget gate keeps is what the product of Jacobians keeps."""

from dataclasses import replace

import mpmath
import numpy as np
import pytest
import torch

from core.bptt.backprop import run_backward, run_forward
from core.remedies.hooks import Hooks
from core.remedies.lstm import LSTMGates
from core.specs.recurrence import Recurrence
from core.tasks.base import tasks
from core.training.experiment import Experiment
from core.training.trainer import Trainer
from tests.helpers.cell_cases import N_IN, TARGETS, N, T, made, oracle, relative, tolerance

EACH_TYPE = pytest.mark.parametrize("dtype", ["float64", "float32"])
OURS, THEIRS = "gfio", "ifgo"  # the order of the rows


def theirs(V):
    """Rows as torch has them."""
    return np.concatenate([V[OURS.index(gate) * N:][:N] for gate in THEIRS])


def ours(*parts):
    """A V of torch's weights from h, from x and bias."""
    V = np.concatenate([part.detach().numpy().reshape(4 * N, -1) for part in parts], axis=1)
    return np.concatenate([V[THEIRS.index(gate) * N:][:N] for gate in OURS])


def with_weights(module, V):
    """V in a torch module whose names end in `suffix`."""
    suffix = "_l0" if isinstance(module, torch.nn.LSTM) else ""
    W = torch.from_numpy(theirs(V))
    with torch.no_grad():
        for name, values in (("weight_hh", W[:, :N]), ("weight_ih", W[:, N:-1]), ("bias_ih", W[:, -1]),
                             ("bias_hh", torch.zeros_like(W[:, -1]))):
            getattr(module, name + suffix).copy_(values)
    return module


def loss_of(h, case):
    """h (T, B, n)."""
    return sum((h[t] * torch.from_numpy(g.T.copy())).sum() for t, g in zip(TARGETS, case.direct, strict=True))


@EACH_TYPE
def test_states_and_weight_gradient_are_those_of_torchs_LSTM(dtype):
    case = made("lstm", dtype).forward().backward()
    lstm = with_weights(torch.nn.LSTM(N_IN, N, dtype=getattr(torch, dtype)), case.V)
    h, (_, c) = lstm(torch.from_numpy(case.x.swapaxes(1, 2).copy()))
    loss_of(h, case).backward()
    assert relative(case.tape.h, h.detach().numpy().swapaxes(1, 2)) < tolerance(dtype)
    assert relative(case.tape.c_at[-1], c[0].detach().numpy().T) < tolerance(dtype)
    expected = ours(lstm.weight_hh_l0.grad, lstm.weight_ih_l0.grad, lstm.bias_ih_l0.grad)
    assert relative(case.cell.weight_gradient(case.tape, 0, T), expected) < tolerance(dtype)


@EACH_TYPE
def test_dL_dh_and_dL_dc_at_every_step_are_those_of_torchs_LSTM(dtype):
    """The whole dL/dc_t, which comes by way of h_t too."""
    case = made("lstm", dtype).forward().backward()
    cell = with_weights(torch.nn.LSTMCell(N_IN, N, dtype=getattr(torch, dtype)), case.V)
    x, state, states = torch.from_numpy(case.x.swapaxes(1, 2).copy()), None, []
    for t in range(T):
        state = cell(x[t], state)
        for part in state:
            part.retain_grad()
        states.append(state)
    loss_of([h for h, _ in states], case).backward()
    beside = case.cell.beside(case.tape)
    for t, (h, c) in enumerate(states):
        assert relative(case.tape.G[t], h.grad.numpy().T) < tolerance(dtype)
        assert relative(beside[t], c.grad.numpy().T) < tolerance(dtype)


def test_the_whole_dL_dc_is_what_is_carried_and_what_comes_by_way_of_h():
    case = made("lstm").forward().backward()
    c = np.stack([np.asarray(c) for c in case.tape.c_at])
    o = np.stack(case.tape.o_at[:T])
    held = oracle(case).dL_ds
    expected = held[:, N:] + held[:, :N] * o * (1 - np.tanh(c) ** 2)
    assert relative(case.cell.beside(case.tape), expected) < tolerance()


def network_of(forget_bias, seed=0, n=N, dtype="float64", **recurrence):
    recurrence = Recurrence(n_hidden=n, seed=seed, **recurrence)
    return Hooks([LSTMGates(bias=forget_bias)]).network(recurrence, tasks()["recall"], np.dtype(dtype))


def test_the_weights_start_as_the_published_cell_does():
    """Gates uniform in +-1/sqrt(n) with a bias of 0, but for the forget gate's; the candidate as the reader asked."""
    n = 32
    network = network_of(2.5, n=n, rho=0.7, bias=0.25)
    g, f, i, o = np.split(network.V, 4)
    assert np.abs(np.linalg.eigvals(g[:, :n])).max() == pytest.approx(0.7, rel=1e-10)
    assert np.all(g[:, -1] == 0.25)
    assert np.all(f[:, -1] == 2.5)
    assert not i[:, -1].any()
    assert not o[:, -1].any()
    gates = network.V[n:, :-1]
    assert 0.99 / np.sqrt(n) < np.abs(gates).max() <= 1 / np.sqrt(n)
    assert gates.std() == pytest.approx(1 / np.sqrt(3 * n), abs=5 / np.sqrt(3 * n) / np.sqrt(2 * gates.size))


@pytest.mark.parametrize("bias", [-3.0, 0.0, 1.0, 4.0])
def test_gates_that_read_nothing_keep_sigmoid_of_the_bias_to_the_power_of_the_lag(bias):
    """dc_T/dc_0 is that power of the identity: T products, each rounded twice."""
    network = network_of(bias)
    network.V[N:, :-1] = 0.0
    network.W_hh[...] = 0.0
    tape = network.cell.tape(50, 1, np.dtype(float))
    tape.load(np.random.default_rng(0).normal(size=(50, 5, 1)))
    network.cell.forward(network.V, tape, 0, 50)
    J = np.asarray(network.cell.jacobians(network.V, tape))
    product = np.linalg.multi_dot(J[::-1])[N:, N:]
    kept = (1 / (1 + np.exp(-bias))) ** 50
    assert np.abs(product / kept - np.eye(N)).max() < 10 * 50 * np.finfo(float).eps


@pytest.mark.parametrize("bias", [-3.0, 1.0, 2.0, 4.0])
def test_along_c_the_first_product_is_about_sigmoid_of_the_bias_to_the_power_of_the_lag(bias):
    """32 units on recall as they start; on average within a tenth of the exponent."""
    trainer = Trainer(Experiment.from_values({"n_hidden": 32, "lstm": True, "lstm_bias": bias}))
    trainer.measure()
    kept = np.diagonal(np.asarray(trainer.jacobians())[:, 32:, 32:], axis1=1, axis2=2)
    assert np.log(kept).mean() == pytest.approx(-np.log1p(np.exp(-bias)), rel=0.1)


def updates_until_solved(most, **values):
    """On recall over 50 steps; None if it takes more."""
    trainer = Trainer(Experiment.from_values({
        "n_hidden": 32, "shape": "gaussian", "rho": 0.58, "optimizer": "adam", "lr": 0.01, "clip_norm": True,
        **values}))
    accuracies = []
    while len(accuracies) < most:
        accuracies.append(trainer.update().accuracy)
        if len(accuracies) >= 20 and np.mean(accuracies[-20:]) > 0.95:
            return len(accuracies)
    return None


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1000, 1001, 1002])
def test_recall_over_50_steps_is_learnt_with_a_forget_bias_of_4_and_not_with_1(seed):
    """W_hh as torch starts it, of spectral radius 0.58 = 1/sqrt(3): the candidate carries little by itself."""
    assert updates_until_solved(80, lstm=True, lstm_bias=4.0, seed=seed) is not None
    assert updates_until_solved(80, lstm=True, lstm_bias=1.0, seed=seed) is None


def test_a_higher_forget_bias_carries_more_of_the_gradient_to_the_first_step():
    """Without training, from T = 50 back to t = 1; a decade for each bias at least."""
    found = []
    for bias in (-1.0, 1.0, 4.0):
        trainer = Trainer(Experiment.from_values({"n_hidden": 32, "lstm": True, "lstm_bias": bias}))
        record = trainer.measure()
        found.append([record.log10_dL_dh[0] - record.log10_dL_dh[-1], record.log10_dL_dc[0] - record.log10_dL_dc[-1]])
    assert np.all(np.diff(found, axis=0) > 1.0)


@pytest.mark.parametrize("bias", [-3.0, -40.0])
def test_a_forget_gate_that_is_almost_shut_keeps_all_its_digits(bias):
    """1 / (1 + exp(-a)), and not (1 + tanh(a/2)) / 2, which is 0 below a = -37: three roundings."""
    network = network_of(0.0)
    network.V[...] = 0.0
    network.V[N:2 * N, -1] = bias
    tape = network.cell.tape(1, 1, np.dtype(float))
    network.cell.forward(network.V, tape, 0, 1)
    with mpmath.workdps(40):
        exact = float(1 / (1 + mpmath.exp(-mpmath.mpf(bias))))
    assert np.diag(network.cell.jacobians(network.V, tape).at(0))[N:] == pytest.approx(exact, rel=8 * 2.2e-16, abs=0)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_an_overfull_cell_still_passes_a_gradient(dtype):
    """1 - tanh(c)^2 is exactly 0 beyond c = 19 (float32: 9), and sech(c)^2 is not."""
    network = network_of(0.0, dtype=dtype)
    network.V[...] = 0.0
    tape = network.cell.tape(1, 1, np.dtype(dtype))
    tape.S[0, :N] = 60.0  # half of which is kept
    network.cell.forward(network.V, tape, 0, 1)
    with mpmath.workdps(40):
        exact = float(mpmath.mpf(0.25) * mpmath.sech(30) ** 2)
    assert tape.c_at[0][0, 0] == 30.0
    J = network.cell.jacobians(network.V, tape).at(0)
    assert np.diag(J[:N, N:]) == pytest.approx(exact, rel=1e-13 if dtype == "float64" else 1e-5, abs=0)


def test_a_saturated_candidate_still_passes_a_gradient():
    network = network_of(0.0)
    network.V[...] = 0.0
    network.V[:N, :N], network.V[:N, -1] = np.eye(N), 25.0
    tape = network.cell.tape(1, 1, np.dtype(float))
    network.cell.forward(network.V, tape, 0, 1)
    with mpmath.workdps(40):
        exact = float(mpmath.mpf(0.5) * mpmath.sech(25) ** 2)
    J = network.cell.jacobians(network.V, tape).at(0)
    assert np.diag(J[N:, :N]) == pytest.approx(exact, rel=1e-13, abs=0)


def passes(network, length, columns, k2=None):
    kind, dtype = tasks()["recall"], network.theta.dtype
    batch = kind.sample(np.random.default_rng(0), length, columns)
    tape = network.cell.tape(length, columns, dtype)
    tape.load(batch.x)
    return tape, run_backward(network, tape, run_forward(network, tape, batch, kind, 0, length), k2 or length)


@pytest.mark.parametrize("phi", ["tanh", "sigmoid"])
def test_values_far_below_the_smallest_float_are_right(phi):
    """With a forget bias of -3, to 30 digits and without a smallest number, from the float64 Jacobians.

    A step rounds by 4n products and a few factors: 10 n eps of what it carries at most, T times, as long as nothing
    cancels; a factor of 10 for that.
    """
    length, n = 500, 3
    network = network_of(-3.0, n=n, rho=0.1, activation=phi)
    tape, seen = passes(network, length, 1)
    J = network.cell.jacobians(network.V, tape)
    exact, exact_c = {}, {}
    o = 1.0 / (1.0 + np.exp(-(network.V[3 * n:] @ tape.Z[:-1, :, 0].T)))  # rows g, f, i, o
    h = tape.h[:, :, 0].T / o  # phi(c_t)
    by_h = o * (1.0 - h**2 if phi == "tanh" else h * (1.0 - h))  # dh_t/dc_t with o held
    with mpmath.workdps(30):
        g = mpmath.matrix(network.cell.carried(tape, length - 1).tolist())
        for t in range(length - 1, 0, -1):
            g = mpmath.matrix(J.at(t).T.tolist()) * g
            exact[t - 1] = float(mpmath.log10(mpmath.norm(g[:n, :], 2)))
            whole = mpmath.matrix([g[n + i] + g[i] * by_h[i, t - 1] for i in range(n)])
            exact_c[t - 1] = float(mpmath.log10(mpmath.norm(whole, 2)))
    assert exact[0] < -320
    errors = [abs(seen.log10_dL_dh[t] - exact[t]) for t in (0, 10, 100, 250, 400)]
    errors += [abs(seen.log10_dL_dc[t] - exact_c[t]) for t in (0, 10, 100, 250, 400)]
    assert max(errors) < 100 * n * length * np.finfo(float).eps


def test_beyond_the_window_of_truncation_there_is_no_dL_dc():
    _, seen = passes(network_of(1.0), 20, 2, k2=5)
    assert np.all(seen.log10_dL_dc[:15] == -np.inf)
    assert np.all(np.isfinite(seen.log10_dL_dc[15:]))


def test_a_run_records_dL_dc_at_every_step_and_a_plain_one_has_none():
    experiment = Experiment.from_values({"lstm": True, "seq_len": 10})
    record = Trainer(experiment).update()
    assert record.log10_dL_dc.shape == (10,)
    assert np.isfinite(record.log10_dL_dc).all()
    assert Trainer(replace(experiment, remedies=())).update().log10_dL_dc is None


@pytest.mark.parametrize(("task", "length"), [("recall", 20), ("generator", 60), ("copy", 20)])
def test_the_gradient_of_a_batch_is_that_of_central_differences(task, length):
    """Also where the output is fed back, and x moves with h."""
    trainer = Trainer(Experiment.from_values({"lstm": True, "n_hidden": N, "task": task, "seq_len": length}))
    gradient, _ = trainer.gradient()
    theta = trainer.network.theta
    direction = np.random.default_rng(1).normal(size=theta.shape)
    direction /= np.linalg.norm(direction)
    e = np.finfo(float).eps ** (1 / 3)
    losses = [trainer.course.loss_with(theta + sign * e * direction) for sign in (1, -1)]
    assert (losses[0] - losses[1]) / (2 * e) == pytest.approx(gradient @ direction, rel=1e-6, abs=1000 * e**2)
