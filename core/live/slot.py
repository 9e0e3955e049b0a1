"""The update slot: one update at a time in the whole process, granted in the order of asking, and at once to a page.

Twenty runs that each compute as fast as they can leave no time for the pages; twenty runs that take turns share
the machine evenly, and the pages stay quick. A plain lock is not fair: whoever releases it tends to get it back.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

WORK, REST = 0.005, 0.001  # s: the pages share this interpreter, and come in between; longer rests helped nobody


class UpdateSlot:
    """A first-come, first-served lock, used as a context manager. Work beside the pages rests in it now and then, and
    what a page waits for comes before all of it."""

    def __init__(self) -> None:
        self.players = 0  # runs that are playing now
        self._worked = 0.0  # s since the last rest
        self._began = 0.0
        self._guard = threading.Lock()
        self._busy = False
        self._waiting: deque[threading.Event] = deque()

    def __enter__(self) -> None:
        self._take()
        self._began = time.monotonic()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self._worked += time.monotonic() - self._began
        if self._worked > WORK:
            time.sleep(REST)
            self._worked = 0.0
        self._hand_over()

    @contextmanager
    def promptly(self) -> Iterator[None]:
        """The slot next, before all updates that wait for it, and no rest after it: for work that a page itself is
        waiting for."""
        self._take(first=True)
        try:
            yield
        finally:
            self._hand_over()

    def _take(self, *, first: bool = False) -> None:
        with self._guard:
            turn = None
            if self._busy:
                turn = threading.Event()
                (self._waiting.appendleft if first else self._waiting.append)(turn)
            self._busy = True
        if turn is not None:
            turn.wait()  # the one who leaves hands the slot over: it stays busy in between

    def _hand_over(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._busy = False

    @contextmanager
    def playing(self) -> Iterator[None]:
        """Count a run among the players for as long as it plays."""
        with self._guard:
            self.players += 1
        try:
            yield
        finally:
            with self._guard:
                self.players -= 1


SLOT = UpdateSlot()  # the only thing that sessions share
