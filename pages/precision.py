"""Finite precision: where powers leave a number type, when a sum stops changing, and tanh applied again and again."""

from functools import partial

import streamlit as st

from core.topics.precision.iterated_tanh import Iteration
from core.topics.precision.powers import Powers
from core.topics.precision.presets import PRESETS
from core.topics.precision.stagnation import Update
from core.topics.precision.verdict import comparison
from pages._kit.controls.presets import own_presets
from pages._kit.controls.widgets import fields, panel_of
from pages._kit.link.hand import Hand
from pages._kit.link.visit import visit, write_url
from pages._kit.problems import show_problems
from pages._kit.style import style
from pages._live.element import live
from pages._live.kept import kept_on
from pages._panel.rows import Heading
from pages._parts.precision import EVEN, LOOK, picture, powers_and_updates, take_home

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
    panel_of(lambda: [Heading("Powers <i>λ<sup>t</sup></i>"), *fields(Powers.parameters(), own),
                      Heading("Update <i>w</i> ← <i>w</i> − <i>η g</i>"), *fields(Update.parameters(), own),
                      Heading("Iterated tanh(<i>c x</i>)"), *fields(Iteration.parameters(), own)],
             own, key="powers", at_hand=True)
asked, _ = own.spec(Powers)
update, _ = own.spec(Update)
iteration, _ = own.spec(Iteration)
write_url(own)
kept = kept_on("precision")

with st.container(horizontal=True, vertical_alignment="center"):
    st.markdown("# Finite precision")
    take_home(own, asked)
own_presets(own, PRESETS, LOOK)
show_problems(*own.problems)

hand = Hand(partial(picture, kept), asked, update, iteration)
on_page = live("precision", hand.picture, order=hand.order)
for column, part in zip(st.columns(3), ("powers", "update", "tanh"), strict=True):
    with column:
        on_page.show(part, height=HEIGHT)

st.markdown("## What it means for training")
on_page.show("training")
found, updates = powers_and_updates(asked, update, kept)
st.table(comparison(asked, found, updates), border="horizontal", hide_index=True, alt="The four types in numbers")
st.markdown(MEANING)
