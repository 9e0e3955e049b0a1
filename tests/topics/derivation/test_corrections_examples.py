"""What corrections 6 to 10 measured, on examples and on short runs, by an independent calculation."""

import numpy as np
import pytest
import torch

from core.network.activations import ACTIVATIONS
from core.topics.derivation.corrections.base import corrections
from core.topics.playground.presets import PRESETS
from core.training.experiment import Experiment
from core.training.train import train
from tests.helpers.autograd_reference import PHI, differentiate
from tests.helpers.first_update import SMALL, factors, first, numbers
from tests.helpers.lag_reference import terms_of

EACH_ACTIVATION = pytest.mark.parametrize("activation", ACTIVATIONS)


@pytest.mark.slow
@EACH_ACTIVATION
@pytest.mark.parametrize("drive", [{}, {"bias": 1.0, "input_scale": 2.0}], ids=["small states", "large states"])
def test_6_steps_until_the_product_of_leaky_jacobians_is_below_a_thousandth(activation, drive):
    network, batch, _ = first(activation=activation, batch=1, **drive)
    W = network.W_hh * 0.5 / np.linalg.norm(network.W_hh, 2) / ACTIVATIONS[activation].gamma
    for alpha, name in ((0.0, "count_plain"), (0.1, "count_printed"), (0.9, "count_slow")):
        h, product, t = torch.zeros(6, dtype=torch.float64), np.eye(6), 0
        while np.linalg.norm(product, 2) >= 1e-3:
            u = torch.tensor(network.V[:, 6:-1] @ batch.x[t % 12, :, 0] + network.V[:, -1])

            def leaky(s, u=u, alpha=alpha):
                return alpha * s + (1 - alpha) * PHI[activation](torch.tensor(W) @ s + u)

            product = torch.func.jacrev(leaky)(h).numpy() @ product
            h, t = leaky(h), t + 1
        assert numbers(6, activation=activation, **drive)[name] == t


def test_6_without_recurrence_the_leak_alone_remembers():
    seen = numbers(6, rho=0.0, alpha=0.0)
    assert (seen["count_plain"], seen["count_slow"]) == (1, 66)  # 0.9^65 = 1.06e-3, 0.9^66 = 0.95e-3
    assert seen["count_printed"] == 4  # 0.1^3 is the border itself, and not below it


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "gelu"])
def test_7_the_gradient_lives_from_short_lags_while_the_long_way_has_vanished(activation):
    example = {"task": "sine", "seq_len": 50, "batch": 8, "rho": 0.8, "alpha": 0.0, "bias": 0.0}
    network, batch, kind = first(activation=activation, **example)
    terms = terms_of(network, batch, kind, activation)
    whole = terms.sum(axis=(0, 1))
    short = sum(terms[t, t - lag] for lag in range(6) for t in range(lag, 50))
    J = factors(network, differentiate(network, batch, kind, activation).h[:, :, 0], batch.x[:, :, 0], activation)
    seen = numbers(7, activation=activation)
    assert seen["log10_norm"] == pytest.approx(np.log10(np.linalg.norm(whole)), abs=1e-10)
    assert seen["ratio_short"] == pytest.approx(np.linalg.norm(short) / np.linalg.norm(whole), rel=1e-10)
    reach = np.log10(np.linalg.norm(np.linalg.multi_dot(J[:0:-1]), 2))
    assert seen["log10_reach"] == pytest.approx(reach, abs=1e-9)
    assert seen["log10_reach"] < -3 < -1 < seen["log10_norm"]
    assert 0.9 < seen["ratio_short"] < 1.1


@EACH_ACTIVATION
def test_7_the_case_disagrees_with_itself_for_every_activation(activation):
    seen = numbers(7, activation=activation)
    assert seen["log10_reach"] < -3 < -1 < seen["log10_norm"]


def records(updates, **values):
    spec = Experiment.from_values(values)
    run = train(spec.recurrence, spec.task, spec.training, spec.remedies)
    return [record for _, record in zip(range(updates), run, strict=False)]


@pytest.mark.parametrize("seed", [0, 5])
def test_8_norms_before_and_after_the_clip_and_the_run_without_it(seed):
    values = {**PRESETS["exploding"].values, "seed": seed}
    clipped, free = records(30, **values, clip_norm=True, clip_norm_threshold=1.0), records(30, **values)
    before = np.array([record.grad_norm for record in clipped])
    seen = numbers(8, seed=seed)
    assert seen["mean_before"] == pytest.approx(before.mean(), rel=1e-12)
    assert seen["mean_after"] == pytest.approx(np.minimum(before, 1.0).mean(), rel=1e-12)
    assert seen["share_clipped"] == pytest.approx((before > 1.0).mean())
    assert seen["count_updates"] == 30
    assert seen["count_free"] == len(free) < 30


