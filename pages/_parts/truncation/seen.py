"""The parts of the page of truncation: its controls, what each update sees, and what it loses."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.live.job import Job
from core.live.jobs import Jobs
from core.live.run import LiveRun
from core.live.view import View
from core.markup import as_html
from core.plotting.drawing import Drawing
from core.remedies.base import remedies
from core.spelling import count
from core.spelling import share as in_percent
from core.tables import as_csv
from core.tasks.base import Dependency
from core.topics.truncation.dropped_gradient import DroppedGradient, dropped_pieces
from core.topics.truncation.figures.dependency import dependency_figure
from core.topics.truncation.figures.lost_by_lag import lost_by_lag
from core.topics.truncation.figures.truncation_map import truncation_map_figure
from core.topics.truncation.presets import PRESETS
from core.topics.truncation.threshold_search import ThresholdSearch
from core.topics.truncation.verdict import truncation_verdict
from core.training.experiment import Experiment
from core.training.truncated_pairs import TruncationMap, dependency_of, map_of, window_of
from pages._chart.frame import HtmlCell, Parts
from pages._kit.controls.presets import experiment_presets
from pages._kit.controls.sidebar import fold, remedy_rows, task_rows
from pages._kit.controls.widgets import field, fields, panel_of, switched
from pages._kit.link.settings import settings
from pages._kit.link.values import Own
from pages._kit.playing.jobs import jobs
from pages._kit.share.printed import run_command
from pages._kit.share.share_menu import code, download_numbers, menu
from pages._kit.verdict import verdict_cell
from pages._live.element import OnPage
from pages._live.kept import Kept, Same
from pages._panel.rows import Heading, Prose, Row

AT_ONCE = 0.15  # s that a picture waits for the answer to a new question, rather than be drawn twice
HEIGHT = 330
NETWORK = ("rho", "shape", "alpha", "activation", "n_hidden", "bias", "input_scale", "batch", "dtype", "seed")
C_L, LAG, K_2 = "<i>C<sub>l</sub></i>", "<i>l</i>", "<i>k</i><sub>2</sub>"


@dataclass(frozen=True)
class Lost:
    """What was measured, and of what."""

    found: DroppedGradient
    experiment: Experiment
    chunks: TruncationMap
    update: int  # the network as it was before this update


def truncation_sidebar() -> None:
    """What this page changes of the session's experiment."""
    with st.sidebar:
        panel_of(_rows, None, key="truncation", at_hand=True)


def _rows() -> list[Row]:
    return [Heading("Truncation"), *remedy_rows(remedies()["truncation"], settings(), "truncation_k2"),
            Heading("Task"), *task_rows(settings()), field("seq_len"),
            Heading("Clipping by the norm"), switched("clip_norm", "clip_norm_threshold"),
            Heading("Training"), *fields(["optimizer", "lr", "steps"]),
            fold("network", "Network, batch and seed", NETWORK, settings()),
            Prose("What is not here is set in the playground; it is the same experiment.")]


def truncation_presets(run: LiveRun) -> None:
    """A button each, and what to look for in the one that is on the page."""
    experiment_presets(run, PRESETS, "truncation", lambda preset: preset.values,
                       "Rows are losses, columns the steps they are carried back to. Choose k₁ and k₂ in the sidebar, "
                       "and see what the task needs beside what is seen.")


@dataclass(frozen=True)
class Measured:
    """What is known so far of what the truncation loses of the gradient."""

    lost: Lost | None
    share: float = 1.0  # of the work that is done, 0..1
    done: bool = True  # whether nothing more will come
    refused: str = ""  # why it cannot be measured


def _known(work: Job[Lost] | None) -> Measured:
    if work is None:
        return Measured(None)
    if work.error is not None:
        return Measured(None, refused=str(work.error))
    return Measured(work.result, work.share, work.done)


def measure_lost(jobs: Jobs, run: LiveRun, view: View, held: bool = False) -> Measured:
    """Ask for what the truncation loses; what is not there yet comes with a later picture.

    While a run plays, or something is held, the last measurement stays: a new one waits until it rests.
    """
    before = jobs.current("lost")
    if view.state == "playing" or held:
        return _known(before)
    frame = run.last_finite() if view.state == "diverged" else run.frame_at(view.record.step)
    theta, update = (None, 1) if frame is None else (frame.checkpoint.theta, frame.record.step)
    chunks, experiment = map_of(view.experiment), view.experiment
    asked = (experiment, update, None if theta is None else hash(theta.tobytes()))
    work = jobs.job("lost", asked, lambda: ((share, found and Lost(found, experiment, chunks, update))
                                            for share, found in dropped_pieces(experiment, theta)))
    if work is not before:
        work.wait(AT_ONCE)
    return _known(work)


