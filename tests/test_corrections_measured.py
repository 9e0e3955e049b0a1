"""What corrections 1 to 5 measured on the reader's own network, by an independent calculation."""

import numpy as np
import pytest
import torch
from autograd_reference import PHI, differentiate
from first_update import factors, first, numbers
from lag_reference import terms_of

from core.activations import ACTIVATIONS

EACH_ACTIVATION = pytest.mark.parametrize("activation", ACTIVATIONS)


@EACH_ACTIVATION
def test_1_min_shortens_and_max_lengthens(activation):
    norm = np.linalg.norm(differentiate(*first(activation=activation), activation).gradient)
    expected = {"norm": norm, "min_half": norm / 2, "max_half": norm, "min_twice": norm, "max_twice": 2 * norm}
    assert numbers(1, activation=activation) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("activation", ["linear", "tanh", "relu"])
def test_2_pairs_above_both_bounds_counted_one_by_one(activation):
    spec = {"activation": activation, "batch": 1, "alpha": 1.0, "rho": 0.8}
    network, batch, kind = first(**spec)
    J = factors(network, differentiate(network, batch, kind, activation).h[:, :, 0], batch.x[:, :, 0], activation)
    W, gamma, over_rho, over_sigma, pairs = network.W_hh, ACTIVATIONS[activation].gamma, 0, 0, 0
    rho, sigma = np.abs(np.linalg.eigvals(W)).max(), np.linalg.svd(W, compute_uv=False)[0]
    for k in range(12):
        product = np.eye(network.n)
        for t in range(k, 12):
            product = J[t] @ product
            norm, lag = np.linalg.svd(product, compute_uv=False)[0], t - k + 1
            pairs += 1
            over_rho += norm > (rho * gamma) ** lag * (1 + 1e-9)
            over_sigma += norm > (sigma * gamma) ** lag * (1 + 1e-9)
    assert over_rho > 0
    seen = numbers(2, **spec)
    assert (seen["share_own"], seen["share_bound"]) == (over_rho / pairs, over_sigma / pairs)
    assert (seen["count_pairs"], over_sigma) == (pairs, 0)


@pytest.mark.parametrize("seed", range(3))
def test_3_the_product_with_tanh_and_the_power_of_the_matrix(seed):
    spec = {"shape": "gaussian", "rho": 1.5, "seed": seed, "batch": 1}
    network, batch, kind = first(**spec)
    J = factors(network, differentiate(network, batch, kind, "tanh").h[:, :, 0], batch.x[:, :, 0], "tanh")
    expected = {"log10_tanh": np.linalg.multi_dot(J[:0:-1]), "log10_linear": np.linalg.matrix_power(network.W_hh, 11)}
    seen = numbers(3, **(spec | {"rho": 0.3, "shape": "identity", "activation": "relu"}))
    for name, product in expected.items():
        assert seen[name] == pytest.approx(np.log10(np.linalg.norm(product, 2)), abs=1e-10)
    assert np.abs(np.linalg.eigvals(network.W_hh)).max() == pytest.approx(1.5)
    assert seen["sigma_gamma"] == pytest.approx(np.linalg.norm(network.W_hh, 2), rel=1e-12)


@EACH_ACTIVATION
def test_4_one_form_is_torchs_jacobian_and_the_other_is_not(activation):
    network, batch, kind = first(activation=activation, batch=1)
    seen = numbers(4, activation=activation)
    t = int(seen["count_t"])
    h = differentiate(network, batch, kind, activation).h[:, :, 0]
    J = factors(network, h, batch.x[:, :, 0], activation)[t - 1]
    state = torch.tensor(h[t - 2], requires_grad=True)
    slopes = torch.autograd.grad(PHI[activation](state).sum(), state)[0].numpy()
    off = np.linalg.norm(network.W_hh.T * slopes - J) / np.linalg.norm(J)
    assert seen["off_wrong"] == pytest.approx(off, rel=1e-5)
    assert seen["off_right"] < 1e-7 < 0.1 < seen["off_wrong"]


@pytest.mark.parametrize("k2", [1, 4, 11])
@pytest.mark.parametrize("task", ["recall", "adding"])
def test_5_what_is_dropped_is_what_autograd_loses_with_the_state_detached(task, k2):
    network, batch, kind = first(task=task)
    full, cut = (network.views(differentiate(network, batch, kind, "tanh", cut=c).gradient)[0] for c in (0, 12 - k2))
    seen = numbers(5, task=task, truncation=True, truncation_k2=k2)
    assert seen["ratio_dropped"] == pytest.approx(np.linalg.norm(full - cut) / np.linalg.norm(full), rel=1e-9)
    assert (seen["count_k2"], seen["count_zero"], seen["count_steps"]) == (k2, 12 - k2, 12)
    exact = np.linalg.norm(differentiate(network, batch, kind, "tanh").dL_dh[0])
    assert seen["log10_first"] == pytest.approx(np.log10(exact), abs=1e-10)


def test_5_at_a_target_at_every_step_it_is_the_sum_of_the_long_lags():
    network, batch, kind = first(task="sine")
    terms = terms_of(network, batch, kind, "tanh")
    long = sum(terms[t, k] for t in range(12) for k in range(12) if t - k >= 4)
    seen = numbers(5, task="sine", truncation=True, truncation_k2=4)
    whole = terms.sum(axis=(0, 1))
    assert seen["ratio_dropped"] == pytest.approx(np.linalg.norm(long) / np.linalg.norm(whole), rel=1e-9)


@pytest.mark.parametrize(("k2", "used"), [(None, 10), (12, 6), (50, 6), (11, 11)])
def test_5_a_k2_that_drops_nothing_gives_way_to_one_that_does(k2, used):
    remedy = {} if k2 is None else {"truncation": True, "truncation_k2": k2}
    assert numbers(5, **remedy)["count_k2"] == used
