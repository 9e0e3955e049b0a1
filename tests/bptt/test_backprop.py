"""The closed-form gradient, and ||dL/dh_t|| at every t, against autograd, exact solutions and 50 digits."""

import mpmath
import numpy as np
import pytest

from core.bptt.backprop import run_backward, run_forward
from core.network.activations import ACTIVATIONS
from core.network.cells.vanilla import Vanilla
from core.remedies.hooks import Hooks
from core.specs.recurrence import Recurrence
from core.tasks.base import Batch, tasks
from core.training.experiment import Experiment
from core.training.trainer import Trainer
from tests.helpers.autograd_reference import differentiate

T, N, B = 12, 6, 4
EACH_ACTIVATION = pytest.mark.parametrize("activation", ACTIVATIONS)
EACH_TASK = pytest.mark.parametrize("kind", tasks().values(), ids=tasks())


def both_passes(recurrence, kind, batch, dtype="float64"):
    """Network, tape and Pass of a whole sequence."""
    dtype = np.dtype(dtype)
    network = Hooks().network(recurrence, kind, dtype)
    length, _, columns = batch.x.shape
    tape = network.cell.tape(length, columns, dtype)
    tape.load(batch.x)
    seen = run_forward(network, tape, batch, kind, 0, length)
    return network, tape, run_backward(network, tape, seen, length)


def small(kind, activation, dtype="float64", seed=0):
    """A network that is not normal and has biases, on one small batch; its oracle, and the tolerance.

    There and back an entry is a sum of m products at each of T steps, so it is off by at most 2 T m eps of the sum
    of their magnitudes; a factor of 10 is left for how much larger than the result that sum is.
    """
    recurrence = Recurrence(n_hidden=N, rho=1.1, angle=60.0, alpha=1.0, bias=0.1, activation=activation, seed=seed)
    batch = kind.sample(np.random.default_rng(seed), T, B)
    network, tape, seen = both_passes(recurrence, kind, batch, dtype)
    tolerance = 20 * T * (N + kind.n_in + 1) * np.finfo(dtype).eps
    return network, tape, seen, differentiate(network, batch, kind, activation), tolerance


def relative(found, expected):
    """||found - expected|| / ||expected||, in float64."""
    difference = np.asarray(found, np.float64) - expected
    return np.linalg.norm(difference) / np.linalg.norm(np.asarray(expected, np.float64))


def parts(network, flat):
    """W_hh, W_xh, b_h, W_hy and b_y of a flat vector."""
    V, U = network.views(flat)
    return V[:, :N], V[:, N:-1], V[:, -1], U[:, :-1], U[:, -1]


def test_the_tolerance_in_float64_is_1e_12_or_better():
    assert all(small(kind, "tanh")[-1] < 1e-12 for kind in tasks().values())


@EACH_ACTIVATION
@EACH_TASK
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_states_and_the_loss_are_torchs(activation, kind, dtype):
    _, tape, seen, oracle, tolerance = small(kind, activation, dtype)
    assert relative(tape.h, oracle.h) < tolerance
    assert relative(seen.loss.value, oracle.loss) < tolerance


@EACH_ACTIVATION
@EACH_TASK
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_gradient_of_every_weight_matrix_is_autograds(activation, kind, dtype):
    network, _, seen, oracle, tolerance = small(kind, activation, dtype)
    for found, expected in zip(parts(network, seen.gradient), parts(network, oracle.gradient), strict=True):
        assert relative(found, expected) < tolerance


@EACH_ACTIVATION
@EACH_TASK
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_dL_dh_at_every_step_is_autograds(activation, kind, dtype):
    _, tape, seen, oracle, tolerance = small(kind, activation, dtype)
    for t in range(T):
        assert relative(tape.G[t], oracle.dL_dh[t]) < tolerance
    exact = np.log10(np.linalg.norm(oracle.dL_dh.astype(np.float64), axis=(1, 2)))
    assert np.abs(seen.log10_dL_dh - exact).max() < tolerance / np.log(10)


@EACH_TASK
def test_a_difference_quotient_along_any_direction_is_the_gradient(kind):
    """Central differences with a step of e: e^2 of the third derivative and eps/e of the loss; e = eps^(1/3)."""
    recurrence = Recurrence(n_hidden=N, alpha=1.0)
    batch = kind.sample(np.random.default_rng(0), T, B)
    network, tape, seen = both_passes(recurrence, kind, batch)
    direction = np.random.default_rng(1).normal(size=network.theta.shape)
    direction /= np.linalg.norm(direction)
    e, theta, losses = np.finfo(float).eps ** (1 / 3), network.theta.copy(), []
    for sign in (1, -1):
        network.theta[...] = theta + sign * e * direction
        losses.append(run_forward(network, tape, batch, kind, 0, T).loss.value)
    slope = (losses[0] - losses[1]) / (2 * e)
    assert slope == pytest.approx(seen.gradient @ direction, abs=1000 * e**2)


