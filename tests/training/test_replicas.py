"""Several seeds at once: each is the run of its seed alone, whatever the others do."""

from dataclasses import replace

import numpy as np
import pytest

from core.network.activations import MANY
from core.tasks.base import tasks
from core.training import course, replicas
from core.training.experiment import Experiment
from core.training.replicas import Replicas, seeded
from core.training.trainer import Trainer

T, N, B, UPDATES = 20, 6, 4, 5
SMALL = {"n_hidden": N, "seq_len": T, "batch": B, "alpha": 0.5, "lr": 0.05}
SEEDS = (3, 0, 11)
EPS = np.finfo(float).eps
# one update: sums of some 10 products over T steps there and back, 10 for what cancels; 10 for what the updates before
# it have made of theirs
TOLERANCE = 10 * UPDATES * 20 * T * 10 * EPS
REMEDIES = {
    "clip_norm": {"clip_norm_threshold": 0.01}, "clip_value": {"clip_value_limit": 1e-3}, "clip_jacobian": {},
    "l1": {"l1_weight": 0.05}, "l2": {"l2_weight": 0.05}, "omega": {"omega_weight": 3.0}, "leaky": {}, "lstm": {},
    "gru": {}, "orthogonal_init": {}, "orthogonal_kept": {}, "identity_relu": {}, "hessian_free": {}, "echo_state": {},
}
EXPERIMENTS = {
    **{name: {"task": name} for name in tasks()},
    **{name: {"task": "sine", name: True, **fields} for name, fields in REMEDIES.items()},
    **{optimizer: {"task": "copy", "optimizer": optimizer} for optimizer in ("momentum", "rmsprop", "adam")},
    "teacher_forcing": {"task": "generator", "teacher_forcing": True, "teacher_forcing_share": 0.6},
    "leaks of a range": {"task": "sine", "leaky": True, "leaky_slowest": 0.01, "leaky_fastest": 1.0},
    "in chunks": {"task": "sine", "truncation": True, "truncation_k1": 7, "truncation_k2": 3},
    "in chunks that begin anew": {"task": "sine", "truncation": True, "truncation_k1": 7, "truncation_carry": False},
    "in chunks of a free run": {"task": "generator", "truncation": True, "truncation_k1": 7, "truncation_k2": 9},
    "many together": {"task": "sine", "gru": True, "clip_jacobian": True, "clip_norm": True, "l2": True,
                      "optimizer": "adam", "truncation": True, "truncation_k2": 12},
    "omega, clipped twice, in chunks": {"task": "generator", "omega": True, "clip_jacobian": True, "clip_value": True,
                                        "orthogonal_kept": True, "truncation": True, "truncation_k1": 12},
    "gradients that vanish": {"task": "recall", "rho": 0.05, "seq_len": 400, "alpha": 0.0},
    "relu units that die": {"task": "recall", "activation": "relu", "bias": -0.05, "rho": 0.5},
}
MANY_NUMBERS = {  # at a step, so that tanh is torch's, and dL/dW one product
    "plain": {"task": "recall", "n_hidden": 32, "batch": 8},
    "leaky": {"task": "recall", "n_hidden": 32, "batch": 8, "leaky": True},
    "dL/dW in three blocks of steps": {"task": "recall", "n_hidden": 32, "batch": 8, "seq_len": 150, "lr": 1e-3},
    "with batches too wide to lay the steps side by side": {"task": "recall", "n_hidden": 32, "batch": 9},
}
EACH = pytest.mark.parametrize("values", EXPERIMENTS.values(), ids=EXPERIMENTS)
# an identity that two of the seeds below leave after a few updates for one whose products explode
DIVERGING = {"task": "recall", "n_hidden": 16, "seq_len": 40, "batch": 8, "shape": "identity", "rho": 1.0,
             "activation": "leaky_relu", "lr": 0.05}


def experiment(**values):
    return Experiment.from_values({**SMALL, **values})


def trainers(base, seeds=SEEDS):
    return [Trainer(seeded(base, seed)) for seed in seeds]


def assert_same(found, alone, tolerance=TOLERANCE):
    """All of a record but its duration."""
    assert found.step == alone.step
    assert (found.loss, found.grad_norm, found.clipped_norm) == pytest.approx(
        (alone.loss, alone.grad_norm, alone.clipped_norm), rel=tolerance, nan_ok=True)
    assert (found.accuracy is None) == (alone.accuracy is None)
    assert found.accuracy is None or found.accuracy == pytest.approx(alone.accuracy, abs=1 / B / 4)
    assert type(found.loss) is type(found.grad_norm) is float
    assert found.W_hh.dtype == alone.W_hh.dtype
    assert np.abs(found.W_hh - alone.W_hh).max() <= tolerance * max(np.abs(alone.W_hh).max(), 1.0)
    for name in ("log10_dL_dh", "log10_dL_dc"):
        one, two = getattr(found, name), getattr(alone, name)
        assert (one is None) == (two is None)
        if one is not None:
            assert one.shape == two.shape
            assert np.array_equal(np.isfinite(one), np.isfinite(two))
            finite = np.isfinite(one)
            assert np.abs(one - two)[finite].max(initial=0.0) < tolerance
    assert found.stopped == alone.stopped


