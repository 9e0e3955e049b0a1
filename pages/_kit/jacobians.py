"""The parts of the page of Jacobians: what is measured beside it, and what is drawn of it."""

from __future__ import annotations

import csv
import html
import io
import re
from dataclasses import dataclass

import numpy as np
import streamlit as st

from core.figures.eigenvalues import eigenvalue_plane
from core.figures.jacobian_lines import jacobian_lines
from core.figures.jacobian_map import NOT_FINITE, jacobian_map_figure
from core.figures.long_reach import long_reach_figure
from core.figures.one_step import one_step
from core.figures.singular_spectrum import singular_spectrum_figure
from core.figures.slopes import slopes_figure
from core.hooks import activation_of
from core.jacobian_map import dropped_pairs, exceeded, grid_size, map_pieces, quick_pieces, thinned_grid
from core.jacobian_view import JacobianView
from core.live import LiveRun, View
from core.long_sequence import LongSequence, long_reach
from core.records import JacobianMap, SingularSpectrum
from core.remedies.truncation import Truncation
from core.singular_spectrum import singular_pieces
from core.spectrum import spectrum_of
from core.spelling import power
from pages._kit.charts import active
from pages._kit.controls import control
from pages._kit.jobs import current, job
from pages._kit.plot import plot
from pages._kit.settings import Own
from pages._kit.share import code, command, menu, numbers

MOST_LAGS = 40  # of the singular spectrum
AT_ONCE = 0.2  # s that a page waits for a first answer
SOON = 0.04  # s more that it waits for the exact one, rather than draw twice
DOUBTFUL = -3.0  # log10 of the relative error from which on rounding is spoken of


@dataclass(frozen=True)
class Rates:
    """What the map is held against, a step: of the network that it was measured on. nan where its cell has none."""

    bound: float  # sigma_max gamma of a plain cell
    rate: float  # rho of a plain cell
    gamma: float


@dataclass(frozen=True)
class Measured:
    """What is known so far of one network's Jacobians."""

    map: JacobianMap | None  # None where the states are not finite, or nothing is measured yet
    rates: Rates
    spectrum: SingularSpectrum | None
    share: float  # of the work that is done
    done: bool


def measure(view: View, look: JacobianView) -> Measured:
    """Ask for the map and the singular spectrum; what is not there yet comes with a later picture."""
    J = view.jacobians
    gamma = activation_of(view.experiment).gamma
    bound, rate = (np.nan, np.nan) if J is None else J.per_step(gamma, view.record.spectrum)
    rates = Rates(bound, rate, gamma)
    if J is None:
        return Measured(None, rates, None, 1.0, True)
    playing = view.state == "playing"
    asked = (view.experiment, view.record.step, hash(view.weights.tobytes()), look.sequences, playing)
    at = thinned_grid(len(J), grid_size(len(J), J.shape[1], look.sequences))
    seen = J.first(look.sequences)
    pieces = quick_pieces if playing else map_pieces
    maps = job("map", asked, lambda: ((share, found and (found, rates)) for share, found in pieces(seen, at)),
               patient=playing)
    maps.wait_for_a_result(AT_ONCE)
    maps.wait(min(SOON, AT_ONCE))
    found, its_rates = maps.result or (None, rates)
    if playing:  # the exact numbers come with the pause
        return Measured(found, its_rates, None, maps.share, True)
    lags = thinned_grid(len(J) - 1, MOST_LAGS) + 1
    spectra = job("singular", asked, lambda: singular_pieces(J.first(1), lags))
    spectra.wait(min(SOON, AT_ONCE))
    return Measured(found, its_rates, spectra.result, min(maps.share, spectra.share), maps.done and spectra.done)


def show_map(view: View, look: JacobianView, found: Measured, own: Own) -> None:
    """The headline, the map, and one row and column of it."""
    truncation, T = active(view, Truncation), len(view.record.log10_dL_dh)
    rates = found.rates
    t, k = _on_grid(found.map, look, T)
    with st.container():
        if view.jacobians is None:
            st.html('<div class="verdict diverged" role="status"><b>✕ Diverged.</b> The states are not finite.</div>')
        elif found.map is not None:
            st.html(_headline(found, spoken=view.state != "playing"))
        else:
            st.html(f'<div class="verdict" role="note"><b>Measuring</b> the first map: {found.share:.0%}.</div>')
    empty = NOT_FINITE if view.jacobians is None else "measuring …"
    dropped = dropped_pairs(found.map.at, truncation.k1, truncation.k2, truncation.carry) \
        if truncation and found.map else None
    left, right = st.columns([6, 5])
    with left:
        drawn = jacobian_map_figure(found.map, dropped, fixed=look.colours == "fixed", chosen=(t, k), why_empty=empty)
        plot(drawn, key="jacobian_map", height=430, on_pick=lambda point: _choose(own, point))
        with st.container(horizontal=True):
            with st.container(width=240):
                control("colours", own)
            with st.container(width=320):
                control("sequences", own)
    with right:
        plot(jacobian_lines(found.map, t, k, rates.bound, rates.rate, empty), key="jacobian_lines",
             height=430)
        with st.container(horizontal=True):
            for name in ("t", "k"):
                with st.container(width=170):
                    control(name, own, typed=True)
        st.caption(_trust(found.map))


