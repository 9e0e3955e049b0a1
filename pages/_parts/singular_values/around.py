"""What stands around the pictures of the page on eigenvalues and singular values."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from core.live.job import Job
from core.markup import as_html
from core.tables import as_csv
from core.topics.singular_values.example_matrices import ENTRIES, EXAMPLES, TWO, Matrix
from core.topics.singular_values.matrix_powers import MatrixPowers, count_exceeded
from core.topics.singular_values.pseudospectrum import Pseudospectrum
from core.topics.singular_values.verdict import count_claim
from core.training.experiment import Experiment
from pages._kit.controls.presets import preset_row
from pages._kit.controls.widgets import field, fields, panel_of
from pages._kit.link.settings import settings
from pages._kit.link.values import Own
from pages._kit.share.printed import command
from pages._kit.share.share_menu import code, download_numbers, menu
from pages._live.element import OnPage
from pages._panel.rows import Field, Heading, Prose, Row
from pages._parts.singular_values.picture import Found

AT_ONCE = 0.06  # s that a page waits for its words before it is shown without them


def choose(own: Own) -> None:
    """The sidebar: the page's own controls, and those of W_hh when it is the reader's."""
    with st.sidebar:
        panel_of(lambda: _rows(own), own, None, key="matrix", at_hand=True)


def _rows(own: Own) -> list[Row]:
    yours: tuple[Field, ...] = fields(ENTRIES, own) if own.values["matrix"] == TWO else ()
    if own.values["matrix"] == "yours":
        values = settings().values
        shaped = values["shape"] == "spectrum" and not values["eigenvalues"]
        yours = fields(["alpha", "eigenvalues", "n_hidden", "seed"] if values["eigenvalues"] else
                       ["rho", *(["spread", "angle", "alpha"] if shaped else []), "shape", "eigenvalues", "n_hidden",
                        "seed"])
    return [Heading("The matrix <i>W</i>"), field("matrix", own), Prose(as_html(EXAMPLES[own.values["matrix"]].look)),
            field("powers", own), *yours, Heading("The plane of <i>z</i>"), *fields(["reach", "level"], own)]


def examples(own: Own) -> None:
    """A button each, and what to look for in the one that is shown."""
    preset_row(EXAMPLES, "example", EXAMPLES[own.values["matrix"]], lambda example: own.load(
        example.values | {name: own.values[name] for name in ENTRIES}))


def at_once(work: Job[Pseudospectrum]) -> Pseudospectrum | None:
    """What there is to be said of the pseudospectra; of a small matrix they are there by the time that the page is."""
    work.wait(AT_ONCE)
    return work.answer


def side_by_side(on_page: OnPage, found: Found) -> None:
    """The powers of the normal matrix and of this one, and under each how often its bounds are exceeded."""
    for column, part, shown in zip(st.columns(2), ("left", "right"), (found.normal, found.powers), strict=True):
        with column:
            on_page.show(part, height=280)
            st.markdown(count_claim(count_exceeded(shown)).text
                        + (" All three lines coincide." if shown.normal else ""))


def take_home(own: Own, spec: Matrix, experiment: Experiment, found: Found) -> None:
    """The link, the powers as numbers, and how to have them without the page."""
    def content() -> None:
        download_numbers("Powers (CSV)", lambda: matrix_powers_csv(found.powers, found.normal), "matrix_powers.csv")
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


def _asked(spec: Matrix) -> str:
    """What of it says which matrix."""
    names = ("matrix", *(ENTRIES if spec.matrix == TWO else ()))
    return ", ".join(f"{name}={spec.values()[name]!r}" for name in names)


def powers_script(spec: Matrix, experiment: Experiment) -> str:
    """A script that prints the same powers."""
    changed = {name: experiment.values()[name] for name in _of_the_matrix(experiment)}
    made = f"Experiment.from_values({changed!r})" if changed else "Experiment()"
    return ("from core import Experiment, Matrix, matrix_of, matrix_powers\n\n"
            f"W = matrix_of(Matrix({_asked(spec)}), {made})\n"
            f"powers = matrix_powers(W, {spec.powers})\n"
            "for k, log10_norm in zip(powers.k, powers.log10_norm):\n    print(k, log10_norm)\n")

