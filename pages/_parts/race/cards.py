"""A card for each remedy: its equation, what it does to the gradient, its source, its drawback, and demos."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import streamlit as st

from core.live.job import Job
from core.markup import as_html, as_markdown
from core.remedies.base import Remedy, remedies
from core.remedies.costs import cost_of, measured_at
from core.topics.race.demos.base import Demo, demos_of
from core.topics.race.demos.outcome import demo_values
from core.topics.race.demos.recorded import recorded
from core.topics.race.effect import Effect, effect_pieces, listed
from core.topics.race.figures.effect import remedy_effect
from pages._chart.frame import HtmlCell
from pages._kit.controls.widgets import control
from pages._kit.link.values import Own
from pages._kit.playing.jobs import jobs
from pages._live.element import live
from pages._live.stage import Picture
from pages._parts.race.lanes import add_lane
from pages._parts.race.race import Racing
from pages._session import session

HELPS = {"exploding": "helps against exploding gradients", "vanishing": "helps against vanishing gradients",
         "both": "helps against both", "neither": "helps against neither"}
DEMO_PACE = "60"  # updates a second: slow enough to watch, over within seconds
WIDE_EQUATIONS = "<style>.stMainBlockContainer .katex-display { overflow: auto hidden; }</style>"
TO_THE_TOP = """<script>document.querySelector(".stMain, [data-testid=stMain]")?.scrollTo({top: 0});</script>"""


def cards(own: Own) -> None:
    """The remedies to choose from, and the card of the one that is chosen."""
    st.markdown("## The remedies, one by one")
    chosen = own.values["card"]
    titles = {"none": "none", **{name: remedies()[name].title for name in listed()}}
    control("card", own, pills=True, bare=True, label="Open a card", heard="Open a card",
            parameter=replace(own.parameters["card"], names=lambda: titles))
    with st.container():
        if chosen != "none":
            _card(own, chosen)


def _card(own: Own, name: str) -> None:
    remedy = remedies()[name]
    st.html(WIDE_EQUATIONS)
    with st.container(border=True):
        words, picture = st.columns([5, 4])
        with words:
            st.markdown(f"### {remedy.title}: {HELPS[remedy.helps]}")
            st.latex(remedy.equation)
            st.markdown(_words(remedy))
            with st.container():
                if settings_of_times := measured_at(name):
                    st.caption(f"Times: {settings_of_times}.")
        with picture:
            _picture(name)
        _demos(own, name)


def _words(remedy: Remedy) -> str:
    """All that its card says, for Markdown."""
    parts = {"On the product of Jacobians": remedy.product, "When it helps": remedy.when,
             "What it costs": f"{remedy.cost} {cost_of(remedy.name).text}", "When it harms": remedy.harms}
    if remedy.torch:
        parts["In torch"] = remedy.torch
    source = f"*{as_markdown(str(remedy.source))}.* " if remedy.source else ""
    return "\n\n".join([*(f"**{head}.** {as_markdown(words)}" for head, words in parts.items()),
                        f"{source}{as_markdown(remedy.taken)}"])


def _picture(name: str) -> None:
    work = jobs().job("effect", name, lambda: effect_pieces(name))
    live("effect", partial(effect_picture, name, work), bells=[jobs().news]).show("effect", height=340)


def effect_picture(name: str, work: Job[Effect]) -> Picture:
    """What a remedy does to a gradient; of another one's picture, which the work may have found before, nothing."""
    found = work.result
    effect = found if found is not None and found.remedy == name else None
    cells = {"remedy_effect": remedy_effect(effect), "measured": HtmlCell(f'<p class="small">{_measured(effect)}</p>')}
    return Picture({"effect": cells}, moving=not work.done)


def _measured(effect: Effect | None) -> str:
    """HTML: on what it was measured."""
    if effect is None:
        return "Measuring …"
    trained = effect.updates and effect.quantity in ("flow", "by_step")
    return as_html(f"Measured on one network: {effect.settings}"
                   + (f"; after {effect.updates} updates." if trained else "."))


def _demos(own: Own, name: str) -> None:
    """What can be shown within seconds, each with what came of it on 20 fresh seeds."""
    known = recorded()
    for demo in demos_of(name):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(f"Show me: {demo.title}", icon=":material/play_arrow:", key=f"show_{demo.name}",
                      on_click=_show, args=(own, demo))
            result = known.get(demo.name)
            st.markdown(as_markdown(f"{demo.claim} Baseline: {demo.baseline}. ")
                        + (f"*On seeds {result.seeds.start} to {result.seeds.stop - 1}: {result.says}*" if result
                           else "*Not measured yet.*"))
    if not demos_of(name):
        st.markdown("*No demo of it is shipped.*")
    st.button("Add it to the race", icon=":material/add:", key=f"race_{name}", on_click=add_lane, args=(own, name))


def _show(own: Own, demo: Demo) -> None:
    """Load the demo, and start it at the top of the page."""
    kept = {name: own.values[name] for name in ("card", "band", "reach_level")}
    own.load({**demo_values(demo), "pace": DEMO_PACE, **kept})
    session(Racing).begins = session(Racing).to_the_top = True


def to_the_top() -> None:
    """Where a demo has just been started from its card, below the race."""
    with st.container():
        if session(Racing).to_the_top:
            session(Racing).to_the_top = False
            st.html(TO_THE_TOP, unsafe_allow_javascript=True)