@pytest.mark.parametrize("rho", [0.2, 1.0, 2.0])
@pytest.mark.parametrize("length", [50, 1000])
def test_through_a_linear_orthogonal_network_the_norm_is_rho_to_the_power_of_the_lag(rho, length):
    """Q is orthogonal to n eps, and every step rounds as much: T n eps / ln 10 of the log10."""
    kind = tasks()["adding"]
    batch = kind.sample(np.random.default_rng(0), length, B)
    recurrence = Recurrence(n_hidden=N, rho=rho, activation="linear", input_scale=0.0)
    _, _, seen = both_passes(recurrence, kind, batch)
    lag = np.arange(length - 1, -1, -1)
    expected = seen.log10_dL_dh[-1] + lag * np.log10(rho)
    assert np.abs(seen.log10_dL_dh - expected).max() < 10 * length * N * np.finfo(float).eps


def exact_log10(network, tape, last, wanted):
    """log10 ||dL/dh_t|| with 30 digits and no smallest number, from the float64 W, phi' and dL/dh at the last step."""
    with mpmath.workdps(30):
        W_T, out = mpmath.matrix(network.W_hh.astype(np.float64).T.tolist()), {}
        g = mpmath.matrix(last.astype(np.float64).tolist())
        for t in range(tape.T - 1, min(wanted), -1):
            P = tape.P[t].astype(np.float64)
            g = W_T * mpmath.matrix([[g[i, b] * P[i, b] for b in range(g.cols)] for i in range(g.rows)])
            if t - 1 in wanted:
                out[t - 1] = float(mpmath.log10(mpmath.norm(g, 2)))
        return out


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("alpha", [0.0, 1.0])
def test_values_far_below_the_smallest_float_are_right(dtype, alpha):
    """About 10^-700 at T = 1000 and rho = 0.2. A step rounds by n eps sigma_max / rho at most, so T steps by
    T n eps sigma_max / rho; in float32 only the healthy first steps, down to 1e-33, round that coarsely."""
    kind, length = tasks()["recall"], 1000
    batch = kind.sample(np.random.default_rng(0), length, 2)
    recurrence = Recurrence(n_hidden=4, rho=0.2, alpha=alpha * 0.2, activation="tanh", seed=1)
    network, tape, seen = both_passes(recurrence, kind, batch, dtype)
    wanted = [length - 20, length - 60, length - 500, 0]
    exact = exact_log10(network, tape, tape.G[-1], wanted)
    assert exact[0] < -690
    coarse = 60 if dtype == "float32" else 0
    roundings = length * np.finfo(float).eps + coarse * np.finfo(dtype).eps
    tolerance = 4 * roundings * np.linalg.norm(network.W_hh, 2) / 0.2
    assert max(abs(seen.log10_dL_dh[t] - exact[t]) for t in wanted) < tolerance


def test_a_target_on_the_way_is_added_to_what_came_from_far():
    """Targets at t = 1 and t = T of a linear network: at t = 1 only the near one is left, at t = 2 only the far one."""
    kind, length = tasks()["sine"], 1000
    full = kind.sample(np.random.default_rng(0), length, 2)
    at = np.array([1, length])
    batch = Batch(full.x, at, full.target[at - 1])
    network, tape, seen = both_passes(Recurrence(n_hidden=4, rho=0.2, activation="linear"), kind, batch)
    error = network.U[:, :-1] @ tape.h[at - 1] + network.U[:, -1:] - batch.target
    direct = np.log10(np.linalg.norm(network.U[:, :-1].T @ (2 * error / error.size), axis=(1, 2)))
    expected = direct[0], direct[1] + (length - 2) * np.log10(0.2), direct[1]
    assert seen.log10_dL_dh[[0, 1, -1]] == pytest.approx(expected, abs=10 * length * 4 * np.finfo(float).eps)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_behind_a_dead_relu_the_gradient_is_exactly_zero(dtype):
    kind = tasks()["recall"]
    batch = kind.sample(np.random.default_rng(0), T, B)
    _, _, seen = both_passes(Recurrence(activation="relu", bias=-3.0, input_scale=0.0), kind, batch, dtype)
    assert np.all(seen.log10_dL_dh[:-1] == -np.inf)
    assert np.isfinite(seen.log10_dL_dh[-1])


def test_without_recurrence_only_the_last_state_has_a_gradient():
    kind = tasks()["recall"]
    _, _, seen = both_passes(Recurrence(rho=0.0), kind, kind.sample(np.random.default_rng(0), T, B))
    assert np.all(seen.log10_dL_dh[:-1] == -np.inf)


def test_once_a_gradient_is_exactly_zero_it_is_not_carried_on_in_log_space(monkeypatch):
    """As of dead ReLU units: nothing is carried back from step to step, and the target is the last."""
    trainer, steps = Trainer(Experiment.from_values({"n_hidden": 4, "batch": 2, "seq_len": 60})), []
    trainer.network.W_hh[...] = 0.0
    back = Vanilla.carry_back
    monkeypatch.setattr(Vanilla, "carry_back", lambda *a: steps.append(1) or back(*a))
    record = trainer.update()
    assert np.isfinite(record.log10_dL_dh[-1])
    assert np.isneginf(record.log10_dL_dh[:-1]).all()
    assert len(steps) == 1
