"""Products of Jacobians: how far a gradient reaches, from any step to any other."""

import streamlit as st

from core.topics.jacobians.long_sequence import LongSequence
from core.topics.jacobians.view import JacobianView
from pages._kit.controls.presets import presets
from pages._kit.controls.sidebar import sidebar
from pages._kit.link.settings import settings
from pages._kit.link.visit import visit, write_url
from pages._kit.playing.jobs import POLL
from pages._kit.playing.player import frame_time, let_out
from pages._kit.playing.run import buttons, history, live_run, progress
from pages._kit.problems import show_problems
from pages._kit.style import style
from pages._parts.jacobians.charts import show_map, show_spectra, take_home
from pages._parts.jacobians.long_sequence import long_sequence
from pages._parts.jacobians.measured import JacobianPictures, measure
from pages._session import session

style()
own = visit("jacobians", JacobianView, LongSequence, experiment=True)
sidebar()
experiment, conflict = settings().experiment()
run = live_run(experiment)

with st.container(horizontal=True, vertical_alignment="center"):
    st.markdown("# Products of Jacobians")
    take_home(run, own)
presets(run)
shown = list(own.problems)
show_problems(*settings().problems, *shown, conflict, run.refused)
buttons(run)
drawn, pause, pictures = run.state, frame_time(run), session(JacobianPictures)
waiting = drawn == "playing" or pictures.waits


@st.fragment(run_every=max(pause, POLL) if waiting else None)
def stage() -> None:
    """Everything that follows the network as it is trained or looked at."""
    look, _ = own.spec(JacobianView)
    write_url(own, experiment=True)
    above, chosen = st.container(), st.container()
    with chosen:
        view = history(run)
    with above:
        progress(run, view)
    found = measure(view, look)
    show_map(view, look, found, own)
    show_spectra(view, look, found)
    pictures.waits = not found.done
    timer_is_wrong = drawn != "playing" and waiting == found.done
    if run.state != drawn or timer_is_wrong or own.problems != shown:
        st.rerun()


stage()
long_sequence(run, own)
let_out(drawn)
