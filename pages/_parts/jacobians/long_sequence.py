"""One very long sequence, measured on demand."""

from __future__ import annotations

import streamlit as st

from core.live.run import LiveRun
from core.topics.jacobians.figures.long_reach import long_reach_figure
from core.topics.jacobians.long_sequence import LongSequence, long_reach
from core.topics.jacobians.rates import NO_RATES, rates_of
from pages._chart.plot import plot
from pages._kit.controls.widgets import control
from pages._kit.link.values import Own
from pages._kit.playing.jobs import cancel_button, current, followed, job, show_state


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
        cancel_button("long")
    work = current("long")

    def drawn() -> None:
        show_state(work, cancelled="Cancelled: what is drawn was measured before.",
                   ended="Measured on the network as it was when the button was pressed; all lags, exact.")
        plot(long_reach_figure(*(work.result if work and work.result else (None, NO_RATES))), key="long", height=330)

    followed(work, drawn, every=0.5)


def _begin_long(run: LiveRun, length: int) -> None:
    view = run.view()
    rates = rates_of(view.jacobians, view.experiment.activation.gamma, view.record.spectrum)
    job("long", (view.experiment, view.record.step, hash(view.weights.tobytes()), length),
        lambda: ((done, reached and (reached, rates)) for done, reached in
                 long_reach(view.experiment, length, view.weights)))
