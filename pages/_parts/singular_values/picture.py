"""What the page on eigenvalues and singular values draws and says of one matrix."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace

from core.arrays import Floats
from core.live.job import Job
from core.live.jobs import Jobs
from core.markup import as_html
from core.network.spectrum import spectrum_of
from core.plotting.drawing import Drawing
from core.spelling import share
from core.topics.singular_values.by_alpha import by_alpha, has_alpha
from core.topics.singular_values.example_matrices import (
    Matrix,
    matrix_of,
    prescribed_eigenvalues,
    recurrence_of,
    rounding_of,
)
from core.topics.singular_values.figures.by_alpha import by_alpha_figure
from core.topics.singular_values.figures.matrix_powers import matrix_powers_figure, room_for
from core.topics.singular_values.figures.pseudospectrum import pseudospectrum_figure
from core.topics.singular_values.figures.unit_circle import unit_circle_figure
from core.topics.singular_values.matrix_powers import MatrixPowers, matrix_powers, normal_partner
from core.topics.singular_values.pseudospectrum import (
    FINE,
    Pseudospectrum,
    normal_pseudospectrum,
    points_a_side,
    pseudospectrum,
)
from core.topics.singular_values.two_by_two import two_by_two
from core.topics.singular_values.verdict import matrix_powers_verdict
from core.training.experiment import Experiment
from pages._chart.frame import HtmlCell
from pages._kit.verdict import verdict_cell
from pages._live.kept import Kept
from pages._live.stage import Picture
from pages._parts.singular_values.words import ALPHA, UNIT_CIRCLE, what_float64_holds

NORMAL, THIS = "Normal, the same eigenvalues", "This matrix"


@dataclass(frozen=True)
class Found:
    """A matrix, its powers, and those of a normal one with the same eigenvalues."""

    W: Floats
    powers: MatrixPowers
    normal: MatrixPowers
    held: float  # the spectral radius of the matrix that float64 holds


def found_of(spec: Matrix, experiment: Experiment, kept: Kept) -> Found:
    """What the charts of the powers, and the words beside them, are made of."""
    def find() -> Found:
        W = matrix_of(spec, experiment)
        powers = matrix_powers(W, spec.powers, prescribed_eigenvalues(spec, experiment), rounding_of(spec, experiment))
        normal = matrix_powers(normal_partner(powers.spectrum.eigenvalues), spec.powers)
        return Found(W, powers, normal, spectrum_of(W).rho)

    return kept("powers of a matrix", (_which(spec, experiment), spec.powers), find)


def search(spec: Matrix, found: Found, jobs: Jobs) -> Job[Pseudospectrum]:
    """The pseudospectra of the matrix, computed beside the page."""
    half_width = half_width_of(spec, found)
    return jobs.job("pseudospectrum", (found.W.tobytes(), half_width), lambda: pseudospectrum(found.W, half_width))


def half_width_of(spec: Matrix, found: Found) -> float:
    """The largest |Re z| and |Im z| of the plane."""
    return spec.reach * max(1.0, found.powers.spectrum.rho)


def answered(answer: Pseudospectrum | None) -> tuple[float, float] | str:
    """What the words around the stage say of the pseudospectra."""
    return "nothing" if answer is None else (answer.kreiss, answer.distance)


def picture(jobs: Jobs, kept: Kept, spec: Matrix, experiment: Experiment) -> Picture:
    """Side by side the powers of the normal matrix and of this one, and their pseudospectra, which fill themselves."""
    found = found_of(spec, experiment, kept)
    work = search(spec, found, jobs)
    around = answered(work.answer)
    said = {"verdict": verdict_cell(matrix_powers_verdict(found.powers), spoken=True)}
    if note := what_float64_holds(found.held, found.powers):
        said["held"] = note
    which = _which(spec, experiment)
    left, right = kept("charts of powers", (which, spec.powers), lambda: _charts_of_powers(found))
    seen, words = _seen(spec, experiment, found, kept)
    plane = seen | _plane(spec, experiment, found, work, kept) | words
    return Picture({"said": said, "left": left, "right": right, "plane": plane}, around=around, moving=not work.done)


def _which(spec: Matrix, experiment: Experiment) -> Hashable:
    """What the matrix is made of."""
    return spec.matrix, spec.rows, experiment


def has_picture(spec: Matrix, experiment: Experiment, found: Found) -> bool:
    """Whether there is one beside the pseudospectra."""
    return found.W.shape == (2, 2) or has_alpha(spec, experiment)


def _seen(spec: Matrix, experiment: Experiment, found: Found, kept: Kept,
          ) -> tuple[dict[str, Drawing], dict[str, HtmlCell]]:
    """Of a 2 x 2 matrix what it does to the unit circle, of a network's what alpha does to it, and words on these."""
    which = _which(spec, experiment)
    cells: dict[str, Drawing] = {}
    words: dict[str, HtmlCell] = {}
    if found.W.shape == (2, 2):
        cells["unit_circle"] = kept("unit_circle", which, lambda: unit_circle_figure(two_by_two(found.W)))
        words["circle_says"] = UNIT_CIRCLE
    if has_alpha(spec, experiment):
        recurrence, spectrum = recurrence_of(spec, experiment), found.powers.spectrum
        whatever = replace(experiment, recurrence=replace(recurrence, alpha=0.0))
        curve = kept("curve of alpha", (spec.matrix, whatever), lambda: by_alpha(spec, experiment))
        cells["by_alpha"] = kept("by_alpha", which, lambda: by_alpha_figure(
            curve, recurrence.alpha, spectrum.rho, spectrum.sigma_max))
        words["alpha_says"] = ALPHA
    return cells, words


def _charts_of_powers(found: Found) -> tuple[dict[str, Drawing], dict[str, Drawing]]:
    room = room_for(found.normal, found.powers)
    return ({"normal_powers": matrix_powers_figure(found.normal, NORMAL, room)},
            {"powers": matrix_powers_figure(found.powers, THIS, room)})


def _plane(spec: Matrix, experiment: Experiment, found: Found, work: Job[Pseudospectrum], kept: Kept,
           ) -> dict[str, Drawing | HtmlCell]:
    eigenvalues, own = found.powers.spectrum.eigenvalues, work.answer
    shown = work.result if own is None else own
    asked = (_which(spec, experiment), spec.level)

    def drawn(shown: Pseudospectrum | None, title: str, *, own: bool) -> Drawing:
        return pseudospectrum_figure(shown, eigenvalues, spec.level, f"Pseudospectra, {title}", own=own)

    return {
        "normal_plane": kept("normal_plane", (*asked, spec.reach), lambda: drawn(
            normal_pseudospectrum(eigenvalues, half_width_of(spec, found)), "normal", own=True)),
        "plane": kept("plane", (*asked, shown, own is not None), lambda: drawn(
            shown, "this matrix", own=own is not None)),
        "points": _points(len(eigenvalues), work),
    }


def _points(n: int, work: Job[Pseudospectrum]) -> HtmlCell:
    """On how many points, and how far the work on them is."""
    side = points_a_side(n)
    fewer = f", fewer than for a small matrix since each is a singular value decomposition of {n} rows" \
        if side < FINE else ""
    state = f" {work.error}" if work.error else "" if work.done else f" {share(work.share)} done."
    words = as_html(f"σ_min(zI − W) on {side} × {side} points{fewer}. Lines: a factor of 10 each.{state}")
    return HtmlCell(f'<p class="small">{words}</p>', span=2)
