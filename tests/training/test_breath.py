"""Updates that take breath: the same numbers however they are cut, and an update that is given up was not made."""

import numpy as np
import pytest

import core.breath
from core.training.experiment import Experiment
from core.training.replicas import Replicas
from core.training.trainer import Trainer
from tests.helpers.breaths import KINDS, breaths, given_up, some_of

SMALL = {"n_hidden": 4, "seq_len": 10, "batch": 3, "alpha": 0.3, "angle": 60.0, "lr": 0.1, "seed": 3}
SEEDS, UPDATES = (3, 5), 3


def experiment(kind):
    return Experiment.from_values({**SMALL, **KINDS[kind]})


def numbers(record):
    """All of a record, as bytes: nan is nan."""
    arrays = (record.log10_dL_dh, record.log10_dL_dh_full, record.log10_dL_dc, record.log10_dL_dh_held, record.W_hh)
    return [np.float64(value).tobytes() for value in (record.loss, record.grad_norm, record.clipped_norm)] + [
        None if array is None else np.asarray(array).tobytes() for array in arrays]


def flat(state):
    return {name: np.asarray(value).tobytes() for name, value in state.items()}


def stands(trainer):
    """All that the next update is made of."""
    solver = trainer._solver.state() if trainer._solver else trainer._solver_state
    return (trainer.step, trainer.sequence, trainer.course.position, trainer.network.theta.tobytes(), flat(solver),
            trainer.experiment)


def whole(kind):
    """The records of some updates that nobody cuts, and where each of them led."""
    trainer = Trainer(experiment(kind), full=True)
    return [(numbers(trainer.update()), stands(trainer)) for _ in range(UPDATES)]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("piece", [1, 2 * 12, 3 * 12])
def test_an_update_is_the_same_bit_for_bit_however_it_is_cut(kind, piece, monkeypatch):
    expected = whole(kind)
    monkeypatch.setattr(core.breath, "NUMBERS", piece)
    assert whole(kind) == expected


@pytest.mark.parametrize("kind", KINDS)
def test_an_update_that_is_given_up_at_any_breath_was_not_made_and_is_made_again_with_the_same_numbers(
        kind, monkeypatch):
    expected = whole(kind)
    monkeypatch.setattr(core.breath, "NUMBERS", 1)
    trainer, counted = Trainer(experiment(kind), full=True), Trainer(experiment(kind), full=True)
    for update in range(UPDATES):
        before, many = stands(trainer), breaths(counted.update)
        assert many > 2 * SMALL["seq_len"] or "chunks" in kind
        for at in some_of(many - 1, seed=update):  # the batch is drawn but once
            assert given_up(trainer.update, at)
            assert stands(trainer) == before
        assert not given_up(trainer.update, many + 1)
        trainer_now = stands(trainer)
        assert trainer_now == expected[update][1]
    assert numbers(trainer.measure()) == numbers(counted.measure())


@pytest.mark.parametrize("kind", ["plain", "LSTM", "GRU", "Omega", "Hessian-free", "carried in chunks"])
def test_an_update_of_several_seeds_is_given_up_as_one(kind, monkeypatch):
    def update(replicas):
        return [numbers(record) for record in replicas.update()]

    expected = Replicas(experiment(kind), SEEDS)
    monkeypatch.setattr(core.breath, "NUMBERS", 1)
    replicas, counted = Replicas(experiment(kind), SEEDS), Replicas(experiment(kind), SEEDS)
    for step in range(1, UPDATES + 1):
        many = breaths(counted.update)
        for at in (many // 5, 3 * many // 4, many // 5):  # of seeds one by one, the first has made it by then
            assert given_up(replicas.update, at)
            assert replicas.step == step
        assert update(replicas) == update(expected)


def test_where_nobody_listens_a_breath_does_nothing():
    assert core.breath.breathe() is None


def test_who_listens_inside_hears_and_who_did_before_hears_again():
    heard = []
    with core.breath.heard(lambda: heard.append("outer")):
        with core.breath.heard(lambda: heard.append("inner")):
            core.breath.breathe()
        core.breath.breathe()
    core.breath.breathe()
    assert heard == ["inner", "outer"]
