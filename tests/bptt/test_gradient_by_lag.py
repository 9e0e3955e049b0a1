"""The split of dL/dV by lag: every part against autograd with a copy of the weights for each step, and the sums."""


import numpy as np
import pytest

from core.bptt.backprop import run_forward
from core.bptt.gradient_by_lag import Part, gradient_by_lag, lag_pieces
from core.network.activations import ACTIVATIONS
from core.tasks.base import Batch, tasks
from tests.helpers.autograd_reference import differentiate
from tests.helpers.lag_reference import B, T, assert_close, closed_form, parts_of, setting, terms_of

EACH_TASK = pytest.mark.parametrize("task", [name for name, kind in tasks().items() if kind.cue is None])
EACH_ACTIVATION = pytest.mark.parametrize("activation", ACTIVATIONS)
K2 = pytest.mark.parametrize("k2", [1, 4, T - 1, T])


# -- the parts ------------------------------------------------------------------------------------------------


@EACH_TASK
@EACH_ACTIVATION
def test_a_part_is_the_sum_of_one_diagonal_of_autograds_terms(task, activation):
    network, batch, kind = setting(task, activation)
    terms, parts = terms_of(network, batch, kind, activation), parts_of(network, batch, kind)
    assert len(parts) == T
    for lag, part in enumerate(parts):
        assert_close(part, sum(terms[t, t - lag] for t in range(lag, T)))


@EACH_TASK
@EACH_ACTIVATION
def test_all_lags_together_are_the_closed_form_and_autograds_gradient(task, activation):
    network, batch, kind = setting(task, activation)
    found = gradient_by_lag(network, batch, kind)
    assert_close(found.dL_dV, closed_form(network, batch, kind))
    assert_close(found.dL_dV, network.views(differentiate(network, batch, kind, activation).gradient)[0])
    assert found.log10_whole == pytest.approx(np.log10(np.linalg.norm(found.dL_dV)), abs=1e-14)


def test_steps_without_a_target_between_two_that_have_one_add_nothing():
    network, batch, kind = setting("sine")
    sparse = Batch(batch.x, np.array([3, 8]), batch.target[[2, 7]])
    terms = terms_of(network, sparse, kind, "tanh")
    for lag, part in enumerate(parts_of(network, sparse, kind)):
        expected = sum(terms[t, t - lag] for t in range(lag, T))
        if lag < 8:
            assert_close(part, expected)
        else:
            assert not part.any()


@EACH_TASK
def test_the_norms_are_those_of_the_parts_and_of_their_running_sums(task):
    network, batch, kind = setting(task)
    parts, found = parts_of(network, batch, kind), gradient_by_lag(network, batch, kind)
    assert found.lag.tolist() == list(range(T))
    for ours, theirs in ((found.log10_part, parts), (found.log10_running, np.cumsum(parts, axis=0))):
        assert np.abs(ours - np.log10(np.linalg.norm(theirs, axis=(1, 2)))).max() < 1e-12
    assert np.array_equal(found.log10_share, found.log10_running - found.log10_whole)


# -- truncation -----------------------------------------------------------------------------------------------


@EACH_TASK
@K2
def test_an_update_at_every_step_that_looks_k2_steps_back_keeps_exactly_the_lags_below_k2(task, k2):
    """TBPTT(1, k2), its chunks added up: each is a mean over its one target step."""
    network, batch, kind = setting(task)
    chunks = sum(closed_form(network, batch, kind, t - 1, t, k2) for t in range(1, T + 1))
    assert_close(parts_of(network, batch, kind)[:k2].sum(axis=0), chunks / len(batch.target_steps))


@pytest.mark.parametrize("task", ["recall", "temporal_order", "adding"])
@K2
def test_with_a_target_at_the_end_alone_one_update_for_the_sequence_does_too(task, k2):
    network, batch, kind = setting(task)
    assert_close(parts_of(network, batch, kind)[:k2].sum(axis=0), closed_form(network, batch, kind, k2=k2))


@pytest.mark.parametrize("task", ["sine", "copy"])
@pytest.mark.parametrize("k2", [1, 2, 5])
def test_with_targets_before_the_end_one_update_for_the_sequence_keeps_less(task, k2):
    """The window reaches back k2 steps from the end of the sequence: the terms with k > T - k2, whatever their t."""
    network, batch, kind = setting(task)
    terms = terms_of(network, batch, kind, "tanh")
    truncated = closed_form(network, batch, kind, k2=k2)
    assert_close(terms[:, T - k2:].sum(axis=(0, 1)), truncated)
    assert np.linalg.norm(parts_of(network, batch, kind)[:k2].sum(axis=0) - truncated) > \
        1e-3 * np.linalg.norm(truncated)


