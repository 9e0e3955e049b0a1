"""Work beside the page that belongs to this browser session, and ends with it: how it is seen and given up."""

from __future__ import annotations

import html
from typing import Any

import streamlit as st

from core.live.job import Job
from core.live.jobs import Jobs
from core.spelling import share
from pages._chart.frame import HtmlCell


@st.cache_resource(scope="session", on_release=Jobs.end, show_spinner=False)
def jobs() -> Jobs:
    """This session's. Only a script may ask for them: what is painted later is given them."""
    return Jobs()


def cancel_button(name: str, *, disabled: bool = False) -> None:
    """It stops the job of this name."""
    st.button("Cancel", icon=":material/close:", key=f"cancel_{name}", on_click=jobs().cancel, args=(name,),
              disabled=disabled)


def state_cell(work: Job[Any] | None, so_far: str = "", *, ended: str = "", cancelled: str = "") -> HtmlCell:
    """A line on a job: how far it is, what it refused to do, or what is shown of it.

    Args:
        so_far: what is said while it is under way; the share of the work that is done if "".
        ended: what is said of one that came to its end, cancelled: of one that was given up; nothing if "".
    """
    if work is None:
        return HtmlCell("")
    if not work.done:
        return progress_cell(so_far or share(work.share), work.share)
    if work.error is not None:
        return HtmlCell(f'<p class="refusal" role="alert">{html.escape(str(work.error))}</p>')
    words = cancelled if work.cancelled else ended
    return HtmlCell(f'<p class="small">{html.escape(words)}</p>' if words else "")


def progress_cell(words: str, share: float) -> HtmlCell:
    """A bar under its words.

    Args:
        share: of what is to be done, 0..1.
    """
    return HtmlCell(f'<label class="progress">{html.escape(words)}'
                    f'<progress max="1" value="{round(min(share, 1.0), 4)}"></progress></label>')
