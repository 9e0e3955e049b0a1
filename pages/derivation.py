"""The derivation, step by step, with the numbers of the reader's own network."""

from functools import partial

import streamlit as st

from core.topics.derivation.steps import STEPS
from core.topics.derivation.subject import Place
from core.topics.derivation.word.unrolled import Reading
from pages._kit.controls.sidebar import network_sidebar
from pages._kit.link.hand import Hand
from pages._kit.link.settings import settings
from pages._kit.link.visit import visit, write_url
from pages._kit.problems import show_problems
from pages._kit.style import style
from pages._live.element import live
from pages._live.kept import kept_on
from pages._parts.derivation.pictures import clicked_symbol, picture, pictures, subject_of
from pages._parts.derivation.text import Dialogue, read, steering, take_home, tell
from pages._session import session

style()
own = visit("derivation", Reading, Place, experiment=True, remedied=False)
network_sidebar(own, ["word", "layers"])
experiment, conflict = settings().experiment()
(reading, _), (place, _) = own.spec(Reading), own.spec(Place)
kept, said = kept_on("derivation"), session(Dialogue).said
subject, step = subject_of(experiment, reading, place, kept), STEPS[place.step - 1]
write_url(own, experiment=True)

with st.container(horizontal=True, vertical_alignment="center"):
    st.markdown("# The derivation, with your numbers")
    take_home(own)
show_problems(*settings().problems, *own.problems, conflict)
steering(own, place, subject)
text, drawn = st.columns([6, 7])
with text:
    tell(step, subject, said)
    hand = Hand(partial(picture, kept, said), experiment, reading, place)
    on_page = live("derivation", hand.picture, order=hand.order)
    read(on_page, step, subject, said)
with drawn:
    pictures(on_page, step, subject, own, said.revealed(step, subject))
    clicked_symbol(on_page, said.chosen(step, subject), subject)
