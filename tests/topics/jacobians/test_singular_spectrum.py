"""All singular values of long products, down to 1e-500 of the largest, against mpmath with enough digits."""

import mpmath
import numpy as np
import pytest

from core.network.cells.jacobians import PlainJacobians
from core.network.spectrum import haar_orthogonal, matrix_from_blocks, shaped_blocks
from core.plotting.thinning import evenly
from core.topics.jacobians.products import log10_product_norms
from core.topics.jacobians.singular_spectrum import singular_pieces, singular_spectrum
from core.training.experiment import Experiment
from core.training.trainer import Trainer
from tests.topics.jacobians.test_jacobian import EPS


def exact(J, lag, digits=200):
    """Singular values of the product of the last `lag` factors, as log10, largest first. The factors are taken as they
    are, so digits that they lost before do not count."""
    with mpmath.workdps(digits):
        product = mpmath.eye(J.shape[1])
        for factor in np.asarray(J)[::-1][:lag]:
            product = product * mpmath.matrix(factor.tolist())
        return np.array([float(mpmath.log10(s)) for s in mpmath.svd_r(product, compute_uv=False)])


def network(n=5, T=40, **values):
    trainer = Trainer(Experiment.from_values({"n_hidden": n, "seq_len": T, **values}))
    trainer.measure()
    assert trainer.finite_states
    return trainer.jacobians()


def shaped(n, alpha, rho, spread, low, T=40, seed=1):
    rng = np.random.default_rng(seed)
    W = matrix_from_blocks(shaped_blocks(n, rho, spread, 120.0), alpha, rng)
    return PlainJacobians(10.0 ** rng.uniform(low, 0.0, (T, n, 1)), W)


PRODUCTS = {
    "normal": shaped(6, 0.0, 0.9, 0.7, -0.05), "non-normal": shaped(6, 1.0, 0.8, 0.7, -0.3),
    "steep": shaped(5, 0.0, 1.0, 0.1, -3.0), "slopes from 1 to 1e-60": shaped(4, 0.5, 1.0, 0.9, -60.0, T=12),
    "slopes down to 1e-250": shaped(4, 0.5, 1.0, 0.9, -250.0, T=6),
    "tanh": network(rho=1.2, alpha=0.5, bias=0.3), "saturated tanh": network(rho=2.0, alpha=3.0, input_scale=3.0),
    "sigmoid": network(activation="sigmoid", rho=1.5), "gelu": network(activation="gelu", rho=1.1, input_scale=1.0),
    "all tiny": PlainJacobians(np.full((8, 4, 1), 1e-200), np.random.default_rng(0).normal(size=(4, 4))),
}


@pytest.mark.parametrize("product", PRODUCTS)
def test_every_singular_value_agrees_with_mpmath_however_small(product):
    """Each step costs n eps times the condition of W_hh, whatever the slopes are; and the log10 itself is rounded."""
    J = PRODUCTS[product]
    T, n, _ = J.shape
    found = singular_spectrum(J)
    assert found.lag.tolist() == list(range(1, T + 1))
    for lag in (1, 2, 5, T):
        expected = exact(J, lag, 60 + int(2 * lag * (1 - np.log10(np.abs(J.slopes).min()))))
        allowed = 4 * lag * n * EPS * np.linalg.cond(J.W_hh) + 8 * EPS * np.abs(expected)
        assert np.all(np.abs(found.log10_singular_values[lag - 1] - expected) < allowed), lag


def test_1e_minus_500_stands_beside_1():
    """Q diag(1, 1e-5, 1e-10) Q^T, fifty times: the smallest as good as eps times the condition of one factor allows."""
    Q = haar_orthogonal(3, np.random.default_rng(0))
    J = np.broadcast_to(Q @ np.diag([1.0, 1e-5, 1e-10]) @ Q.T, (50, 3, 3))
    seen = singular_spectrum(J).log10_singular_values[-1]
    assert seen == pytest.approx([0.0, -250.0, -500.0], abs=50 * 1e10 * EPS)
    assert seen == pytest.approx(exact(J, 50, 1200), abs=50 * 1e10 * EPS)


def test_1e_minus_15000_too_where_no_digits_were_lost_before():
    J = np.broadcast_to(np.diag([1e-150, 1.0, 1e-300]), (50, 3, 3))
    assert singular_spectrum(J).log10_singular_values[-1] == pytest.approx([0.0, -7500.0, -15000.0], rel=4 * EPS)


