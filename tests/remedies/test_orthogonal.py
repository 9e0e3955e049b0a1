"""Orthogonal W_hh: at the start, and at every update of a training that pulls it away as hard as it can."""

from dataclasses import replace

import numpy as np
import pytest
import scipy.linalg

from core.remedies.base import remedies
from core.remedies.orthogonal_init import OrthogonalInit
from core.remedies.orthogonal_kept import CLOSE, REMEDY, OrthogonalKept, nearest_orthogonal, retract
from core.specs.recurrence import initial_W_hh
from core.topics.jacobians.products import log10_product_norms
from core.training.experiment import Experiment
from core.training.replicas import Replicas
from core.training.trainer import Trainer

EPS = np.finfo(float).eps
SIZES = pytest.mark.parametrize("n", [2, 7, 32, 128])


def missed(W):
    """||W^T W - I||_F in float64."""
    W = np.asarray(W, float)
    return np.linalg.norm(W.T @ W - np.eye(len(W)))


def rotation(n, seed=0):
    return np.linalg.qr(np.random.default_rng(seed).normal(size=(n, n)))[0]


def trainer(**values):
    return Trainer(Experiment.from_values({"n_hidden": 16, "seq_len": 30, "batch": 8, **values}))


# -- the nearest orthogonal matrix ------------------------------------------------------------------------------------


@SIZES
@pytest.mark.parametrize("distance", [0.0, 1e-15, 1e-9, 1e-3, 0.05, 1.0, 30.0])
def test_it_is_the_polar_factor(n, distance):
    """Near a rotation by Newton-Schulz, which ends where W^T W misses I by less than CLOSE in a row; far from one by
    the singular values. The factor of an A whose smallest singular value is s moves by 2 / s of what A moves by, and
    that is n eps ||A|| here."""
    A = rotation(n) + distance * np.random.default_rng(1).normal(size=(n, n)) / np.sqrt(n)
    found, (expected, _) = nearest_orthogonal(A), scipy.linalg.polar(A)
    sigma = np.linalg.svd(A, compute_uv=False)
    assert np.linalg.norm(found - expected) < CLOSE * np.sqrt(n) + 20 * n * EPS * sigma[0] / sigma[-1]
    assert missed(found) < CLOSE * np.sqrt(n) + 20 * n * EPS


@SIZES
def test_an_orthogonal_matrix_is_its_own(n):
    Q = rotation(n)
    assert np.abs(nearest_orthogonal(Q) - Q).max() < 10 * n * EPS


@pytest.mark.parametrize("scale", [1e-300, 1e-30, 1e30, 1e300])
def test_the_size_of_a_matrix_does_not_matter(scale):
    """Also where the entries of W^T W are inf, or inf - inf."""
    A = np.random.default_rng(3).normal(size=(8, 8))
    with np.errstate(over="ignore", invalid="ignore"):
        found = nearest_orthogonal(A * scale)
    sigma = np.linalg.svd(A, compute_uv=False)
    assert np.linalg.norm(found - scipy.linalg.polar(A)[0]) < 20 * 8 * EPS * sigma[0] / sigma[-1]


@pytest.mark.parametrize("A", [np.zeros((4, 4)), np.ones((4, 4)), np.diag([1.0, 1.0, 0.0, 0.0])],
                         ids=["zero", "rank 1", "rank 2"])
def test_of_a_singular_matrix_it_is_one_of_the_nearest(A):
    """All nearest ones are at the distance sqrt(sum (sigma - 1)^2)."""
    found, sigma = nearest_orthogonal(A), np.linalg.svd(A, compute_uv=False)
    assert missed(found) < 20 * 4 * EPS
    assert np.linalg.norm(A - found) == pytest.approx(np.linalg.norm(sigma - 1), rel=100 * EPS)


@pytest.mark.parametrize("bad", [np.inf, -np.inf, np.nan])
def test_what_is_not_finite_stays_so_for_the_trainer_to_see(bad):
    A = rotation(3)
    A[1, 2] = bad
    assert np.array_equal(nearest_orthogonal(A), A, equal_nan=True)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_replicas_go_back_each_by_itself_in_place(dtype):
    """Rounded to float32 once: n entries of at most 1 a row."""
    W = np.random.default_rng(0).normal(size=(3, 5, 5)).astype(dtype)
    each = [nearest_orthogonal(A.astype(float)).astype(dtype) for A in W]
    inside = np.zeros((3, 5, 9), dtype)
    inside[..., :5] = W
    retract(inside[..., :5], OrthogonalKept())
    assert np.array_equal(inside[..., :5], each)
    assert not inside[..., 5:].any()
    assert max(missed(A) for A in inside[..., :5]) < 10 * 5 * np.finfo(dtype).eps


# -- in a training ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("task", ["copy", "recall", "adding"])
@pytest.mark.parametrize("training", [
    {"optimizer": "sgd", "lr": 10.0}, {"optimizer": "momentum", "lr": 3.0}, {"optimizer": "rmsprop", "lr": 0.3},
    {"optimizer": "adam", "lr": 1.0}], ids=lambda values: values["optimizer"])
