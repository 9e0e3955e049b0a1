"""Whether an update made the loss of its own batch worse: against a second trainer that is asked before and after."""

import numpy as np
import pytest
from scipy.optimize import brentq

from core.live.player import Playback
from core.live.run import LiveRun
from core.live.slot import UpdateSlot
from core.training.checkpoint import Checkpoint
from core.training.experiment import Experiment
from core.training.own_batch import LOOKED_AT, Overshoots, OwnBatches, own_loss
from core.training.trainer import Trainer

CASES = {
    "short steps": {"batch": 8, "seq_len": 12},
    "from wall to wall": {"task": "adding", "lr": 1.0, "clip_norm": True, "clip_norm_threshold": 3.0, "batch": 8},
    "momentum": {"optimizer": "momentum", "lr": 0.3, "batch": 8, "seq_len": 12},
    "LSTM": {"lstm": True, "batch": 4, "seq_len": 8, "lr": 1.0},
    "float32": {"dtype": "float32", "batch": 8, "seq_len": 12, "lr": 3.0, "clip_norm": True},
    "teacher": {"task": "generator", "teacher_forcing": True, "batch": 4, "seq_len": 12, "lr": 0.3},
}


def run_of(values, updates):
    run = LiveRun(Experiment.from_values(values), UpdateSlot())
    run.playback = Playback(until_solved=False)
    for _ in range(updates):
        run.step()
    return run


def training_loss(experiment, sequence, theta):
    """What a trainer that is put on that batch with these weights measures before it updates: the loss that it
    descends on."""
    trainer = Trainer(experiment)
    trainer.restore(Checkpoint(1, sequence, theta, {}))
    return trainer.course.measure().found.loss.value


def made_worse(experiment, sequence, before, after):
    """Whether the loss rose, and would have fallen over a tenth of the step, a hundredth or a thousandth."""
    start = training_loss(experiment, sequence, before)
    return training_loss(experiment, sequence, after) > start * (1 + 1e-6) and any(
        training_loss(experiment, sequence, before + part * (after - before)) < start for part in (0.1, 0.01, 0.001))


@pytest.mark.parametrize("values", CASES.values(), ids=CASES)
def test_the_count_is_that_of_a_second_trainer(values):
    experiment, updates = Experiment.from_values(values), 25
    trainer, worse = Trainer(experiment), []
    for sequence in range(updates):
        start = trainer.network.theta.copy()
        trainer.update()
        worse.append(made_worse(experiment, sequence, start, trainer.network.theta.copy()))
    run = run_of(values, updates)
    assert run.steps_up_to(updates) == Overshoots(sum(worse[-LOOKED_AT:]), LOOKED_AT)
    assert run.steps_up_to(10) == Overshoots(sum(worse[5:10]), 5)  # of the last twenty that are kept
    if values == CASES["short steps"]:
        assert sum(worse) == 0
    if values == CASES["from wall to wall"]:
        assert sum(worse) > updates / 4


@pytest.mark.parametrize("carry", [True, False])
def test_the_loss_of_a_batch_in_chunks_is_the_mean_over_all_its_steps(carry):
    values = {"task": "sine", "batch": 3, "seq_len": 11, "truncation": True, "truncation_k1": 4, "truncation_k2": 4,
              "truncation_carry": carry}
    experiment = Experiment.from_values(values)
    trainer = Trainer(experiment)
    network = trainer.network
    found = own_loss(network, network.cell.tape(11, 3, network.theta.dtype), experiment, 0, network.theta)
    records = []
    while trainer.sequence == 0:  # one record a chunk, with weights that are put back after each
        records.append(trainer.update().loss)
        network.theta[...] = Trainer(experiment).network.theta
    assert found == pytest.approx(np.average(records, weights=[4, 4, 3]), rel=1e-12)


def test_updates_that_were_gone_back_behind_are_forgotten():
    run = run_of(CASES["from wall to wall"], 12)
    run.rewind(run.frame_at(9))
    assert run.steps_up_to(12).of == 8
    for _ in range(25):
        run.step()
    assert run.steps_up_to(33).of == LOOKED_AT


