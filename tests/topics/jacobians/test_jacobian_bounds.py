"""What the map is held against: the bound, which nothing exceeds, rho^lag, which is none, and rounding."""

from functools import cache

import mpmath
import numpy as np
import pytest

from core.network.activations import ACTIVATIONS
from core.network.cells.jacobians import PlainJacobians
from core.network.spectrum import haar_orthogonal, matrix_from_blocks, shaped_blocks, spectrum_of
from core.plotting.thinning import evenly
from core.topics.jacobians.map import exceeded, jacobian_map, map_pieces
from core.training.experiment import Experiment
from core.training.record import JacobianMap
from core.training.trainer import Trainer
from tests.topics.jacobians.test_jacobian import EPS, exact

T = 60
SHAPES = {
    "normal": {"angle": 120.0, "spread": 0.5}, "orthogonal": {"angle": 180.0}, "gaussian": {"shape": "gaussian"},
    "non-normal": {"alpha": 3.0}, "identity": {"shape": "identity"}, "listed": {"eigenvalues": (1.2, 0.9, 0.5 + 0.5j)},
    "nilpotent": {"rho": 0.0, "angle": 0.0, "alpha": 2.0},
}


@cache
def measured(shape, activation):
    """The map, what W_hh is, and gamma."""
    values = {"n_hidden": 8, "seq_len": T, "rho": 1.2, "input_scale": 1.0, "seed": 3, **SHAPES[shape]}
    trainer = Trainer(Experiment.from_values({**values, "activation": activation}))
    spectrum = trainer.measure().spectrum
    return jacobian_map(trainer.jacobians()), spectrum, ACTIVATIONS[activation].gamma


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("shape", SHAPES)
def test_the_bound_is_exceeded_by_no_pair(shape, activation):
    """Counted, and by hand: both sides round, by the lag times n eps."""
    found, spectrum, gamma = measured(shape, activation)
    assert exceeded(found, spectrum.sigma_max * gamma).count == 0
    bound = found.lag * np.log10(spectrum.sigma_max * gamma)
    assert np.all((found.log10_norm <= bound + 4 * found.lag * 8 * EPS)[found.pairs])


def test_that_were_more_than_a_hundred_thousand_pairs():
    assert sum(int(measured(shape, activation)[0].pairs.sum()) for shape in SHAPES for activation in ACTIVATIONS) > 1e5


@pytest.mark.parametrize("activation", ["linear", "leaky_relu"])
def test_the_largest_eigenvalue_is_exceeded_by_most_pairs_of_a_non_normal_network(activation):
    found, spectrum, gamma = measured("non-normal", activation)
    seen = exceeded(found, spectrum.rho * gamma)
    assert seen.share > 0.5
    assert seen.most > 1.0


@pytest.mark.parametrize("shape", ["normal", "orthogonal", "identity"])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_of_a_normal_matrix_the_largest_eigenvalue_is_the_bound(shape, activation):
    found, spectrum, gamma = measured(shape, activation)
    assert exceeded(found, spectrum.rho * gamma).count == 0


def test_pairs_that_exceed_are_counted_and_the_largest_factor_is_told():
    norms = np.array([[0.0, np.nan, np.nan], [0.5, 0.0, np.nan], [-1.0, 1.5, 0.0]])
    found = JacobianMap(np.arange(3), norms, True, 1)
    seen = exceeded(found, 10.0)
    assert (seen.count, seen.pairs, seen.most, seen.share) == (1, 3, 0.5, 1 / 3)


@pytest.mark.parametrize(("norm", "count"), [(-np.inf, 0), (-300.0, 1)])
def test_a_rate_of_zero_is_exceeded_by_all_that_is_not_exactly_zero(norm, count):
    found = JacobianMap(np.arange(2), np.array([[0.0, np.nan], [norm, 0.0]]), True, 1)
    assert exceeded(found, 0.0).count == count


def non_normal(alpha, low=1.0, n=6, steps=40):
    """Slopes from `low` to 1; equal ones leave all cancellation as it is in W^l."""
    rng = np.random.default_rng(2)
    W = matrix_from_blocks(shaped_blocks(n, 0.5, 0.7, 120.0), alpha, rng)
    return PlainJacobians(rng.uniform(low, 1.0, (steps, n, 1)), W)


def rounded_and_error(J, at):
    """log10 of what is told and of what is true about the relative error of the norms of the last row."""
    *_, (_, found) = map_pieces(J, at)
    lags, factors = (at[-1] - at[:-1])[::-1].tolist(), np.asarray(J)
    with mpmath.workdps(60):
        product, true = mpmath.eye(J.shape[1]), []
        for lag in range(1, lags[-1] + 1):
            product = product * mpmath.matrix(factors[len(factors) - lag].tolist())
            if lag in lags:
                norm = mpmath.svd_r(product, compute_uv=False)[0]
                seen = mpmath.power(10, mpmath.mpf(float(found.log10_norm[-1, np.searchsorted(at, at[-1] - lag)])))
                true.append(float(mpmath.log10(abs(seen / norm - 1) + mpmath.mpf(10) ** -40)))
    return found.log10_rounding[-1, :-1][::-1], np.array(true)