def _on_grid(found: JacobianMap | None, look: JacobianView, T: int) -> tuple[int, int]:
    """The chosen row and column, inside the sequence and on the map's grid."""
    if found is None:
        return T, 0
    row = max(int(np.searchsorted(found.at, min(look.t, T), side="right")) - 1, 1)
    column = min(int(np.searchsorted(found.at, min(look.k, T), side="right")) - 1, len(found.at) - 2)
    return int(found.at[row]), int(found.at[column])


def _choose(own: Own, point: dict[str, float]) -> None:
    """A click on the map chooses its row and its column."""
    for name, value in (("t", point["y"]), ("k", point["x"])):
        parameter = own.parameters[name]
        own.take(name, int(min(max(round(value), parameter.low), parameter.high)))


def _headline(measured: Measured, *, spoken: bool) -> str:
    """What the whole map says, and how its two would-be bounds fare on it."""
    found, rates = measured.map, measured.rates
    values = found.log10_norm[found.pairs]
    far = found.log10_norm[-1, 0]
    kind, sign, word = ("vanishing", "▼", "Vanishing") if far <= -2 else ("exploding", "▲", "Exploding") if far >= 1 \
        else ("healthy", "●", "Healthy")
    finite = values[np.isfinite(values)]
    words = f"From step {int(found.at[-1])} back to step 0 the norm is {power(float(far))}. "
    if len(finite):
        words += f"Over {len(values):,} pairs it lies between {power(float(finite.min()))} and " \
                 f"{power(float(finite.max()))}. "
    if np.isfinite(rates.bound):
        rate, bound = exceeded(found, rates.rate * rates.gamma), exceeded(found, rates.bound)
        words += f"(σ_max γ)^lag, σ_max γ = {rates.bound:.3g}, is exceeded by {bound.count} of them; "
        words += f"(ρ γ)^lag, ρ γ = {rates.rate * rates.gamma:.3g}, by {rate.count:,}"
        words += f", by a factor of up to {power(rate.most)}." if rate.count else "."
    else:
        words += "This cell's gates change with every input: no bound of σ_max and γ holds for it."
    if not found.exact:
        words += " (approximate while the run plays, or until the exact map is there)"
    elif not measured.done:
        words += f" (measuring: {measured.share:.0%})"
    text = html.escape(words).replace("σ_max", "σ<sub>max</sub>").replace(")^lag", ")<sup>lag</sup>")
    text = re.sub(r"10\^(-?[\d.]*\d)", r"10<sup>\1</sup>", text).replace("<sup>-", "<sup>−")
    role = 'role="status" aria-live="polite"' if spoken else 'role="note"'
    return f'<div class="verdict {kind}" {role}><b>{sign} {word}.</b> {text}</div>'


def _trust(found: JacobianMap | None) -> str:
    """Whether rounding decides anywhere on the map."""
    if found is None or found.log10_rounding is None:
        return "How many digits are right is known once the map is exact."
    worst = np.where(found.pairs & np.isfinite(found.log10_rounding), found.log10_rounding, -np.inf)
    i, j = np.unravel_index(int(worst.argmax()), worst.shape)
    if not np.isfinite(worst[i, j]):
        return "No product is left whose digits could be lost."
    doubtful = int((worst > DOUBTFUL).sum())
    text = (f"Rounding: at most a share of $10^{{{worst[i, j]:.1f}}}$ of any norm on this map, "
            f"at t = {int(found.at[i])}, k = {int(found.at[j])}.")
    if doubtful:
        text += f" **Do not trust {doubtful:,} pairs beyond their third digit**: large factors cancel there."
    return text


