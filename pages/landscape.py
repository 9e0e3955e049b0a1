"""One unit: the cliffs of its error surface, and the bifurcations behind them."""

from functools import partial

import streamlit as st

from core.topics.landscape.one_unit import OneUnit
from core.topics.landscape.presets import PRESETS
from core.topics.landscape.view import Descending, Region
from pages._kit.controls.presets import own_presets
from pages._kit.link.hand import Hand
from pages._kit.link.visit import visit, write_url
from pages._kit.problems import show_problems
from pages._kit.style import style
from pages._live.element import live
from pages._live.kept import kept_on
from pages._parts.landscape.around import explain, landscape_sidebar, look, start_here, take_home, updates_shown
from pages._parts.landscape.picture import landscape_of, picture, quick_picture

style()
own = visit("landscape", OneUnit, Descending, Region)
landscape_sidebar(own)
unit, _ = own.spec(OneUnit)
window, _ = own.spec(Region)
descending, _ = own.spec(Descending)
write_url(own)
kept = kept_on("landscape")
hand = Hand(partial(picture, kept), unit, descending, window, quick=partial(quick_picture, kept, unit))
on_page = live("landscape", hand.picture, order=hand.order)
found = landscape_of(unit, descending, window, kept)

title, slider = st.columns([3, 2])
with title, st.container(horizontal=True, vertical_alignment="center"):
    st.markdown("# One unit: cliffs and attractors")
    take_home(own, unit, descending, found)
with slider:
    updates_shown(own, descending)
own_presets(own, PRESETS, look(window))
show_problems(*own.problems)
on_page.show("said")

left, right = st.columns([11, 9])
with left:
    on_page.show("ground", height=575, on_pick=start_here(own) if window.view == "map" else None)
with right:
    on_page.show("descent", height=325)
    on_page.show("bifurcation", height=250)
explain(unit, found)
