"""Truncation and clipping: what each update sees and drops, what that costs, and which threshold to clip at."""

import streamlit as st

from core.topics.truncation.view import TruncationView
from pages._kit.link.settings import settings
from pages._kit.link.visit import visit, write_url
from pages._kit.playing.jobs import POLL, current
from pages._kit.playing.player import frame_time, let_out
from pages._kit.playing.run import buttons, live_run, progress
from pages._kit.problems import show_problems
from pages._kit.style import style
from pages._parts.truncation.adviser import show_adviser
from pages._parts.truncation.cost import show_cost
from pages._parts.truncation.seen import (
    TruncationPictures,
    measure_lost,
    show_what_is_seen,
    take_home,
    truncation_presets,
    truncation_sidebar,
)
from pages._session import session

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
truncation_sidebar()
experiment, conflict = settings().experiment()
run = live_run(experiment)

with st.container(horizontal=True, vertical_alignment="center"):
    st.markdown("# Truncation and clipping")
    take_home(run, own)
truncation_presets(run)
shown, before = list(own.problems), dict(settings().values)
show_problems(*settings().problems, *shown, conflict, run.refused)
buttons(run)
drawn, pause, pictures = run.state, frame_time(run), session(TruncationPictures)
waiting = drawn == "playing" or pictures.waits


@st.fragment(run_every=max(pause, POLL) if waiting else None)
def stage() -> None:
    """Everything that follows the run, and the work beside the page."""
    write_url(own, experiment=True)
    view = run.view()
    progress(run, view)
    lost, share, done = measure_lost(run, view)
    show_what_is_seen(view, lost, share)
    st.markdown("## What it costs in time")
    show_cost(view)
    st.markdown("## The threshold adviser")
    show_adviser(run, view, own)
    working = not done or any(work is not None and not work.done for work in map(current, ("cost", "thresholds")))
    pictures.waits = working
    timer_is_wrong = drawn != "playing" and waiting != working
    if run.state != drawn or timer_is_wrong or own.problems != shown or settings().values != before:
        st.rerun()


stage()
st.markdown("## What it does, and what it costs")
st.markdown(MEANING)
let_out(drawn)
