"""The race of remedies: a baseline and up to six lanes, side by side, on the same seeds and the same batches."""

from functools import partial

import streamlit as st

from core.live.player import Playback
from core.parameters import numbers
from core.topics.race.entries import Baseline, RaceSpec
from pages._kit.link.values import STAGE
from pages._kit.link.visit import visit, write_url
from pages._kit.playing.player import play_row, smaller, standing
from pages._kit.problems import show_problems
from pages._kit.share.share_menu import menu_content
from pages._kit.style import style
from pages._live.element import live
from pages._parts.race.cards import cards, to_the_top
from pages._parts.race.lanes import baseline_sidebar, entrants, lanes_row
from pages._parts.race.published import show_published
from pages._parts.race.race import (
    demo_on_page,
    look,
    open_with_a_race,
    races_row,
    session_race,
    take_home,
)
from pages._parts.race.scene import RaceScene
from pages._parts.race.table import LOOK

style()
st.html(LOOK)
own = visit("remedies", RaceSpec, Playback, Baseline)
open_with_a_race(own)
who, left_out = entrants(own)
race = session_race(own, who)
stands = standing(race)  # before its buttons are drawn: what changes from here on, the frames tell
own.quick = numbers(RaceSpec.parameters() | Baseline.parameters())
baseline_sidebar(own)
write_url(own)

with st.container(horizontal=True, vertical_alignment="center"):
    st.markdown("# Race of remedies")
    take_home(race, own)
    races_row(own)
st.caption(look(own))
lanes_row(own)
to_the_top()
show_problems(*own.problems, *left_out, race.refused, offer=partial(smaller, race, own))
play_row(race, "Race", step="One update of every lane.", reset="All lanes back to their beginning.", own=own)


def around(left_out: list[str]) -> tuple:
    """What is on the page around the stage, as far as a number or the race changes it."""
    return (left_out, standing(race), demo_on_page(own), look(own), menu_content(own), own.without_effect())


before = around(left_out)


@st.fragment(key=STAGE)
def stage() -> None:
    """Everything that moves while the race is on."""
    who, left_out = entrants(own)
    session_race(own, who)
    write_url(own)
    scene = RaceScene(race, own.parameters, own.values, demo_on_page(own), around=stands)
    on_page = live("race", scene.picture, bells=[race.news], around=stands, order=scene.order)
    on_page.show("said")
    on_page.show("charts", columns=3, height=275)
    if around(left_out) != before:
        st.rerun()


stage()
cards(own)
show_published()
