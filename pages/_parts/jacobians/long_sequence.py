"""One very long sequence, measured on demand."""

from __future__ import annotations

import streamlit as st

from core.live.job import Job
from core.live.jobs import Jobs
from core.live.run import LiveRun
from core.topics.jacobians.figures.long_reach import long_reach_figure
from core.topics.jacobians.long_sequence import LongSequence, long_reach
from core.topics.jacobians.rates import NO_RATES, rates_of
from pages._chart.frame import Cell
from pages._kit.controls.widgets import control
from pages._kit.link.values import Own
from pages._kit.playing.jobs import cancel_button, jobs, state_cell
from pages._live.element import OnPage
from pages._live.kept import Kept, Same

HEIGHT = 330  # px


def long_sequence(on_page: OnPage, run: LiveRun, own: Own) -> None:
    """||dh_T/dh_k|| for all k of one very long sequence, on demand."""
    st.markdown("## One very long sequence")
    spec, _ = own.spec(LongSequence)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        with st.container(width=420):
            control("length", own)
        st.button("Measure", icon=":material/play_arrow:", key="measure_long", on_click=_begin,
                  args=(jobs(), run, spec.length), disabled=run.view().jacobians is None)
        cancel_button("long")
    on_page.show("long", height=HEIGHT)


def long_cells(work: Job | None, kept: Kept) -> dict[str, Cell]:
    """How far the work is, and what it found."""
    found = work.result if work and work.result else (None, NO_RATES)
    return {"long_state": state_cell(work, cancelled="Cancelled: what is drawn was measured before.",
                                     ended="Measured on the network as it was when the button was pressed; all lags, "
                                           "exact."),
            "long": kept("long", Same(found[0]), lambda: long_reach_figure(*found))}


def _begin(jobs: Jobs, run: LiveRun, length: int) -> None:
    view = run.view()
    rates = rates_of(view.jacobians, view.experiment.activation.gamma, view.record.spectrum)
    jobs.job("long", (view.experiment, view.record.step, hash(view.weights.tobytes()), length),
             lambda: ((done, reached and (reached, rates)) for done, reached in
                      long_reach(view.experiment, length, view.weights)))
