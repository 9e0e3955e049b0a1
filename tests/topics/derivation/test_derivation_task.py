"""What the derivation measures on the reader's task: the product of Jacobians, the first gradient, units that leak."""

import numpy as np
import pytest
import torch

from core.topics.derivation.directions import directions
from core.topics.derivation.leak import leaky_norms
from core.topics.derivation.on_task import MOST_LAGS, OnTask
from core.topics.jacobians.products import gradient_flow, log10_product_norms
from core.training.experiment import Experiment
from core.training.first_sequence import first_sequence
from core.training.trainer import Trainer
from tests.helpers.autograd_reference import differentiate
from tests.helpers.derivation_subjects import on_task
from tests.helpers.unrolled_reference import assert_close


@pytest.mark.parametrize("network", ["default", "GELU", "T = 1000", "non-normal"])
def test_the_flow_is_that_of_the_playground(network):
    found, trainer = on_task(network), Trainer(on_task(network).experiment)
    record = trainer.measure()
    flow = gradient_flow(trainer.jacobians(), record.sigma_max, 1.0, record.rho, MOST_LAGS)
    assert np.array_equal(found.flow.lag, flow.lag)
    np.testing.assert_allclose(found.flow.log10_norm, flow.log10_norm, rtol=0, atol=1e-9)
    assert found.log10_reach == pytest.approx(np.interp(found.T - 1, flow.lag, flow.log10_norm), abs=1e-2)


def test_the_reach_is_the_norm_of_the_plain_product():
    found = on_task()
    product = np.eye(16)
    for J in np.asarray(found.jacobians)[1:][::-1]:
        product = product @ J
    assert found.log10_reach == pytest.approx(np.log10(np.linalg.norm(product, 2)), abs=1e-12)


def test_measuring_the_gradient_takes_fewer_sequences_where_it_would_take_long_and_says_so():
    big = OnTask(Experiment.from_values({"n_hidden": 128, "seq_len": 500, "batch": 256}))
    assert "sequences instead of 256" in str(big.note)
    assert on_task().note == ""


def test_a_leak_of_0_is_no_leak_and_a_leak_of_1_never_forgets():
    found = on_task("non-normal")
    assert np.array_equal(found.leaky(0.0)[1], found.flow.log10_norm)
    assert found.leaky(1.0)[1] == pytest.approx(np.zeros(50), abs=1e-12)


def test_the_product_of_leaky_units_is_torchs_jacobian():
    """h_T as a function of h_{T-l}, on the first sequence of the first batch."""
    experiment, alpha = on_task("2 units").experiment, 0.3
    trainer = Trainer(experiment)
    x = torch.tensor(trainer.gradient()[1].x[:, :, 0])
    V = torch.tensor(trainer.network.V)

    def onwards(h, start):
        for x_t in x[start:]:
            h = alpha * h + (1 - alpha) * torch.tanh(V @ torch.cat([h, x_t, torch.ones(1, dtype=torch.float64)]))
        return h

    lags, norms = leaky_norms(experiment, alpha, 1000)
    h = torch.zeros(2, dtype=torch.float64)
    for t, x_t in enumerate(x):
        exact = torch.autograd.functional.jacobian(lambda z, start=t: onwards(z, start), h)
        assert norms[lags == len(x) - t] == pytest.approx(float(torch.linalg.matrix_norm(exact, 2).log10()), abs=1e-12)
        h = alpha * h + (1 - alpha) * torch.tanh(V @ torch.cat([h, x_t, torch.ones(1, dtype=torch.float64)]))


def test_a_leaky_factor_is_a_share_of_the_identity_and_a_share_of_the_plain_one():
    leaky = first_sequence(on_task("2 units").experiment, 0.3)
    slopes = leaky.tape.P[4, :, 0]
    assert_close(leaky.jacobians[4], 0.3 * np.eye(2) + 0.7 * slopes[:, None] * leaky.network.W_hh)


GENERATOR = {"task": "generator", "n_hidden": 6, "alpha": 0.5, "input_scale": 0.7, "seq_len": 40, "batch": 3}


@pytest.mark.parametrize("waveform", ["eight", "circle", "square", "beat"])
@pytest.mark.parametrize("teacher", [None, 0.0, 0.4, 1.0])
def test_a_task_whose_output_is_fed_back_is_run_as_training_runs_it(waveform, teacher):
    taught = {} if teacher is None else {"teacher_forcing": True, "teacher_forcing_share": teacher}
    experiment = Experiment.from_values({**GENERATOR, "waveform": waveform, **taught})
    trainer = Trainer(experiment)
    trainer.measure()
    exact = log10_product_norms(trainer.jacobians())
    found = OnTask(experiment)
    np.testing.assert_allclose(found.flow.log10_norm, exact, rtol=0, atol=1e-10)
    assert found.log10_reach == pytest.approx(exact[38], abs=1e-10)
    assert found.peak.log10_norm == pytest.approx(exact.max(), abs=1e-10)
    plain = OnTask(Experiment.from_values({**GENERATOR, "task": "recall"}))
    assert abs(found.log10_reach - plain.log10_reach) > 0.1


