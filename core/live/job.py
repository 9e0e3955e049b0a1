"""Work beside the page: done in pieces, each in its turn at the update slot, with progress, and given up on demand."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Iterator
from typing import Generic, TypeVar

from core.breath import Stopped
from core.live.bell import Bell
from core.live.slot import SLOT, UpdateSlot

Result = TypeVar("Result")
Pieces = Iterator[tuple[float, Result | None]] | Generator[tuple[float, Result | None], None, None]
TURN = 0.015  # s of work between two chances for others


class Job(Generic[Result]):
    """One piece of work on a thread of its own.

        job = Job(pieces())         pieces() yields (share done 0..1, result so far or None) after each piece
        job.share, job.result, job.done
        job.cancel()

    The work is a generator, so that it can be stopped between two pieces. They may be as small as they come: as many
    are done in one turn at the slot as there is time for. One that takes long lets others in where the engine takes
    breath, and is given up there.
    """

    def __init__(self, pieces: Pieces, result: Result | None = None, slot: UpdateSlot = SLOT,
                 news: Bell | None = None) -> None:
        """Begin; `result` is what to show until there is a better one. `news` rings whenever it has come farther."""
        self.news = news or Bell()
        self.share = 0.0  # of the work that is done, 0..1
        self.result = result  # the latest; a quick one may come before the exact one
        self.error: ValueError | None = None  # what the work refused to do
        self._pieces, self._slot = pieces, slot
        self._cancelled = self._own = False
        self._answered, self._ended = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._work, name="job", daemon=True)
        self._thread.start()

    @property
    def done(self) -> bool:
        """Whether nothing more will come: finished, refused or cancelled."""
        return self._ended.is_set()

    @property
    def cancelled(self) -> bool:
        return self._cancelled

    @property
    def answer(self) -> Result | None:
        """A result of its own; None while there is none, though one of the work before may be shown."""
        return self.result if self._own else None

    def cancel(self) -> None:
        """Stop at the next breath, or after the current piece; the latest result stays."""
        self._cancelled = not self.done

    def wait(self, seconds: float | None = None) -> bool:
        """Until the job is done, at most so long; returns whether it is."""
        return self._ended.wait(seconds)

    def wait_for_a_result(self, seconds: float) -> bool:
        """Until the work has a first result of its own, at most so long; returns whether it has, or is done."""
        return self._answered.wait(seconds)

    def _work(self) -> None:
        try:
            while not self._cancelled and self._turn():
                self.news.ring()
        except Stopped:
            pass  # the result so far stays
        except ValueError as error:  # a ParameterError among them: one line for the reader
            self.error = error
        finally:
            self._ended.set()
            self._answered.set()
            self.news.ring()

    def _turn(self) -> bool:
        """As many pieces as there is time for; whether there may be more."""
        with self._slot, self._slot.in_pieces(lambda: not self._cancelled):
            began = time.perf_counter()
            for share, result in self._pieces:
                self.share = share
                if result is not None:
                    self.result, self._own = result, True
                    self._answered.set()
                if self._cancelled or time.perf_counter() - began > TURN:
                    return True
        return False
