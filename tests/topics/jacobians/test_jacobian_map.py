"""||dh_t/dh_k|| for every pair of steps: exact solutions, 60 digits, torch's own Jacobian, and what must not matter."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.network.activations import ACTIVATIONS
from core.network.cells.jacobians import PlainJacobians
from core.network.spectrum import haar_orthogonal
from core.parameters import ParameterError
from core.plotting.thinning import evenly
from core.topics.jacobians.map import full_grid, jacobian_map, map_pieces, quick_pieces
from core.topics.jacobians.products import log10_product_norms
from core.training.experiment import Experiment
from core.training.trainer import Trainer
from tests.helpers.autograd_reference import PHI
from tests.topics.jacobians.test_jacobian import EPS, exact, gaussian, lost


def jacobians(samples=1, **values):
    """Of the initial network, for the first sequences of its first batch."""
    trainer = Trainer(Experiment.from_values({"n_hidden": 6, "seq_len": 30, **values}))
    trainer.measure()
    return trainer.jacobians(samples)


def linear(W, T):
    return PlainJacobians(np.ones((T, len(W), 1)), W)


def quick(J):
    *_, (_, found) = quick_pieces(J, np.arange(len(J) + 1))
    return found


@pytest.mark.parametrize("exponent", [-3.0, -0.05, 0.0, 0.05, 3.0])
def test_of_an_orthogonal_matrix_every_pair_is_rho_to_the_power_of_the_lag(exponent):
    """10^-600 and 10^+600 among them; every step rounds by n eps."""
    found = jacobian_map(linear(10.0**exponent * haar_orthogonal(8, np.random.default_rng(0)), 200))
    assert found.exact
    assert np.abs(found.log10_norm - found.lag * exponent)[found.pairs].max() < 1e-10


KINDS = {
    "graded": lambda rng, T: PlainJacobians(10.0 ** rng.uniform(-6.0, 0.0, (T, 4, 1)), rng.normal(size=(4, 4))),
    "tiny": lambda rng, T: PlainJacobians(np.ones((T, 4, 1)), 1e-90 * rng.normal(size=(4, 4))),
    "huge": lambda rng, T: PlainJacobians(np.ones((T, 4, 1)), 1e90 * rng.normal(size=(4, 4))),
    "one factor of 1e-200": lambda rng, T: PlainJacobians(
        10.0 ** np.where(np.arange(T) % 5 == 3, -200.0, 0.0)[:, None, None] * np.ones((T, 4, 1)),
        rng.normal(size=(4, 4))),
    "factors of 1e200": lambda rng, T: PlainJacobians(np.ones((T, 4, 1)), 1e200 * rng.normal(size=(4, 4))),
    "non-normal": lambda rng, T: PlainJacobians(
        rng.uniform(0.3, 1.0, (T, 4, 1)), 0.9 * np.eye(4) + np.diag([5.0] * 3, 1)),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_pair_agrees_with_60_digits(kind):
    J = KINDS[kind](np.random.default_rng(1), 12)
    found, factors = jacobian_map(J), np.asarray(J)
    for t, k in zip(*np.nonzero(found.pairs), strict=True):
        part = factors[k:t]
        assert abs(found.log10_norm[t, k] - exact(part, [t - k])[0]) < 4 * lost(part)[-1], (t, k)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_pair_is_torchs_jacobian(activation):
    """All pairs in one go: h_1..h_T by a perturbation added to every state, h_0 among them."""
    T, n = 7, 5
    trainer = Trainer(Experiment.from_values({"n_hidden": n, "seq_len": T, "rho": 1.1, "alpha": 1.0, "bias": 0.1,
                                              "activation": activation, "task": "sine", "input_scale": 1.0}))
    x = torch.tensor(trainer.gradient()[1].x[:, :, 0])
    V, one = torch.tensor(trainer.network.V), torch.ones(1, dtype=torch.float64)

    def states(added):
        h, out = added[0], []
        for t in range(T):
            h = PHI[activation](V @ torch.cat([h, x[t], one])) + added[t + 1]
            out.append(h)
        return torch.stack(out)

    whole = torch.func.jacrev(states)(torch.zeros(T + 1, n, dtype=torch.float64)).numpy()  # (T, n, T + 1, n)
    trainer.measure()
    found = jacobian_map(trainer.jacobians())
    for t, k in zip(*np.nonzero(found.pairs), strict=True):
        oracle = np.log10(np.linalg.norm(whole[t - 1, :, k], 2))
        assert abs(found.log10_norm[t, k] - oracle) < 1000 * EPS, (t, k)
    assert np.all(np.diag(found.log10_norm) == 0.0)
    assert np.isnan(found.log10_norm[found.lag < 0]).all()


@pytest.mark.parametrize("values", [{}, {"activation": "relu", "alpha": 2.0}, {"activation": "sigmoid", "seq_len": 200},
                                    {"activation": "relu", "bias": -3.0}, {"seq_len": 2, "n_hidden": 2},
                                    {"rho": 0.0, "shape": "identity"}, {"eigenvalues": (0.9, 0.5)}],
                         ids=["tanh", "relu", "10^-700", "dead", "smallest", "W = 0", "W of rank 2"])
def test_the_last_row_is_what_is_measured_back_from_the_end(values):
    J = jacobians(**values)
    row, flow = jacobian_map(J).log10_norm[-1, :-1][::-1], log10_product_norms(J)
    assert np.array_equal(np.isneginf(row), np.isneginf(flow))
    some = np.isfinite(flow)
    assert np.abs(row[some] - flow[some]).max(initial=0.0) < 1e-10


@pytest.mark.parametrize("most", [2, 7, 40])
def test_a_thinned_grid_is_the_full_map_at_its_times(most):
    """GEMMs of other sizes round otherwise, by T n eps."""
    J = jacobians(2, seq_len=60, alpha=0.5)
    at = evenly(0, 60, most)
    whole, some = jacobian_map(J), jacobian_map(J, at)
    assert (len(at), at[0], at[-1]) == (most, 0, 60)
    assert np.allclose(some.log10_norm, whole.log10_norm[np.ix_(at, at)], rtol=0, atol=1e-11, equal_nan=True)


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_over_sequences_it_is_the_mean_of_the_maps_that_are_not_exactly_0(activation):
    J = jacobians(4, activation=activation, bias=-0.1, input_scale=1.0)
    maps = np.array([jacobian_map(J.of(i)).log10_norm for i in range(4)])
    found, below = jacobian_map(J), np.tri(maps.shape[1], dtype=bool)
    assert found.sequences == 4
    alive = np.isfinite(maps)
    assert np.array_equal(found.alive[below], alive.sum(axis=0)[below])
    assert not found.alive[~below].any()
    assert np.array_equal(np.isneginf(found.log10_norm), below & ~alive.any(axis=0))
    for t, k in np.argwhere(alive.any(axis=0)):
        assert found.log10_norm[t, k] == pytest.approx(maps[alive[:, t, k], t, k].mean(), abs=1e-11)
    assert len(set(found.alive[below])) == (1 if activation == "tanh" else 5)


def test_the_quick_map_counts_the_living_as_the_exact_one_does():
    J = jacobians(4, activation="relu", bias=-0.1, input_scale=1.0)
    at = np.arange(len(J) + 1)
    *_, (_, quick) = quick_pieces(J, at)
    assert np.array_equal(quick.alive, jacobian_map(J).alive)


@given(c=st.sampled_from([2.0**-40, 0.25, 2.0, 2.0**33]), seed=st.integers(0, 5))
def test_a_linear_network_scaled_by_a_power_of_two_gains_its_logarithm_at_every_lag(c, seed):
    W = gaussian(1, 4, 0.7, seed)[0]
    one, other = jacobian_map(linear(W, 25)), jacobian_map(linear(c * W, 25))
    added, wanted = (other.log10_norm - one.log10_norm)[one.pairs], (one.lag * np.log10(c))[one.pairs]
    assert np.all(np.abs(added - wanted) <= 4 * EPS * (np.abs(wanted) + 300))


def test_a_product_that_is_exactly_zero_is_minus_infinity_in_both_maps():
    """The factor of step 5 is zero: gone is what crosses it."""
    slopes = np.ones((10, 3, 1))
    slopes[4] = 0.0
    J = PlainJacobians(slopes, gaussian(1, 3, 1.0)[0])
    t, k = np.arange(11)[:, None], np.arange(11)
    for found in (jacobian_map(J), quick(J)):
        assert np.array_equal(np.isneginf(found.log10_norm), (t >= 5) & (k < 5))


def test_a_nilpotent_matrix_is_exactly_zero_from_its_order_on():
    found = jacobian_map(linear(np.diag([10.0, 10.0], 1), 6))
    assert np.array_equal(np.isneginf(found.log10_norm), found.lag >= 3)


NETWORKS = [{"shape": shape, "activation": activation, "seed": seed, "rho": 1.1, "n_hidden": n, "input_scale": 0.5}
            for shape in ("gaussian", "spectrum") for activation in ACTIVATIONS for seed in (0, 1) for n in (2, 16)]


def test_the_quick_map_is_never_above_the_exact_one_and_near_it():
    """A power sweep is a lower bound, but for rounding: 4 n eps. It lags behind where another direction takes over."""
    apart = []
    for values in NETWORKS:
        J = jacobians(**values)
        exact_map, first = jacobian_map(J), quick(J)
        gone = np.isneginf(exact_map.log10_norm)
        assert (exact_map.exact, first.exact) == (True, False)
        assert np.array_equal(gone, np.isneginf(first.log10_norm))
        apart.append((exact_map.log10_norm - np.where(gone, 0.0, first.log10_norm))[exact_map.pairs & ~gone])
    apart = np.concatenate(apart)
    assert apart.min() > -64 * EPS
    assert apart.max() < 1.0
    assert np.quantile(apart, 0.99) < 0.3
    assert np.median(apart) < 0.01


@pytest.mark.parametrize(("pieces", "kinds"), [(map_pieces, [False, True, True]), (quick_pieces, [False])])
def test_the_work_comes_in_pieces_the_quick_map_first(pieces, kinds):
    steps = list(pieces(jacobians(2), np.arange(31)))
    shares = [share for share, _ in steps]
    assert (shares, shares[-1]) == (sorted(shares), 1.0)
    found = [result for _, result in steps if result is not None]
    assert [result.exact for result in found] == kinds
    assert [result.log10_rounding is None for result in found] == [True, True, False][:len(kinds)]


def test_a_map_of_too_many_pairs_is_refused_in_one_line_that_says_what_is_allowed():
    """T^2 / 2 pairs of n^3 operations, 2e11 of them."""
    most = int(np.sqrt(4e11 / 128**3))
    assert len(full_grid(most, 128)) == most + 1
    with pytest.raises(ParameterError) as caught:
        full_grid(most + 1, 128)
    assert len(str(caught.value).splitlines()) == 1
    assert str(caught.value).startswith(f"seq_len must be at most {most} for the map of all pairs at n_hidden = 128")
