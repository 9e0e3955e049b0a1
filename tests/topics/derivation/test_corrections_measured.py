"""What corrections 1 to 5 measured on the reader's own network, by an independent calculation."""

import numpy as np
import pytest
import torch

from core.network.activations import ACTIVATIONS
from core.topics.derivation.corrections.base import corrections
from core.training.experiment import Experiment
from core.training.trainer import Trainer
from tests.helpers.autograd_reference import PHI, differentiate
from tests.helpers.first_update import SMALL, factors, first, numbers
from tests.helpers.lag_reference import terms_of

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


def forms(network, h, a, t, phi):
    """Of step t by torch: dh_t/dh_{t-1} by torch.func, da_t/da_{t-1} likewise, and the slopes at a_{t-1}."""
    W = torch.tensor(network.W_hh)
    drive = torch.tensor(a[t - 1]) - W @ torch.tensor(h[t - 2])  # W_xh x_t + b_h
    ours = torch.func.jacrev(lambda s: phi(W @ s + drive))(torch.tensor(h[t - 2])).numpy()
    before = torch.tensor(a[t - 2])
    theirs = torch.func.jacrev(lambda s: W @ phi(s) + drive)(before).numpy()
    slopes = torch.func.jacrev(phi)(before).diagonal().numpy()
    return ours, theirs, network.W_hh.T * slopes


@EACH_ACTIVATION
def test_4_one_form_is_torchs_jacobian_and_the_printed_one_is_neither_it_nor_its_transpose(activation):
    network, batch, kind = first(activation=activation, batch=1)
    seen = numbers(4, activation=activation)
    t = int(seen["count_t"])
    h = differentiate(network, batch, kind, activation).h[:, :, 0]
    x = batch.x[:, :, 0]
    a = np.array([network.V @ np.concatenate([before, x_t, [1.0]]) for before, x_t in
                  zip([np.zeros(network.n), *h[:-1]], x, strict=True)])
    ours, theirs, printed = forms(network, h, a, t, PHI[activation])
    assert np.allclose(ours, factors(network, h, x, activation)[t - 1], atol=1e-14)
    for name, target in (("off_printed", theirs), ("off_transposed", theirs.T)):
        off = np.linalg.norm(printed - target) / np.linalg.norm(theirs)
        assert seen[name] == pytest.approx(off, rel=1e-5, abs=1e-9)
    assert max(seen["off_right"], seen["off_theirs"]) < 1e-7 < 0.1 < seen["off_printed"]
    assert (seen["off_transposed"] > 1e-6) == (activation not in ("linear",))


def test_4_a_random_network_of_four_units():
    """As it was reported: 0.86 and 0.23 off, of another draw; here far from either."""
    seen = numbers(4, n_hidden=4, shape="gaussian", rho=1.0, input_scale=2.0, seed=1, alpha=0.0)
    assert seen["off_printed"] > 0.3
    assert seen["off_transposed"] > 0.1
    assert max(seen["off_right"], seen["off_theirs"]) < 1e-7


@pytest.mark.parametrize(("values", "words"), [
    ({"shape": "identity"}, "Your W_hh is symmetric"), ({"activation": "linear"}, "All slopes are the same"), ({}, "")])
def test_4_where_two_forms_are_one_it_says_why(values, words):
    text = corrections()[4].measure(Experiment.from_values({**SMALL, **values})).text
    assert words in text
    assert words or "here" not in text


def test_4_with_the_output_fed_back_the_factor_has_the_way_through_the_output_in_it():
    seen = numbers(4, task="generator", waveform="circle", activation="gelu", batch=1)
    assert max(seen["off_right"], seen["off_theirs"]) < 1e-7 < 0.1 < seen["off_printed"]


@pytest.mark.parametrize("waveform", ["circle", "square"])
def test_2_and_3_of_a_generator_are_those_of_its_free_run(waveform):
    values = {**SMALL, "task": "generator", "waveform": waveform, "batch": 1}
    trainer = Trainer(Experiment.from_values(values))
    trainer.measure()
    V, U = trainer.network.V, trainer.network.U
    fed, over, bound, pairs = V[:, :6] + V[:, 6:-1] @ U[:, :6], 0, 0, 0
    rho, J = np.abs(np.linalg.eigvals(fed)).max(), np.asarray(trainer.jacobians())
    sigma = max(np.linalg.norm(W, 2) for W in (fed, V[:, :6]))
    for k in range(12):
        product = np.eye(6)
        for t in range(k, 12):
            product = J[t] @ product
            norm, lag, pairs = np.linalg.norm(product, 2), t - k + 1, pairs + 1
            over, bound = over + (norm > rho**lag * (1 + 1e-9)), bound + (norm > sigma**lag * (1 + 1e-9))
    seen = numbers(2, task="generator", waveform=waveform)
    assert (seen["share_own"], seen["share_bound"], seen["count_pairs"]) == (over / pairs, 0, pairs)
    assert bound == 0
    measurement = corrections()[2].measure(Experiment.from_values(values))
    assert "(W_hh with its output fed back) fails in" in measurement.text


@pytest.mark.parametrize("k2", [2, 7])
def test_5_of_a_generator_is_the_difference_of_the_two_gradients(k2):
    values = {**SMALL, "task": "generator", "waveform": "circle"}
    gradients = []
    for more in ({}, {"truncation": True, "truncation_k2": k2}):
        trainer = Trainer(Experiment.from_values({**values, **more}))
        gradients.append(trainer.network.views(trainer.gradient()[0])[0])
    seen = numbers(5, task="generator", waveform="circle", truncation=True, truncation_k2=k2)
    off = np.linalg.norm(gradients[0] - gradients[1]) / np.linalg.norm(gradients[0])
    assert seen["ratio_dropped"] == pytest.approx(off, rel=1e-12)
    assert (seen["count_k2"], seen["count_zero"]) == (k2, 12 - k2)


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
