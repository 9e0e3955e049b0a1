"""Work beside the page that belongs to this browser session, and ends with it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

import streamlit as st

from core.live.job import Job, Pieces
from core.spelling import share

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
    before, now = _jobs().get(name, (None, None))
    if now is not None and not now.cancelled and (before == asked or (patient and not now.done)):
        return now
    return begin(name, pieces, asked)


def begin(name: str, pieces: Callable[[], Pieces], asked: Hashable = None) -> Job[Any]:
    """A new job of this name, whatever is under way or done; what was found last is shown until it has a result."""
    cancel(name)
    now = current(name)
    _jobs()[name] = (asked, Job(pieces(), None if now is None else now.result))
    return _jobs()[name][1]


def cancel(name: str) -> None:
    """Stop the job of this name after its current piece."""
    now = current(name)
    if now is not None:
        now.cancel()


def cancel_button(name: str, *, disabled: bool = False) -> None:
    """It stops the job of this name."""
    st.button("Cancel", icon=":material/close:", key=f"cancel_{name}", on_click=cancel, args=(name,), disabled=disabled)


def followed(work: Job[Any] | None, draw: Callable[[], None], every: float = POLL) -> None:
    """What is drawn of a job, again and again while it is under way; with its end the whole page is told.

    Args:
        every: seconds between two pictures.
    """
    running = work is not None and not work.done

    @st.fragment(run_every=every if running else None)
    def drawn() -> None:
        done = running and work.done
        draw()
        if done:
            st.rerun()

    drawn()


def show_state(work: Job[Any] | None, so_far: str = "", *, ended: str = "", cancelled: str = "") -> None:
    """A line on a job: how far it is, what it refused to do, or what is shown of it.

    Args:
        so_far: what is said while it is under way; the share of the work that is done if "".
        ended: what is said of one that came to its end, cancelled: of one that was given up; nothing if "".
    """
    with st.container():
        if work is None:
            return
        if not work.done:
            st.progress(min(work.share, 1.0), text=so_far or share(work.share))
        elif work.error is not None:
            st.warning(str(work.error), icon=":material/error:")
        elif words := cancelled if work.cancelled else ended:
            st.caption(words)
