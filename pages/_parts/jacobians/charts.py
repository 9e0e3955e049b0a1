"""What is drawn of one network's Jacobians, the headline above it, and what can be taken home."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.claims import Verdict
from core.live.run import LiveRun
from core.live.view import View
from core.markup import as_html
from core.network.cells.jacobians import PlainJacobians
from core.network.spectrum import spectrum_of
from core.plotting.eigenvalues import eigenvalue_plane
from core.tables import as_csv
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
from core.training.record import JacobianMap
from core.training.truncated_pairs import map_of, window_of
from pages._chart.plot import plot
from pages._kit.controls.widgets import control, typed
from pages._kit.link.values import Own
from pages._kit.playing.jobs import current
from pages._kit.share.printed import command
from pages._kit.share.share_menu import code, download_numbers, menu
from pages._kit.verdict import show_verdict
from pages._parts.jacobians.measured import MapAndSpectrum


def show_map(view: View, look: JacobianView, found: MapAndSpectrum, own: Own) -> None:
    """The headline, the map, and one row and column of it."""
    t, k = _on_grid(found.map, look, _steps(view))
    with st.container():
        show_verdict(_verdict(view, found), spoken=view.state != "playing" and found.done)
    empty = NOT_FINITE if view.jacobians is None else drawn_words("why.measuring")
    unseen = None if found.map is None or window_of(view.experiment) is None else \
        map_of(view.experiment).unseen(found.map.at[:, None], found.map.at)
    left, right = st.columns([6, 5])
    with left:
        drawn = jacobian_map_figure(found.map, unseen, fixed=look.colours == "fixed", chosen=(t, k), why_empty=empty)
        plot(drawn, key="jacobian_map", height=430, on_pick=lambda point: _choose(own, point))
        with st.container(horizontal=True):
            with st.container(width=240):
                control("colours", own)
            with st.container(width=320):
                control("sequences", own)
    with right:
        plot(jacobian_lines(found.map, t, k, found.rates, empty), key="jacobian_lines", height=430)
        with st.container(horizontal=True):
            for name, drawn_at in (("t", t), ("k", k)):
                with st.container(width=170):
                    typed(name, own, drawn_at)
        for claim in trust(found.map) if view.jacobians is not None else ():
            st.caption(as_html(claim.text), unsafe_allow_html=True)


def _steps(view: View) -> int:
    """How many the Jacobians speak of; where there are none, the sequence's."""
    return len(view.record.log10_dL_dh) if view.jacobians is None else len(view.jacobians)


def _on_grid(found: JacobianMap | None, look: JacobianView, T: int) -> tuple[int, int]:
    """The chosen row and column, inside the sequence and on the map's grid."""
    if found is None:
        return min(look.t, T), min(look.k, T - 1)
    row = max(int(np.searchsorted(found.at, min(look.t, T), side="right")) - 1, 1)
    column = min(int(np.searchsorted(found.at, min(look.k, T), side="right")) - 1, len(found.at) - 2)
    return int(found.at[row]), int(found.at[column])


def _choose(own: Own, point: dict[str, float]) -> None:
    """A click on the map chooses its row and its column."""
    for name, value in (("t", point["y"]), ("k", point["x"])):
        parameter = own.parameters[name]
        own.take(name, int(min(max(round(value), parameter.low), parameter.high)))


def _verdict(view: View, found: MapAndSpectrum) -> Verdict:
    """What the map says; until there is one, how far it is."""
    if view.jacobians is None:
        return NO_STATES
    if found.map is None:
        return Verdict("", say("headline.measuring", {"share": found.share}), ())
    return jacobian_verdict(found.map, found.rates, None if found.done else found.share)


def show_spectra(view: View, look: JacobianView, found: MapAndSpectrum) -> None:
    """All singular values, one factor, and the slopes."""
    J = view.jacobians
    t, _ = _on_grid(found.map, look, _steps(view))
    n = view.experiment.recurrence.n_hidden
    factor = np.full((n, n), np.nan) if J is None else J.at(t - 1)
    spectrum = J.spectrum_at(t - 1, 0, view.record.spectrum) if isinstance(J, PlainJacobians) else spectrum_of(factor)
    sigma = np.empty(0) if J is None else np.linalg.svd(factor, compute_uv=False)
    gamma = view.experiment.activation.gamma
    left, right = st.columns(2)
    with left:
        why = NOT_FINITE if J is None else drawn_words("why.playing" if view.state == "playing" else "why.measuring")
        plot(singular_spectrum_figure(found.spectrum, why), key="singular", height=330)
        if J is not None:
            st.markdown(as_html(long_run(found.spectrum).text), unsafe_allow_html=True)
    with right:
        slopes, why = (np.empty((0, n, 1)), NOT_FINITE) if J is None else (
            J.first(look.sequences).slopes, drawn_words("why.no_phi"))
        plot(slopes_figure(slopes, gamma, why), key="slopes", height=330)
    left, right = st.columns(2)
    with left:
        plot(eigenvalue_plane(spectrum, title=f"Eigenvalues of one factor, ∂h<sub>{t}</sub>/∂h<sub>{t - 1}</sub>"),
             key="factor_plane", height=330)
    with right:
        plot(one_step(sigma, np.abs(spectrum.eigenvalues) if J is not None else np.empty(0), t), key="one_step",
             height=330)


def take_home(run: LiveRun, own: Own) -> None:
    """The link, the map as CSV, and the commands."""
    def content() -> None:
        work = current("map")
        download_numbers("The map (CSV)", lambda: map_csv(work.result[0]), "jacobians.csv",
                         disabled=work is None or work.result is None)
        sequences, e = own.values["sequences"], run.experiment
        several, first = (e.spelled(e.without_effect(part)) for part in ("Jacobians", "sequence"))
        code("\n".join([command("map", (first if sequences == 1 else several) | {"sequences": str(sequences)}),
                        command("singular", first)]))
        st.caption("The commands speak of the initial network.")

    menu(own, content, experiment=True)


def map_csv(found: JacobianMap) -> str:
    """One line a pair."""
    return as_csv(["t", "k", "log10_norm", "not_zero_in", "sequences", "exact"],
                  ((t, k, found.log10_norm[i, j], found.alive[i, j], found.sequences, found.exact)
                   for i, t in enumerate(found.at) for j, k in enumerate(found.at[:i + 1])))
