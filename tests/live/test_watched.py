"""What is read of a run: how many sequences a picture has time for, what a view is of, what is judged and gone back to;
on runs of which the numbers are known."""

from dataclasses import replace

import numpy as np
import pytest

import core.live.trajectory as trajectory
from core.live.replay import Change
from core.live.run import LiveRun
from core.live.slot import UpdateSlot
from core.live.trajectory import Trajectory
from core.live.view import sequences_shown
from core.live.watched import STEPS_SECONDS
from core.training.batches import baselines_of
from core.training.checkpoint import Checkpoint
from core.training.experiment import Experiment
from core.training.own_batch import own_loss
from core.training.record import StepRecord
from core.training.solved import SETTLED
from core.training.trainer import Trainer
from tests.helpers.live_runs import SMALL, changed, live, stepped
from tests.helpers.races import WILD
from tests.helpers.random_experiments import random_experiment

CHUNKS = changed(SMALL, task="sine", truncation=True, truncation_k1=4, truncation_k2=4)


# -- how many sequences a picture has time for ---------------------------------------------------------------------


@pytest.mark.parametrize(("values", "batch", "playing", "shown"), [
    ({"seq_len": 100, "n_hidden": 40}, 256, False, 2**29 // (100 * 40**3)),  # 83
    ({"seq_len": 20, "n_hidden": 8}, 256, True, 2**20 // (20 * 8**3)),  # 102
    ({"seq_len": 100, "n_hidden": 40}, 256, True, 7),  # one would take too long: as few as a median has a middle in
    ({"seq_len": 100, "n_hidden": 40}, 5, True, 5), ({"seq_len": 20, "n_hidden": 8}, 256, False, 256),
    ({"seq_len": 100, "n_hidden": 40, "lstm": True}, 256, False, 2**29 // (100 * (80**3 + 50_000))),  # h and c
    ({"seq_len": 100, "n_hidden": 40, "gru": True}, 256, False, 2**29 // (100 * (40**3 + 50_000))),
    ({"seq_len": 100, "n_hidden": 40, "leaky": True}, 256, False, 2**29 // (100 * 40**3))], ids=str)
def test_the_products_of_as_many_sequences_are_shown_as_there_is_time_for(values, batch, playing, shown):
    assert sequences_shown(Experiment.from_values({**values, "batch": batch}), playing=playing) == shown


def test_a_view_carries_so_many_sequences_and_fewer_while_it_plays(monkeypatch):
    asked = []
    monkeypatch.setattr(trajectory, "sequences_shown", lambda e, *, playing: asked.append((e, playing)) or 3)
    made = Trajectory(SMALL)
    assert (made.view("paused").jacobians.samples, made.view("playing").jacobians.samples) == (3, 3)
    assert asked == [(SMALL, False), (SMALL, True)]


# -- what a view is of ---------------------------------------------------------------------------------------------


def test_a_view_of_a_chunk_has_the_way_over_the_whole_sequence_as_well():
    made = Trajectory(CHUNKS)
    view = made.view("paused")
    assert (len(view.jacobians), len(view.whole), view.whole.samples) == (4, SMALL.task.seq_len, SMALL.task.batch)
    assert replace(view, jacobians=None).whole is None
    whole = Trajectory(changed(CHUNKS, truncation=False)).view("paused")
    assert whole.way is None
    assert whole.whole is whole.jacobians
    np.testing.assert_allclose(view.whole.at(9), whole.jacobians.at(9), rtol=1e-12)  # the same weights and batch


def test_a_view_says_how_long_its_update_took_and_what_chance_is():
    run = stepped(updates=3)
    view = run.view()
    assert (view.state, view.seconds) == ("paused", view.record.seconds)
    assert view.baselines == baselines_of(SMALL)
    assert [frame.record.step for frame in view.frames] == run.frame_steps() == [1, 2, 3]


def test_an_update_that_is_looked_at_has_its_own_network_and_gradient_without_truncation():
    run = stepped(CHUNKS, updates=7)
    frame = run.frame_at(4)
    seen = run.look_at(frame)
    assert (seen.record.step, seen.experiment, seen.state) == (4, CHUNKS, "paused")
    assert np.array_equal(seen.record.log10_dL_dh_full, frame.record.log10_dL_dh_full)
    assert np.array_equal(seen.weights[:, :4], frame.record.W_hh)
    assert not np.array_equal(seen.weights, run.view().weights)
    assert len(seen.curves.step) == 7


# -- what is judged ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("playing", "seconds"), [(False, 1.0), (True, 0.01)])
def test_the_last_steps_are_measured_as_long_as_a_page_has_time(monkeypatch, playing, seconds):
    run, asked = stepped(updates=5), []
    monkeypatch.setattr(run._trajectory.own, "measured", lambda network, *of: asked.append(of) or "told")
    if playing:
        monkeypatch.setattr(run, "state", "playing")
    assert run.steps_up_to(5) == run.steps_up_to(5, 3.0) == run.steps_up_to(4, 2.0, after=2) == "told"
    assert asked == [(range(1, 6), seconds), (range(1, 6), 3.0), (range(3, 5), 2.0)]
    assert STEPS_SECONDS == {True: 0.01, False: 1.0}


def test_it_is_solved_where_the_last_updates_since_the_last_change_say_so(monkeypatch):
    made, asked = Trajectory(SMALL), []
    monkeypatch.setattr(trajectory, "solved", lambda *of: asked.append(of) or True)
    for _ in range(SETTLED - 1):
        made.advance()
    assert (made.solved, asked) == (False, [])
    made.advance()
    assert made.solved
    curves = made.history.curves()
    (task, losses, accuracies), = asked
    assert task is SMALL.task.kind
    assert list(losses) == curves.loss.tolist()
    assert list(accuracies) == curves.accuracy.tolist()
    made.advance()
    made.change(changed(SMALL, lr=0.2))  # acts from update 22 on
    assert not made.solved
    for judged in [False] * (SETTLED - 1) + [True]:
        made.advance()
        assert made.solved == judged
    assert len(asked[-1][1]) == SETTLED


def with_losses(run, *losses):
    """The run, as if its updates had had these losses; a number that is not finite stops it."""
    history = run._trajectory.history
    history.cut(1)
    for step, loss in enumerate(losses, start=1):
        record = StepRecord(step=step, loss=loss, grad_norm=1.0, clipped_norm=1.0, log10_dL_dh=np.zeros(2),
                            log10_dL_dh_full=None, W_hh=np.eye(2), accuracy=None, seconds=0.0,
                            stopped=None if np.isfinite(loss) else "loss")
        history.append(record, SMALL, Checkpoint(step, step - 1, np.zeros(1), {}))
    return run


CHANCE = float(np.log(4.0))  # of four symbols, nats


@pytest.mark.parametrize(("losses", "healthy", "finite"), [
    ((1.0, 2 * CHANCE, 2.001 * CHANCE, np.inf), 2, 3),  # no more than twice chance
    ((3 * CHANCE, 6 * CHANCE, 5 * CHANCE, 6.01 * CHANCE, np.nan), 3, 4),  # or than twice where it began
    ((1.0, 1.0, 1.0), 3, 3), ((np.inf,), None, None), ((), None, None)], ids=str)
def test_clipping_still_helps_from_where_the_loss_is_at_most_twice_what_it_was(losses, healthy, finite):
    run = with_losses(live(), *losses)
    assert run.view().baselines.chance == pytest.approx(CHANCE)
    assert [found and found.record.step for found in (run.last_healthy(), run.last_finite())] == [healthy, finite]


# -- changes that are due, and going back --------------------------------------------------------------------------


def test_changes_that_are_due_act_at_their_update_one_after_the_other():
    first, second, third = (changed(SMALL, lr=lr) for lr in (0.2, 0.3, 0.4))
    due = (Change(3, first), Change(3, second), Change(5, third))
    made = Trajectory(SMALL, due=due)
    assert made.experiment == third
    seen = []
    for _ in range(5):
        made.advance()
        made.change_as_due()
        seen.append((made.trainer.experiment, len(made.due)))
    assert seen == [(SMALL, 3), (second, 1), (second, 1), (third, 0), (third, 0)]
    assert [mark.step for mark in made.history.curves().marks] == [3, 5]


def test_a_run_that_leaves_the_finite_numbers_comes_to_no_change_any_more():
    made = Trajectory(WILD, due=(Change(24, changed(WILD, lr=0.2)),))
    while not made.stopped:
        assert made.due
        made.advance()
    assert (made.due, made.experiment) == ((), WILD)
    before = made.history.story()
    made.change(changed(WILD, lr=0.5))
    assert made.history.story() == before
    assert made.trainer.experiment.training.lr == 0.5
    made.back_to(made.history.last_finite(), WILD)
    assert (made.stopped, made.due, made.history.story()) == (False, (), before)


def test_the_past_of_the_next_run_is_this_one_or_before_its_first_update_the_one_before():
    made = Trajectory(SMALL, past="before it")
    assert (made.as_past(), made.view("ready").past) == ("before it", "before it")
    made.advance()
    assert made.past is None
    past = made.as_past()
    assert (past.experiment, past.curves.step.tolist()) == (SMALL, [1])


def test_what_an_update_was_made_with_is_kept_for_its_measurement(monkeypatch):
    made, kept = Trajectory(CHUNKS), []
    monkeypatch.setattr(made.own, "append", lambda *of: kept.append(of))
    alone = Trainer(CHUNKS, full=True)
    for step in range(1, 6):
        before = alone.network.theta.copy()
        sequence = alone.sequence
        alone.update()
        made.advance()
        at, experiment, its_sequence, theta, after, loss = kept[-1]
        assert loss is None  # a chunk's is not that of the whole sequence
        assert (at, experiment, its_sequence) == (step, CHUNKS, sequence)
        assert np.array_equal(theta, before)
        assert np.array_equal(after, alone.network.theta)
    assert [frame.record.step for frame in made.history.frames()] == [1, 4]  # three chunks a sequence
    assert made.history.frame_at(4).checkpoint.sequence == 1


@pytest.mark.parametrize("seed", range(25))
def test_the_loss_that_an_update_began_at_is_known_where_the_whole_sequence_was_measured(seed):
    run = LiveRun(random_experiment(seed), UpdateSlot())
    for _ in range(4):
        run.step()
    trainer = run._trajectory.trainer
    for update in run._trajectory.own._updates:
        spec = update.experiment.task
        tape = trainer.network.cell.tape(spec.seq_len, spec.batch, trainer.network.theta.dtype)
        measured = own_loss(trainer.network, tape, update.experiment, update.sequence, update.before)
        if update.loss is not None:
            assert update.loss == pytest.approx(measured, rel=1e-12 if trainer.dtype == np.float64 else 1e-6)
        else:
            assert trainer.hooks.window(spec.seq_len).k1 < spec.seq_len or trainer.hooks.mix > 0.0
