"""Work beside the page that belongs to this browser session, and ends with it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

import streamlit as st

from core.live.job import Job, Pieces

POLL = 0.1  # s between two looks at a job that is not done


class Jobs(dict[str, tuple[Hashable, Job]]):
    """By name: what a job was asked, and the job."""

    def end(self) -> None:
        for _, job in self.values():
            job.cancel()


@st.cache_resource(scope="session", on_release=Jobs.end, show_spinner=False)
def _jobs() -> Jobs:
    return Jobs()


def current(name: str) -> Job[Any] | None:
    """The job of this name that was asked for last."""
    return _jobs().get(name, (None, None))[1]


def job(name: str, asked: Hashable, pieces: Callable[[], Pieces], *, patient: bool = False) -> Job[Any]:
    """The job of this name that answers what is asked: the one under way or done, or else a new one.

    Args:
        name: one for each kind of work on a page; a new question stops the work on the last one.
        asked: everything that the answer depends on.
        pieces: begins the work.
        patient: let the work under way come to its end first, although the question has changed.
    """
    jobs = _jobs()
    before, now = jobs.get(name, (None, None))
    if now is not None and not now.cancelled and (before == asked or (patient and not now.done)):
        return now
    latest = None
    if now is not None:
        now.cancel()
        latest = now.result
    jobs[name] = (asked, Job(pieces(), latest))
    return jobs[name][1]
