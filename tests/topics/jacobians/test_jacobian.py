"""Products of Jacobians far outside float64, against exact solutions, 60 digits, and torch's own Jacobian."""

import mpmath
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.network.activations import ACTIVATIONS
from core.network.spectrum import haar_orthogonal, spectrum_of
from core.remedies.hooks import Hooks
from core.specs.recurrence import Recurrence
from core.tasks.base import tasks
from core.topics.jacobians.products import gradient_flow, log10_product_norms
from tests.helpers.autograd_reference import PHI

EPS = np.finfo(float).eps
KIND = tasks()["adding"]


def gaussian(T, n, gain, seed=0):
    return np.random.default_rng(seed).normal(0.0, gain / np.sqrt(n), (T, n, n))


def network_and_jacobians(recurrence, T):
    """The network, its inputs and states for one sequence, (T, n_in) and (T, n), and J, (T, n, n)."""
    network = Hooks().network(recurrence, KIND, np.dtype("float64"))
    tape = network.cell.tape(T, 2, np.dtype("float64"))
    batch = KIND.sample(np.random.default_rng(recurrence.seed), T, 2)
    tape.load(batch.x)
    network.cell.forward(network.V, tape, 0, T)
    return network, batch.x[:, :, 1], tape.h[:, :, 1], np.asarray(network.cell.jacobians(network.V, tape, slice(1, 2)))


def lost(J):
    """How far log10 ||product|| may be off at every lag: l n eps || |J_T| ... |J_{T-l+1}| || / ||product||, entry by
    entry the sum of magnitudes against the sum, and the rounding of the result."""
    T, n, _ = J.shape
    norms = log10_product_norms(J)
    cancelled = 10.0 ** (log10_product_norms(np.abs(J)) - norms)
    return np.arange(1, T + 1) * n * EPS * cancelled + 2 * EPS * np.abs(norms)


def exact(J, lags):
    """The same by mpmath: 60 digits, any exponent."""
    with mpmath.workdps(60):
        product, out = mpmath.eye(J.shape[1]), []
        for lag in range(1, max(lags) + 1):
            product = product * mpmath.matrix(J[len(J) - lag].tolist())
            if lag in lags:
                out.append(float(mpmath.log10(mpmath.svd_r(product, compute_uv=False)[0])))
    return np.array(out)


@pytest.mark.parametrize("exponent", [-200.0, -1.2, -0.05, 0.0, 0.05, 1.2, 200.0])
def test_of_an_orthogonal_matrix_the_norm_is_rho_to_the_power_of_the_lag(exponent):
    """10^-1200 and 10^+1200 among them, and 10^+-200000; rho itself is rounded by eps times what it is raised to."""
    Q = haar_orthogonal(8, np.random.default_rng(0))
    norms = log10_product_norms(np.broadcast_to(10.0**exponent * Q, (1000, 8, 8)))
    assert np.abs(norms - np.arange(1, 1001) * exponent).max() < 1e-10


def test_of_the_linear_orthogonal_network_the_flow_meets_bound_and_rate():
    network, _, _, J = network_and_jacobians(Recurrence(n_hidden=8, rho=0.9, activation="linear"), 1000)
    spectrum = spectrum_of(network.W_hh)
    flow = gradient_flow(J, spectrum.sigma_max, 1.0, spectrum.rho)
    lines = np.array([flow.log10_norm, flow.log10_bound, flow.log10_rho])
    assert np.abs(lines - flow.lag * np.log10(0.9)).max() < 1e-10


@pytest.mark.parametrize(("T", "gain"), [(400, 0.03), (400, 30.0)])
def test_gaussian_factors_far_outside_float64_agree_with_60_digits(T, gain):
    J = np.broadcast_to(gaussian(1, 6, gain)[0], (T, 6, 6))
    lags = [1, 100, 300, 400]
    norms, allowed = log10_product_norms(J)[np.array(lags) - 1], lost(J)[np.array(lags) - 1]
    assert abs(norms[-1]) > 400
    assert np.all(np.abs(norms - exact(J, lags)) < allowed)


@pytest.mark.parametrize("seed", range(5))
def test_graded_and_non_normal_factors_agree_with_60_digits(seed):
    """Rows from 1 to 1e-8 in size, in another order at every step, and a Jordan block with a coupling of 5."""
    rng = np.random.default_rng(seed)
    jordan = 0.9 * np.eye(4) + np.diag([5.0, 5.0, 5.0], 1)
    J = np.stack([10.0 ** rng.permutation([0.0, -3.0, -6.0, -8.0])[:, None] * rng.normal(size=(4, 4)) if t % 2
                  else jordan for t in range(60)])
    lags = [1, 2, 7, 30, 60]
    norms, allowed = log10_product_norms(J)[np.array(lags) - 1], lost(J)[np.array(lags) - 1]
    assert allowed.max() < 1e-6
    assert np.all(np.abs(norms - exact(J, lags)) < allowed)


