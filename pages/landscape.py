"""One unit: the cliffs of its error surface, and the bifurcations behind them."""

import streamlit as st

from core.topics.landscape.attractors import orbit
from core.topics.landscape.figures.bifurcation import bifurcation
from core.topics.landscape.figures.descent import descent
from core.topics.landscape.figures.error_map import error_map
from core.topics.landscape.figures.error_surface import error_surface
from core.topics.landscape.one_unit import OneUnit
from core.topics.landscape.presets import PRESETS
from core.topics.landscape.verdict import landscape_verdict
from core.topics.landscape.view import Descending, Region
from pages._chart.plot import plot
from pages._kit.controls.presets import own_presets
from pages._kit.link.visit import visit, write_url
from pages._kit.problems import show_problems
from pages._kit.style import style
from pages._kit.verdict import show_verdict
from pages._parts.landscape import explain, landscape_of, landscape_sidebar, look, start_here, take_home, updates_shown

style()
own = visit("landscape", OneUnit, Descending, Region)
landscape_sidebar(own)
unit, _ = own.spec(OneUnit)
window, _ = own.spec(Region)
descending, _ = own.spec(Descending)
write_url(own)
found = landscape_of(unit, descending, window)

title, slider = st.columns([3, 2])
with title, st.container(horizontal=True, vertical_alignment="center"):
    st.markdown("# One unit: cliffs and attractors")
    take_home(own, unit, descending, found)
with slider:
    shown = updates_shown(own, descending)
own_presets(own, PRESETS, look(window))
show_problems(*own.problems)
now = found.unclipped.until(shown), found.clipped.until(shown)
show_verdict(landscape_verdict(unit, *now, found.over[0]), spoken=True)

left, right = st.columns([11, 9])
with left:
    if window.view == "map":
        plot(error_map(found.surface, unit, *now, window.shade), key="error_map", height=575, on_pick=start_here(own))
    else:
        plot(error_surface(found.surface, unit, *now, window.shade), key="error_surface", height=575)
with right:
    plot(descent(found.unclipped, found.clipped, found.over, shown), key="descent", height=325)
    last = orbit(unit.activation, unit.w, unit.b, unit.x0, unit.steps)[-1]
    plot(bifurcation(unit, *window.b_span, last), key="bifurcation", height=250)
explain(unit, found)
