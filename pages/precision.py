"""Finite precision: where powers leave a number type, when a sum stops changing, and tanh applied again and again."""

import streamlit as st

from core.markup import as_markdown
from core.topics.precision.figures.digits_left import digits_left
from core.topics.precision.figures.iterated_tanh import iterated_slope, iterated_value
from core.topics.precision.figures.powers import powers_figure
from core.topics.precision.figures.share_that_arrives import share_that_arrives
from core.topics.precision.figures.updates_arrived import updates_arrived
from core.topics.precision.iterated_tanh import Iteration, iterated_tanh
from core.topics.precision.powers import Powers, powers_in_all_types
from core.topics.precision.presets import PRESETS
from core.topics.precision.stagnation import Update, stagnation_in_all_types
from core.topics.precision.verdict import comparison, iterated_verdict, powers_verdict, training_claims, update_verdict
from pages._chart.plot import plot
from pages._kit.controls.presets import own_presets
from pages._kit.controls.widgets import controls
from pages._kit.link.visit import visit, write_url
from pages._kit.problems import show_problems
from pages._kit.style import style
from pages._kit.verdict import show_verdict
from pages._parts.precision import EVEN, LOOK, take_home

HEIGHT = 276
MEANING = r"""
**It is not $10^{-16}$ where gradients stop.** That number is the relative spacing: from 1 the next number of float64 is
$\varepsilon = 2^{-52} = 2.2 \cdot 10^{-16}$ away. The numbers themselves go on, to $5 \cdot 10^{-324}$ in float64 and
$1.4 \cdot 10^{-45}$ in float32. What stops learning is the size of the update relative to the weight: with learning
rate $\eta$ and gradient $g$, $w - \eta g$ is rounded back to $w$ when $\eta |g|$ is no more than half the spacing of
the numbers beside $w$, which is between $\varepsilon |w| / 4$ and $\varepsilon |w| / 2$ where $w$ is a normal number (a
tie goes to the even one). The table has the measured share.

**Powers.** A gradient goes $t$ steps back through $t$ factors; if each is $\lambda$, what is left is $\lambda^t$. Each
multiplication is rounded once. Below the smallest normal number a type has fewer and fewer digits (it is *subnormal*),
then none: the value is 0, or, for $\lambda$ above 1/2, it is rounded up to where it was and stays.

**Iterated tanh.** $x_n = \tanh(c\, x_{n-1})$ has the slope $\prod_{k=1}^{n} c\,(1 - x_k^2)$. With $c$ up to 1 it is
flatter after every application; with $c$ above 1 the two ends attract all but $x = 0$, and the middle gets steeper.
"""

style()
own = visit("precision", Powers, Update, Iteration)
st.html(EVEN)
with st.sidebar:
    st.markdown(r"## Powers $\lambda^t$")
    controls(Powers.parameters(), own)
    st.markdown(r"## Update $w \leftarrow w - \eta\, g$")
    controls(Update.parameters(), own)
    st.markdown(r"## Iterated $\tanh(c\,x)$")
    controls(Iteration.parameters(), own)
asked, _ = own.spec(Powers)
update, _ = own.spec(Update)
iteration, _ = own.spec(Iteration)
write_url(own)

with st.container(horizontal=True, vertical_alignment="center"):
    st.markdown("# Finite precision")
    take_home(own, asked)
own_presets(own, PRESETS, LOOK)
show_problems(*own.problems)

found = powers_in_all_types(asked)
updates = stagnation_in_all_types(update, asked.steps)
iterated = iterated_tanh(iteration.gain, iteration.times)
one = next(p for p in found if p.dtype == asked.dtype)
changed = next(s for s in updates if s.dtype == asked.dtype)

left, middle, right = st.columns(3)
with left:
    show_verdict(powers_verdict(one), spoken=True)
    plot(powers_figure(found, asked.dtype), key="typed_powers", height=HEIGHT)
    plot(digits_left(found, asked.dtype), key="digits_left", height=HEIGHT)
with middle:
    show_verdict(update_verdict(changed), spoken=True)
    plot(share_that_arrives(updates, asked.dtype), key="update_share", height=HEIGHT)
    plot(updates_arrived(updates, asked.dtype), key="updates_arrived", height=HEIGHT)
with right:
    show_verdict(iterated_verdict(iterated), spoken=True)
    plot(iterated_value(iterated), key="iterated_value", height=HEIGHT)
    plot(iterated_slope(iterated), key="iterated_slope", height=HEIGHT)

st.markdown("## What it means for training")
st.markdown(as_markdown(" ".join(claim.text for claim in training_claims(one, changed))))
st.table(comparison(asked, found, updates), border="horizontal", hide_index=True, alt="The four types in numbers")
st.markdown(MEANING)
