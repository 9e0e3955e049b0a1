"""The live run of this browser session, and the buttons that play it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st

from core.live.ending import ending
from core.live.run import LiveRun, View
from core.remedies.clip_norm import ClipNorm
from core.spelling import count, number
from core.training.experiment import Experiment
from pages._kit.announce import announce
from pages._kit.controls import control
from pages._kit.press import once
from pages._kit.settings import settings

SENDING = 0.06  # s
DEEDS = {"train": "Train", "pause": "Pause", "go on": "Go on", "resume": "Resume", "train anew": "Train anew",
         "train again": "Train again"}  # what a run's button does, and says
FRAME, SHARE = 0.12, 0.12  # s between two pictures: alone, and for each run that plays on this server


def frame_time(run: LiveRun) -> float:
    """Seconds between two pictures of a run that plays: a full class gets fewer, and a quick slider."""
    return max(FRAME, SHARE * run.players)


@dataclass
class Lease:
    """Held by Streamlit for as long as the browser is connected."""

    run: LiveRun | None = None

    def end(self) -> None:
        if self.run is not None:
            self.run.suspend()


@st.cache_resource(scope="session", on_release=Lease.end, show_spinner=False)
def _lease() -> Lease:
    return Lease()


def live_run(experiment: Experiment) -> LiveRun:
    """This session's run, on these settings. It stops computing when the browser goes away, and can be resumed."""
    state = st.session_state
    if "run" not in state:
        state["run"] = _opened(experiment)
    run: LiveRun = state["run"]
    _lease().run = run
    if not run.apply(experiment) and run.state == "playing":
        st.toast("These settings need another initial network: a new run has begun.")
    run.playback = settings().playback()
    return run


def _opened(experiment: Experiment) -> LiveRun:
    """A new run, or the one that the link tells of: its changes are made again, each at its update."""
    told = settings()
    as_told = experiment == (told.changes[-1].experiment if told.changes else told.start)
    run = LiveRun(told.start, changes=told.changes) if as_told else LiveRun(experiment)
    if told.updates:
        run.play(to=told.updates, past_solved=True)
    return run


def let_out(state: str) -> None:
    """End a run of the whole script only when its charts are on their way to the browser.

    A fragment's timer may have asked for a run meanwhile. Streamlit (1.67) starts it at once, takes the fragment's
    unsent elements out of the queue, and yet reports the whole script as finished: the browser then removes the
    charts that it never got, and they lose their zoom. The server sends every few milliseconds.
    """
    if "playing" in (state, st.session_state.get("last_state")):
        time.sleep(SENDING)
    st.session_state["last_state"] = state


def buttons(run: LiveRun) -> None:
    """Train or pause, one update, reset; how fast, and until when; and how the run ended, when it has."""
    with st.container(horizontal=True, vertical_alignment="center"):
        state = run.state
        play_button(run.deed, run.do, DEEDS)
        st.button("Step", icon=":material/skip_next:", on_click=once(run.step), help="One update.",
                  disabled=state in ("diverged", "finished") or run.refused is not None)
        st.button("Reset", icon=":material/replay:", on_click=run.reset,
                  help="Back to the initial network of these settings.")
        control("pace", label_visibility="collapsed", width=170)
        control("until_solved")
    ended = ending(run.view()) if state in ("solved", "finished", "diverged") else None
    announce(ended.text if ended else "", key="ended")


def play_button(deed: str, do: Callable[[str], None], labels: Mapping[str, str]) -> None:
    """One button that plays and pauses: to the browser it stays the same one, and keeps the keyboard's focus.

    Args:
        deed: what it will do now; empty where nothing can be done.
        do: does it.
        labels: of each deed; the first where nothing can be done.
    """
    label = labels[deed or next(iter(labels))]
    st.button(label, key="play", icon=f":material/{'pause' if deed == 'pause' else 'play_arrow'}:", type="primary",
              on_click=once(do), args=(deed,), disabled=not deed)