def show_spectra(view: View, look: JacobianView, found: Measured) -> None:
    """All singular values, one factor, and the slopes."""
    J = view.jacobians
    t = min(look.t, len(view.record.log10_dL_dh) if J is None else len(J))
    n = view.experiment.recurrence.n_hidden
    factor = np.full((n, n), np.nan) if J is None else J.at(t - 1)
    spectrum = spectrum_of(factor)
    sigma = np.empty(0) if J is None else np.linalg.svd(factor, compute_uv=False)
    gamma = activation_of(view.experiment).gamma
    left, right = st.columns(2)
    with left:
        plot(singular_spectrum_figure(found.spectrum), key="singular", height=330)
        st.markdown(_lyapunov(found.spectrum))
    with right:
        slopes, why = (np.empty((0, n, 1)), "the states are not finite") if J is None else (
            J.first(look.sequences).slopes, "the gates of this cell have no one φ")
        plot(slopes_figure(slopes, gamma, why), key="slopes", height=330)
    left, right = st.columns(2)
    with left:
        plot(eigenvalue_plane(spectrum, title=f"Eigenvalues of one factor, ∂h<sub>{t}</sub>/∂h<sub>{t - 1}</sub>"),
             key="factor_plane", height=330)
    with right:
        plot(one_step(sigma, np.abs(spectrum.eigenvalues) if J is not None else np.empty(0), t), key="one_step",
             height=330)


def _lyapunov(found: SingularSpectrum | None) -> str:
    """The estimates, named as such."""
    if found is None:
        return "Lyapunov exponents: measured when the run rests."
    finite = found.lyapunov[np.isfinite(found.lyapunov)]
    if not len(finite):
        return "No Lyapunov exponent is finite: the product is exactly 0."
    return (f"Lyapunov exponents, **estimated** from this one sequence of {int(found.lag[-1])} steps: largest "
            f"{finite[0]:.3f}, smallest {finite[-1]:.3f} a step; the largest is the rate at which "
            r"$\ln\|\partial h_T/\partial h_k\|$ grows in the long run, $\ln\rho$ for a linear network.")


def long_sequence(run: LiveRun, own: Own) -> None:
    """||dh_T/dh_k|| for all k of one very long sequence, on demand."""
    st.markdown("## One very long sequence")
    spec, _ = own.spec(LongSequence)
    view = run.view()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        with st.container(width=420):
            control("length", own)
        st.button("Measure", icon=":material/play_arrow:", key="measure_long", on_click=_begin_long,
                  args=(run, spec.length), disabled=view.jacobians is None)
        st.button("Cancel", icon=":material/close:", key="cancel_long", on_click=_cancel_long)
    work = current("long")

    @st.fragment(run_every=0.5 if work is not None and not work.done else None)
    def drawn() -> None:
        work = current("long")
        with st.container():
            if work is not None and work.error is not None:
                st.warning(str(work.error), icon=":material/error:")
            elif work is not None and not work.done:
                st.progress(min(work.share, 1.0), text=f"{work.share:.0%}")
            elif work is not None:
                st.caption("Cancelled: what is drawn was measured before." if work.cancelled else
                           "Measured on the network as it was when the button was pressed; all lags, exact.")
        plot(long_reach_figure(work.result if work else None, view.record.rho), key="long", height=330)
        if work is not None and work.done and not st.session_state.get("long_seen"):
            st.session_state["long_seen"] = True
            st.rerun()

    drawn()


def _cancel_long() -> None:
    work = current("long")
    if work is not None:
        work.cancel()


def _begin_long(run: LiveRun, length: int) -> None:
    view = run.view()
    st.session_state["long_seen"] = False
    job("long", (view.experiment, view.record.step, hash(view.weights.tobytes()), length),
        lambda: long_reach(view.experiment, length, view.weights))


def take_home(run: LiveRun, own: Own) -> None:
    """The link, the map as CSV, and the commands."""
    def content() -> None:
        work = current("map")
        numbers("The map (CSV)", lambda: map_csv(work.result[0]), "jacobians.csv",
                disabled=work is None or work.result is None)
        experiment = run.experiment.spelled(run.experiment.without_effect("states"))
        code("\n".join([command("map", experiment | {"sequences": str(own.values["sequences"])}),
                        command("singular", experiment)]))
        st.caption("The commands speak of the initial network.")

    menu(own, content, experiment=True)


def map_csv(found: JacobianMap) -> str:
    """One line a pair."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["t", "k", "log10_norm", "exact"])
    for i, t in enumerate(found.at):
        writer.writerows((t, k, found.log10_norm[i, j], found.exact) for j, k in enumerate(found.at[:i + 1]))
    return out.getvalue()
