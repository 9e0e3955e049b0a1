"""The picture of a truncation and of a threshold: how far the run is, the headlines, and what is drawn."""

from __future__ import annotations

from dataclasses import dataclass

from core.live.jobs import Jobs
from core.live.run import LiveRun
from core.topics.truncation.view import TruncationView
from core.training.truncated_pairs import window_of
from pages._kit.playing.player import standing
from pages._kit.playing.run import run_cell
from pages._live.kept import Kept
from pages._live.stage import Picture
from pages._parts.truncation.adviser import Offers, advice_parts, offers
from pages._parts.truncation.cost import cost_parts
from pages._parts.truncation.seen import measure_lost, seen_parts


@dataclass(frozen=True)
class Beside:
    """What the buttons between the parts of the picture depend on."""

    truncated: bool  # whether there is a truncation
    measuring: bool  # its cost
    offered: Offers


def beside(run: LiveRun, look: TruncationView, jobs: Jobs) -> Beside:
    view = run.view()
    return Beside(window_of(view.experiment) is not None, jobs.working("cost"), offers(view, look, jobs))


def picture(jobs: Jobs, kept: Kept, run: LiveRun, _: int | None, look: TruncationView, held: bool = False) -> Picture:
    """
    Args:
        jobs: the session's; they measure what is drawn.
        look: how a threshold is proposed.
        held: whether the reader's hand moves something: what the truncation loses is measured when it rests.
    """
    view = run.view()
    measured = measure_lost(jobs, run, view, held)
    parts = {"progress": {"progress": run_cell(run, view)}, **seen_parts(view, measured, kept, held),
             **cost_parts(view, jobs.current("cost"), kept), **advice_parts(view, look, jobs, kept)}
    moving = view.state == "playing" or not measured.done or jobs.working("cost", "thresholds")
    return Picture(parts, (standing(run), beside(run, look, jobs)), moving, run.players)