@pytest.mark.parametrize("values", [{"batch": 5}, {"seq_len": 9}, {"batch": 5, "seq_len": 9}])
def test_batches_of_another_size_are_measured_in_a_tape_of_theirs(values):
    """Both kinds made it worse: with the clip the steps go from wall to wall."""
    first = CASES["from wall to wall"]
    run, whole = run_of(first, 3), {**first, **values}
    run.apply(Experiment.from_values(whole))
    begins = [run._trajectory.trainer.network.theta.copy()]
    for _ in range(4):
        run.step()
        begins.append(run._trajectory.trainer.network.theta.copy())
    experiment = Experiment.from_values(whole)
    worse = [made_worse(experiment, sequence, before, after)
             for sequence, before, after in zip(range(3, 7), begins[:-1], begins[1:], strict=True)]
    before = run_of(first, 3).steps_up_to(3)
    assert run.steps_up_to(7) == Overshoots(before.worse + sum(worse), 7)


def test_a_radius_that_was_set_after_the_last_update_does_not_count_as_its_step():
    run = run_of({"batch": 8, "seq_len": 12}, 5)
    before = run.steps_up_to(5)
    other = run_of({"batch": 8, "seq_len": 12}, 5)
    other.apply(Experiment.from_values({"batch": 8, "seq_len": 12, "rho": 1.9}))
    assert other.steps_up_to(5) == before == Overshoots(0, 5)


def test_where_there_is_no_time_the_latest_are_measured_first_and_known_ones_are_kept():
    run = run_of(CASES["from wall to wall"], 8)
    own, network = run._trajectory.own, run._trajectory.trainer.network
    assert own.measured(network, range(9), -1.0).of == 0
    assert own.measured(network, range(9), 60.0).of == 8
    assert own.measured(network, range(9), -1.0).of == 8


def test_a_step_that_a_momentum_turned_is_not_too_long():
    """At the smallest learning rate there is: seven of them raise the loss of their batch, and so does any part."""
    run = run_of({"task": "adding", "seq_len": 5, "batch": 2, "n_hidden": 8, "seed": 89, "optimizer": "momentum",
                  "lr": 1e-5, "input_scale": 1.0}, 60)
    rose = [training_loss(one.experiment, one.sequence, one.after) > training_loss(one.experiment, one.sequence,
                                                                                   one.before) * (1 + 1e-9)
            for one in run._trajectory.own._updates]
    assert sum(rose) == 7
    assert run.steps_up_to(60) == Overshoots(0, LOOKED_AT)


@pytest.mark.parametrize(("dtype", "rise", "worse"), [
    ("float64", 1e-7, True), ("float64", 0.0, False), ("float64", -1e-7, False),
    ("float32", 1e-3, True), ("float32", 1e-6, False), ("float32", -1e-3, False)])
def test_a_step_was_too_long_where_the_loss_rose_by_more_than_its_rounding(dtype, rise, worse):
    """Along a gradient downhill, to where the loss is so much above where it began."""
    experiment = Experiment.from_values({"batch": 3, "seq_len": 6, "n_hidden": 4, "dtype": dtype})
    trainer = Trainer(experiment)
    before = trainer.network.theta.astype(float)
    loss, slope = training_loss(experiment, 0, before.copy()), trainer.gradient()[0].astype(float)

    def rose(length):
        return training_loss(experiment, 0, before - length * slope) - loss * (1.0 + rise)

    far = next(length for length in 2.0 ** np.arange(20) if rose(length) > loss)
    low = far / 2 ** next(k for k in range(30) if rose(far / 2**k) < 0.0)
    length = brentq(rose, low, far, xtol=1e-15, rtol=1e-15)
    measured = OwnBatches()
    measured.append(1, experiment, 0, before.astype(dtype), (before - length * slope).astype(dtype))
    assert measured.measured(trainer.network, range(2), 60.0) == Overshoots(int(worse), 1)


@pytest.mark.parametrize(("dtype", "rise"), [("float64", 1e-3), ("float32", 1e-3), ("float64", 1e-7)])
def test_a_step_uphill_is_not_too_long(dtype, rise):
    """By a share of the loss, along its gradient."""
    experiment = Experiment.from_values({"batch": 3, "seq_len": 6, "n_hidden": 4, "dtype": dtype})
    trainer = Trainer(experiment)
    before = trainer.network.theta.copy()
    loss = training_loss(experiment, 0, before.copy())
    slope = trainer.gradient()[0]
    after = before + (rise * loss / np.dot(slope, slope) * slope).astype(before.dtype)
    measured = OwnBatches()
    measured.append(1, experiment, 0, before, after)
    assert measured.measured(trainer.network, range(2), 60.0) == Overshoots(0, 1)
