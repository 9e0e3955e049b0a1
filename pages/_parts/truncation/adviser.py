"""The threshold adviser: recorded norms, what each threshold would have clipped, and which keep the run finite."""

from __future__ import annotations

import math
from dataclasses import dataclass

import streamlit as st

from core.live.run import LiveRun
from core.live.view import View
from core.markup import as_markdown
from core.spelling import as_told, count, number, share
from core.topics.truncation.figures.threshold_histogram import threshold_histogram
from core.topics.truncation.figures.thresholds_tried import thresholds_tried
from core.topics.truncation.recorded_norms import BAND, Proposal, RecordedNorms, proposal, recorded_norms
from core.topics.truncation.threshold_search import search_pieces
from core.topics.truncation.threshold_verdict import threshold_verdict
from core.topics.truncation.view import TruncationView
from core.topics.truncation.words import say
from pages._chart.plot import plot
from pages._kit.controls.widgets import control
from pages._kit.link.settings import settings
from pages._kit.link.values import Own
from pages._kit.playing.jobs import begin, cancel_button, current, show_state
from pages._kit.verdict import show_verdict
from pages._parts.truncation.seen import HEIGHT
from pages._session import session

DECADES = (0.01, 0.1, 1.0, 10.0, 100.0)  # thresholds that are tried whatever the search finds


@dataclass
class Taken:
    """From the adviser, in this browser session."""

    threshold: float | None = None


def show_adviser(run: LiveRun, view: View, own: Own) -> None:
    """Record, propose, search, use."""
    look, _ = own.spec(TruncationView)
    norms = recorded_norms(view.curves)
    chosen = proposal(norms, look.centre, look.factor)
    work = current("thresholds")
    found = work.result if work else None
    show_verdict(threshold_verdict(norms, chosen, found), spoken=view.state != "playing")
    left, right = st.columns(2)
    with left:
        plot(threshold_histogram(norms, None if chosen.refused else chosen.threshold), key="threshold_histogram",
             height=HEIGHT)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            with st.container(width=260):
                control("centre", own)
            with st.container(width=260):
                control("factor", own)
            _use("proposed", chosen.threshold, disabled=chosen.refused is not None)
        with st.container():
            if not norms.updates:
                st.button(f"Record {count(look.reruns, 'update')} here", icon=":material/fiber_manual_record:",
                          type="primary", key="record", on_click=run.play, kwargs={"to": look.reruns},
                          disabled=run.state == "diverged")
            elif chosen.refused:
                st.caption(as_markdown(_refused(norms, chosen, look)))
    with right:
        plot(thresholds_tried(found), key="thresholds_tried", height=HEIGHT)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            with st.container(width=320):
                control("reruns", own)
            st.button("Search", icon=":material/search:", key="search", on_click=_begin, args=(view, look, norms),
                      help="Runs the experiment again from its seed, once for each threshold tried.")
            cancel_button("thresholds", disabled=work is None or work.done)
        made = count(len(found.reruns) if found else 0, "run")
        show_state(work, f"{share(work.share)}, {made} made" if work else "",
                   cancelled="Cancelled: what is drawn was tried before.")
        with st.container(horizontal=True):
            finite = found.highest if found is not None and found.needed else None
            if finite is not None:
                _use("highest finite", finite)
            if found is not None and found.highest_sound not in (None, finite):
                _use("highest that ends at chance or better", found.highest_sound)
    _in_use(run, look)


def _refused(norms: RecordedNorms, chosen: Proposal, look: TruncationView) -> str:
    """Why this one cannot be used, and what can be done."""
    why = chosen.refused
    if math.isfinite(chosen.threshold):
        why = say("refused.would_be", {"threshold": chosen.threshold}, why=why)
    median = look.centre != "median" and proposal(norms, "median", look.factor).refused is None
    return say("refused.start" if median else "refused.search", why=why).text


def _use(name: str, threshold: float, *, disabled: bool = False) -> None:
    label = "Use this one" if disabled else f"Use this one: {name}, θ = {number(threshold)}"
    st.button(label, icon=":material/content_cut:", key=f"use_{name.replace(' ', '_')}", on_click=_take,
              args=(threshold,), disabled=disabled)


def _take(threshold: float) -> None:
    """Into the session's experiment, which the playground shows."""
    settings().take("clip_norm_threshold", threshold)
    settings().take("clip_norm", True)
    session(Taken).threshold = threshold


def _in_use(run: LiveRun, look: TruncationView) -> None:
    """What is set now, and the way to the playground."""
    values = settings().values
    taken = session(Taken).threshold
    with st.container(horizontal=True, vertical_alignment="center"):
        if values["clip_norm"]:
            words = "Set" if taken == values["clip_norm_threshold"] else "Clipping is on"
            st.markdown(f"**{words}: θ = {number(values['clip_norm_threshold'])}**, here and in the playground.")
            st.button("Train again with it", icon=":material/replay:", key="again", on_click=_again,
                      args=(run, look.reruns), help="From the initial network of these settings.")
        else:
            st.markdown("Clipping is off.")
        st.page_link("playground.py", label="Open the playground", icon=":material/open_in_new:")


def _again(run: LiveRun, updates: int) -> None:
    run.reset()
    run.play(to=updates)


def _begin(view: View, look: TruncationView, norms: RecordedNorms) -> None:
    experiment = view.experiment
    also = [f * norms.mean for f in (BAND[0], 1.0, BAND[1])] if len(norms.norms) else []
    thresholds = [as_told(value) for value in (*also, *DECADES)]
    begin("thresholds", lambda: search_pieces(experiment, look.reruns, thresholds))
