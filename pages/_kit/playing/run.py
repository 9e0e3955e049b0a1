"""The live run of this browser session: its buttons, where it is, its history, and what helps when it diverges."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import streamlit as st

from core.live.ending import ending
from core.live.run import LiveRun
from core.live.view import View
from core.parameters import Number, ParameterError
from core.remedies.clip_norm import ClipNorm
from core.spelling import count, number
from core.training.experiment import Experiment
from pages._chart.frame import HtmlCell
from pages._kit.announce import announce
from pages._kit.link.settings import settings
from pages._kit.playing.jobs import progress_cell
from pages._kit.playing.player import lease, play_row
from pages._panel.panel import panel
from pages._panel.rows import Field
from pages._session import session


@dataclass
class Played:
    """The run of this browser session."""

    run: LiveRun | None = None
    looked: tuple[int, int] | None = None  # the last update by then, and the one that is looked at
    refused: tuple[int, str] = (0, "")  # the last update by then, and why what was typed is none that can be looked at


def live_run(experiment: Experiment) -> LiveRun:
    """This session's run, on these settings; when the browser comes back it can be resumed."""
    played = session(Played)
    if played.run is None:
        played.run = _opened(experiment)
    run = lease("run").played = played.run
    if experiment != run.experiment:
        played.looked = None  # what a change does is seen of the run as it is now, in the hand and after
    if not run.apply(experiment) and run.state == "playing":
        st.toast("These settings need another initial network: a new run has begun.")
    if run.refused is None:  # a run that went back has forgotten some moves of eigenvalues
        settings().values["moved"] = run.experiment.recurrence.moved
    run.playback = settings().playback()
    settings().refusal = run.refusal
    return run


def _opened(experiment: Experiment) -> LiveRun:
    """A new run, or the one that the link tells of: its changes are made again, each at its update."""
    told = settings()
    as_told = experiment == (told.changes[-1].experiment if told.changes else told.start)
    run = LiveRun(told.start, changes=told.changes) if as_told else LiveRun(experiment)
    if told.updates:
        run.play(to=told.updates, past_solved=True)
    return run


def buttons(run: LiveRun) -> None:
    """Train or pause, one update, reset; how fast, and until when; and how the run ended, when it has."""
    state = run.state
    play_row(run, "Train", step="One update.", reset="Back to the initial network of these settings.")
    ended = ending(run.view()) if state in ("solved", "finished", "diverged") else None
    announce(ended.text if ended else "", key="ended")


def run_cell(run: LiveRun, view: View) -> HtmlCell:
    """Where the run is, and how long it will take."""
    return progress_cell(whereabouts(run, view), len(view.curves.step) / view.experiment.training.steps)


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
    steps, looked = run.frame_steps(), session(Played).looked
    if looked is None or not steps or run.state == "playing" or looked[0] != steps[-1]:
        return None
    frame = run.frame_at(looked[1])
    return None if frame is None or frame.record.step == steps[-1] else frame.record.step


def shown_view(run: LiveRun) -> View:
    """What the charts show: the run as it is now, or as it was at the update that is looked at."""
    return view_at(run, looked_at(run))


def view_at(run: LiveRun, chosen: int | None) -> View:
    """The run as it was at an update that was recorded, or as it is now: so if None, and while it plays."""
    frame = None if chosen is None or run.state == "playing" else run.frame_at(chosen)
    return run.view() if frame is None else run.look_at(frame)


def history(run: LiveRun) -> None:
    """A slider over the recorded updates, while the run rests."""
    steps = run.frame_steps()
    if run.state == "playing" or len(steps) < 2:
        return
    slider, button = st.columns([5, 1], vertical_alignment="bottom")
    looked = looked_at(run)
    chosen = steps[-1] if looked is None else looked
    label = "History: look at update"
    updates = Number(default=steps[-1], low=steps[0], high=steps[-1], step=1, label=label)
    by_then, why = session(Played).refused
    row = Field("look_at", updates, chosen, label=label, heard=label, refused=why if by_then == steps[-1] else "",
                help="Every update that was recorded can be gone back to: the latest up to this one is shown.")
    with slider:
        panel([row], partial(_look, updates, chosen), key="history")
    button.button(f"Rewind to {chosen}", icon=":material/undo:", on_click=_rewind, args=(run, chosen),
                  disabled=chosen == steps[-1] and run.state not in ("diverged", "finished", "solved"),
                  help="Go on from there; what came after it is forgotten.")


def _look(updates: Number, chosen: int, changes: list[tuple[str, str, str]]) -> None:
    """An update is looked at; "rewind": gone back to."""
    played = session(Played)
    for _, name, text in changes:
        try:
            update = updates.parse("update", text)
        except ParameterError as error:
            played.refused = updates.high, f"{error} It stays {chosen}."
            continue
        played.looked, played.refused = (updates.high, update), (0, "")
        if name == "rewind" and played.run is not None:
            _rewind(played.run, update)


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