@EACH
def test_each_seed_is_its_run_alone(values):
    base = experiment(**values)
    together, each = Replicas(base, SEEDS), trainers(base)
    for _ in range(UPDATES):
        records = together.update()
        assert len(records) == len(SEEDS)
        for found, trainer in zip(records, each, strict=True):
            assert_same(found, trainer.update())


@pytest.mark.parametrize("values", MANY_NUMBERS.values(), ids=MANY_NUMBERS)
def test_each_seed_is_its_run_alone_where_there_is_a_quicker_way_for_many(values):
    base = experiment(**values)
    assert base.recurrence.n_hidden * base.task.batch * len(SEEDS) >= MANY
    together, each = Replicas(base, SEEDS), trainers(base)
    for _ in range(UPDATES):
        for found, trainer in zip(together.update(), each, strict=True):
            assert_same(found, trainer.update())


@EACH
def test_the_first_update_of_each_seed_is_bit_for_bit_its_own(values):
    """All but what is summed in another order: the loss and the weights that it was measured on."""
    base = experiment(**values)
    for found, trainer in zip(Replicas(base, SEEDS).update(), trainers(base), strict=True):
        alone = trainer.update()
        assert found.loss == alone.loss
        assert np.array_equal(found.W_hh, alone.W_hh)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_they_are_held_in_the_experiments_type(dtype):
    base = experiment(task="sine", dtype=dtype)
    together, each = Replicas(base, SEEDS), trainers(base)
    for _ in range(3):
        for found, trainer in zip(together.update(), each, strict=True):
            assert_same(found, trainer.update(), TOLERANCE * float(np.finfo(dtype).eps) / EPS)


@EACH
def test_the_same_seeds_give_the_same_records_bit_for_bit(values):
    def told():
        together = Replicas(experiment(**values), SEEDS)
        return [[(r.loss, r.grad_norm, r.W_hh.tobytes()) for r in together.update()] for _ in range(3)]

    assert told() == told()


@EACH
def test_the_order_of_the_seeds_and_their_company_do_not_matter(values):
    base = experiment(**values)
    one, two = Replicas(base, (3, 0, 11)), Replicas(base, (11, 5, 3, 8))
    for _ in range(3):
        a, b = one.update(), two.update()
        assert_same(a[0], b[2])
        assert_same(a[2], b[0])


def test_one_seed_alone_is_the_trainer_bit_for_bit():
    base = experiment(task="sine")
    (trainer,), alone = trainers(base, [7]), Replicas(base, [7])
    for _ in range(5):
        (found,), expected = alone.update(), trainer.update()
        assert (found.loss, found.grad_norm) == (expected.loss, expected.grad_norm)
        assert np.array_equal(found.W_hh, expected.W_hh)


def test_it_knows_its_seeds_its_task_its_step_and_its_experiment():
    base = experiment(task="copy")
    together = Replicas(base, range(3, 6))
    assert (together.seeds, together.step, together.experiment) == ((3, 4, 5), 1, base)
    assert together.task is tasks()["copy"]
    together.update()
    assert together.step == 2


# -- one that leaves the finite numbers --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def diverging():
    """40 updates of four seeds, together and alone; some stop on the way, each at its own update."""
    base, seeds = Experiment.from_values(DIVERGING), (0, 3, 1, 5)
    together, each = Replicas(base, seeds), trainers(base, seeds)
    alone = [[] for _ in seeds]
    for r, trainer in enumerate(each):
        while len(alone[r]) < 40 and (not alone[r] or alone[r][-1].stopped is None):
            alone[r].append(trainer.update())
    return [together.update() for _ in range(40)], alone


def test_some_stop_and_some_do_not(diverging):
    _, alone = diverging
    stopped = [run[-1].stopped is not None for run in alone]
    assert 1 <= sum(stopped) < len(stopped)


def test_a_seed_stops_at_its_own_update_and_says_what_it_says_alone(diverging):
    together, alone = diverging
    for r, run in enumerate(alone):
        if run[-1].stopped is not None:
            found = together[len(run) - 1][r]
            assert (found.step, found.stopped) == (run[-1].step, run[-1].stopped)
            assert together[len(run) - 2][r].stopped is None


def test_one_that_has_stopped_repeats_its_last_record(diverging):
    together, alone = diverging
    for r, run in enumerate(alone):
        if run[-1].stopped is not None:
            assert all(records[r] is together[len(run) - 1][r] for records in together[len(run):])


