"""Truncation and clipping: what each update sees and drops, what that costs, and which threshold to clip at."""

from functools import partial

import streamlit as st

from core.parameters import numbers
from core.topics.truncation.presets import PRESETS
from core.topics.truncation.view import TruncationView
from core.training.experiment import flat_parameters
from pages._kit.controls.presets import preset_look
from pages._kit.link.settings import settings
from pages._kit.link.values import STAGE
from pages._kit.link.visit import spelled, visit, write_url
from pages._kit.playing.jobs import jobs
from pages._kit.playing.player import smaller, standing
from pages._kit.playing.run import buttons, live_run
from pages._kit.playing.scene import Scene
from pages._kit.problems import show_problems
from pages._kit.share.share_menu import menu_content
from pages._kit.style import style
from pages._live.element import live
from pages._live.kept import kept_on
from pages._parts.truncation.adviser import show_adviser
from pages._parts.truncation.cost import show_cost
from pages._parts.truncation.picture import beside, picture
from pages._parts.truncation.seen import show_what_is_seen, take_home, truncation_presets, truncation_sidebar

MEANING = r"""
**Truncation.** TBPTT($k_1$, $k_2$) goes $k_1$ steps forward, makes an update, and carries the losses of these steps
back $k_2$ steps (Sutskever 2013, section 2.8.6):

$$
\frac{\partial L}{\partial W} \approx \sum_{t = s - k_1 + 1}^{s}\;\sum_{k = s - k_2 + 1}^{t}
\frac{\partial L_t}{\partial h_t}\,\frac{\partial h_t}{\partial h_k}\,\frac{\partial^{+} h_k}{\partial W}
$$

Here $s$ is the last step of the chunk, $L_t$ the loss of step $t$, $h_k$ the state of step $k$, and $\partial^{+}$ the
derivative with $h_{k-1}$ held fixed; terms with $k < 1$ are left out. The product $\partial h_t / \partial h_k$ is cut
short after at most $k_2 - 1$ factors, which stay as they are: what lies $k_2$ steps back from $s$ or more gets exactly
no gradient, and what lies nearer vanishes no less. A $k_1$ below $T$ makes several updates of one sequence, each with
its own overhead. This program keeps the whole sequence in memory either way; one made for it would keep $k_2$ steps.

**Clipping.** $g \leftarrow g \min(1, \theta / \lVert g \rVert)$: a gradient longer than the threshold $\theta$ is
shortened to it, its direction stays (Pascanu, Mikolov & Bengio 2013, algorithm 1). Their guide to $\theta$ is the
average norm over many updates: from half to ten times of it training can still converge. It costs one
hyper-parameter, and it does nothing for a gradient that has vanished.
"""

style()
own = visit("truncation", TruncationView, experiment=True)
experiment, conflict = settings().experiment()
run = live_run(experiment)
stands = standing(run)  # before its buttons are drawn: what changes from here on, the frames tell
settings().quick = numbers(flat_parameters())
truncation_sidebar()

with st.container(horizontal=True, vertical_alignment="center"):
    st.markdown("# Truncation and clipping")
    take_home(run, own)
buttons(run)
truncation_presets(run)
show_problems(*settings().problems, *own.problems, conflict, run.refused, offer=partial(smaller, run))


def around() -> tuple:
    """What is on the page around the stage, as far as a number changes it."""
    return (settings().experiment()[1], own.problems, preset_look(PRESETS),
            menu_content(own, experiment=True), settings().without_effect())


before = around()


@st.fragment(key=STAGE)
def stage() -> None:
    """Everything that follows the run, and the work beside the page."""
    live_run(settings().experiment()[0])
    write_url(own, experiment=True)
    look, _ = own.spec(TruncationView)
    shown = beside(run, look, jobs())
    paint = partial(picture, jobs(), kept_on("truncation"))
    scene = Scene(run, paint, look, values=settings().values | own.values, around=(stands, shown),
                  quick=partial(paint, held=True), link=spelled(own, experiment=True))
    on_page = live("truncation", scene.picture, bells=[run.news, jobs().news], around=scene.around, order=scene.order)
    on_page.show("progress")
    show_what_is_seen(on_page)
    st.markdown("## What it costs in time")
    show_cost(on_page, run, truncated=shown.truncated, measuring=shown.measuring)
    st.markdown("## The threshold adviser")
    show_adviser(on_page, run, own, shown.offered)
    if (stands, before) != (standing(run), around()):
        st.rerun()


stage()
st.markdown("## What it does, and what it costs")
st.markdown(MEANING)