@pytest.mark.parametrize("rho", [1e-3, 0.9, 1.0, 1.5])
def test_of_an_orthogonal_matrix_all_are_equal_to_rho_to_the_lag(rho):
    found = singular_spectrum(PlainJacobians(np.ones((300, 7, 1)), rho * haar_orthogonal(7, np.random.default_rng(0))))
    assert np.abs(found.log10_singular_values - found.lag[:, None] * np.log10(rho)).max() < 1e-10


@pytest.mark.parametrize("rho", [0.5, 0.9, 1.0, 1.3])
def test_the_lyapunov_exponents_of_rho_times_an_orthogonal_matrix_are_all_ln_rho(rho):
    found = singular_spectrum(PlainJacobians(np.ones((100, 6, 1)), rho * haar_orthogonal(6, np.random.default_rng(0))))
    assert np.abs(found.lyapunov - np.log(rho)).max() < 1e-12


def test_the_lyapunov_exponents_of_a_constant_matrix_approach_the_logarithms_of_its_eigenvalues():
    """Real eigenvalues of different size: the estimate is off by ln(cond) / T."""
    J = PlainJacobians(np.ones((2000, 3, 1)), np.array([[1.1, 0.4, 0.2], [0.0, 0.8, 0.3], [0.0, 0.0, 0.5]]))
    lyapunov = singular_spectrum(J, np.array([2000])).lyapunov
    assert np.abs(lyapunov - np.log([1.1, 0.8, 0.5])).max() < 5 / 2000


def test_units_that_are_dead_take_ranks_away_and_leave_exactly_zero():
    """A product of diag(0 or 1) W has at most as many ranks as its barest factor has live units; of a generic W it
    has just as many."""
    rng = np.random.default_rng(0)
    live = rng.random((30, 6)) > 0.1
    live[20] = [1, 0, 1, 0, 1, 1]
    live[10] = [0, 0, 1, 0, 0, 1]
    live[5] = [0, 0, 0, 0, 1, 0]
    J = PlainJacobians(live[:, :, None].astype(float), rng.normal(size=(6, 6)))
    found = singular_spectrum(J).log10_singular_values
    ranks = [int(live[30 - lag:].sum(axis=1).min()) for lag in range(1, 31)]
    assert {1, 2, 4} <= set(ranks)
    assert np.isfinite(found).sum(axis=1).tolist() == ranks
    for lag in (9, 10, 11, 19, 20, 21, 25, 26, 30):
        expected = exact(J, lag)[:ranks[lag - 1]]
        assert np.abs(found[lag - 1, :ranks[lag - 1]] - expected).max() < 1e-10


@pytest.mark.parametrize("bias", [0.0, -0.05])
def test_the_relu_network_has_the_rank_of_its_barest_step(bias):
    J = network(n=8, T=30, activation="relu", rho=1.3, input_scale=1.0, bias=bias, seed=4)
    live = (J.slopes[:, :, 0] > 0).sum(axis=1)
    found = singular_spectrum(J)
    assert live.min() < 8
    assert np.isfinite(found.log10_singular_values[-1]).sum() <= live.min()
    assert np.array_equal(found.log10_singular_values[:, 0] > -np.inf, log10_product_norms(J) > -np.inf)


@pytest.mark.parametrize("dead", [1, 4, 8])
def test_after_a_step_with_no_live_unit_nothing_is_left(dead):
    live = np.ones((8, 3, 1))
    live[8 - dead] = 0.0
    found = singular_spectrum(PlainJacobians(live, np.random.default_rng(0).normal(size=(3, 3))))
    gone = np.isneginf(found.log10_singular_values)
    assert np.array_equal(gone, np.broadcast_to(found.lag[:, None] >= dead, gone.shape))
    assert np.all(found.lyapunov == -np.inf)


def test_the_identity_with_relu_keeps_the_units_that_live_all_the_time():
    live = np.ones((6, 4, 1))
    live[4, 1] = live[2, 2] = live[1, 0] = 0.0
    found = singular_spectrum(PlainJacobians(live, 1.1 * np.eye(4))).log10_singular_values
    assert np.isfinite(found).sum(axis=1).tolist() == [4, 3, 3, 2, 1, 1]
    assert found[5, 0] == pytest.approx(6 * np.log10(1.1), abs=1e-14)


@pytest.mark.parametrize(("W", "ranks"), [(np.zeros((3, 3)), [0, 0, 0]), (np.diag([10.0, 10.0], 1), [2, 1, 0]),
                                          (np.diag([0.5, 0.0, 0.0]), [1, 1, 1])], ids=["zero", "nilpotent", "rank 1"])
