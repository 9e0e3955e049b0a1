"""The parts of the page on eigenvalues and singular values."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.arrays import Floats
from core.live.job import Job
from core.markup import as_markdown
from core.spelling import share
from core.tables import as_csv
from core.topics.singular_values.example_matrices import EXAMPLES, Matrix
from core.topics.singular_values.figures.matrix_powers import matrix_powers_figure, room_for
from core.topics.singular_values.figures.pseudospectrum import pseudospectrum_figure
from core.topics.singular_values.matrix_powers import MatrixPowers, count_exceeded
from core.topics.singular_values.pseudospectrum import FINE, Pseudospectrum, points_a_side, pseudospectrum
from core.topics.singular_values.verdict import count_claim
from core.training.experiment import Experiment
from pages._chart.plot import plot
from pages._kit.controls.presets import preset_row
from pages._kit.controls.widgets import control, controls
from pages._kit.link.settings import settings
from pages._kit.link.values import Own
from pages._kit.playing.jobs import job
from pages._kit.share.printed import command
from pages._kit.share.share_menu import code, download_numbers, menu

NORMAL, THIS = "Normal, the same eigenvalues", "This matrix"
AT_ONCE = 0.06  # s that a page waits for its picture before it shows that it is being computed


def choose(own: Own) -> None:
    """The sidebar: the page's own controls, and those of W_hh when it is the reader's."""
    with st.sidebar:
        st.markdown("## The matrix $W$")
        control("matrix", own)
        st.caption(as_markdown(EXAMPLES[own.values["matrix"]].look))
        control("powers", own)
        with st.container():
            if own.values["matrix"] == "yours":
                values = settings().values
                shaped = values["shape"] == "spectrum" and not values["eigenvalues"]
                if values["eigenvalues"]:
                    controls(["alpha", "eigenvalues"])
                else:
                    controls(["rho", *(["spread", "angle", "alpha"] if shaped else []), "shape", "eigenvalues"])
                controls(["n_hidden", "seed"])
        st.markdown("## The plane of $z$")
        controls(["reach", "level"], own)


def examples(own: Own) -> None:
    """A button each, and what to look for in the one that is shown."""
    preset_row(EXAMPLES, "example", EXAMPLES[own.values["matrix"]], lambda example: own.load(example.values))


def search(W: Floats, half_width: float) -> Job[Pseudospectrum]:
    """The pseudospectra of W, computed beside the page."""
    found = job("pseudospectrum", (W.tobytes(), half_width), lambda: pseudospectrum(W, half_width))
    found.wait(AT_ONCE)
    return found


def charts_of_powers(normal: MatrixPowers, powers: MatrixPowers) -> None:
    room = room_for(normal, powers)
    for column, key, title, shown in _columns(("normal_powers", NORMAL, normal), ("powers", THIS, powers)):
        with column:
            plot(matrix_powers_figure(shown, title, room), key=key, height=280)
            st.markdown(count_claim(count_exceeded(shown)).text
                        + (" All three lines coincide." if shown.normal else ""))


def charts_of_the_plane(spec: Matrix, work: Job[Pseudospectrum], plane: Pseudospectrum, powers: MatrixPowers) -> None:
    own = work.answer
    for column, key, title, shown in _columns(("normal_plane", "normal", plane),
                                              ("plane", "this matrix", work.result if own is None else own)):
        with column:
            plot(pseudospectrum_figure(shown, powers.spectrum.eigenvalues, spec.level, f"Pseudospectra, {title}",
                                      own=shown is plane or own is not None),
                 key=key, height=325)
    n = len(powers.spectrum.eigenvalues)
    side = points_a_side(n)
    fewer = f", fewer than for a small matrix since each is a singular value decomposition of {n} rows" \
        if side < FINE else ""
    state = f" {work.error}" if work.error else "" if work.done else f" {share(work.share)} done."
    st.caption(f"$\\sigma_{{\\min}}(zI - W)$ on {side} × {side} points{fewer}. Lines: a factor of 10 each.{state}")


def take_home(own: Own, spec: Matrix, experiment: Experiment, powers: MatrixPowers, normal: MatrixPowers) -> None:
    """The link, the powers as numbers, and how to have them without the page."""
    def content() -> None:
        download_numbers("Powers (CSV)", lambda: matrix_powers_csv(powers, normal), "matrix_powers.csv")
        yours = spec.matrix == "yours"
        if yours:
            code(command("spectrum", _of_the_matrix(experiment)) + " --matrix")
        st.markdown("**Python**")
        st.code(powers_script(spec, experiment if yours else Experiment()), language="python", wrap_lines=True)

    menu(own, content, experiment=True)


def _of_the_matrix(experiment: Experiment) -> dict[str, str]:
    """Of its settings those that the plain network's initial W_hh depends on, spelled."""
    plain = replace(experiment, remedies=())
    return plain.spelled(plain.without_effect("W_hh"))


def matrix_powers_csv(powers: MatrixPowers, normal: MatrixPowers) -> str:
    """One line a power."""
    return as_csv(["k", "log10_norm", "log10_rho", "log10_sigma_max", "log10_norm_normal"],
                  zip(powers.k, powers.log10_norm, powers.log10_rho, powers.log10_sigma, normal.log10_norm,
                      strict=True))


def powers_script(spec: Matrix, experiment: Experiment) -> str:
    """A script that prints the same powers."""
    changed = {name: experiment.values()[name] for name in _of_the_matrix(experiment)}
    made = f"Experiment.from_values({changed!r})" if changed else "Experiment()"
    return ("from core import Experiment, Matrix, matrix_of, matrix_powers\n\n"
            f"W = matrix_of(Matrix(matrix={spec.matrix!r}), {made})\n"
            f"powers = matrix_powers(W, {spec.powers})\n"
            "for k, log10_norm in zip(powers.k, powers.log10_norm):\n    print(k, log10_norm)\n")


Shown = TypeVar("Shown")


def _columns(*shown: tuple[str, str, Shown]) -> list[tuple[DeltaGenerator, str, str, Shown]]:
    """A column of the page for each (key, title, what to show)."""
    return [(column, *item) for column, item in zip(st.columns(len(shown)), shown, strict=True)]