def progress(run: LiveRun, view: View) -> None:
    """Where the run is, and how long it will take."""
    st.progress(min(len(view.curves.step) / view.experiment.training.steps, 1.0), text=whereabouts(run, view))


def whereabouts(run: LiveRun, view: View) -> str:
    """The update that the run has made, of how many, and what is to be known of them."""
    steps, done = view.experiment.training.steps, len(view.curves.step)
    words = {
        "ready": "not trained yet", "playing": _left(run, view, steps - done), "paused": "paused",
        "finished": "all updates made; raise Updates to go on", "solved": "solved", "diverged": "diverged",
        "suspended": "the connection was lost; the run waits here",
    }[view.state]
    if view.state == "ready" and view.past is not None:
        made = count(len(view.past.curves.step), "update")
        words += f": these settings need another network; pale: the run before, {made}"
    elif view.state != "playing" and run.changed:
        words += "; settings changed since"
    return f"update {done} of {steps} · {words}"



def _left(run: LiveRun, view: View, updates: int) -> str:
    pace = run.playback.pace
    seconds = updates * max(view.seconds, 0.0 if pace == "max" else 1.0 / float(pace))
    return f"at most {int(seconds) // 60}:{int(seconds) % 60:02d} left"


def looked_at(run: LiveRun) -> int | None:
    """The update that the history's slider stands at; None where the run is shown as it is now."""
    steps = run.frame_steps()
    chosen = st.session_state.get(f"look_at~{steps[-1]}") if steps and run.state != "playing" else None
    return None if chosen is None or chosen == steps[-1] else chosen


def shown(run: LiveRun) -> View:
    """What the charts show: the run as it is now, or as it was at the update that is looked at."""
    chosen = looked_at(run)
    frame = None if chosen is None else run.frame_at(chosen)
    return run.view() if frame is None else run.look_at(frame)


def history(run: LiveRun) -> View:
    """A slider over the recorded updates, and the view that it chooses; the run as it is now while it plays."""
    steps = run.frame_steps()
    if run.state == "playing" or len(steps) < 2:
        return run.view()
    slider, button = st.columns([5, 1], vertical_alignment="bottom")
    chosen = slider.select_slider("History: look at update", steps, steps[-1], key=f"look_at~{steps[-1]}",
                                  help="Every update shown here can be gone back to.")
    button.button(f"Rewind to {chosen}", icon=":material/undo:", on_click=_rewind, args=(run, chosen),
                  disabled=chosen == steps[-1] and run.state not in ("diverged", "finished", "solved"),
                  help="Go on from there; what came after it is forgotten.")
    return shown(run)


def _rewind(run: LiveRun, step: int) -> None:
    run.rewind(run.frame_at(step))


def rescue(run: LiveRun) -> None:
    """What can be done about a run that has diverged."""
    finite, healthy = run.last_finite(), run.last_healthy()
    with st.container(horizontal=True):
        if finite is not None:
            st.button(f"Rewind to the last finite update, {finite.record.step}", icon=":material/undo:",
                      on_click=_rewind, args=(run, finite.record.step))
        if healthy is not None:
            clip = next((spec for spec in run.experiment.remedies if isinstance(spec, ClipNorm)), None)
            if clip is None:
                remedy, words = ClipNorm(), "Turn clipping on"
            else:
                remedy = ClipNorm(threshold=max(clip.threshold / 10, 1e-4))
                words = f"Lower the clip threshold to {number(remedy.threshold)}"
            st.button(f"{words} and go on from update {healthy.record.step}", icon=":material/content_cut:",
                      type="primary", on_click=_clip_and_go_on, args=(run, remedy))
        if finite is None:
            st.markdown("The initial network itself is not finite: choose a smaller ρ, or reset.")


def _clip_and_go_on(run: LiveRun, remedy: ClipNorm) -> None:
    experiment = run.experiment.with_remedy(remedy)
    settings().adopt(experiment)
    run.rewind(run.last_healthy(), experiment)
    run.play()


