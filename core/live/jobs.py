"""The work beside the pages of one browser session: one job of each name, whose answers ring one bell."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Any

from core.live.bell import Bell
from core.live.job import Job, Pieces


class Jobs:
    """Its methods may be called from any thread."""

    def __init__(self) -> None:
        self.news = Bell()  # rings when one of the jobs has come farther
        self._by_name: dict[str, tuple[Hashable, Job]] = {}  # what was asked, and the job
        self._guard = threading.RLock()
        self._over = False  # the session has ended

    def current(self, name: str) -> Job[Any] | None:
        """The job of this name that was asked for last."""
        return self._by_name.get(name, (None, None))[1]

    def working(self, *names: str) -> bool:
        """Whether one of these is under way."""
        return any(job is not None and not job.done for job in map(self.current, names))

    def job(self, name: str, asked: Hashable, pieces: Callable[[], Pieces], *, patient: bool = False) -> Job[Any]:
        """The job of this name that answers what is asked: the one under way or done, or else a new one.

        Args:
            name: one for each kind of work on a page; a new question stops the work on the last one.
            asked: everything that the answer depends on.
            pieces: begins the work.
            patient: let the work under way come to its end first, although the question has changed.
        """
        with self._guard:
            before, now = self._by_name.get(name, (None, None))
            if now is not None and not now.cancelled and (before == asked or (patient and not now.done)):
                return now
            return self.begin(name, pieces, asked)

    def begin(self, name: str, pieces: Callable[[], Pieces], asked: Hashable = None) -> Job[Any]:
        """A new job of this name, whatever is under way or done; what was found last is shown until it has a result."""
        with self._guard:
            self.cancel(name)
            now = self.current(name)
            begun = Job(pieces(), None if now is None else now.result, news=self.news)
            self._by_name[name] = (asked, begun)
            if self._over:  # a picture that was under way asked for it
                begun.cancel()
        self.news.ring()
        return begun

    def cancel(self, name: str) -> None:
        """Stop the job of this name after its current piece."""
        now = self.current(name)
        if now is not None:
            now.cancel()

    def end(self) -> None:
        """All work is given up, and what is still asked for as well."""
        with self._guard:
            self._over = True
            for _, job in self._by_name.values():
                job.cancel()
