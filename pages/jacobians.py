"""Products of Jacobians: how far a gradient reaches, from any step to any other."""

from functools import partial

import streamlit as st

from core.parameters import numbers
from core.topics.jacobians.long_sequence import LongSequence
from core.topics.jacobians.view import JacobianView
from core.training.experiment import flat_parameters
from pages._kit.controls.presets import preset_look, presets
from pages._kit.controls.sidebar import sidebar
from pages._kit.link.settings import settings
from pages._kit.link.values import STAGE
from pages._kit.link.visit import spelled, visit, write_url
from pages._kit.playing.jobs import jobs
from pages._kit.playing.player import smaller, standing
from pages._kit.playing.run import buttons, history, live_run, looked_at, view_at
from pages._kit.playing.scene import Scene
from pages._kit.problems import show_problems
from pages._kit.share.share_menu import menu_content
from pages._kit.style import style
from pages._live.element import live
from pages._live.kept import kept_on
from pages._parts.jacobians.long_sequence import long_sequence
from pages._parts.jacobians.measured import pair
from pages._parts.jacobians.picture import beside, picture
from pages._parts.jacobians.shown import show_map, show_spectra, take_home

style()
own = visit("jacobians", JacobianView, LongSequence, experiment=True)
experiment, conflict = settings().experiment()
run = live_run(experiment)
stands = standing(run)  # before its buttons are drawn: what changes from here on, the frames tell
settings().quick = numbers(flat_parameters()) - {"n_hidden"}  # the number of hidden units chooses controls
sidebar()

with st.container(horizontal=True, vertical_alignment="center"):
    st.markdown("# Products of Jacobians")
    take_home(run, own)
buttons(run)
presets(run)
show_problems(*settings().problems, *own.problems, conflict, run.refused, offer=partial(smaller, run))


def around() -> tuple:
    """What is on the page around the stage, as far as a number changes it."""
    return (settings().experiment()[1], own.problems, preset_look(), menu_content(own, experiment=True),
            settings().without_effect())


before = around()


@st.fragment(key=STAGE)
def stage() -> None:
    """Everything that follows the network as it is trained or looked at."""
    live_run(settings().experiment()[0])
    write_url(own, experiment=True)
    look, chosen = own.spec(JacobianView)[0], looked_at(run)
    view = view_at(run, chosen)
    paint = partial(picture, jobs(), kept_on("jacobians"))
    scene = Scene(run, paint, look, values=settings().values | own.values, around=(stands, beside(view, look)),
                  chosen=chosen, quick=partial(paint, held=True), link=spelled(own, experiment=True))
    on_page = live("jacobians", scene.picture, bells=[run.news, jobs().news], around=scene.around, order=scene.order)
    on_page.show("progress")
    history(run)
    show_map(on_page, pair(view, look), own)
    show_spectra(on_page)
    long_sequence(on_page, run, own)
    if (stands, before) != (standing(run), around()):
        st.rerun()


stage()