@pytest.mark.parametrize("values", [{"task": "sine"}, {"task": "adding", "lr": 0.3}, {"clip_norm": True}])
def test_9_what_thresholds_around_the_mean_would_have_clipped(values):
    norms = np.array([record.grad_norm for record in records(40, **SMALL, **values)])
    seen = numbers(9, **values)
    assert seen["mean"] == pytest.approx(norms.mean(), rel=1e-12)
    factor = {"share_half": 0.5, "share_once": 1, "share_twice": 2, "share_five": 5, "share_ten": 10}
    assert {name: seen[name] for name in factor} == {name: (norms > f * norms.mean()).mean() for name, f in
                                                     factor.items()}


def test_9_a_run_that_diverges_is_measured_up_to_there():
    measurement = corrections()[9].measure(PRESETS["exploding"].experiment)
    assert measurement.numbers["count_updates"] < 40
    assert "left the finite numbers" in measurement.text


def test_10_the_published_constants():
    seen = numbers(10)
    assert seen["log10_smallest_64"] == pytest.approx(-1074 * np.log10(2.0), abs=1e-12)  # 4.94e-324
    assert seen["log10_smallest_32"] == pytest.approx(-149 * np.log10(2.0), abs=1e-12)  # 1.40e-45
    assert seen["log10_eps"] == pytest.approx(-52 * np.log10(2.0), abs=1e-12)
    assert seen["change_of_one"] == 0.0
    assert seen["change_of_small"] == pytest.approx(1e-17, abs=2.0**-67)  # half the spacing near 10^-4


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("rho", [0.01, 1.0])
def test_10_the_share_of_weights_that_the_first_update_leaves_alone(dtype, rho):
    values = {"dtype": dtype, "rho": rho, "alpha": 0.0, "bias": 0.0, "lr": 1e-5}
    network, batch, kind = first(**values)
    g = differentiate(network, batch, kind, "tanh").gradient
    w, update = network.theta.astype(dtype), (1e-5 * g).astype(dtype)
    expected = ((w - update) == w)[g != 0].mean()
    assert numbers(10, **values)["share_lost"] == pytest.approx(expected, abs=0.02)
    assert (expected > 0.1) == (rho == 0.01)


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "rmsprop", "adam"])
@pytest.mark.parametrize("lr", [1e-3, 1e-5])
def test_10_the_first_update_is_that_of_the_runs_optimizer(optimizer, lr):
    values = {"dtype": "float32", "rho": 0.05, "alpha": 0.0, "bias": 0.0, "lr": lr, "optimizer": optimizer}
    network, batch, kind = first(**values)
    g = torch.tensor(differentiate(network, batch, kind, "tanh").gradient.astype(np.float32))
    w = torch.tensor(network.theta.astype(np.float32), requires_grad=True)
    w.grad, before = g, w.detach().clone()
    kinds = {"sgd": torch.optim.SGD, "rmsprop": torch.optim.RMSprop, "adam": torch.optim.Adam}
    stepper = torch.optim.SGD([w], lr=lr, momentum=0.9) if optimizer == "momentum" else kinds[optimizer]([w], lr=lr)
    stepper.step()
    expected = float((w.detach() == before)[g != 0].double().mean())
    assert numbers(10, **values)["share_lost"] == pytest.approx(expected, abs=0.03)


def test_10_where_gradient_descent_leaves_weights_alone_adam_leaves_none():
    values = {"lr": 1e-3, "dtype": "float32", "rho": 0.8}
    assert corrections()[10].measure(Experiment.from_values(values)).numbers["share_lost"] > 0.1
    measurement = corrections()[10].measure(Experiment.from_values({**values, "optimizer": "adam"}))
    assert measurement.numbers["share_lost"] == 0.0
    assert measurement.text.endswith(" Your own first update, by Adam in float32, leaves 0% of the weights that "
                                         "have a gradient unchanged.")


@pytest.mark.parametrize("remedy", [{"hessian_free": True}, {"echo_state": True}])
def test_10_an_update_that_no_optimizer_makes_is_not_spoken_of(remedy):
    measurement = corrections()[10].measure(Experiment.from_values({**SMALL, **remedy}))
    assert "Your own first update" not in measurement.text
    assert "share_lost" not in measurement.numbers
