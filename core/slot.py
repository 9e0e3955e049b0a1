"""The update slot: one update at a time in the whole process, granted in the order of asking.

Twenty runs that each compute as fast as they can leave no time for the pages; twenty runs that take turns share
the machine evenly, and the pages stay quick. A plain lock is not fair: whoever releases it tends to get it back.
"""

from __future__ import annotations

import threading
from collections import deque
from types import TracebackType


class UpdateSlot:
    """A first-come, first-served lock, used as a context manager."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._busy = False
        self._waiting: deque[threading.Event] = deque()

    def __enter__(self) -> None:
        with self._guard:
            if not self._busy:
                self._busy = True
                return
            turn = threading.Event()
            self._waiting.append(turn)
        turn.wait()  # the one who leaves hands the slot over: it stays busy in between

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._busy = False


SLOT = UpdateSlot()  # the only thing that sessions share
