"""Which pairs (t, k) truncation sees: the trainer's own gradient says so, pair by pair."""

from dataclasses import replace

import numpy as np
import pytest

from core.plotting.thinning import evenly
from core.remedies.truncation import Truncation
from core.specs.recurrence import Recurrence
from core.specs.task import Task
from core.tasks.base import Batch, tasks
from core.topics.jacobians.map import jacobian_map
from core.training.experiment import Experiment
from core.training.trainer import Trainer
from core.training.truncated_pairs import dependency_of, map_of, target_steps, truncation_map, window_of

T = 12
SINE = tasks()["sine"]
NETWORK = Recurrence(n_hidden=3, alpha=0.5)
EACH_WINDOW = pytest.mark.parametrize(("k1", "k2", "carry"), [
    (T, T, True), (T, 5, True), (5, 5, True), (5, T, True), (4, 7, True), (7, 3, True), (1, 1, True), (1, 6, True),
    (1, T, True), (3, 8, True), (5, 1, True), (6, 4, True), (1000, 1000, True), (1000, 3, True),
    (5, 5, False), (4, 7, False), (7, 3, False), (1, T, False), (T, 5, False), (1000, 3, False)])


def arrives(t, k1, k2, carry):
    """log10 ||dL_t/dh_k|| that the trainer finds at k = 1..T, where step t alone has a target."""
    def compose(*drawn):
        whole = SINE.compose(*drawn)
        return Batch(whole.x, np.array([t]), whole.target[[t - 1]])

    kind = replace(SINE, name="one target", compose=compose)
    return Trainer(Experiment(NETWORK, Task(task=kind, seq_len=T, batch=2),
                              remedies=(Truncation(k1=k1, k2=k2, carry=carry),))).measure().log10_dL_dh


def reached(t, k1, k2, carry):
    """Steps k at which that is not exactly 0."""
    return set((np.flatnonzero(np.isfinite(arrives(t, k1, k2, carry))) + 1).tolist())


@EACH_WINDOW
def test_what_is_seen_is_what_the_trainer_reaches(k1, k2, carry):
    found = truncation_map(T, k1, k2, np.arange(1, T + 1), carry=carry)
    for t in range(1, T + 1):
        seen = {k for k in range(1, T + 1) if found.seen(np.array(t), np.array(k))}
        assert seen == reached(t, k1, k2, carry), t


@EACH_WINDOW
def test_what_is_seen_arrives_as_without_truncation_where_the_state_is_carried(k1, k2, carry):
    found = truncation_map(T, k1, k2, np.arange(1, T + 1), carry=carry)
    for t in range(1, T + 1):
        seen = found.seen(np.array(t), np.arange(1, T + 1))
        cut, whole = arrives(t, k1, k2, carry), arrives(t, T, T, True)
        assert np.array_equal(cut[seen], whole[seen]) == (carry or t <= k1 or not seen.any()), t


@EACH_WINDOW
def test_the_state_before_the_first_step_gets_what_the_first_step_hands_on(k1, k2, carry):
    """dL_t/dh_0 = J_1^T dL_t/dh_1, of what arrives at step 1; no loss is at t = 0, and its row cuts nothing."""
    found = truncation_map(T, k1, k2, np.arange(1, T + 1), carry=carry)
    for t in range(1, T + 1):
        assert found.unseen(np.array(t), np.array(0)) == (1 not in reached(t, k1, k2, carry)), t
        assert found.unconnected(np.array(t), np.array(0)) == (not carry and t > k1), t
    assert not found.unseen(np.array(0), np.arange(T + 1)).any()
    assert not found.unconnected(np.array(0), np.arange(T + 1)).any()


@EACH_WINDOW
def test_a_truncated_map_is_the_full_one_over_the_first_chunk(k1, k2, carry):
    """Its factors are those of the whole sequence."""
    task = Task(task="sine", seq_len=T, batch=2)
    whole, cut = Trainer(Experiment(NETWORK, task)), Trainer(Experiment(NETWORK, task, remedies=(
        Truncation(k1=k1, k2=k2, carry=carry),)))
    for trainer in (whole, cut):
        trainer.measure()
    seen, steps = jacobian_map(cut.jacobians()), min(k1, T)
    assert seen.at[-1] == steps
    expected = jacobian_map(whole.jacobians()).log10_norm[:steps + 1, :steps + 1]
    assert np.allclose(seen.log10_norm, expected, rtol=0, atol=1e-12, equal_nan=True)


@pytest.mark.parametrize(("k1", "k2"), [(7, 30), (100, 20), (33, 33)])
def test_on_a_thinned_grid_the_same_pairs_are_unseen(k1, k2):
    found, at, all_of_them = truncation_map(200, k1, k2, np.arange(1, 201)), evenly(0, 200, 30), np.arange(201)
    every = found.unseen(all_of_them[:, None], all_of_them)
    assert np.array_equal(found.unseen(at[:, None], at), every[np.ix_(at, at)])
    assert every.any()


