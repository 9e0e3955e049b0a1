"""A network is given its weights: those of its seed, or others; what it does with them is the same."""

from dataclasses import replace

import numpy as np
import pytest

from core.training.experiment import Experiment
from core.training.replicas import Replicas, seeded
from core.training.trainer import Trainer

SMALL = {"n_hidden": 5, "seq_len": 9, "batch": 3, "lr": 0.1, "bias": 0.1}
CELLS = pytest.mark.parametrize("values", [{}, {"lstm": True}, {"gru": True}, {"leaky": True}, {"dtype": "float32"}],
                                ids=str)


def told(record):
    return record.loss, record.grad_norm, record.W_hh.tolist(), record.log10_dL_dh.tolist()


def trained(experiment, updates):
    trainer = Trainer(experiment)
    for _ in range(updates):
        trainer.update()
    return trainer


@CELLS
def test_a_trainer_that_is_given_anothers_weights_goes_on_with_exactly_its_numbers(values):
    """SGD remembers nothing, so that the weights and the batch are all there is."""
    experiment = Experiment.from_values({**SMALL, **values})
    run = trained(experiment, 4)
    given = Trainer(experiment, run.network.theta)
    given.restore(replace(given.checkpoint(), step=5, sequence=4))
    for _ in range(3):
        assert told(given.update()) == told(run.update())


@CELLS
def test_the_weights_of_the_seed_are_those_that_it_has_without_any(values):
    experiment = Experiment.from_values({**SMALL, **values})
    first = Trainer(experiment).network.theta
    assert told(Trainer(experiment, first).update()) == told(Trainer(experiment).update())


def test_they_are_copied():
    experiment = Experiment.from_values(SMALL)
    theta = np.full_like(Trainer(experiment).network.theta, 0.25)
    trainer = Trainer(experiment, theta)
    trainer.update()
    assert (theta == 0.25).all()
    assert not np.array_equal(trainer.network.theta, theta)


@pytest.mark.parametrize("values", [{}, {"hessian_free": True}], ids=["one pass for all", "seed by seed"])
def test_seeds_that_are_given_weights_go_on_with_exactly_those_on_their_own_batches(values):
    experiment, seeds = Experiment.from_values({**SMALL, **values}), (0, 7)
    thetas = [trained(seeded(experiment, seed), 2).network.theta for seed in (7, 0)]
    records = Replicas(experiment, seeds, thetas).update()
    for record, seed, theta in zip(records, seeds, thetas, strict=True):
        alone = Trainer(seeded(experiment, seed), theta).update()
        assert (record.loss, record.W_hh.tolist()) == (alone.loss, alone.W_hh.tolist())
        assert record.grad_norm == pytest.approx(alone.grad_norm, rel=1e-12)


@pytest.mark.parametrize("size", [1, 60])
def test_weights_of_another_network_are_refused(size):
    P = Trainer(Experiment.from_values(SMALL)).network.theta.size
    assert size != P
    with pytest.raises(ValueError, match=rf"^This network has {P} weights, got an array of shape \({size},\)\.$"):
        Trainer(Experiment.from_values(SMALL), np.zeros(size))
