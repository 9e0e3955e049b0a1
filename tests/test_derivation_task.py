"""What the derivation measures on the reader's task: the product of Jacobians, the first gradient, units that leak."""

import numpy as np
import pytest
import torch
from derivation_subjects import on_task
from unrolled_reference import assert_close

from core.derivation.leak import LeakyJacobians, leaky_norms
from core.derivation.on_task import MOST_LAGS, OnTask
from core.experiment import Experiment
from core.jacobian import gradient_flow
from core.training import Trainer


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
    assert "sequences instead of 256" in big.note
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
    J = on_task("2 units").jacobians
    leaky = LeakyJacobians(0.3, np.asarray(J.slopes)[:, :, 0], J.W_hh)
    assert (leaky.shape, len(leaky)) == ((50, 2, 2), 50)
    assert_close(leaky[4], 0.3 * np.eye(2) + 0.7 * np.asarray(J)[4])
