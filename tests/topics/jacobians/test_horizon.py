"""The first lag below a mark, found beside the norms, is that of the norms at every lag."""

import numpy as np
import pytest

from core.topics.jacobians.horizon import Horizon
from core.topics.jacobians.products import log10_product_norms
from core.topics.race.lag_norms import FEW_LAGS, MOST_LAGS
from core.topics.race.lane import Lane
from core.training.experiment import Experiment
from core.training.trainer import Trainer


def first_below(factors, mark):
    """By the singular values of every product, oldest factor last; the product's size is kept beside it."""
    product, log10 = np.eye(factors.shape[1]), 0.0
    for lag, factor in enumerate(factors[::-1], start=1):
        product = product @ factor
        size = np.abs(product).max()
        if size == 0.0:
            return float(lag)
        product, log10 = product / size, log10 + np.log10(size)
        if np.log10(np.linalg.svd(product, compute_uv=False)[0]) + log10 < mark:
            return float(lag)
    return np.inf


@pytest.mark.parametrize("seed", range(40))
def test_it_is_the_first_lag_whose_largest_singular_value_is_below_the_mark(seed):
    rng = np.random.default_rng(seed)
    n, T = rng.integers(2, 9), rng.integers(3, 120)
    factors = rng.normal(size=(T, n, n)) * rng.uniform(0.3, 1.2, size=(T, 1, 1)) / np.sqrt(n)
    if seed % 4 == 0:  # not normal: it grows before it falls
        factors = np.triu(factors) + np.triu(np.full((n, n), 2.0), 1)
    for mark in (-3.0, -0.3, 0.2, -30.0):
        found = Horizon(mark)
        log10_product_norms(factors, np.array([T]), found)
        assert found.lag == first_below(factors, mark)


@pytest.mark.parametrize(("factors", "lag"), [
    (np.zeros((5, 3, 3)), 1), (np.stack([np.eye(3)] * 4 + [1e-200 * np.eye(3)] * 4), 1),
    (np.stack([np.eye(2)] * 9), np.inf), (np.stack([np.zeros((2, 2))] + [np.eye(2)] * 6), 7),
    (np.stack([1e-250 * np.eye(2)] * 4 + [1e150 * np.eye(2)] * 4), 7),
    (np.stack([np.zeros((2, 2))] + [1e300 * np.eye(2)] * 5), 6)])
def test_what_leaves_float64_and_what_is_exactly_zero_is_found_too(factors, lag):
    found = Horizon(-3.0)
    log10_product_norms(factors, np.array([1, len(factors)]), found)
    assert found.lag == lag


def test_it_changes_no_norm():
    factors = np.random.default_rng(0).normal(size=(50, 5, 5)) / 3.0
    np.testing.assert_array_equal(log10_product_norms(factors, horizon=Horizon(-3.0)), log10_product_norms(factors))


@pytest.mark.parametrize(("rho", "lag"), [(0.3, 6), (0.98, 342), (0.995, np.inf)])
@pytest.mark.parametrize("most", [FEW_LAGS, MOST_LAGS])
def test_a_long_sequence_has_the_horizon_of_its_rate_however_few_lags_are_drawn(rho, lag, most):
    """Linear and orthogonal: rho^l falls below 10^-3 at l = ceil(3 / -log10 rho)."""
    long = Experiment.from_values({"n_hidden": 4, "seq_len": 1000, "batch": 2, "activation": "linear", "rho": rho,
                                   "angle": 180.0})
    lane = Lane(0, "", long, (0, 3), until_solved=False)
    lane.take(lane.advance())
    found = lane.reach(most)
    assert found.horizon == (lag, lag)
    assert len(found.lags) == most


def test_a_horizon_is_that_of_each_seed():
    base = Experiment.from_values({"n_hidden": 5, "seq_len": 300, "batch": 2, "shape": "gaussian", "rho": 0.95})
    lane = Lane(0, "", base, (0, 1, 2), until_solved=False)
    lane.take(lane.advance())
    expected = []
    for seed in (0, 1, 2):
        trainer = Trainer(Experiment.from_values({**base.values(), "seed": seed}))
        trainer.update()
        expected.append(first_below(np.array(trainer.jacobians(1)), -3.0))
    assert lane.reach(FEW_LAGS).horizon == tuple(expected)
