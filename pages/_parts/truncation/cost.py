"""What truncation costs in time: measured beside the page, on demand."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.live.view import View
from core.spelling import as_told
from core.topics.truncation.cost import TruncationCost, cost_pieces
from core.topics.truncation.figures.cost import truncation_cost_figure
from core.topics.truncation.words import say
from core.training.truncated_pairs import window_of
from pages._chart.plot import plot
from pages._kit.playing.jobs import begin, cancel_button, current, show_state
from pages._parts.truncation.seen import HEIGHT


def show_cost(view: View) -> None:
    """Seconds, measured on demand."""
    experiment = view.experiment
    work = current("cost")
    left, right = st.columns([5, 4])
    with left:
        plot(truncation_cost_figure(work.result if work else None), key="truncation_cost", height=HEIGHT)
    with right:
        with st.container(horizontal=True):
            st.button("Measure the cost", icon=":material/timer:", key="measure_cost", on_click=begin,
                      args=("cost", partial(cost_pieces, experiment)), disabled=window_of(experiment) is None,
                      help="Trains both at T up to 1,000, in turns, on this machine.")
            cancel_button("cost", disabled=work is None or work.done)
        with st.container():
            if window_of(experiment) is None:
                st.caption("Switch truncation on in the sidebar to measure it against full BPTT.")
            else:
                show_state(work)
        with st.container():
            st.markdown(_cost_in_words(work.result if work else None))


def _cost_in_words(found: TruncationCost | None) -> str:
    """A line for each length, Markdown."""
    if found is None or not len(found.T):
        return (say("cost.not_measured") if found is None else say("cost.nothing", why=found.left_out)).text
    lines = [say("cost.length", {"T": int(T), "full": 1e3 * full, "truncated": 1e3 * truncated,
                                 "times": as_told(ratio, 2), "updates": int(updates), "update": 1e3 * update})
             for T, full, truncated, ratio, updates, update in zip(
                 found.T, found.full, found.truncated, found.ratio, found.updates, found.update, strict=True)]
    if found.left_out:
        lines.append(say("cost.left_out", why=found.left_out))
    return "\n".join([say("cost").text, "", *(f"- {line}" for line in lines)])
