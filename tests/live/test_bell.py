"""Who listens hears every ring; and what there is news of: a run that moves, and that is told something."""

import threading
from itertools import pairwise

import pytest

from core.live.bell import Bell
from core.live.player import Playback
from tests.helpers.live_runs import LONG, SMALL, changed, live, played, stepped
from tests.helpers.waiting import wait_until


def test_everyone_who_listens_hears_and_who_is_forgotten_does_not():
    bell, heard = Bell(), []
    one, other = (lambda: heard.append(1)), (lambda: heard.append(2))
    bell.ring()
    bell.listen(one)
    bell.listen(other)
    bell.ring()
    bell.forget(one)
    bell.ring()
    bell.forget(one)
    assert heard == [1, 2, 2]


def test_an_ear_that_is_told_twice_hears_once():
    bell, heard = Bell(), []
    for _ in range(2):
        bell.listen(heard.clear)
    bell.listen(ear := lambda: heard.append(1))
    bell.listen(ear)
    bell.ring()
    assert heard == [1]


def test_an_ear_may_forget_itself_while_it_hears():
    bell, heard = Bell(), []

    def once():
        bell.forget(once)
        heard.append(1)

    bell.listen(once)
    bell.listen(lambda: heard.append(2))
    bell.ring()
    bell.ring()
    assert heard == [1, 2, 2]


def test_many_threads_may_listen_and_forget_at_once():
    bell, ears = Bell(), [lambda: None for _ in range(16)]
    gate = threading.Barrier(len(ears))

    def busy(ear):
        gate.wait()
        for _ in range(200):
            bell.listen(ear)
            bell.ring()
            bell.forget(ear)
        bell.listen(ear)

    threads = [threading.Thread(target=busy, args=(ear,)) for ear in ears]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert set(bell._ears) == set(ears)
    assert len(bell._ears) == len(ears)


def rung(run):
    """What was to be seen of the run at each ring: its state and its updates."""
    seen = []
    run.news.listen(lambda: seen.append((run.state, run.updates)))
    return seen


def test_each_update_of_a_run_that_plays_rings_and_so_does_its_end():
    run = live(changed(SMALL, steps=12))
    seen = rung(run)
    played(run)
    wait_until(lambda: run.settled)
    assert {updates for _, updates in seen} == set(range(13))
    assert seen[-1] == ("finished", 12)
    assert all(b[1] >= a[1] for a, b in pairwise(seen))


@pytest.mark.parametrize("ends", ["a pause", "the target", "a divergence"])
def test_whatever_ends_a_run_is_seen_at_the_last_ring(ends):
    experiment = changed(SMALL, rho=2.0, lr=10.0, activation="linear") if ends == "a divergence" else LONG
    run = live(experiment)
    seen = rung(run)
    if ends == "the target":
        run.play(to=5)
    else:
        run.play()
    if ends == "a pause":
        wait_until(lambda: run.updates > 2)
        run.pause()
    wait_until(lambda: run.settled)
    assert run.state == {"a pause": "paused", "the target": "paused", "a divergence": "diverged"}[ends]
    assert seen[-1] == (run.state, run.updates)


@pytest.mark.parametrize("deed", [
    lambda run: run.step(), lambda run: run.reset(), lambda run: run.apply(changed(SMALL, rho=0.7)),
    lambda run: run.apply(changed(SMALL, n_hidden=3)), lambda run: run.rewind(run.frame_at(4)),
    lambda run: run.rewind(run.frame_at(1)), lambda run: run.do("train")],
    ids=["step", "reset", "a hot change", "another network", "rewind", "rewind to the first", "the button"])
def test_what_is_done_to_a_run_at_rest_rings_once_it_is_to_be_seen(deed):
    run = stepped(SMALL, 6)
    seen = rung(run)
    deed(run)
    run.pause()
    wait_until(lambda: run.settled)
    assert seen[-1] == (run.state, run.updates)


def test_settings_that_are_refused_ring_as_what_they_are_refused_for_is_said():
    run, seen = live(), []
    run.news.listen(lambda: seen.append(run.refused))
    run.apply(changed(SMALL, n_hidden=128, seq_len=1000, batch=256, lstm=True))
    assert run.refused is not None
    assert seen[-1:] == [run.refused]
    run.apply(SMALL)
    assert seen[-1] is None


def test_settings_that_change_nothing_are_no_news():
    run = stepped(SMALL, 2)
    seen = rung(run)
    run.apply(run.experiment)
    assert seen == []


def test_a_run_that_is_told_how_fast_keeps_its_bell():
    run = live()
    bell = run.news
    run.playback = Playback(pace="20")
    assert run.news is bell