@pytest.mark.parametrize("low", [1.0, 0.5])
@pytest.mark.parametrize("alpha", [0.0, 3.0, 30.0, 300.0, 3000.0])
def test_the_rounding_told_is_never_below_the_true_error_and_not_far_above(alpha, low):
    """From digits that all hold to two that do: at most six decades above, half of the time less than four."""
    told, true = rounded_and_error(non_normal(alpha, low), np.arange(41))
    assert np.all(told > true)
    assert np.all(told < true + 6.0)
    assert np.median(told - true) < 4.0


@pytest.mark.parametrize("at", [np.arange(41), evenly(0, 40, 9)], ids=["full", "thinned"])
def test_of_an_orthogonal_matrix_each_step_costs_one_rounding(at):
    """Nothing cancels: eps sqrt(n) times the lag, whatever the growth."""
    J = PlainJacobians(np.ones((40, 6, 1)), 1.7 * haar_orthogonal(6, np.random.default_rng(0)))
    *_, (_, found) = map_pieces(J, at)
    expected = np.log10(EPS * np.sqrt(6) * found.lag[found.pairs])
    assert np.abs(found.log10_rounding[found.pairs] - expected).max() < 1e-9


def test_far_from_normal_most_digits_are_lost():
    assert rounded_and_error(non_normal(3000.0), np.arange(41))[0].max() > -5.0


@pytest.mark.parametrize("alpha", [3.0, 300.0])
def test_on_a_thinned_grid_the_rounding_told_is_not_below_the_true_error(alpha):
    told, true = rounded_and_error(non_normal(alpha), evenly(0, 40, 9))
    assert np.all(told > true)


def test_the_rounding_of_two_factors_is_eps_times_their_norms_over_that_of_the_product():
    """sqrt(n) eps (||J_2|| ||J_1|| + ||J_2|| ||J_1||) / ||J_2 J_1||: each of the two factors may be off."""
    rng = np.random.default_rng(0)
    J = PlainJacobians(np.ones((2, 3, 1)), rng.normal(size=(3, 3)))
    *_, (_, found) = map_pieces(J, np.arange(3))
    one, two = np.linalg.norm(J.W_hh, 2), np.linalg.norm(J.W_hh @ J.W_hh, 2)
    assert found.log10_rounding[2, 0] == pytest.approx(np.log10(np.sqrt(3) * EPS * 2 * one**2 / two), abs=1e-10)


def test_what_is_exactly_zero_has_no_digits_to_lose():
    slopes = np.ones((6, 3, 1))
    slopes[2] = 0.0
    *_, (_, found) = map_pieces(PlainJacobians(slopes, np.eye(3)), np.arange(7))
    gone = np.isneginf(found.log10_norm)
    assert gone.any()
    assert np.all(found.log10_rounding[gone] == -np.inf)
    assert np.isfinite(found.log10_rounding[found.pairs & ~gone]).all()
    assert np.isnan(found.log10_rounding[found.lag < 0]).all()


def test_sigma_max_and_rho_of_the_networks_are_numpys():
    for shape in SHAPES:
        W = measured(shape, "linear")[1]
        assert W.sigma_max >= W.rho * (1 - 1e-12)
    J = non_normal(3.0)
    assert spectrum_of(J.W_hh).sigma_max == pytest.approx(float(10 ** exact(J.W_hh[None], [1])[0]), rel=1e-13)


@pytest.mark.parametrize("rho", [0.3, 0.7, 1.1, 1.9])
@pytest.mark.parametrize("shape", ["normal", "identity"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_what_the_number_type_of_the_weights_makes_of_the_radius_exceeds_no_rate(rho, shape, dtype):
    """float32 holds a radius of 0.3 as 0.30000001192: that is rounding, and no eigenvalue that is exceeded."""
    trainer = Trainer(Experiment.from_values({"activation": "linear", "dtype": dtype, "n_hidden": 6, "seq_len": 30,
                                              "batch": 1, **SHAPES[shape], "rho": rho}))
    spectrum = trainer.measure().spectrum
    rate = trainer.jacobians().per_step(1.0, spectrum)[1]
    assert exceeded(jacobian_map(trainer.jacobians()), rate).count == 0
    assert exceeded(jacobian_map(trainer.jacobians()), rate * (1 - 1e-3)).share == 1.0
