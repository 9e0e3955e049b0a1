"""The playground's picture, of one view of the run: what is said, how far it is, and six charts."""

from __future__ import annotations

from functools import partial

from core.live.run import LiveRun
from core.live.view import View
from core.network.cells.in_words import gated
from core.plotting.drawing import Drawing
from core.plotting.eigenvalues import eigenvalue_plane
from core.remedies.base import remedy_of
from core.remedies.clip_norm import ClipNorm
from core.topics.jacobians.figures.gradient_flow import CUT, gradient_flow_figure
from core.topics.jacobians.rates import NO_RATES, rates_of
from core.topics.playground.figures.gradient_by_step import gradient_by_step
from core.topics.playground.figures.gradient_map import columns_of, gradient_map
from core.topics.playground.figures.gradient_norm import gradient_norm
from core.topics.playground.figures.loss import loss
from core.topics.playground.product import product_claim
from core.topics.playground.reach import Reach
from core.topics.playground.view import reach_of_view, verdict_of
from core.training.truncated_pairs import map_of
from pages._kit.playing.player import standing
from pages._kit.playing.run import run_cell, view_at
from pages._kit.verdict import verdict_cell
from pages._live.kept import Kept
from pages._live.stage import Picture


def picture(kept: Kept, run: LiveRun, chosen: int | None) -> Picture:
    """
    Args:
        kept: what was made of the updates before.
        chosen: the update that is looked at; the run as it is now if None, and while it plays.
    """
    view = view_at(run, chosen)
    reach = reach_of_view(view)
    said = {"verdict": verdict_cell(verdict_of(run, view, reach), spoken=view.state != "playing"),
            "progress": run_cell(run, view)}
    charts = _charts(kept, view, reach, _movable(view) if chosen is None else "")
    return Picture({"said": said, "charts": charts}, around=standing(run), moving=view.state == "playing",
                   players=run.players)


def _charts(kept: Kept, view: View, reach: Reach | None, movable: str) -> dict[str, Drawing]:
    """Two rows of three.

    Args:
        movable: the parameter that is written where an eigenvalue is taken hold of.
    """
    clip = active(view, ClipNorm)
    start = view.frames[0].record.eigenvalues if view.frames else None
    past = view.past.curves if view.past else None
    same_task = view.past is not None and view.past.experiment.task.task == view.experiment.task.task
    records = [frame.record for frame in view.frames] or [view.record]
    return {
        "eigenvalues": eigenvalue_plane(view.record.spectrum, start, orthogonality=_orthogonality(view),
                                        candidate=_gated(view), movable=movable),
        "flow": flow_chart(view, reach),
        "loss": loss(view.curves, view.baselines, past if same_task else None),  # another task's is another quantity
        "norm": gradient_norm(view.curves, clip.threshold if clip else None, past),
        "by_step": gradient_by_step(view.record),
        "map": gradient_map(records, kept.grown("columns", partial(columns_of, records))),
    }


def flow_chart(view: View, reach: Reach | None) -> Drawing:
    """Over the whole sequence, as without truncation, and where that cuts the gradient of the last step."""
    if reach is None:
        return gradient_flow_figure(None)
    chunks = map_of(view.experiment)
    return gradient_flow_figure(
        reach.flow, chunks.last_cut, product_claim(reach, chunks).text, **factor_names(view),
        name="measured" if chunks.seen_share == 1.0 else "untruncated",
        cut_by=CUT if chunks.last_cut == chunks.k2 else "the chunk begins")


def _orthogonality(view: View) -> float | None:
    """Shown where a remedy keeps W_hh orthogonal."""
    kept = any(remedy_of(spec).constrain for spec in view.experiment.remedies)
    return view.record.orthogonality if kept else None


def factor_names(view: View) -> dict[str, str]:
    """What the bound and the rate of this cell are called; nothing where it has none."""
    if view.whole is None:
        return {}
    rates = rates_of(view.whole, view.experiment.activation.gamma, view.record.spectrum)
    return {} if rates is NO_RATES else {"bound_name": rates.bound_power, "rate_name": rates.free_power}


def _gated(view: View) -> bool:
    """Whether W_hh is a candidate's alone."""
    return gated(remedy_of(spec).name for spec in view.experiment.remedies) is not None


def _movable(view: View) -> str:
    """The parameter by which an eigenvalue is moved: of what W_hh is made from, or of a trained one; "" where a remedy
    says what they are."""
    if any(remedy_of(spec).constrain for spec in view.experiment.remedies):
        return ""
    if len(view.curves.step) or view.experiment.recurrence.moved:
        return "moved"
    return "" if _gated(view) or view.experiment.maker("initial") is not None else "eigenvalues"


def active(view: View, kind: type) -> object | None:
    return next((spec for spec in view.experiment.remedies if isinstance(spec, kind)), None)
