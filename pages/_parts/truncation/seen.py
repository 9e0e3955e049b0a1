"""The parts of the page of truncation: its controls, what each update sees, loses and costs."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.live.run import LiveRun
from core.live.view import View
from core.spelling import count
from core.spelling import share as in_percent
from core.tables import as_csv
from core.tasks.base import task_kind
from core.topics.truncation.dropped_gradient import DroppedGradient, dropped_pieces
from core.topics.truncation.figures.dependency import dependency_figure
from core.topics.truncation.figures.lost_by_lag import lost_by_lag
from core.topics.truncation.figures.truncation_map import truncation_map_figure
from core.topics.truncation.presets import PRESETS
from core.topics.truncation.threshold_search import ThresholdSearch
from core.topics.truncation.verdict import truncation_verdict
from core.training.experiment import Experiment
from core.training.truncated_pairs import TruncationMap, dependency_of, map_of, window_of
from pages._chart.plot import plot
from pages._kit.controls.expanders import folded
from pages._kit.controls.presets import experiment_presets
from pages._kit.controls.summary import summary
from pages._kit.controls.widgets import control, controls
from pages._kit.link.settings import settings
from pages._kit.link.values import Own
from pages._kit.playing.jobs import current, job
from pages._kit.share.printed import run_command
from pages._kit.share.share_menu import code, download_numbers, menu
from pages._kit.verdict import show_verdict

AT_ONCE = 0.15  # s that a page waits for an answer, rather than draw twice
HEIGHT = 330
NETWORK = ("rho", "shape", "alpha", "activation", "n_hidden", "bias", "input_scale", "batch", "dtype", "seed")


@dataclass
class TruncationPictures:
    """Of this session's page of truncation."""

    waits: bool = True  # whether one of them is still to come


@dataclass(frozen=True)
class Lost:
    """What was measured, and of what."""

    found: DroppedGradient
    experiment: Experiment
    chunks: TruncationMap
    update: int  # the network as it was before this update


def truncation_sidebar() -> None:
    """What this page changes of the session's experiment."""
    values = settings().values
    with st.sidebar:
        st.markdown("## Truncation")
        control("truncation")
        if values["truncation"]:
            controls(f"truncation_{name}" for name in ("k1", "k2", "carry"))
        st.markdown("## Task")
        control("task")
        st.caption(task_kind(values["task"]).about)
        control("seq_len")
        st.markdown("## Clipping by the norm")
        control("clip_norm")
        if values["clip_norm"]:
            control("clip_norm_threshold")
        st.markdown("## Training")
        controls(["optimizer", "lr", "steps"])
        folded("Network, batch and seed", lambda: controls(NETWORK), key="network", line=summary(NETWORK, settings()))
        st.caption("What is not here is set in the playground; it is the same experiment.")


def truncation_presets(run: LiveRun) -> None:
    """A button each, and what to look for in the one that is on the page."""
    experiment_presets(run, PRESETS, "truncation", lambda preset: preset.values,
                       "Rows are losses, columns the steps they are carried back to. Choose k₁ and k₂ in the sidebar, "
                       "and see what the task needs beside what is seen.")


def measure_lost(run: LiveRun, view: View) -> tuple[Lost | None, float, bool]:
    """What the truncation loses of the gradient, the share of the work done, and whether nothing more will come.

    While a run plays, the last measurement stays: a new one waits until the run rests.
    """
    if view.state == "playing":
        work = current("lost")
        return (work.result if work else None), 1.0, True
    frame = run.last_finite() if view.state == "diverged" else run.frame_at(view.record.step)
    theta, update = (None, 1) if frame is None else (frame.checkpoint.theta, frame.record.step)
    chunks, experiment = map_of(view.experiment), view.experiment
    asked = (experiment, update, None if theta is None else hash(theta.tobytes()))
    work = job("lost", asked, lambda: ((share, found and Lost(found, experiment, chunks, update))
                                       for share, found in dropped_pieces(experiment, theta)))
    work.wait(AT_ONCE)
    if work.error is not None:
        return None, 1.0, True
    return work.result, work.share, work.done


def show_what_is_seen(view: View, lost: Lost | None, share: float) -> None:
    """The headline, the map, and dL/dV by lag."""
    chunks, needed = map_of(view.experiment), dependency_of(view.experiment)
    fresh = lost.found if lost is not None and lost.experiment == view.experiment else None
    show_verdict(truncation_verdict(chunks, needed, fresh), spoken=view.state != "playing")
    left, middle, right = st.columns([5, 5, 4])
    with left:
        plot(truncation_map_figure(chunks, needed), key="truncation_map", height=HEIGHT + 40)
        st.caption("What is seen, in two colours by turns from chunk to chunk. Faint: no loss at that step, so that "
                   "nothing is carried back.")
    with middle:
        by_lag = lost.found.by_lag if lost else None
        plot(lost_by_lag(by_lag, lost.chunks.k2 if lost and lost.chunks.k2 < lost.chunks.T else None, _why_empty(lost)),
             key="lost_by_lag", height=HEIGHT + 40)
        st.caption(_trust(lost, share))
    with right:
        window, bridged = window_of(view.experiment), chunks.bridged_share(needed.longest) if needed else 1.0
        plot(dependency_figure(view.experiment.task.kind, view.experiment.task.seq_len,
                               window.k2 if window else None, bridged), key="dependency", height=HEIGHT + 40)


def _why_empty(lost: Lost | None) -> str:
    if lost is None:
        work = current("lost")
        return "the gradient is not finite" if work is not None and work.error is not None else "measuring …"
    return "made for the plain cell only" if lost.found.no_split else "measuring …"


def _trust(lost: Lost | None, share: float) -> str:
    """What the curves are of."""
    if lost is None:
        work = current("lost")
        return str(work.error) if work is not None and work.error is not None else "Not measured yet."
    words = f"{count(lost.found.sequences, 'sequence')}, weights as before update {lost.update}. "
    if share < 1.0:
        return words + f"Measuring: {in_percent(share)}."
    if lost.found.no_split:
        return words + "The split by lag is made for the plain cell whose inputs are given."
    words += r"$C_l$: what came back $l$ steps, of all losses together"
    if lost.chunks.k2 == lost.chunks.T and lost.chunks.carry:
        return f"{words}."
    if len(lost.chunks.targets) > 1 and (lost.chunks.k1 > 1 or not lost.chunks.carry):
        return words + r"; losses early in a chunk lose shorter lags than $k_2$ as well."
    return words + r"; from $l = k_2$ on it is dropped."


def take_home(run: LiveRun, own: Own) -> None:
    """The link, the norms and what was tried as CSV, and the command."""
    def content() -> None:
        work = current("thresholds")
        download_numbers("Thresholds tried (CSV)", lambda: tried_csv(work.result), "thresholds.csv",
                         disabled=work is None or work.result is None)
        code(run_command(run))

    menu(own, content, experiment=True)


def tried_csv(found: ThresholdSearch) -> str:
    """One line a run."""
    return as_csv(["threshold", "updates", "finite", "loss", "largest_norm"],
                  ((r.threshold, r.updates, r.finite, r.loss, r.longest) for r in found.reruns))
