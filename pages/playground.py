"""The playground: set the eigenvalues, train, and watch the gradient."""

from functools import partial

import streamlit as st

from core.parameters import numbers
from core.topics.playground.view import reach_of_view, verdict_of
from core.training.experiment import flat_parameters
from pages._kit.controls.presets import preset_look, presets
from pages._kit.controls.sidebar import sidebar
from pages._kit.link.navigation import asked_page, unknown_page
from pages._kit.link.settings import settings
from pages._kit.link.values import STAGE
from pages._kit.link.visit import visit, write_url
from pages._kit.playing.player import frame_time, let_out
from pages._kit.playing.run import buttons, history, live_run, looked_at, progress, rescue, shown_view
from pages._kit.problems import show_problems
from pages._kit.share.share_menu import menu_content, playground_menu
from pages._kit.style import style
from pages._kit.verdict import show_verdict
from pages._parts.playground import show_charts

style()
own = visit("playground", experiment=True)
experiment, conflict = settings().experiment()
run = live_run(experiment)
if run.state != "playing":  # the number of hidden units chooses controls
    settings().quick = numbers(flat_parameters()) - {"n_hidden"}
sidebar()
write_url(own, experiment=True)

with st.container(horizontal=True, vertical_alignment="center"):
    st.markdown("# Exploding and vanishing gradients")
    playground_menu(run, own, partial(shown_view, run))
presets(run)
show_problems(*settings().problems, unknown_page(asked_page()), conflict, run.refused)
buttons(run)
drawn, pause = run.state, frame_time(run)


def around() -> tuple:
    """What is on the page around the stage, as far as a number or the run changes it."""
    menu = menu_content(own, experiment=True, update=looked_at(run))
    return (settings().experiment()[1], run.refused, run.state, run.deed, preset_look(), menu,
            settings().without_effect())


before = around()


@st.fragment(run_every=pause if drawn == "playing" else None, key=STAGE)
def stage() -> None:
    """Everything that moves while the run plays."""
    live_run(settings().experiment()[0])
    write_url(own, experiment=True)
    above = st.container()  # drawn second: what it shows is chosen by the history slider below it
    view = history(run)
    reach = reach_of_view(view)
    with above:
        show_verdict(verdict_of(run, view, reach), spoken=view.state != "playing")
        with st.container():
            if view.state == "diverged":
                rescue(run)
        progress(run, view)
        show_charts(view, reach)
    if around() != before or (drawn == "playing" and not 0.6 < frame_time(run) / pause < 1.6):
        st.rerun()


stage()
let_out(drawn)
