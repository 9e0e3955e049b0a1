"""What truncation costs in time: measured beside the page, on demand."""

from __future__ import annotations

import re
from functools import partial

import streamlit as st

from core.live.job import Job
from core.live.jobs import Jobs
from core.live.run import LiveRun
from core.live.view import View
from core.markup import as_html
from core.spelling import as_told
from core.topics.truncation.cost import TruncationCost, cost_pieces
from core.topics.truncation.figures.cost import truncation_cost_figure
from core.topics.truncation.words import say
from core.training.truncated_pairs import window_of
from pages._chart.frame import HtmlCell, Parts
from pages._kit.playing.jobs import cancel_button, jobs, state_cell
from pages._live.element import OnPage
from pages._live.kept import Kept, Same
from pages._parts.truncation.seen import HEIGHT

NEEDED = HtmlCell('<p class="small">Switch truncation on in the sidebar to measure it against full BPTT.</p>')


def cost_parts(view: View, work: Job[TruncationCost] | None, kept: Kept) -> Parts:
    """What was measured, and how far the work is."""
    found = work.result if work else None
    state = NEEDED if window_of(view.experiment) is None else state_cell(work)
    return {"cost": {"truncation_cost": kept("cost", Same(found), lambda: truncation_cost_figure(found))},
            "cost_said": {"cost_state": state, "cost_words": HtmlCell(_cost_in_words(found))}}


def show_cost(on_page: OnPage, run: LiveRun, *, truncated: bool, measuring: bool) -> None:
    """Seconds, measured on demand.

    Args:
        truncated: whether there is a truncation to be measured.
        measuring: whether that is under way.
    """
    left, right = st.columns([5, 4])
    with left:
        on_page.show("cost", height=HEIGHT)
    with right:
        with st.container(horizontal=True):
            st.button("Measure the cost", icon=":material/timer:", key="measure_cost", on_click=_begin,
                      args=(jobs(), run), disabled=not truncated,
                      help="Trains both at T up to 1,000, in turns, on this machine.")
            cancel_button("cost", disabled=not measuring)
        on_page.show("cost_said")


def _begin(jobs: Jobs, run: LiveRun) -> None:
    jobs.begin("cost", partial(cost_pieces, run.view().experiment))


def _cost_in_words(found: TruncationCost | None) -> str:
    """A line for each length, HTML."""
    if found is None or not len(found.T):
        return as_html((say("cost.not_measured") if found is None else say("cost.nothing", why=found.left_out)).text)
    lines = [say("cost.length", {"T": int(T), "full": 1e3 * full, "truncated": 1e3 * truncated,
                                 "times": as_told(ratio, 2), "updates": int(updates), "update": 1e3 * update})
             for T, full, truncated, ratio, updates, update in zip(
                 found.T, found.full, found.truncated, found.ratio, found.updates, found.update, strict=True)]
    if found.left_out:
        lines.append(say("cost.left_out", why=found.left_out))
    items = (re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", as_html(line.text)) for line in lines)
    return f"<div>{as_html(say('cost').text)}</div><ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"
