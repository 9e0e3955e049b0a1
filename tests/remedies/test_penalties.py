"""L1 and L2 on W_hh: the gradient of the loss with the penalty added, and nothing else."""

import numpy as np
import pytest

from core.remedies.base import remedies
from core.tasks.base import tasks
from core.training.batches import sampled
from core.training.experiment import Experiment
from core.training.trainer import Trainer
from tests.helpers.autograd_reference import differentiate
from tests.helpers.recorded import tell, updates

T, N, B = 20, 6, 4
SMALL = {"n_hidden": N, "seq_len": T, "batch": B, "alpha": 0.5, "bias": 0.2}
EPS = np.finfo(float).eps
PENALTY = {"l1": lambda W: np.abs(W).sum(), "l2": lambda W: np.square(W).sum()}
SLOPE = {"l1": np.sign, "l2": lambda W: 2 * W}
EACH = pytest.mark.parametrize("name", PENALTY)


def trainer(name=None, weight=0.1, **values):
    on = {} if name is None else {name: True, f"{name}_weight": weight}
    return Trainer(Experiment.from_values({**SMALL, **values, **on}))


def added(run, plain):
    """What the penalty adds to dL/dV and dL/dU."""
    return run.network.views(run.gradient()[0] - plain.gradient()[0])


@EACH
def test_the_remedy_fills_the_penalty_alone(name):
    remedy = remedies()[name]
    assert remedy.penalty is not None
    assert (remedy.transform_gradient, remedy.transform_vector, remedy.cell, remedy.window) == (None,) * 4


@EACH
@pytest.mark.parametrize("task", tasks())
@pytest.mark.parametrize("weight", [0.001, 0.1, 1.0])
def test_the_gradient_is_that_of_the_loss_by_autograd_and_the_slope_of_the_penalty(name, task, weight):
    """Sums of m products over T steps there and back, and a factor of 10 for what cancels."""
    run = trainer(name, weight, task=task)
    oracle = differentiate(run.network, sampled(run.experiment, 0), run.task, "tanh")
    expected = oracle.gradient.copy()
    run.network.views(expected)[0][:, :N] += weight * SLOPE[name](run.network.W_hh)
    tolerance = 20 * T * (N + run.task.n_in + 1) * EPS
    assert np.linalg.norm(run.gradient()[0] - expected) <= tolerance * np.linalg.norm(expected)


@EACH
def test_the_slope_is_that_of_the_penalty_by_a_difference_quotient(name):
    """Central differences with e = eps^(1/3); |.| and the square have no third derivative."""
    weight, e = 0.3, EPS ** (1 / 3)
    run, plain = trainer(name, weight), trainer()
    dV, _ = added(run, plain)
    W = run.network.W_hh
    direction = np.random.default_rng(0).normal(size=W.shape)
    assert np.abs(W).min() > e * np.abs(direction).max()  # no entry changes its sign on the way
    quotient = weight * (PENALTY[name](W + e * direction) - PENALTY[name](W - e * direction)) / (2 * e)
    assert np.sum(dV[:, :N] * direction) == pytest.approx(quotient, rel=100 * e**2)


@EACH
@pytest.mark.parametrize("remedy", [{}, {"leaky": True}, {"lstm": True}, {"gru": True}])
def test_the_recurrent_weights_are_pulled_and_no_others(name, remedy):
    """Of a gated cell those of every gate; b_h = 0.2 and W_xh, W_hy would show it."""
    run, plain = trainer(name, 0.5, **remedy), trainer(**remedy)
    dV, dU = added(run, plain)
    pulled = 0.5 * SLOPE[name](run.network.V[:, :N])
    assert np.abs(dV[:, :N] - pulled).max() < 10 * EPS * max(np.abs(run.gradient()[0]).max(), 1.0)
    assert np.abs(pulled).max() > 0.1
    assert not dV[:, N:].any()
    assert not dU.any()


@EACH
def test_weights_that_are_0_and_stay_so_are_not_pulled_away(name):
    run = trainer(name, 1.0, gru=True, optimizer="adam")
    updates(run, 5)
    assert not run.network.V[run.network.cell.zero].any()


@EACH
def test_the_loss_shown_is_that_of_the_task(name):
    """Comparable between weights: the penalty is not in it."""
    assert trainer(name, 1.0).update().loss == trainer().update().loss


@EACH
@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
def test_a_weight_of_0_is_the_baseline_bit_for_bit(name, optimizer):
    one, two = trainer(name, 0.0, optimizer=optimizer, task="sine"), trainer(optimizer=optimizer, task="sine")
    assert tell(updates(one, 10)) == tell(updates(two, 10))
    assert np.array_equal(one.network.theta, two.network.theta)


def test_an_entry_that_is_0_is_where_l1_leaves_it():
    run, plain = trainer("l1", 1.0, shape="identity"), trainer(shape="identity")
    dV, _ = added(run, plain)
    assert np.allclose(dV[:, :N], np.eye(N), rtol=0, atol=10 * EPS)


@EACH
def test_with_it_the_network_forgets(name):
    """From an orthogonal W_hh with nothing to learn (no input, lr small): sigma_max falls below 1."""
    run = trainer(name, 0.05 if name == "l1" else 0.5, lr=0.1, alpha=0.0, orthogonal_init=True, input_scale=0.0)
    records = updates(run, 15)
    assert records[0].sigma_max == pytest.approx(1.0, abs=1e-12)
    assert records[-1].sigma_max < 0.95
    assert records[-1].log10_dL_dh[0] < records[0].log10_dL_dh[0] - 0.5