def test_at_every_update_W_is_orthogonal_to_1e_8_and_all_singular_values_are_1(task, training):
    run = trainer(task=task, orthogonal_kept=True, input_scale=1.0, **training)
    records = [run.update() for _ in range(25)]
    assert max(record.orthogonality for record in records) < 1e-8
    assert max(missed(record.W_hh) for record in records) < 1e-12
    sigma = np.array([np.linalg.svd(record.W_hh, compute_uv=False) for record in records])
    assert np.abs(sigma - 1).max() < 1e-12
    assert np.linalg.norm(records[-1].W_hh - records[0].W_hh) > 0.1  # and it has moved


def test_after_an_ordinary_update_it_goes_back_by_products_alone(monkeypatch):
    """Quadratic convergence: the singular value decomposition is not asked."""
    def asked(*arguments, **more):
        raise AssertionError("svd")

    monkeypatch.setattr(np.linalg, "svd", asked)
    run = trainer(task="copy", orthogonal_kept=True, optimizer="adam", lr=0.01)
    assert max(run.update().orthogonality for _ in range(10)) < 1e-12


def test_without_it_the_same_training_leaves_the_orthogonal_matrices_at_once():
    run = trainer(task="copy", orthogonal_init=True, input_scale=1.0, optimizer="momentum", lr=3.0)
    run.update()
    assert run.update().orthogonality > 1e-3


def test_in_float32_it_is_orthogonal_to_the_digits_of_float32():
    """Each of n^2 entries is rounded by eps / 2 of at most 1: n eps in the norm of W^T W - I, and not 1e-8."""
    run = trainer(task="copy", orthogonal_kept=True, optimizer="adam", lr=0.1, dtype="float32")
    worst = max(run.update().orthogonality for _ in range(20))
    assert 1e-8 < worst < 16 * float(np.finfo(np.float32).eps)


def test_a_new_radius_during_a_run_does_not_take_it_off():
    """rho is a slider that may be moved at any time; here it has nothing to say."""
    run = trainer(task="copy", orthogonal_kept=True)
    run.update()
    run.change(replace(run.experiment, recurrence=replace(run.experiment.recurrence, rho=0.5)))
    assert run.update().orthogonality < 1e-8


def test_a_step_that_is_inf_stops_the_run_and_raises_nothing():
    run = trainer(task="adding", orthogonal_kept=True, activation="linear", lr=10.0, input_scale=3.0)
    stopped = None
    for _ in range(300):
        stopped = run.update().stopped
        if stopped is not None:
            break
    assert stopped is not None
    assert "\n" not in stopped.text


def test_every_one_of_several_seeds_stays_orthogonal():
    together = Replicas(trainer(task="copy", orthogonal_kept=True, optimizer="adam", lr=0.5).experiment, range(3))
    for _ in range(10):
        records = together.update()
        assert max(record.orthogonality for record in records) < 1e-8
    assert np.linalg.norm(records[0].W_hh - records[1].W_hh) > 0.1


def test_the_remedies_fill_the_start_and_the_constraint():
    assert remedies()["orthogonal_kept"] is REMEDY
    assert REMEDY.constrain is retract
    assert REMEDY.initial is not None
    assert remedies()["orthogonal_init"].constrain is None


# -- at the start -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scale", [0.1, 0.9, 1.0, 2.0])
@pytest.mark.parametrize("shape", ["spectrum", "gaussian", "identity"])
def test_all_singular_values_are_the_scale_whatever_the_shape_was(scale, shape):
    W = trainer(orthogonal_init=True, orthogonal_init_scale=scale, shape=shape, rho=0.3, alpha=2.0).network.W_hh
    assert np.abs(np.linalg.svd(W, compute_uv=False) - scale).max() < 10 * 16 * EPS * scale


def test_it_is_drawn_from_the_seed():
    one, two, three = (trainer(orthogonal_init=True, seed=seed).network.W_hh for seed in (1, 1, 2))
    assert np.array_equal(one, two)
    assert np.linalg.norm(one - three) > 0.1


def test_kept_and_at_the_start_are_the_same_matrix_of_the_same_seed():
    """So that a race between them begins at the same place."""
    one, two = trainer(orthogonal_init=True), trainer(orthogonal_kept=True)
    assert np.array_equal(one.network.theta, two.network.theta)


def test_it_is_spread_evenly_over_the_orthogonal_matrices():
    """The trace of a Haar-distributed one has mean 0 and variance 1; of 400 draws the means lie within 4 / 20 and
    4 sqrt(2) / 20."""
    rng, recurrence = np.random.default_rng(0), replace(trainer().experiment.recurrence, n_hidden=6)
    hook = remedies()["orthogonal_init"].initial
    traces = np.array([np.trace(hook(OrthogonalInit(), recurrence, rng)) for _ in range(400)])
    assert abs(traces.mean()) < 4 / 20
    assert abs((traces**2).mean() - 1) < 4 * np.sqrt(2) / 20


@pytest.mark.parametrize("name", ["orthogonal_init", "orthogonal_kept"])
def test_through_linear_units_the_product_neither_grows_nor_shrinks(name):
    run = trainer(activation="linear", seq_len=100, **{name: True})
    run.measure()
    assert np.abs(log10_product_norms(run.jacobians())).max() < 100 * 16 * EPS


def test_a_gaussian_matrix_of_the_same_radius_lets_it_shrink():
    recurrence = replace(trainer().experiment.recurrence, shape="gaussian", rho=1.0)
    sigma = np.linalg.svd(initial_W_hh(recurrence, np.random.default_rng(0)), compute_uv=False)
    assert sigma.min() < 0.5