def test_the_others_are_not_disturbed_by_it(diverging):
    """An error of rounding doubles at most every other update of these, and 2^20 of it is allowed."""
    together, alone = diverging
    for r, run in enumerate(alone):
        for records, expected in zip(together, run[:-1], strict=False):
            assert records[r].loss == pytest.approx(expected.loss, rel=1e-15 * 2**20 * 100)
            assert records[r].grad_norm == pytest.approx(expected.grad_norm, rel=1e-15 * 2**20 * 100)


@pytest.mark.parametrize("optimizer", ["sgd", "momentum"])
def test_when_all_have_stopped_the_last_records_stay(optimizer):
    base = Experiment.from_values({**DIVERGING, "rho": 2.0, "seq_len": 1000, "activation": "linear", "bias": 1.0,
                                   "optimizer": optimizer})
    together = Replicas(base, (0, 1))
    for _ in range(5):
        first = together.update()
    assert all(record.stopped is not None for record in first)
    for again in (together.update(), together.update()):
        assert all(one is two for one, two in zip(first, again, strict=True))


# -- Jacobians ---------------------------------------------------------------------------------------------------------


@EACH
def test_the_jacobians_are_those_of_each_seeds_last_record(values):
    base = experiment(**values)
    together, each = Replicas(base, SEEDS), trainers(base)
    for _ in range(2):
        together.update()
        for trainer in each:
            trainer.update()
    for r, trainer in enumerate(each):
        found, expected = together.jacobians(r, 3), trainer.jacobians(3)
        assert (found.shape, found.samples) == (expected.shape, expected.samples)
        one, two = (J.between(0, len(J), 2) for J in (found, expected))
        assert np.abs(one - two).max() <= TOLERANCE * max(np.abs(two).max(), 1.0)


@pytest.mark.parametrize("seeds", [(0, 1, 2, 3), (0,)])
def test_where_a_state_is_not_finite_there_are_no_jacobians(seeds):
    base = Experiment.from_values({**DIVERGING, "rho": 2.0, "seq_len": 1000, "activation": "elu", "bias": 3.0,
                                   "dtype": "float32"})
    together = Replicas(base, seeds)
    assert all(record.stopped is not None for record in together.update())
    assert together.jacobians(0) is None


def test_several_seeds_share_their_passes(monkeypatch):
    """One forward and one backward pass for all of them, and not one each."""
    calls = []
    for name in ("run_forward", "run_backward"):
        monkeypatch.setattr(course, name, lambda *args, made=getattr(course, name), name=name, **more: (
            calls.append(name) or made(*args, **more)))
    Replicas(experiment(), range(8)).update()
    assert calls == ["run_forward", "run_backward"]


@pytest.mark.parametrize(("values", "seeds", "share"), [
    ({}, (3, 0), True), ({}, (3,), False), ({"hessian_free": True}, (3, 0), False)], ids=str)
def test_seeds_share_their_passes_where_there_are_several_and_no_remedy_makes_the_whole_update(values, seeds, share):
    assert Replicas(experiment(task="sine", **values), seeds).share_passes is share


def test_the_time_of_a_shared_pass_is_divided_among_those_that_go_on(monkeypatch):
    together, clock = Replicas(experiment(), (3, 0, 11, 5)), iter([100.0, 106.0, 200.0, 206.0])
    monkeypatch.setattr(replicas.time, "perf_counter", lambda: next(clock))
    first = together.update()
    assert [record.seconds for record in first] == [1.5] * 4
    together._records[1] = replace(first[1], stopped="for a test")
    assert [record.seconds for record in together.update()] == [2.0, 1.5, 2.0, 2.0]


@pytest.mark.parametrize("seeds", [(3, 0), (3,)])
def test_of_a_replica_are_the_jacobians_of_so_many_sequences_as_are_asked_for_and_of_one_if_none_is_said(seeds):
    together = Replicas(experiment(task="sine"), seeds)
    together.update()
    assert [together.jacobians(0, *asked).samples for asked in ((), (1,), (2,))] == [1, 1, 2]


def test_seeding_changes_the_seed_and_nothing_else():
    base = experiment(task="copy", l2=True)
    assert seeded(base, 9) == replace(base, recurrence=replace(base.recurrence, seed=9))


def test_where_one_replica_gets_exactly_nothing_the_vanishing_one_beside_it_is_still_mended():
    """10^-8 a step over 60 steps is below the smallest float64; a network of zeros, as a stopped one is, gets 0."""
    base = Experiment.from_values({"n_hidden": 4, "batch": 2, "seq_len": 60, "rho": 1e-8, "activation": "linear"})
    together = Replicas(base, (3, 4))
    together._way._network.theta[1] = 0.0
    one, other = together.update()
    alone = Trainer(seeded(base, 3)).update()
    assert one.log10_dL_dh[0] < -400
    np.testing.assert_allclose(one.log10_dL_dh, alone.log10_dL_dh, rtol=1e-12)
    assert np.isneginf(other.log10_dL_dh).all()
