"""Identity and ReLU: what it sets, that it is the same network by hand, and what it keeps."""

import numpy as np
import pytest

from core.network.activations import ACTIVATIONS
from core.remedies.base import remedies
from core.remedies.identity_relu import REMEDY, IdentityRelu
from core.topics.jacobians.products import log10_product_norms
from core.training.batches import sampled
from core.training.experiment import Experiment
from core.training.trainer import Trainer
from tests.helpers.recorded import tell, updates

EPS = np.finfo(float).eps
SMALL = {"n_hidden": 8, "seq_len": 30, "batch": 4, "task": "adding", "lr": 0.01}


def trainer(**values):
    return Trainer(Experiment.from_values({**SMALL, **values}))


def test_the_remedy_chooses_the_start_and_phi_and_nothing_else():
    assert remedies()["identity_relu"] is REMEDY
    assert REMEDY.activation(IdentityRelu()) == "relu"
    assert (REMEDY.cell, REMEDY.constrain, REMEDY.transform_gradient, REMEDY.penalty) == (None,) * 4


@pytest.mark.parametrize("scale", [0.01, 0.5, 1.0, 2.0])
@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "relu"])
@pytest.mark.parametrize("shape", ["spectrum", "gaussian"])
def test_W_is_the_scale_times_the_identity_and_phi_is_relu_whatever_was_chosen(scale, activation, shape):
    run = trainer(identity_relu=True, identity_relu_scale=scale, activation=activation, shape=shape, alpha=1.0)
    assert np.array_equal(run.network.W_hh, scale * np.eye(8))
    assert run.activation is ACTIVATIONS["relu"]


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
@pytest.mark.parametrize("scale", [0.5, 1.0])
def test_it_is_the_network_that_one_would_set_by_hand_bit_for_bit(optimizer, scale):
    one = trainer(identity_relu=True, identity_relu_scale=scale, activation="sigmoid", optimizer=optimizer)
    two = trainer(shape="identity", rho=scale, activation="relu", optimizer=optimizer)
    assert tell(updates(one, 10)) == tell(updates(two, 10))
    assert np.array_equal(one.network.theta, two.network.theta)


def test_without_input_the_state_stays_exactly_what_it_is():
    """W_xh is set to 0 after the tenth step's worth of input has been read: the rest of the sequence adds nothing."""
    run = trainer(identity_relu=True, input_scale=1.0)
    batch, network = sampled(run.experiment, 0), run.network
    tape = network.cell.tape(30, 4, np.dtype(float))
    tape.load(np.where(np.arange(30)[:, None, None] < 10, batch.x, 0.0))
    network.cell.forward(network.V, tape, 0, 30)
    assert tape.h[9].any()
    assert all(np.array_equal(h, tape.h[9]) for h in tape.h[10:])


def test_every_factor_is_the_identity_on_the_units_that_are_on():
    run = trainer(identity_relu=True, input_scale=1.0)
    run.measure()
    for t in range(30):
        on = run.course.tape.A[t, :, 0] > 0
        assert np.array_equal(run.jacobians()[t], np.diag(on.astype(float)))


def test_with_all_units_on_the_gradient_comes_back_whole():
    """A bias of 3 holds every unit above 0."""
    run = trainer(identity_relu=True, bias=3.0, task="recall", seq_len=100)
    record = run.measure()
    assert np.abs(log10_product_norms(run.jacobians())).max() == 0.0
    assert np.ptp(record.log10_dL_dh) < 100 * EPS


@pytest.mark.parametrize("scale", [0.9, 1.1])
def test_off_1_it_forgets_or_explodes_as_the_scale_to_the_lag(scale):
    run = trainer(identity_relu=True, identity_relu_scale=scale, bias=3.0, task="recall", seq_len=100)
    run.measure()
    lag = np.arange(1, 101)
    assert np.abs(log10_product_norms(run.jacobians()) - lag * np.log10(scale)).max() < 100 * 10 * EPS


@pytest.mark.parametrize("seed", [5, 6])
def test_its_gradient_reaches_back_where_that_of_a_tanh_network_does_not(seed):
    """Adding over 100 steps; the plain network with the radius 0.9 that keeps it stable."""
    kept, plain = (trainer(seed=seed, seq_len=100, n_hidden=32, **values).update() for values in (
        {"identity_relu": True}, {"rho": 0.9}))
    assert kept.log10_dL_dh[50] - kept.log10_dL_dh[-1] > -1
    assert plain.log10_dL_dh[50] - plain.log10_dL_dh[-1] < -2