def seen_parts(view: View, measured: Measured, kept: Kept, held: bool = False) -> Parts:
    """The headline, the map, dL/dV by lag, and what the task needs.

    Args:
        held: whether the reader's hand moves something, so that nothing new is measured.
    """
    experiment, lost = view.experiment, measured.lost
    chunks, needed = kept("chunks", experiment, lambda: (map_of(experiment), dependency_of(experiment)))
    fresh = lost.found if lost is not None and lost.experiment == experiment else None
    verdict = truncation_verdict(chunks, needed, fresh)
    why = _why_empty(measured)
    return {
        "seen": {"seen": verdict_cell(verdict, spoken=view.state != "playing")},
        "window": {"truncation_map": kept("window", experiment, lambda: truncation_map_figure(chunks, needed))},
        "lost": {"lost_by_lag": kept("lost", (Same(lost), why), lambda: _by_lag(lost, why)),
                 "lost_of": HtmlCell(f'<p class="small">{_trust(measured, held)}</p>')},
        "needed": {"dependency": kept("needed", experiment, lambda: _needed(experiment, chunks, needed))},
    }


def _by_lag(lost: Lost | None, why: str) -> Drawing:
    if lost is None:
        return lost_by_lag(None, None, why)
    return lost_by_lag(lost.found.by_lag, lost.chunks.k2 if lost.chunks.k2 < lost.chunks.T else None, why)


def _needed(experiment: Experiment, chunks: TruncationMap, needed: Dependency | None) -> Drawing:
    window, bridged = window_of(experiment), chunks.bridged_share(needed.longest) if needed else 1.0
    return dependency_figure(experiment.task.kind, experiment.task.seq_len, window.k2 if window else None, bridged)


def show_what_is_seen(on_page: OnPage) -> None:
    """The headline, and three charts side by side."""
    on_page.show("seen")
    left, middle, right = st.columns([5, 5, 4])
    with left:
        on_page.show("window", height=HEIGHT + 40)
        st.caption("What is seen, in two colours by turns from chunk to chunk. Faint: no loss at that step, so that "
                   "nothing is carried back.")
    with middle:
        on_page.show("lost", height=HEIGHT + 40)
    with right:
        on_page.show("needed", height=HEIGHT + 40)


def _why_empty(measured: Measured) -> str:
    if measured.lost is None:
        return "the gradient is not finite" if measured.refused else "measuring …"
    return "made for the plain cell only" if measured.lost.found.no_split else "measuring …"


def _trust(measured: Measured, held: bool = False) -> str:
    """What the curves are of, as HTML."""
    lost = measured.lost
    if lost is None:
        return as_html(measured.refused or "Not measured yet.")
    words = f"{count(lost.found.sequences, 'sequence')}, weights as before update {lost.update}. "
    if held:
        return f"As it was before the control was held; measured anew when it rests. {words}"
    if measured.share < 1.0:
        return words + f"Measuring: {in_percent(measured.share)}."
    if lost.found.no_split:
        return words + "The split by lag is made for the plain cell whose inputs are given."
    words += f"{C_L}: what came back {LAG} steps, of all losses together"
    if lost.chunks.k2 == lost.chunks.T and lost.chunks.carry:
        return f"{words}."
    if len(lost.chunks.targets) > 1 and (lost.chunks.k1 > 1 or not lost.chunks.carry):
        return words + f"; losses early in a chunk lose shorter lags than {K_2} as well."
    return words + f"; from {LAG} = {K_2} on it is dropped."


def take_home(run: LiveRun, own: Own) -> None:
    """The link, the norms and what was tried as CSV, and the command."""
    def content() -> None:
        work = jobs().current("thresholds")
        download_numbers("Thresholds tried (CSV)", lambda: tried_csv(work.result), "thresholds.csv",
                         disabled=work is None or work.result is None)
        code(run_command(run))

    menu(own, content, experiment=True)


def tried_csv(found: ThresholdSearch) -> str:
    """One line a run."""
    return as_csv(["threshold", "updates", "finite", "loss", "largest_norm"],
                  ((r.threshold, r.updates, r.finite, r.loss, r.longest) for r in found.reruns))
