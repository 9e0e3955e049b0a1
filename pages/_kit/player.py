"""The live run of this browser session, and the buttons that play it."""

from __future__ import annotations

import time
from dataclasses import dataclass

import streamlit as st

from core.live.ending import ending
from core.live.player import Player
from core.live.run import LiveRun
from core.live.view import View
from core.remedies.clip_norm import ClipNorm
from core.spelling import count, number
from core.training.experiment import Experiment
from pages._kit.announce import announce
from pages._kit.controls import control
from pages._kit.press import once
from pages._kit.settings import settings
from pages._kit.values import Own
from pages._session import session

SENDING = 0.06  # s
FRAME = 0.12  # s between two pictures of a run, for each run and race that plays on this server


def frame_time(played: Player, frame: float = FRAME) -> float:
    """Seconds between two pictures of what plays: a full class gets fewer, and a quick slider."""
    return frame * max(played.players, 1)


@dataclass
class Played:
    """The run of this browser session."""

    run: LiveRun | None = None
    last_state: str = ""  # that a script of this session ended with


@dataclass
class Lease:
    """Held by Streamlit for as long as the browser is connected."""

    played: Player | None = None

    def end(self) -> None:
        if self.played is not None:
            self.played.suspend()


@st.cache_resource(scope="session", on_release=Lease.end, show_spinner=False)
def lease(name: str) -> Lease:
    """This session's, of its run or of its race: what it holds stops computing when the browser goes away."""
    return Lease()


def live_run(experiment: Experiment) -> LiveRun:
    """This session's run, on these settings; when the browser comes back it can be resumed."""
    played = session(Played)
    if played.run is None:
        played.run = _opened(experiment)
    run = lease("run").played = played.run
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
    played = session(Played)
    if "playing" in (state, played.last_state):
        time.sleep(SENDING)
    played.last_state = state


def buttons(run: LiveRun) -> None:
    """Train or pause, one update, reset; how fast, and until when; and how the run ended, when it has."""
    state = run.state
    play_row(run, "Train", step="One update.", reset="Back to the initial network of these settings.")
    ended = ending(run.view()) if state in ("solved", "finished", "diverged") else None
    announce(ended.text if ended else "", key="ended")


def play_row(played: Player, begin: str, *, step: str, reset: str, own: Own | None = None) -> None:
    """One button that plays and pauses: to the browser it stays the same one, and keeps the keyboard's focus. Beside it
    one update, reset, how fast, and until when.

    Args:
        begin: what the first button says where nothing can be done.
        step, reset: help of these buttons.
        own: the values that pace and end belong to; the session's settings when None.
    """
    with st.container(horizontal=True, vertical_alignment="center"):
        deed, state = played.deed, played.state
        st.button(deed.capitalize() or begin, key="play", type="primary", on_click=once(played.do), args=(deed,),
                  icon=f":material/{'pause' if deed == 'pause' else 'play_arrow'}:", disabled=not deed)
        st.button("Step", icon=":material/skip_next:", on_click=once(played.step), help=step,
                  disabled=state in ("diverged", "finished") or played.refused is not None)
        st.button("Reset", icon=":material/replay:", on_click=played.reset, help=reset)
        control("pace", own, label_visibility="collapsed", width=170)
        control("until_solved", own)


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