@pytest.mark.parametrize("k1", [1, 50])
def test_windows_as_long_as_the_sequence_drop_nothing(k1):
    at = np.arange(51)
    assert not truncation_map(50, k1, 50, np.arange(1, 51)).unseen(at[:, None], at).any()


@EACH_WINDOW
def test_the_last_loss_is_cut_one_step_before_the_first_that_it_reaches(k1, k2, carry):
    found = truncation_map(T, k1, k2, np.arange(1, T + 1), carry=carry).last_cut
    first = min(reached(T, k1, k2, carry))
    assert found == (None if first == 1 else T - (first - 1))


@EACH_WINDOW
def test_every_pair_is_seen_dropped_or_unconnected_and_never_two_of_them(k1, k2, carry):
    found = truncation_map(T, k1, k2, np.arange(1, T + 1), carry=carry)
    t, k = np.arange(T + 1)[:, None], np.arange(T + 1)[None, :]
    kinds = np.stack([found.seen(t, k), found.dropped(t, k), found.unconnected(t, k)]).astype(int)
    assert np.array_equal(kinds.sum(axis=0), (k <= t).astype(int))


def test_a_pair_is_unconnected_where_the_network_itself_says_so():
    """With the state reset at t = 4 and 8, an input changed at step k moves the states of its own chunk alone."""
    experiment = Experiment(Recurrence(n_hidden=3), Task(task="sine", seq_len=T, batch=1),
                            remedies=(Truncation(k1=4, k2=4, carry=False),))
    found = map_of(experiment)

    def losses(moved):
        trainer = Trainer(experiment)
        trainer.measure()
        trainer.course.batch.x[moved] += 1.0
        trainer.course.tape.load(trainer.course.batch.x)
        theta, out = trainer.network.theta.copy(), []
        for _ in range(3):
            out.append(trainer.update().loss)
            trainer.network.theta[...] = theta
        return np.array(out)

    whole = losses(slice(0, 0))
    for k in range(1, T + 1):
        changed = losses(slice(k - 1, k)) != whole
        stops = np.array([4, 8, 12])
        assert np.array_equal(changed, (stops >= k) & ~found.unconnected(stops, np.array(k))), k


def test_the_last_loss_reaches_one_step_less_than_k2():
    assert truncation_map(50, 50, 10, np.array([50])).reach.tolist() == [9]


def test_a_loss_too_early_in_its_chunk_reaches_nothing():
    found = truncation_map(10, 5, 2, np.arange(1, 11))
    assert found.reach.tolist() == [-1, -1, -1, 0, 1] * 2


@pytest.mark.parametrize(("k1", "k2", "share"), [(10, 10, 1.0), (1, 10, 1.0), (1, 1, 10 / 55), (10, 1, 1 / 55)])
def test_the_share_of_the_pairs_that_are_seen(k1, k2, share):
    assert truncation_map(10, k1, k2, np.arange(1, 11)).seen_share == pytest.approx(share)


def test_the_updates_of_a_sequence_are_its_chunks_with_a_target():
    assert truncation_map(50, 10, 10, np.array([50])).updates == 1
    assert truncation_map(50, 10, 10, np.arange(1, 51)).updates == 5
    assert truncation_map(50, 3, 10, np.array([48, 49, 50])).updates == 2


@pytest.mark.parametrize("task", tasks())
@pytest.mark.parametrize("k1", [1, 7, 50])
def test_the_updates_are_the_trainers(task, k1):
    experiment = Experiment(task=Task(task=task, batch=2), remedies=(Truncation(k1=k1, k2=5),))
    trainer, made = Trainer(experiment), 0
    while not made or not trainer.between_sequences:
        trainer.update()
        made += 1
    assert map_of(experiment).updates == made


@pytest.mark.parametrize("task", tasks())
def test_a_dependency_is_bridged_from_one_step_more_on(task):
    """k2 = lag + 1 with an update at every step: no k2 below it does."""
    experiment = Experiment(task=Task(task=task))
    needed, targets = dependency_of(experiment), target_steps(experiment)
    if needed is None:
        return
    lag = needed.longest
    assert truncation_map(50, 1, lag + 1, targets).bridged_share(lag) == 1.0
    assert truncation_map(50, 1, lag, targets).bridged_share(lag) == 0.0


def test_without_truncation_everything_is_seen():
    found = map_of(Experiment(task=Task(task="sine", seq_len=30)))
    assert (found.k1, found.k2, found.seen_share, found.updates) == (30, 30, 1.0, 1)


def test_the_window_is_that_of_the_remedy():
    spec = Truncation(k1=4, k2=9, carry=False)
    window = window_of(Experiment(remedies=(spec,)))
    assert (window.k1, window.k2, window.carry) == (4, 9, False)
    assert window_of(Experiment()) is None
