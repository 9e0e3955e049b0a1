"""What plays a run or a race: a row of buttons, and what the browser holds while it is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from core.live.player import Player
from pages._kit.controls.press import once
from pages._kit.controls.widgets import field, panel_of
from pages._kit.link.settings import settings
from pages._kit.link.values import Own, Values


@dataclass
class Lease:
    """Held by Streamlit for as long as the browser is connected."""

    played: Player | None = None

    def end(self) -> None:
        if self.played is not None:
            self.played.suspend()


@st.cache_resource(scope="session", on_release=Lease.end, show_spinner=False)
def lease(name: str) -> Lease:
    """This session's, of its run or of its race: what it holds stops computing when the browser goes away."""
    return Lease()


def standing(played: Player) -> tuple[str, str, str | None]:
    """What the buttons and the lines around a stage show of what plays."""
    return played.state, played.deed, played.refused


def play_row(played: Player, begin: str, *, step: str, reset: str, own: Own | None = None) -> None:
    """One button that plays and pauses: to the browser it stays the same one, and keeps the keyboard's focus. Beside it
    one update, reset, how fast, and until when.

    Args:
        begin: what the first button says where nothing can be done.
        step, reset: help of these buttons.
        own: the values that pace and end belong to; the session's settings when None.
    """
    with st.container(horizontal=True, vertical_alignment="center"):
        deed, state = played.deed, played.state
        st.button(deed.capitalize() or begin, key="play", type="primary", on_click=once(played.do), args=(deed,),
                  icon=f":material/{'pause' if deed == 'pause' else 'play_arrow'}:", disabled=not deed)
        st.button("Step", icon=":material/skip_next:", on_click=once(played.step), help=step,
                  disabled=state in ("diverged", "finished") or played.refused is not None)
        st.button("Reset", icon=":material/replay:", on_click=played.reset, help=reset)
        panel_of(lambda: [field("pace", own, bare=True), field("until_solved", own)], own, key="pace", inline=True)


def smaller(played: Player, own: Own | None = None) -> None:
    """A button that takes what is proposed where what was asked for costs too much.

    Args:
        own: the values that the sizes belong to; the session's settings when None.
    """
    values, fits = own or settings(), played.fits
    if fits:
        shorter = f", T = {fits['seq_len']}" if fits["seq_len"] < values.values["seq_len"] else ""
        st.button(f"Go on with B = {fits['batch']}{shorter}", key="fits", icon=":material/check:", type="primary",
                  on_click=_take, args=(values, fits))


def _take(values: Values, sizes: Mapping[str, int]) -> None:
    for name, size in sizes.items():
        values.take(name, size)