def test_waveforms_differ():
    found = {OnTask(Experiment.from_values({**GENERATOR, "waveform": waveform})).log10_reach
             for waveform in ("eight", "circle", "square", "sawtooth")}
    assert max(found) - min(found) > 0.01
    assert len(found) == 4


@pytest.mark.parametrize("alpha", [0.0, 0.3, 0.95])
def test_units_that_leak_are_fed_back_too(alpha):
    leak = {} if alpha == 0.0 else {"leaky": True, "leaky_slowest": 1 - alpha, "leaky_fastest": 1 - alpha}
    trainer = Trainer(Experiment.from_values({**GENERATOR, "waveform": "circle", **leak}))
    trainer.measure()
    found = leaky_norms(Experiment.from_values({**GENERATOR, "waveform": "circle"}), alpha, 1000)[1]
    np.testing.assert_allclose(found, log10_product_norms(trainer.jacobians()), rtol=0, atol=1e-9)


def test_what_is_fed_back_is_what_torch_differentiates():
    """h_T by h_{T-l} of the free run, output into input, written out in torch."""
    found = first_sequence(Experiment.from_values({**GENERATOR, "waveform": "circle"}))
    V, U, cue = torch.tensor(found.network.V), torch.tensor(found.network.U), 5
    x = torch.tensor(found.tape.Z[:, 6:-1, 0])
    one = torch.ones(1, dtype=torch.float64)

    def onwards(h, start):
        for t in range(start, 40):
            read = x[t] if t < cue else U @ torch.cat([h, one])
            h = torch.tanh(V @ torch.cat([h, read, one]))
        return h

    h = torch.zeros(6, dtype=torch.float64)
    for t in range(30):
        if t in (0, 4, 5, 29):
            exact = torch.autograd.functional.jacobian(lambda z, start=t: onwards(z, start), h).numpy()
            product = np.eye(6)
            for factor in np.asarray(found.jacobians)[t:]:
                product = factor @ product
            assert_close(product, exact)
        read = x[t] if t < cue else U @ torch.cat([h, one])
        h = torch.tanh(V @ torch.cat([h, read, one]))


CHAOTIC = {"task": "adding", "n_hidden": 32, "shape": "gaussian", "rho": 2.0, "lr": 0.1}


@pytest.mark.parametrize(("values", "about"), [(CHAOTIC, -0.09), ({**CHAOTIC, "rho": 1.0}, 0.99), ({}, 0.61)])
def test_the_cosine_between_the_gradients_of_several_batches_is_torchs(values, about):
    experiment = Experiment.from_values(values)
    found = directions(experiment)
    trainer, gradients = Trainer(experiment), []
    for number in range(8):
        kind, spec, seed = trainer.task, experiment.task, experiment.recurrence.seed
        batch = kind.sample(np.random.default_rng([seed, 1, number]), spec.seq_len, spec.batch)
        gradients.append(differentiate(trainer.network, batch, kind, "tanh").gradient)
    pairs = [np.dot(a, b) / np.linalg.norm(a) / np.linalg.norm(b)
             for i, a in enumerate(gradients) for b in gradients[i + 1:]]
    assert (len(pairs), found.batches, found.note) == (28, 8, "")
    assert found.cosine == pytest.approx(np.mean(pairs), abs=1e-6)
    assert found.cosine == pytest.approx(about, abs=0.01)


@pytest.mark.parametrize("values", [{"activation": "relu", "bias": -3.0, "input_scale": 0.0, "rho": 0.0, "task": "copy",
                                     "n_hidden": 2}])
def test_directions_are_those_of_all_weights(values):
    assert directions(Experiment.from_values(values)) is not None  # the readout's bias always has a gradient


def test_without_a_finite_gradient_there_is_no_direction():
    assert on_task("gradient not finite").directions is None


@pytest.mark.parametrize(("norm", "told"), [(0.0, False), (np.inf, False), (np.nan, False), (1e-3, True)])
def test_a_gradient_of_no_length_has_no_direction(norm, told, monkeypatch):
    monkeypatch.setattr("core.topics.derivation.directions.euclidean_norm", lambda g: norm)
    assert (directions(Experiment.from_values({"n_hidden": 2, "seq_len": 3, "batch": 1})) is not None) == told
