"""Clipping on the way back: the rule against a plain loop, and its claim, no step that grows by more than c."""

from itertools import pairwise

import numpy as np
import pytest

from core.norms import column_norms
from core.remedies.base import remedies
from core.remedies.clip_jacobian import REMEDY, ClipJacobian, carry
from core.tasks.base import tasks
from core.training.experiment import Experiment
from core.training.trainer import Trainer
from tests.helpers.recorded import tell, updates

T, N, B = 20, 6, 4
SMALL = {"n_hidden": N, "seq_len": T, "batch": B, "rho": 1.8, "alpha": 1.0, "input_scale": 0.3, "lr": 0.01}
GROWTHS = [0.1, 0.5, 1.0, 1.5]
EPS = np.finfo(float).eps
TOLERANCE = 20 * T * N * EPS  # sums of n products over T steps; 10 for what cancels in them


def trainer(task="sine", growth=1.0, on=True, **values):
    return Trainer(Experiment.from_values({**SMALL, "task": task, "clip_jacobian": on, "clip_jacobian_growth": growth,
                                           **values}))


def plain_loop(run, growth):
    """dL/dh_t at every step, (T, n, B), sequence by sequence, from the states and from dL_t/dh_t."""
    run.measure()
    tape, network, batch = run.course.tape, run.network, run.course.batch
    W, U, at = network.W_hh, network.U, batch.target_steps - 1
    y = U[:, :-1] @ tape.h[at] + U[:, -1:]
    if run.task.classes:
        p = np.exp(y - y.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        dL_dy = (p - np.moveaxis(np.eye(y.shape[1])[batch.target], -1, 1)) / (len(at) * B)
    else:
        dL_dy = 2 * (y - batch.target) / y.size
    direct = np.zeros((T, N, B))
    direct[at] = U[:, :-1].T @ dL_dy
    out = np.zeros_like(direct)
    for b in range(B):
        g = direct[T - 1, :, b]
        out[T - 1, :, b] = g
        for t in range(T - 1, 0, -1):
            v = W.T @ (tape.P[t, :, b] * g)
            allowed = growth * np.linalg.norm(g)
            if np.linalg.norm(v) > allowed:
                v = v * (allowed / np.linalg.norm(v))
            g = v + direct[t - 1, :, b]
            out[t - 1, :, b] = g
    return out


def test_the_remedy_changes_the_carried_vector_alone():
    assert remedies()["clip_jacobian"] is REMEDY
    assert REMEDY.transform_vector is carry
    assert (REMEDY.transform_gradient, REMEDY.penalty, REMEDY.window) == (None, None, None)


@pytest.mark.parametrize("task", ["recall", "copy", "sine"])
@pytest.mark.parametrize("growth", GROWTHS)
@pytest.mark.parametrize("activation", ["tanh", "relu", "linear"])
def test_every_dL_dh_and_the_gradient_are_those_of_a_plain_loop(task, growth, activation):
    run = trainer(task, growth, activation=activation)
    expected = plain_loop(run, growth)
    for found, wanted in zip(run.course.tape.G, expected, strict=True):
        assert np.linalg.norm(found - wanted) <= TOLERANCE * np.linalg.norm(wanted)
    D = expected * run.course.tape.P
    dV = sum(D[t] @ run.course.tape.Z[t].T for t in range(T))
    found = run.network.views(run.gradient()[0])[0]
    assert np.linalg.norm(found - dV) <= TOLERANCE * np.linalg.norm(dV)


def test_the_plain_loop_is_not_that_of_a_network_without_it():
    """With c = 1 something is cut at rho = 1.8: else the tests above say nothing."""
    run = trainer(on=False)
    expected = plain_loop(run, 1.0)
    assert np.linalg.norm(run.course.tape.G - expected) > 0.1 * np.linalg.norm(expected)


@pytest.mark.slow
@pytest.mark.parametrize("growth", GROWTHS)
@pytest.mark.parametrize("task", ["recall", "temporal_order"])
@pytest.mark.parametrize("remedy", [{}, {"leaky": True}, {"gru": True}])
def test_no_sequences_gradient_grows_by_more_than_c_in_any_step_of_a_run(growth, task, remedy):
    run = trainer(task, growth, **remedy)
    for _ in range(5):
        record = run.update()
        norms = np.linalg.norm(run.course.tape.G, axis=1)
        assert np.all(norms[:-1] <= growth * norms[1:] * (1 + N * EPS * 10))
        lag = np.arange(T - 1, -1, -1)
        assert np.all(record.log10_dL_dh <= record.log10_dL_dh[-1] + lag * np.log10(growth) + T * N * EPS)


def test_of_an_lstm_h_and_c_together_grow_by_no_more_than_c():
    run = trainer("recall", 0.9, lstm=True, lstm_bias=4.0)
    run.measure()
    carried = [np.linalg.norm(run.network.cell.carried(run.course.tape, t), axis=0) for t in range(T)]
    assert all(np.all(before <= 0.9 * after * (1 + N * EPS * 10)) for before, after in pairwise(carried))


@pytest.mark.parametrize("task", tasks())
@pytest.mark.parametrize("rho", [0.3, 1.8])
def test_a_large_growth_is_the_baseline_bit_for_bit(task, rho):
    """sigma_max of these is below 5, and so is every growth."""
    one, two = trainer(task, 100.0, rho=rho), trainer(task, on=False, rho=rho)
    assert tell(updates(one, 8)) == tell(updates(two, 8))
    assert np.array_equal(one.network.theta, two.network.theta)


def test_exactly_at_the_cap_nothing_is_changed():
    """A linear network at 1.5 times the identity, powers of two in the vector: the norms are exact."""
    carried, g = np.full((4, 1), 3.0), np.full((4, 1), 2.0)
    before = carried.copy()
    carry(ClipJacobian(growth=1.5))(carried, g)
    assert np.array_equal(carried, before)


@pytest.mark.parametrize("size", [1e-310, 1e-200, 1e-100, 1.0, 1e100, 1e200, 1e307])
def test_the_rule_holds_where_squares_leave_float64(size):
    carried, g = np.array([[3.0, 0.3], [4.0, 0.4]]) * size, np.array([[0.6, 0.6], [0.8, 0.8]]) * size
    carry(ClipJacobian(growth=2.0))(carried, g)
    rounding = 4 * EPS if size > 1e-300 else 1e-11  # a number of 1e-310 has 14 digits, the norm is a sum of some
    assert carried / size == pytest.approx(np.array([[1.2, 0.3], [1.6, 0.4]]), rel=rounding)


@pytest.mark.parametrize("bad", [np.inf, -np.inf, np.nan])
def test_inf_and_nan_stay_what_they_are_and_leave_the_other_sequences_alone(bad):
    carried, g = np.array([[bad, 3.0], [1.0, 4.0]]), np.ones((2, 2))
    carry(ClipJacobian(growth=0.1))(carried, g)
    assert carried[:, 0] == pytest.approx([bad, 1.0], nan_ok=True)
    assert np.linalg.norm(carried[:, 1]) == pytest.approx(0.1 * np.sqrt(2), rel=4 * EPS)


def test_a_gradient_that_is_exactly_zero_stays_so():
    carried, g = np.zeros((3, 2)), np.zeros((3, 2))
    carry(ClipJacobian())(carried, g)
    assert not carried.any()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_replicas_are_cut_each_by_itself_in_their_own_type(dtype):
    rng = np.random.default_rng(0)
    carried, g = (rng.normal(size=(3, N, B)).astype(dtype) for _ in range(2))
    each = carried.copy()
    carry(ClipJacobian(growth=0.7))(carried, g)
    for r in range(3):
        carry(ClipJacobian(growth=0.7))(each[r], g[r])
    assert carried.dtype == dtype
    assert np.array_equal(carried, each)


def test_values_far_below_the_smallest_float_are_capped_too():
    """1000 linear steps of at most 0.2: 10^-699 at t = 1, which only the sweep in log space knows."""
    run = trainer("recall", 0.2, activation="linear", shape="identity", rho=0.9, seq_len=1000)
    record = run.measure()
    lag = np.arange(999, -1, -1)
    expected = record.log10_dL_dh[-1] + lag * np.log10(0.2)
    assert np.abs(record.log10_dL_dh - expected).max() < 1000 * N * 10 * EPS
    assert expected[0] < -690


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_gradient_that_explodes_on_its_way_back_does_not_with_it(seed):
    """Recall over 50 steps by a relu network at 1.2 times the identity."""
    values = {"n_hidden": 32, "shape": "identity", "rho": 1.2, "alpha": 0.0, "activation": "relu", "input_scale": 0.1,
              "seq_len": 50, "batch": 32, "seed": seed}
    plain, held = trainer("recall", on=False, **values).update(), trainer("recall", **values).update()
    assert np.ptp(plain.log10_dL_dh) > 2
    assert held.log10_dL_dh.max() <= held.log10_dL_dh[-1] + 50 * 32 * EPS
    assert held.grad_norm < plain.grad_norm / 5


def test_column_norms_are_exact_to_the_digits_of_their_type():
    """Those that the rule is made of, from 1e-307 to 1e307, next to one another."""
    X = np.random.default_rng(0).normal(size=(N, 13)) * 10.0 ** np.linspace(-307, 307, 13)
    exact = np.array([np.linalg.norm(column / s) * s for column in X.T for s in [np.abs(column).max()]])
    assert column_norms(X) == pytest.approx(exact, rel=(N + 4) * EPS)
