"""What a run and a race share: one thread at a time, the pace, the target, the button, and an error that pauses."""

import threading
import time

import pytest

from core.live.player import Playback, Player, Turn
from core.live.slot import UpdateSlot
from tests.helpers.waiting import wait_until


class Counted(Player):
    """Counts its turns; each is made by `make`."""

    begins_again = frozenset({"again"})

    def __init__(self, make=lambda: None, last=10 ** 6, paced=True):
        super().__init__(UpdateSlot())
        self.make, self.last, self.paced, self.made, self.begun = make, last, paced, [], 0
        self.playback = Playback(pace="max")

    deed = property(lambda self: "pause" if self.state == "playing" else "go" if self._updates_left else "again")
    _updates_left = property(lambda self: len(self.made) < self.last)

    def _turn(self):
        if self.state != "playing" or self._stop_at_target(len(self.made)):
            return None
        if not self._updates_left:
            self.state = "finished"
            return None
        return Turn(self._once, paced=self.paced)

    def _once(self):
        self.begun += 1
        with self._slot:
            self.make()
            self.made.append(time.monotonic())

    def _begin_again(self):
        self.made = []


def played(player, **to):
    player.play(**to)
    wait_until(lambda: player.settled)
    return player


def test_a_pause_and_a_play_during_one_turn_leave_the_thread_that_makes_it():
    gate = threading.Semaphore(0)
    player = Counted(lambda: gate.acquire(timeout=60))
    player.play()
    wait_until(lambda: player.begun == 1)
    first = player._thread
    for _ in range(100):
        player.pause()
        assert not player.settled
        player.play()
    assert (player._thread, player.begun, player.made) == (first, 1, [])
    gate.release()
    wait_until(lambda: player.begun == 2)
    assert (player._thread, len(player.made), player.players) == (first, 1, 1)
    player.pause()
    gate.release()
    wait_until(lambda: player.settled)
    assert (player.begun, len(player.made), player.players) == (2, 2, 0)
    player.play()
    wait_until(lambda: player.begun == 3)
    assert (player._thread is first, player.players) == (False, 1)
    player.pause()
    gate.release()
    wait_until(lambda: player.settled)


def test_turns_keep_the_pace():
    player = Counted()
    player.playback = Playback(pace="20")
    began = time.monotonic()
    player.play()
    wait_until(lambda: len(player.made) >= 6)
    player.pause()
    assert player.made[5] - began >= 5 / 20


def test_what_is_late_does_not_race_to_catch_up():
    """The third turn is a second late: at most a quarter of it is made up for."""
    player = Counted(lambda: time.sleep(1.0 if len(player.made) == 2 else 0.0))
    player.playback = Playback(pace="20")
    player.play()
    wait_until(lambda: len(player.made) >= 14)
    player.pause()
    assert player.made[13] - player.made[2] >= (11 - 1) / 20 - 0.25


def test_turns_that_follow_at_once_and_a_target_wait_for_no_pace():
    for player in (Counted(last=50, paced=False), Counted()):
        player.playback = Playback(pace="1")
        began = time.monotonic()
        played(player, to=50)
        assert time.monotonic() - began < 30
        assert len(player.made) == 50


@pytest.mark.parametrize(("last", "state", "made"), [(100, "paused", 50), (30, "finished", 30)])
def test_a_target_pauses_where_there_is_more_to_do(last, state, made):
    player = played(Counted(last=last), to=50)
    assert (player.state, len(player.made)) == (state, made)


def test_the_first_turn_waits_for_no_pace_and_a_pause_ends_the_wait():
    player = Counted()
    player.playback = Playback(pace="1")
    began = time.monotonic()
    player.play()
    wait_until(lambda: player.made)
    paused = time.monotonic()
    player.pause()
    player._thread.join(60)
    assert max(player.made[0] - began, time.monotonic() - paused) < 0.9
    assert (player.state, len(player.made)) == ("paused", 1)


def test_a_pause_during_a_turn_leaves_nothing_behind_that_hurries_what_is_played_next():
    gate = threading.Semaphore(0)
    player = Counted(lambda: player.made or gate.acquire(timeout=60))
    player.playback = Playback(pace="10")
    player.play()
    wait_until(lambda: player.begun == 1)
    player.pause()
    gate.release()
    player._thread.join(60)
    began = time.monotonic()
    player.play()
    wait_until(lambda: len(player.made) > 2)
    player.pause()
    assert player.made[2] - began >= 0.1


def test_a_thread_begins_when_the_one_before_it_has_ended():
    gate = threading.Semaphore(0)

    class Lingering(Counted):
        def _loop(self, before):
            super()._loop(before)
            gate.acquire(timeout=60)

    player = Lingering()
    player.play(to=3)
    wait_until(lambda: player.state == "paused" and player.players == 0)
    player.play(to=5)
    time.sleep(0.05)
    assert (player.state, len(player.made), player.settled) == ("playing", 3, False)
    gate.release(2)
    wait_until(lambda: player.settled)
    assert (player.state, len(player.made)) == ("paused", 5)


def test_an_error_pauses_and_goes_on_to_who_hears_of_it(monkeypatch):
    heard = []
    monkeypatch.setattr(threading, "excepthook", lambda raised: heard.append(raised.exc_value))
    error = ArithmeticError("no such update")
    player = Counted(lambda: (_ for _ in ()).throw(error))
    played(player)
    assert (player.state, heard, player.players, player._slot._busy) == ("paused", [error], 0, False)
    player.make = lambda: None
    assert len(played(player, to=3).made) == 3


def test_the_button_does_what_it_said_or_nothing():
    player = Counted(last=3)
    for stale in ("again", "", "pause"):
        player.do(stale)
        assert (player.state, player.made) == ("ready", [])
    player.do("go")
    wait_until(lambda: player.state == "finished")
    first = player.made
    player.do("go")
    assert (player.state, player.made) == ("finished", first)
    player.do("again")
    wait_until(lambda: player.state == "finished" and len(player.made) == 3)
    assert player.made[0] > first[-1]


def test_its_bell_rings_for_the_last_time_when_it_has_settled(monkeypatch):
    player, heard = Counted(), []
    player.news.listen(lambda: heard.append(player.settled))
    played(player, to=3)
    player._thread.join(60)
    assert (heard[0], heard[-1]) == (False, True)
    heard.clear()
    player.make = lambda: 1 / 0
    monkeypatch.setattr(threading, "excepthook", lambda raised: None)
    player.play()
    player._thread.join(60)
    assert (player.state, heard[-1]) == ("paused", True)
