"""The derivation, step by step, with the numbers of the reader's own network."""

import streamlit as st

from core.topics.derivation.steps import STEPS
from core.topics.derivation.subject import Place
from core.topics.derivation.word.unrolled import Reading
from pages._kit.controls.sidebar import network_sidebar
from pages._kit.link.settings import settings
from pages._kit.link.visit import visit, write_url
from pages._kit.problems import show_problems
from pages._kit.style import style
from pages._parts.derivation.pictures import clicked_symbol, pictures
from pages._parts.derivation.text import chosen_symbol, steering, subject_of, take_home, tell

style()
own = visit("derivation", Reading, Place, experiment=True, remedied=False)
network_sidebar(own, ["word", "layers"])
experiment, conflict = settings().experiment()
(reading, _), (place, _) = own.spec(Reading), own.spec(Place)
subject, step = subject_of(experiment, reading, place), STEPS[place.step - 1]
write_url(own, experiment=True)

with st.container(horizontal=True, vertical_alignment="center"):
    st.markdown("# The derivation, with your numbers")
    take_home(own)
show_problems(*settings().problems, *own.problems, conflict)
steering(own, place, subject)
text, drawn = st.columns([6, 7])
with text:
    revealed = tell(step, subject)
with drawn:
    pictures(step, subject, own, revealed)
    clicked_symbol(chosen_symbol(step, subject), subject)
