"""The playground: set the eigenvalues, train, and watch the gradient."""

from functools import partial

import streamlit as st

from core.parameters import numbers
from core.training.experiment import flat_parameters
from pages._kit.controls.presets import preset_look, presets
from pages._kit.controls.sidebar import sidebar
from pages._kit.link.navigation import asked_page, unknown_page
from pages._kit.link.settings import settings
from pages._kit.link.values import STAGE
from pages._kit.link.visit import spelled, visit, write_url
from pages._kit.playing.player import smaller, standing
from pages._kit.playing.run import buttons, history, live_run, looked_at, rescue, shown_view
from pages._kit.playing.scene import Scene
from pages._kit.problems import show_problems
from pages._kit.share.share_menu import menu_content, playground_menu
from pages._kit.style import style
from pages._live.element import live
from pages._live.kept import kept_on
from pages._parts.playground import picture

style()
own = visit("playground", experiment=True)
experiment, conflict = settings().experiment()
run = live_run(experiment)
settings().quick = numbers(flat_parameters()) - {"n_hidden"}  # the number of hidden units chooses controls
sidebar()
write_url(own, experiment=True)
stands = standing(run)  # as it is drawn around the stage: it may go on meanwhile

with st.container(horizontal=True, vertical_alignment="center"):
    st.markdown("# Exploding and vanishing gradients")
    playground_menu(run, own, partial(shown_view, run))
buttons(run)
presets(run)
show_problems(*settings().problems, unknown_page(asked_page()), conflict, run.refused, offer=partial(smaller, run))


def around() -> tuple:
    """What is on the page around the stage, as far as a number changes it."""
    menu = menu_content(own, experiment=True, update=looked_at(run))
    return settings().experiment()[1], preset_look(), menu, settings().without_effect()


before = around()


@st.fragment(key=STAGE)
def stage() -> None:
    """Everything that moves while the run plays."""
    live_run(settings().experiment()[0])
    write_url(own, experiment=True)
    scene = Scene(run, partial(picture, kept_on("playground")), values=settings().values, around=stands,
                  chosen=looked_at(run), link=spelled(own, experiment=True))
    on_page = live("playground", scene.picture, bells=[run.news], around=scene.around, order=scene.order)
    on_page.show("said")
    with st.container():
        if run.state == "diverged":
            rescue(run)
    on_page.show("charts", columns=3, height=290)
    history(run)
    if (stands, before) != (standing(run), around()):
        st.rerun()


stage()