@pytest.mark.parametrize(("block", "first", "peak"), [
    ([[0.5, 4.0], [0.0, 0.5]], [4.06, 4.02, 3.01, 2.0, 1.25, 0.75], (1, 4.1)),
    ([[0.9, 5.0], [0.0, 0.9]], [], (9, 19.4)),
])
def test_a_jordan_block_grows_before_it_shrinks_as_published(block, first, peak):
    norms = 10.0 ** log10_product_norms(np.broadcast_to(block, (40, 2, 2)))
    assert np.round(norms[:len(first)], 2).tolist() == first
    assert (int(norms.argmax()) + 1, round(float(norms.max()), 1)) == peak


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_dh_T_dh_k_is_torchs_jacobian_for_every_k(activation):
    recurrence = Recurrence(n_hidden=5, rho=1.1, alpha=1.0, bias=0.1, activation=activation, seed=3)
    T = 6
    network, x, h, J = network_and_jacobians(recurrence, T)
    V = torch.tensor(network.V)

    def last_state(state, k):
        for t in range(k, T):
            state = PHI[activation](V @ torch.cat([state, torch.tensor(x[t]), torch.ones(1, dtype=V.dtype)]))
        return state

    norms, allowed = log10_product_norms(J), lost(J)
    for k in range(T):
        start = torch.tensor(h[k - 1]) if k else torch.zeros(5, dtype=V.dtype)
        whole = torch.func.jacrev(lambda state, k=k: last_state(state, k))(start)
        lag = T - k
        product = np.linalg.multi_dot([*J[k:][::-1], np.eye(5)])
        assert np.abs(product - whole.numpy()).max() <= 10 * allowed[lag - 1] * np.linalg.norm(whole, 2)
        assert abs(norms[lag - 1] - np.log10(np.linalg.norm(whole, 2))) < 10 * allowed[lag - 1]


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("shape", ["spectrum", "gaussian", "identity"])
def test_no_norm_exceeds_the_bound(activation, shape):
    """Both lines round: lag times n eps of sigma_max, and the same of the product."""
    rng = np.random.default_rng(0)
    for seed in range(12):
        recurrence = Recurrence(n_hidden=int(rng.integers(2, 24)), shape=shape, rho=rng.uniform(0.05, 2), seed=seed,
                                spread=rng.random(), alpha=rng.uniform(0, 3), angle=rng.uniform(0, 180),
                                bias=rng.uniform(-1, 1), activation=activation)
        network, _, _, J = network_and_jacobians(recurrence, 30)
        spectrum = spectrum_of(network.W_hh)
        flow = gradient_flow(J, spectrum.sigma_max, ACTIVATIONS[activation].gamma, spectrum.rho)
        assert np.all(flow.log10_norm <= flow.log10_bound + 4 * flow.lag * network.n * EPS)


def test_the_largest_eigenvalue_bounds_nothing_when_the_matrix_is_not_normal():
    network, _, _, J = network_and_jacobians(Recurrence(n_hidden=16, rho=0.9, alpha=3.0, activation="linear"), 20)
    spectrum = spectrum_of(network.W_hh)
    flow = gradient_flow(J, spectrum.sigma_max, 1.0, spectrum.rho)
    assert np.all(flow.log10_norm > flow.log10_rho)


@pytest.mark.parametrize("c", [2.0, 0.25, 2.0**-40])
def test_scaling_by_a_power_of_two_adds_exactly_its_logarithm_at_every_lag(c):
    """No mantissa changes; only the exponent times log10 2 is rounded."""
    J = gaussian(300, 6, 0.5)
    added = log10_product_norms(c * J) - log10_product_norms(J)
    expected = np.arange(1, 301) * np.log10(c)
    assert np.all(np.abs(added - expected) <= 4 * EPS * (np.abs(expected) + 300))


@given(c=st.floats(1e-30, 1e30))
def test_scaling_by_any_factor_adds_its_logarithm_at_every_lag(c):
    J = gaussian(40, 4, 1.0)
    added = log10_product_norms(c * J) - log10_product_norms(J)
    expected = np.arange(1, 41) * np.log10(c)
    assert np.all(np.abs(added - expected) <= 2 * lost(J) + 4 * EPS * np.abs(expected))


def test_after_a_factor_of_zero_the_product_is_exactly_zero():
    J = gaussian(10, 4, 1.0)
    J[4] = 0.0
    norms = log10_product_norms(J)
    assert np.all(np.isfinite(norms[:5]))
    assert np.all(norms[5:] == -np.inf)


def test_a_nilpotent_product_is_exactly_zero():
    norms = log10_product_norms(np.broadcast_to(np.diag([10.0, 10.0], 1), (4, 3, 3)))
    assert norms == pytest.approx([1, 2, -np.inf, -np.inf], rel=4 * EPS)


@pytest.mark.parametrize("lags", [[1], [200], [1, 2, 3], [1, 63, 64, 65, 130, 200], list(range(2, 201, 3)), []])
def test_some_lags_are_the_same_numbers_as_all_lags(lags):
    J = gaussian(200, 5, 0.7)
    lags = np.array(lags, dtype=int)
    assert np.array_equal(log10_product_norms(J, lags), log10_product_norms(J)[lags - 1])


@pytest.mark.parametrize(("most", "count"), [(2, 2), (10, 10), (99, 99), (100, 100), (1000, 100), (None, 100)])
def test_most_thins_the_lags_and_keeps_the_first_and_the_last(most, count):
    J = gaussian(100, 4, 0.7)
    all_of_them, some = gradient_flow(J, 1.0, 1.0, 0.7), gradient_flow(J, 1.0, 1.0, 0.7, most)
    assert (len(some.lag), some.lag[0], some.lag[-1]) == (count, 1, 100)
    assert np.array_equal(some.log10_norm, all_of_them.log10_norm[some.lag - 1])


def test_without_recurrence_every_line_is_minus_infinity():
    flow = gradient_flow(np.zeros((5, 3, 3)), 0.0, 1.0, 0.0)
    assert np.all(np.array([flow.log10_norm, flow.log10_bound, flow.log10_rho]) == -np.inf)


@pytest.mark.parametrize("shape", [(4, 4), (5, 3, 4), (2, 3, 3, 3), (0,)])
def test_another_shape_is_refused_by_name(shape):
    with pytest.raises(ValueError, match=r"^J must be \(T, n, n\), got \("):
        log10_product_norms(np.zeros(shape))
