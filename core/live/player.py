"""What plays beside a page: its thread and its pace, play, pause and the button that does both.

    ready -> playing <-> paused -> finished | solved | diverged
                     <-> suspended (its browser session went away)

A run and a race are what is played. Each says what comes next (`_turn`) and what is left to do; when, and on which
thread, is decided here. What the one button does next is its `deed`; `do` does it.

Nothing of a user interface is called from here: a page asks for a view as often as it likes. Each update takes the
process-wide slot, so that all that plays shares the machine in turn.
"""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

from core.claims import Claim
from core.live.bell import Bell
from core.live.slot import UpdateSlot
from core.parameters import Spec, choice, flag

PACES = ("1", "2", "5", "10", "20", "30", "60", "120", "max")  # updates a second
LATE = 0.25  # s that may be made up for: what is later than that does not race to catch up


@dataclass(frozen=True, kw_only=True)
class Playback(Spec):
    """How a run is watched; it changes nothing in the numbers."""

    pace: str = choice("30", lambda: {p: p if p == "max" else f"{p} a second" for p in PACES}, label="Pace",
                       unit="updates a second", help="Slow enough to watch, up to as fast as the machine goes.")
    until_solved: bool = flag(True, label="Stop when solved",
                              help="Stop once the smoothed accuracy passes 95 %, or the smoothed loss the task's mark.")


@dataclass(frozen=True)
class Turn:
    """What comes next."""

    make: Callable[[], None]
    paced: bool  # whether it waits for the pace; else it follows at once on what came before


class Player(ABC):
    """Its methods may be called from any thread. What is played holds `_lock` where it reads or changes what it is."""

    begins_again: frozenset[str] = frozenset()  # deeds that go back to the initial network first

    def __init__(self, slot: UpdateSlot) -> None:
        self.state = "ready"
        self.playback = Playback()
        self.news = Bell()  # rings when there is something new to see
        self._lock = threading.RLock()
        self._slot = slot
        self._thread: threading.Thread | None = None  # the one that may make turns
        self._left = True  # whether it makes no more,
        self._rests = True  # and does nothing else either
        self._wake = threading.Event()  # it need not wait for its pace
        self._target: int | None = None  # update to hurry to, and pause at
        self._refused: Claim | None = None  # why what was asked for last was not taken; None where it was

    # -- what is played says ------------------------------------------------------------------------------

    @property
    @abstractmethod
    def deed(self) -> str:
        """What `do` will do; empty where nothing can be done."""

    @property
    @abstractmethod
    def _updates_left(self) -> bool:
        """Whether there are updates to be made."""

    @abstractmethod
    def _turn(self) -> Turn | None:
        """What comes next, also after a pause; None when there is no more to do."""

    @abstractmethod
    def _begin_again(self) -> None:
        """Back to the initial network, for a deed that does so."""

    # -- reading ------------------------------------------------------------------------------------------

    @property
    def refused(self) -> str | None:
        """Why what was asked for last is not played; None where it is."""
        return None if self._refused is None else self._refused.text

    @property
    def fits(self) -> dict[str, int]:
        """The sizes, by name, with which what was asked for last would be played; {} where it is, or none would."""
        found = {} if self._refused is None else self._refused.numbers
        return {"batch": found["fits"], "seq_len": found["fits_steps"]} if found.get("fits") else {}

    @property
    def players(self) -> int:
        """Runs and races that are playing in this process, of all sessions."""
        return self._slot.players

    @property
    def settled(self) -> bool:
        """Whether nothing moves any more."""
        return self.state != "playing" and self._rests

    # -- acting -------------------------------------------------------------------------------------------

    def do(self, deed: str) -> None:
        """What the button said when it was pressed; what has gone on to something else meanwhile is left alone."""
        if deed == "pause":
            self.pause()
        elif deed and deed == self.deed:
            if deed in self.begins_again:
                self._begin_again()
            self.play()

    def play(self, to: int | None = None) -> None:
        """Go on. Nothing happens where it was refused, nor where a run has diverged: rewind it first.

        Args:
            to: go there as fast as the machine can, and pause at that update.
        """
        with self._lock:
            if self._refused is not None:
                return
            self._target = to
            if self.state in ("playing", "diverged"):
                return
            if not self._updates_left:
                self.state = "finished"
                return
            self.state = "playing"
            if self._left:  # else it is still at the turn that was under way at the pause, and goes on
                self._begin_thread()
        self.news.ring()

    def _begin_thread(self) -> None:
        self._left = self._rests = False
        self._wake.clear()
        self._thread = threading.Thread(target=self._loop, args=(self._thread,), daemon=True, name=type(self).__name__)
        self._thread.start()

    def pause(self) -> None:
        """Stop between two updates."""
        self._stop("paused")

    def suspend(self) -> None:
        """Stop because the browser session went away; what was recorded stays."""
        self._stop("suspended")

    def _stop(self, state: str) -> None:
        with self._lock:
            if self.state == "playing":
                self.state, self._target = state, None
                self._wake.set()
        self.news.ring()

    def _stop_at_target(self, updates: int) -> bool:
        """Whether so many updates are those that were asked for: it pauses here."""
        if self.state != "playing" or self._target is None or updates < self._target:
            return False
        self.state, self._target = "paused", None
        return True

    # -- its thread ---------------------------------------------------------------------------------------

    @property
    def _mine(self) -> bool:
        """Whether this thread is the one that plays: not once another has taken over, after it left."""
        return self._thread is threading.current_thread()

    def _loop(self, before: threading.Thread | None) -> None:
        """All of the thread; it begins when the one before it, which makes no more turns, has ended."""
        if before is not None:
            before.join()
        try:
            self._work()
        except BaseException:
            with self._lock:
                self._left = True
                self._stop("paused")
            raise
        finally:
            with self._lock:
                if self._mine:
                    self._rests = True
            self.news.ring()

    def _work(self) -> None:
        """What is to be done between."""
        with self._slot.playing():
            self._turns()
        self.news.ring()

    def _turns(self) -> None:
        """Turns at the pace asked for, until there are no more."""
        due = None  # when the last turn that waits for the pace was to be made
        while (turn := self._next()) is not None:
            if turn.paced:
                pace, now = "max" if self._target is not None else self.playback.pace, time.monotonic()
                due = now if due is None or pace == "max" else max(due + 1.0 / float(pace), now - LATE)
                if due > now and self._wake.wait(due - now):  # something else may come next by now
                    self._wake.clear()
                    due = None
                    continue
            turn.make()
            self.news.ring()

    def _next(self) -> Turn | None:
        with self._lock:
            turn = self._turn()
            self._left = turn is None
            return turn
