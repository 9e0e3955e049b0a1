"""Eigenvalues are not singular values: powers and pseudospectra of two matrices with the same eigenvalues."""

from functools import partial

import streamlit as st

from core.topics.singular_values.example_matrices import Matrix
from pages._kit.link.hand import Hand
from pages._kit.link.settings import settings
from pages._kit.link.visit import visit, write_url
from pages._kit.playing.jobs import jobs
from pages._kit.problems import show_problems
from pages._kit.style import style
from pages._live.element import live
from pages._live.kept import kept_on
from pages._parts.singular_values.around import at_once, choose, examples, side_by_side, take_home
from pages._parts.singular_values.picture import answered, found_of, has_picture, picture, search
from pages._parts.singular_values.words import explain

style()
own = visit("singular_values", Matrix, experiment=True, remedied=False, upto="W_hh")
choose(own)
spec, problem = own.spec(Matrix)
experiment, conflict = settings().experiment()
write_url(own, experiment=True)
kept = kept_on("singular_values")
found = found_of(spec, experiment, kept)
answer = at_once(search(spec, found, jobs()))

with st.container(horizontal=True, vertical_alignment="center"):
    st.markdown("# Eigenvalues are not singular values")
    take_home(own, spec, experiment, found)
st.markdown("Two matrices with **the same eigenvalues**, side by side. $k$ steps of a linear network multiply a "
            "gradient by $W^k$: look for the hump.")
examples(own)
show_problems(*settings().problems, *own.problems, conflict, problem)
hand = Hand(partial(picture, jobs(), kept), spec, experiment, around=answered(answer))
on_page = live("singular_values", hand.picture, bells=[jobs().news], order=hand.order, around=hand.around)
on_page.show("said")
side_by_side(on_page, found)
on_page.show("plane", columns=3 if has_picture(spec, experiment, found) else 2, height=325)
explain(found.W, found.powers, answer)
