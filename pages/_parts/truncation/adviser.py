"""The threshold adviser: recorded norms, what each threshold would have clipped, and which keep the run finite."""

from __future__ import annotations

import math
from dataclasses import dataclass

import streamlit as st

from core.live.jobs import Jobs
from core.live.run import LiveRun
from core.live.view import View
from core.markup import as_html
from core.spelling import as_told, count, number, share
from core.topics.truncation.figures.threshold_histogram import threshold_histogram
from core.topics.truncation.figures.thresholds_tried import thresholds_tried
from core.topics.truncation.recorded_norms import BAND, Proposal, RecordedNorms, proposal, recorded_norms
from core.topics.truncation.threshold_search import ThresholdSearch, search_pieces
from core.topics.truncation.threshold_verdict import threshold_verdict
from core.topics.truncation.view import TruncationView
from core.topics.truncation.words import say
from pages._chart.frame import HtmlCell, Parts
from pages._kit.controls.widgets import control, run_again
from pages._kit.link.settings import settings
from pages._kit.link.values import Own
from pages._kit.playing.jobs import cancel_button, jobs, state_cell
from pages._kit.verdict import verdict_cell
from pages._live.element import OnPage
from pages._live.kept import Kept, Same
from pages._parts.truncation.seen import HEIGHT
from pages._session import session

DECADES = (0.01, 0.1, 1.0, 10.0, 100.0)  # thresholds that are tried whatever the search finds


@dataclass
class Taken:
    """From the adviser, in this browser session."""

    threshold: float | None = None


@dataclass(frozen=True)
class Offers:
    """What the adviser's buttons offer at one moment."""

    recorded: bool  # whether there is an update whose norm is known
    usable: bool  # whether the threshold proposed from the norms can be used
    proposed: float | None  # that threshold, where it can; None while a run plays: it moves with every update
    finite: float | None  # the highest that was found to keep the run finite; None where there is none, or no need
    sound: float | None  # the highest whose run ends at chance or better, where that is another one
    searching: bool


def offers(view: View, look: TruncationView, jobs: Jobs) -> Offers:
    norms, found = recorded_norms(view.curves), found_by(jobs)
    chosen = proposal(norms, look.centre, look.factor)
    finite = found.highest if found is not None and found.needed else None
    sound = found.highest_sound if found is not None and found.highest_sound != finite else None
    usable = chosen.refused is None
    proposed = chosen.threshold if usable and view.state != "playing" else None
    return Offers(bool(norms.updates), usable, proposed, finite, sound, jobs.working("thresholds"))


def found_by(jobs: Jobs) -> ThresholdSearch | None:
    """What the search has tried so far; None before there is one."""
    work = jobs.current("thresholds")
    return work.result if work else None


def advice_parts(view: View, look: TruncationView, jobs: Jobs, kept: Kept) -> Parts:
    """The headline, the recorded norms and what is wrong with the threshold they propose, and what was tried."""
    norms, found, work = recorded_norms(view.curves), found_by(jobs), jobs.current("thresholds")
    chosen = proposal(norms, look.centre, look.factor)
    refused = as_html(_refused(norms, chosen, look)) if norms.updates and chosen.refused else ""
    usable, made = None if chosen.refused else chosen.threshold, count(len(found.reruns) if found else 0, "run")
    return {
        "advice": {"advice": verdict_cell(threshold_verdict(norms, chosen, found), spoken=view.state != "playing")},
        "norms": {"threshold_histogram": kept("norms", (norms.norms.tobytes(), norms.updates, usable),
                                              lambda: threshold_histogram(norms, usable))},
        "refused": {"refused": HtmlCell(f'<p class="small">{refused}</p>' if refused else "")},
        "tried": {"thresholds_tried": kept("tried", Same(found), lambda: thresholds_tried(found))},
        "search": {"search": state_cell(work, f"{share(work.share)}, {made} made" if work else "",
                                        cancelled="Cancelled: what is drawn was tried before.")},
    }


def show_adviser(on_page: OnPage, run: LiveRun, own: Own, offered: Offers) -> None:
    """Record, propose, search, use."""
    look, _ = own.spec(TruncationView)
    on_page.show("advice")
    left, right = st.columns(2)
    with left:
        on_page.show("norms", height=HEIGHT)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            with st.container(width=260):
                control("centre", own)
            with st.container(width=260):
                control("factor", own)
            _use_proposed(run, look, offered)
        with st.container():
            if not offered.recorded:
                st.button(f"Record {count(look.reruns, 'update')} here", icon=":material/fiber_manual_record:",
                          type="primary", key="record", on_click=run.play, kwargs={"to": look.reruns},
                          disabled=run.state == "diverged")
        on_page.show("refused")
    with right:
        on_page.show("tried", height=HEIGHT)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            with st.container(width=320):
                control("reruns", own)
            st.button("Search", icon=":material/search:", key="search", on_click=_begin, args=(jobs(), run, look),
                      help="Runs the experiment again from its seed, once for each threshold tried.")
            cancel_button("thresholds", disabled=not offered.searching)
        on_page.show("search")
        with st.container(horizontal=True):
            if offered.finite is not None:
                _use("highest finite", offered.finite)
            if offered.sound is not None:
                _use("highest that ends at chance or better", offered.sound)
    _in_use(run, look)


def _refused(norms: RecordedNorms, chosen: Proposal, look: TruncationView) -> str:
    """Why this one cannot be used, and what can be done."""
    why = chosen.refused
    if math.isfinite(chosen.threshold):
        why = say("refused.would_be", {"threshold": chosen.threshold}, why=why)
    median = look.centre != "median" and proposal(norms, "median", look.factor).refused is None
    return say("refused.start" if median else "refused.search", why=why).text


def _use_proposed(run: LiveRun, look: TruncationView, offered: Offers) -> None:
    """The one at rest; while a run plays the one of the moment at which the button is pressed."""
    if offered.proposed is not None:
        _use("proposed", offered.proposed)
    else:
        st.button("Use this one: proposed" if offered.usable else "Use this one", icon=":material/content_cut:",
                  key="use_proposed", on_click=_take_proposed, args=(run, look), disabled=not offered.usable)


def _take_proposed(run: LiveRun, look: TruncationView) -> None:
    chosen = proposal(recorded_norms(run.view().curves), look.centre, look.factor)
    if chosen.refused is None:
        _take(chosen.threshold)


def _use(name: str, threshold: float) -> None:
    st.button(f"Use this one: {name}, θ = {number(threshold)}", icon=":material/content_cut:",
              key=f"use_{name.replace(' ', '_')}", on_click=_take, args=(threshold,))


def _take(threshold: float) -> None:
    """Into the session's experiment, which the playground shows."""
    settings().take("clip_norm_threshold", threshold)
    settings().take("clip_norm", True)
    session(Taken).threshold = threshold
    run_again("app")  # the sidebar shows it


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


def _begin(jobs: Jobs, run: LiveRun, look: TruncationView) -> None:
    view = run.view()
    norms = recorded_norms(view.curves)
    also = [f * norms.mean for f in (BAND[0], 1.0, BAND[1])] if len(norms.norms) else []
    thresholds = [as_told(value) for value in (*also, *DECADES)]
    jobs.begin("thresholds", lambda: search_pieces(view.experiment, look.reruns, thresholds))