@EACH_TASK
@K2
def test_what_a_k2_drops_is_the_sum_of_the_lags_from_k2_on(task, k2):
    network, batch, kind = setting(task)
    found = gradient_by_lag(network, batch, kind, k2)
    rest = parts_of(network, batch, kind)[k2:].sum(axis=0)
    with np.errstate(divide="ignore"):
        assert found.log10_dropped == pytest.approx(np.log10(np.linalg.norm(rest)), abs=1e-12)


def test_nothing_is_said_of_a_k2_that_was_not_asked_for():
    assert gradient_by_lag(*setting()).log10_dropped is None


# -- far outside float64 --------------------------------------------------------------------------------------


@pytest.mark.parametrize("rho", [1e-20, 1e-6, 0.5])
def test_of_rho_times_the_identity_the_parts_are_known_exactly(rho):
    """D_l = rho^l D_0, so that C_l = rho^l D_0 [h_{T-l-1}; x_{T-l}; 1]^T: 10^-980 among them."""
    network, batch, kind = setting("recall", "linear", T=50, shape="identity", rho=rho)
    found = gradient_by_lag(network, batch, kind)
    tape = network.cell.tape(50, B, np.dtype(float))
    tape.load(batch.x)
    seen = run_forward(network, tape, batch, kind, 0, 50)
    D = network.U[:, :-1].T @ seen.loss.dL_dy[0]
    expected = [lag * np.log10(rho) + np.log10(np.linalg.norm(D @ tape.Z[49 - lag].T)) for lag in range(50)]
    assert np.abs(found.log10_part - expected).max() < 1e-11
    assert found.log10_part[-1] < -14


def test_what_is_dropped_is_known_where_it_is_far_below_float64():
    network, batch, kind = setting("recall", "linear", T=50, shape="identity", rho=1e-20)
    found = gradient_by_lag(network, batch, kind, k2=30)
    assert found.log10_dropped == pytest.approx(found.log10_part[30], abs=1e-12)
    assert found.log10_dropped < -600


def test_parts_whose_exponents_are_thousands_apart_add_up():
    one, tiny = Part(0, np.ones((2, 2)), 0), Part(1, np.ones((2, 2)), -5000)
    assert (one.plus(tiny).log10_norm, tiny.plus(one).log10_norm) == (one.log10_norm, one.log10_norm)
    assert tiny.plus(tiny).log10_norm == pytest.approx(np.log10(2.0) * -4998, abs=1e-11)
    assert one.plus(Part(1, np.zeros((2, 2)), 900)).log10_norm == one.log10_norm


def test_a_dead_network_is_exactly_zero_at_every_lag_and_has_no_nan():
    found = gradient_by_lag(*setting("recall", "relu", bias=-3.0), k2=3)
    assert np.isneginf([*found.log10_part, *found.log10_running, *found.log10_share, found.log10_dropped]).all()


def test_without_recurrence_only_lag_0_is_left():
    found = gradient_by_lag(*setting("sine", rho=0.0, alpha=0.0))
    assert np.isneginf(found.log10_part).tolist() == [False] + [True] * (T - 1)


def test_states_that_are_not_finite_are_refused_in_one_line():
    network, batch, kind = setting("adding", "linear", T=1000, rho=2.0, alpha=3.0, seed=0)
    with pytest.raises(ValueError, match=r"^The states are not finite"):
        gradient_by_lag(network, batch, kind)


def test_a_network_whose_output_is_fed_back_is_refused_in_one_line():
    with pytest.raises(ValueError, match=r"^The split by lag is made for the plain cell whose inputs are given, got "
                                         r"vanilla on the task generator\.$"):
        gradient_by_lag(*setting("generator"))


# -- how it is asked for --------------------------------------------------------------------------------------


@EACH_TASK
def test_in_pieces_every_piece_has_one_lag_more_and_the_last_is_the_whole(task):
    pieces = list(lag_pieces(*setting(task), k2=2))
    whole = gradient_by_lag(*setting(task), k2=2)
    assert [len(found.lag) for _, found in pieces] == list(range(1, T + 1))
    assert [share for share, _ in pieces] == sorted(share for share, _ in pieces)
    assert pieces[-1][0] == 1.0
    for _, found in pieces:
        assert np.array_equal(found.log10_part, whole.log10_part[:len(found.lag)])
        assert np.array_equal(found.log10_running, whole.log10_running[:len(found.lag)])


def test_a_float32_network_is_split_in_float64():
    single, *rest = setting(dtype="float32")
    double, *_ = setting()
    double.theta[...] = single.theta
    assert np.allclose(gradient_by_lag(single, *rest).log10_part, gradient_by_lag(double, *rest).log10_part, atol=1e-12)


def test_asking_changes_neither_network_nor_batch():
    network, batch, *rest = setting()
    theta, x = network.theta.copy(), batch.x.copy()
    gradient_by_lag(network, batch, *rest)
    assert np.array_equal(network.theta, theta)
    assert np.array_equal(batch.x, x)