def test_a_matrix_without_full_rank_leaves_what_its_powers_leave(W, ranks):
    found = singular_spectrum(np.broadcast_to(W, (3, 3, 3))).log10_singular_values
    assert np.isfinite(found).sum(axis=1).tolist() == ranks


@pytest.mark.parametrize("values", [{}, {"activation": "relu"}, {"alpha": 3.0}, {"n": 2, "T": 2}, {"n": 24, "T": 20}])
def test_the_largest_is_the_norm_of_the_product(values):
    J = network(**values)
    found, norms = singular_spectrum(J).log10_singular_values, log10_product_norms(J)
    assert np.all(found[:, :-1] >= found[:, 1:])
    some = np.isfinite(norms)
    assert np.abs(found[some, 0] - norms[some]).max() < 1e-10


def test_some_lags_are_the_same_numbers_as_all_lags():
    """Those that are rotated together stop together, when the slowest has converged."""
    J, lags = network(T=50, alpha=0.5), evenly(0, 49, 7) + 1
    some, whole = singular_spectrum(J, lags), singular_spectrum(J)
    assert np.array_equal(some.lag, lags)
    assert np.abs(some.log10_singular_values - whole.log10_singular_values[lags - 1]).max() < 1e-13
    assert np.array_equal(some.lyapunov, whole.lyapunov)


def test_the_work_comes_in_pieces_and_the_spectrum_with_the_last():
    steps = list(singular_pieces(network(T=200, n=16), np.arange(5, 201, 5)))
    shares = [share for share, _ in steps]
    assert (shares, shares[-1]) == (sorted(shares), 1.0)
    assert [found is None for _, found in steps] == [True] * (len(steps) - 1) + [False]


def test_between_its_pieces_numpys_settings_are_the_callers():
    """Work that is dropped half-way is closed in whatever thread comes by, which must have nothing to put back."""
    J = network(n=5, T=20)
    before, seen = np.geterr(), 0
    for _ in singular_pieces(J):
        assert np.geterr() == before
        seen += 1
    assert seen > 2


@pytest.mark.parametrize(("eigenvalues", "rank"), [((0.9, 0.5 + 0.5j, 0.5 - 0.5j, 0.0, 0.0, 0.0), 3),
                                                   ((0.9, -0.4, 0.2, 0.1, 0.05, 0.0), 5)])
def test_an_eigenvalue_that_is_exactly_0_leaves_no_line_at_its_rounding(eigenvalues, rank):
    """A normal W_hh, rounded as it is made: beside slopes that are not 0 its rank is that of every product."""
    blocks = np.diag(np.real(eigenvalues))
    if rank == 3:
        blocks[1:3, 1:3] = [[0.5, 0.5], [-0.5, 0.5]]
    Q = haar_orthogonal(6, np.random.default_rng(3))
    W = Q @ blocks @ Q.T
    assert 0.0 < np.linalg.svd(W, compute_uv=False)[rank] < 1e-15  # never exactly 0: that is the rounding
    slopes = np.random.default_rng(4).uniform(0.2, 1.0, (30, 6, 1))
    found = singular_spectrum(PlainJacobians(slopes, W))
    assert np.isfinite(found.log10_singular_values).sum(axis=1).tolist() == [rank] * 30
    assert np.isneginf(found.lyapunov).sum() == 6 - rank
    product = np.linalg.multi_dot(list(slopes[26:][::-1] * W))  # the last four factors, newest on the left
    expected = np.log10(np.linalg.svd(product, compute_uv=False)[:rank])
    assert found.log10_singular_values[3, :rank] == pytest.approx(expected, abs=1e-9)


def test_columns_that_depend_on_others_are_left_out_wherever_they_stand():
    """Two equal units before two that differ: three ranks, and the values of the small matrix without the copy."""
    W = np.array([[0.5, 0.2, 0.1, 0.0], [0.5, 0.2, 0.1, 0.0], [0.0, 0.3, 0.4, 0.1], [0.1, 0.0, 0.2, 0.6]])
    found = singular_spectrum(PlainJacobians(np.ones((5, 4, 1)), W))
    for lag in (1, 2, 5):
        expected = np.linalg.svd(np.linalg.matrix_power(W, lag), compute_uv=False)[:3]
        assert found.log10_singular_values[lag - 1] == pytest.approx([*np.log10(expected), -np.inf], abs=1e-9)
