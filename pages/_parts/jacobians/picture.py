"""The picture of one network's Jacobians: how far the run is, the headline, and what is drawn."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.claims import Verdict
from core.live.jobs import Jobs
from core.live.run import LiveRun
from core.live.view import View
from core.markup import as_html
from core.network.cells.jacobians import PlainJacobians
from core.network.spectrum import spectrum_of
from core.plotting.drawing import Drawing
from core.plotting.eigenvalues import eigenvalue_plane
from core.topics.jacobians.figures.lines import jacobian_lines
from core.topics.jacobians.figures.map import NOT_FINITE, jacobian_map_figure
from core.topics.jacobians.figures.one_step import one_step
from core.topics.jacobians.figures.singular_spectrum import singular_spectrum_figure
from core.topics.jacobians.figures.slopes import slopes_figure
from core.topics.jacobians.figures.words import say as drawn_words
from core.topics.jacobians.verdict import NOT_FINITE as NO_STATES
from core.topics.jacobians.verdict import jacobian_verdict, long_run, trust
from core.topics.jacobians.view import JacobianView
from core.topics.jacobians.words import say
from core.training.truncated_pairs import map_of, window_of
from pages._chart.frame import HtmlCell, Parts
from pages._kit.playing.player import standing
from pages._kit.playing.run import run_cell, view_at
from pages._kit.verdict import verdict_cell
from pages._live.kept import Kept, Same
from pages._live.stage import Picture
from pages._parts.jacobians.long_sequence import long_cells
from pages._parts.jacobians.measured import MapAndSpectrum, measure, pair

MEASURING, PLAYING, HELD, NO_PHI = map(drawn_words, ("why.measuring", "why.playing", "why.held", "why.no_phi"))


def picture(jobs: Jobs, kept: Kept, run: LiveRun, chosen: int | None, look: JacobianView, held: bool = False,
            ) -> Picture:
    """
    Args:
        jobs: the session's; they measure what is drawn.
        chosen: the update that is looked at; the run as it is now if None, and while it plays.
        held: whether the reader's hand moves something: the exact numbers come when it rests.
    """
    view = view_at(run, chosen)
    found = measure(jobs, view, look, held)
    parts = {"progress": {"progress": run_cell(run, view)}, **map_parts(view, look, found, kept),
             **spectra_parts(view, look, found, kept, held), "long": long_cells(jobs.current("long"), kept)}
    moving = view.state == "playing" or not found.done or jobs.working("long")
    return Picture(parts, (standing(run), beside(view, look)), moving, run.players)


def beside(view: View, look: JacobianView) -> tuple[bool, tuple[int, int] | None]:
    """What the page shows between the parts: whether there are states to be measured, and which pair is drawn; while a
    run plays that may change with every chunk, and is not told."""
    return view.jacobians is not None, None if view.state == "playing" else pair(view, look)


def map_parts(view: View, look: JacobianView, found: MapAndSpectrum, kept: Kept) -> Parts:
    """The headline, the map, one row and column of it, and how far its digits hold."""
    at, empty = pair(view, look, found.map), NOT_FINITE if view.jacobians is None else MEASURING
    doubts = trust(found.map) if view.jacobians is not None else ()
    asked = Same(found.map), empty, at
    return {
        "verdict": {"verdict": verdict_cell(_verdict(view, found), spoken=view.state != "playing" and found.done)},
        "map": {"jacobian_map": kept("map", (asked, look.colours, view.experiment), lambda: jacobian_map_figure(
            found.map, _unseen(view, found), fixed=look.colours == "fixed", chosen=at, why_empty=empty))},
        "lines": {"jacobian_lines": kept("lines", asked, lambda: jacobian_lines(found.map, *at, found.rates, empty))},
        "trust": {"trust": HtmlCell("".join(f'<p class="small">{as_html(claim.text)}</p>' for claim in doubts))},
    }


def _unseen(view: View, found: MapAndSpectrum) -> NDArray[np.bool_] | None:
    """The pairs of the map that truncation drops."""
    if found.map is None or window_of(view.experiment) is None:
        return None
    return map_of(view.experiment).unseen(found.map.at[:, None], found.map.at)


def _verdict(view: View, found: MapAndSpectrum) -> Verdict:
    """What the map says; until there is one, how far it is."""
    if view.jacobians is None:
        return NO_STATES
    if found.map is None:
        return Verdict("", say("headline.measuring", {"share": found.share}), ())
    return jacobian_verdict(found.map, found.rates, None if found.done else found.share)


def spectra_parts(view: View, look: JacobianView, found: MapAndSpectrum, kept: Kept, held: bool = False) -> Parts:
    """All singular values, the slopes, and one factor, dh_t/dh_{t-1}."""
    J, t, playing = view.jacobians, pair(view, look)[0], view.state == "playing"
    why = NOT_FINITE if J is None else PLAYING if playing else HELD if held else MEASURING
    long = {} if J is None else {"long_run": HtmlCell(as_html(long_run(found.spectrum).text))}
    return {
        "singular": {"singular": kept("singular", (Same(found.spectrum), why),
                                      lambda: singular_spectrum_figure(found.spectrum, why)), **long},
        "slopes": {"slopes": kept("slopes", (Same(view.record), look.sequences, playing), lambda: _slopes(view, look))},
        "factor": kept("factor", (Same(view.record), t), lambda: _factor_cells(view, t)),
    }


def _slopes(view: View, look: JacobianView) -> Drawing:
    J, gamma = view.jacobians, view.experiment.activation.gamma
    if J is None:
        return slopes_figure(np.empty((0, view.experiment.recurrence.n_hidden, 1)), gamma, NOT_FINITE)
    return slopes_figure(J.first(look.sequences).slopes, gamma, NO_PHI)


def _factor_cells(view: View, t: int) -> dict[str, Drawing]:
    """The eigenvalues and singular values of dh_t/dh_{t-1}."""
    J, n = view.jacobians, view.experiment.recurrence.n_hidden
    factor = np.full((n, n), np.nan) if J is None else J.at(t - 1)
    spectrum = J.spectrum_at(t - 1, 0, view.record.spectrum) if isinstance(J, PlainJacobians) else spectrum_of(factor)
    sigma, sizes = (np.empty(0),) * 2 if J is None else (
        np.linalg.svd(factor, compute_uv=False), np.abs(spectrum.eigenvalues))
    title = f"Eigenvalues of one factor, ∂h<sub>{t}</sub>/∂h<sub>{t - 1}</sub>"
    return {"factor_plane": eigenvalue_plane(spectrum, title=title), "one_step": one_step(sigma, sizes, t)}
