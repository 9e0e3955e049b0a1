"""A run that computes in pieces what takes long.

Between two of them others have the slot, and meanwhile the run is seen, and may be changed, as it was before: an update
that a pause or a change comes into is given up and was not made.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from core.live.slot import UpdateSlot
from core.live.trajectory import Trajectory
from core.live.watched import WatchedRun


class InPieces(WatchedRun):
    """Who changes it, and who computes something of it, does so inside of one of these."""

    def __init__(self, slot: UpdateSlot) -> None:
        super().__init__(slot)
        self._changes = threading.RLock()  # taken before the slot: of two who change the run the second waits
        self._asked: object | None = object()  # who changes it, or last did; None once the browser session went away
        self._under_way: object | None = None  # what is computed in pieces now; another, or none, once it is overtaken

    def suspend(self) -> None:
        self._asked = None
        super().suspend()

    def _goes_on_with(self, trajectory: Trajectory) -> None:
        self._trajectory, self._kept, self._under_way = trajectory, None, None

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """The slot and the lock, for who changes the run; both are let go while something new is computed."""
        self._asked = object()
        with self._changes, self._slot.promptly(), self._lock:
            yield

    @contextmanager
    def _seen(self) -> Iterator[Callable[[], bool]]:
        """The same for who only looks, and gives way to who changes it: whether that has not come yet."""
        with self._changes, self._slot.promptly(), self._lock:
            asked = self._asked
            yield lambda: self._asked is asked

    @contextmanager
    def _computing(self) -> Iterator[None]:
        """Around what is computed on the trajectory, for who has the slot and the lock. What takes long is done in
        pieces, without the lock; raises Stopped where it is overtaken."""
        if self._trajectory.takes_long:
            self._keep()
            playing = self.state == "playing"
            self._under_way = mine = object()
            with self._in_pieces(lambda: self._under_way is mine and (self.state == "playing") == playing, not playing):
                yield
        else:
            yield
        self._kept = None

    def _made(self, make: Callable[[], Trajectory], wanted: Callable[[], bool] | None = None) -> Trajectory:
        """A new trajectory, computed in pieces without the lock; what was is seen until it is there. Raises Stopped
        where it is not wanted any more; if None, once the browser session went away."""
        with self._in_pieces(wanted or (lambda: self._asked is not None), True):
            return make()

    @contextmanager
    def _in_pieces(self, wanted: Callable[[], bool], promptly: bool) -> Iterator[None]:
        self._lock.release()
        try:
            with self._slot.in_pieces(wanted, promptly=promptly):
                yield
        finally:
            self._lock.acquire()

    def _keep(self) -> None:
        """How the run stands, before what takes long writes over what that is read off."""
        if self._kept is None and self._trajectory.takes_long:
            self._kept = self._trajectory.view("paused")
