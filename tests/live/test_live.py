"""A run that plays beside the page: the numbers of `train`, whatever is done to the clock."""

import threading

import numpy as np
import pytest

from core.live.player import Playback
from core.live.slot import UpdateSlot
from core.live.trajectory import Trajectory
from tests.helpers.live_runs import LONG, SMALL, changed, curves, live, played, reference, same, stepped
from tests.helpers.waiting import wait_until


def test_a_new_run_is_ready_and_shows_the_first_update_without_applying_it():
    view = live().view()
    assert (view.state, view.record.step, len(view.curves.step)) == ("ready", 1, 0)


def test_step_makes_one_update_and_pauses():
    run = stepped(updates=1)
    assert (run.state, run.updates, run.view().record.step) == ("paused", 1, 1)


@pytest.mark.parametrize("pace", ["120", "max"])
def test_a_played_run_is_train_bit_for_bit_at_any_pace(pace):
    assert same(curves(played(live(pace=pace))), reference(SMALL))


def test_a_run_that_is_stepped_paused_and_played_is_train_bit_for_bit():
    run = stepped(updates=3, pace="120")
    for _ in range(3):
        before = run.updates
        run.play()
        wait_until(lambda before=before: run.updates > before)
        run.pause()
        run.step()
    run.playback = Playback(pace="max", until_solved=False)
    assert same(curves(played(run)), reference(SMALL))


def test_a_paused_run_makes_no_more_updates():
    run = live(LONG)
    run.play()
    wait_until(lambda: run.updates > 5)
    run.pause()
    thread, updates = run._thread, run.updates  # pause returns between two updates
    thread.join(60.0)
    assert (thread.is_alive(), run.state, run.updates) == (False, "paused", updates)


def test_a_run_that_is_paused_and_played_at_once_has_one_thread():
    run = live(LONG)
    run.play()
    first = run._thread
    run.pause()
    run.play()
    wait_until(lambda: not first.is_alive() or first is run._thread)
    before = run.updates
    wait_until(lambda: run.updates > before + 3)
    assert (run.state, run._thread.is_alive(), run.players) == ("playing", True, 1)
    run.pause()


def test_reset_gives_the_initial_network_again():
    run = stepped()
    run.reset()
    view, new = run.view(), live().view()
    assert (view.state, len(view.curves.step), view.frames) == ("ready", 0, ())
    assert np.array_equal(view.record.W_hh, new.record.W_hh)


def test_reset_to_other_settings_begins_there():
    run = stepped()
    run.reset(changed(SMALL, n_hidden=6))
    assert run.view().record.W_hh.shape == (6, 6)


def test_a_playback_setting_changes_no_number():
    run = live(pace="120")
    run.play()
    wait_until(lambda: run.updates > 2)
    run.playback = Playback(pace="max", until_solved=False)
    wait_until(lambda: run.state != "playing")
    assert same(curves(run), reference(SMALL))


def test_a_run_ends_with_its_budget():
    run = played(live())
    assert (run.state, run.updates) == ("finished", 40)


def test_a_finished_run_makes_no_more_updates():
    run = played(live())
    run.step()
    assert (played(run).state, run.updates) == ("finished", 40)


def test_a_finished_run_goes_on_with_a_larger_budget():
    run, then = played(live()), changed(SMALL, steps=55)
    run.apply(then)
    assert run.state == "paused"
    assert same(curves(played(run)), reference(then))


def test_a_run_stops_where_it_is_asked_to():
    run = live(changed(SMALL, steps=500), pace="1")  # 100 updates at one a second: longer than the test waits
    assert (played(run, to=100).state, run.updates) == ("paused", 100)


def test_going_to_an_update_beyond_the_budget_ends_with_the_budget():
    assert (played(live(), to=100).state) == "finished"


def test_a_run_that_is_paused_on_its_way_to_an_update_is_on_that_way_no_more(monkeypatch):
    """Past a solved task it goes as long as it is: a step after the pause is solved where it is solved."""
    run = live(LONG, until_solved=True)
    run.play(to=20000, past_solved=True)
    wait_until(lambda: run.updates > 5)
    run.pause()
    monkeypatch.setattr(Trajectory, "solved", True)
    run.step()
    assert run.state == "solved"


def test_a_run_that_was_sent_to_an_update_plays_on_from_there():
    run = played(live(), to=15)
    assert same(curves(played(run)), reference(SMALL))


def test_suspending_ends_the_thread_and_keeps_the_history():
    run = live(LONG)
    run.play()
    wait_until(lambda: run.updates > 5)
    run.suspend()
    run._thread.join(60.0)
    assert (run._thread.is_alive(), run.state) == (False, "suspended")
    assert len(run.view().curves.step) == run.updates > 5


def test_suspending_wakes_a_run_that_waits_for_its_next_update():
    run = live(pace="1")
    run.play()
    wait_until(lambda: run.updates > 0)
    run.suspend()
    run._thread.join(60.0)
    assert not run._thread.is_alive()


def test_a_suspended_run_can_be_resumed():
    run = live(pace="120")
    run.play()
    wait_until(lambda: run.updates > 3)
    run.suspend()
    assert same(curves(played(run)), reference(SMALL))


def test_suspending_a_paused_run_leaves_it_paused():
    run = stepped()
    run.suspend()
    assert run.state == "paused"


def test_two_runs_share_the_slot():
    slot = UpdateSlot()
    runs = [live(LONG, slot=slot) for _ in range(2)]
    for run in runs:
        run.play()
    wait_until(lambda: min(run.updates for run in runs) > 0)
    before = [run.updates for run in runs]
    wait_until(lambda: sum(run.updates for run in runs) - sum(before) >= 600)
    shares = [run.updates - then for run, then in zip(runs, before, strict=True)]
    for run in runs:
        run.pause()
    assert max(shares) < 2 * min(shares)


def test_a_view_taken_while_playing_is_consistent():
    run, views = live(changed(SMALL, steps=300)), []
    run.play()
    while run.state == "playing":
        views.append(run.view())
    assert len(views) > 5
    for view in views:
        seen = view.curves
        assert len({len(a) for a in (seen.step, seen.loss, seen.grad_norm, seen.clipped_norm, seen.accuracy)}) == 1
        assert all(frame.record.step <= len(seen.step) for frame in view.frames)
        if view.record.step <= len(seen.step):
            assert (view.record.step, view.record.loss) == (len(seen.step), seen.loss[-1])
        assert len(view.jacobians) == view.experiment.task.seq_len


def test_going_to_an_update_that_is_already_made_makes_no_more():
    run = stepped(updates=3)
    run.play(to=3)
    assert (run.updates, run.state) == (3, "paused")


def test_a_run_that_plays_does_not_keep_the_server_from_ending():
    run = live(LONG)
    run.play()
    assert {thread.daemon for thread in threading.enumerate() if thread.name == "LiveRun"} == {True}
    run.pause()
