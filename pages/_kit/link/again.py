"""The link that makes a run again, from its seeds, its settings and the changes made during it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from core.live.replay import Change
from core.live.replay import spelled as changes_spelled
from core.live.run import LiveRun
from core.training.experiment import Experiment, flat_parameters
from pages._live.stage import Made

OFTEN = 0.5  # s: while a hand changes a run with every frame, its link is spelled no more often


def as_query(words: Mapping[str, str]) -> str:
    """The part of an address behind the question mark."""
    return urlencode(words, safe=":,=")


def so_far(now: Mapping[str, str], start: Experiment, changes: Sequence[Change]) -> dict[str, str] | None:
    """What a link to a run says but for the number of its updates; None where it cannot hold so many changes.

    Args:
        now: what a link to its page says.
        start: the settings that the run began with.
        changes: made during it.
    """
    at = changes_spelled(start, changes)
    if at is None:
        return None
    watched = {name: text for name, text in now.items() if name not in flat_parameters()}
    begins = start.spelled({} if changes else None)  # what has no effect at first may have one after a change
    return begins | watched | ({"at": at} if at else {})


class Again:
    """What a browser is told of a run with each frame; one thread at a time asks."""

    def __init__(self, run: LiveRun, now: Mapping[str, str]) -> None:
        self._run, self._now = run, now
        self._of: tuple[Experiment, tuple[Change, ...]] | None = None  # of which it was spelled
        self._link: str | None = None
        self._spelled = 0.0  # s, when
        self._made = Made("run", 0)

    def made(self) -> Made:
        """The updates of now, or of a moment ago, and the link to them."""
        updates, start, changes = self._run.story()
        if not updates:
            return Made("run", 0)
        if self._of != (start, changes):
            if self._of is not None and time.monotonic() < self._spelled + OFTEN:
                return self._made
            words = so_far(self._now, start, changes)
            self._link = None if words is None else as_query(words)
            self._of, self._spelled = (start, changes), time.monotonic()
        self._made = Made("run", updates, None if self._link is None else f"{self._link}&updates={updates}".lstrip("&"))
        return self._made
