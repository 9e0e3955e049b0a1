"""The row of presets: of the experiment, or of what one page alone has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st

from core.live.run import LiveRun
from core.spelling import as_markdown
from core.topics.playground.presets import PRESETS
from core.topics.preset import Preset
from pages._kit.settings import settings
from pages._kit.values import Own
from pages._session import session

# Told by its border, not by a colour alone, and in words below the row; these take the place of the words at the
# pointer, which would lie on the page's title.
CHOSEN = """<style>
.st-key-{key} button {{ border-color: var(--accent); box-shadow: inset 0 -0.2rem var(--accent); }}
body:has(.st-key-{key}:hover) [data-testid="stTooltipContent"] {{ display: none; }}
</style>"""


@dataclass
class Chosen:
    """In this browser session."""

    preset: str = ""  # the experiment's that was chosen last


def presets(run: LiveRun) -> None:
    """The experiment's; what to look for in the one that was chosen last."""
    chosen = _on_page()
    preset_row(PRESETS, "preset", chosen, lambda preset: _load(run, preset))
    with st.container():
        if chosen is not None:
            st.caption(look_of(chosen))


def preset_look() -> str | None:
    """What to look for in the preset that was chosen last, while it is on the page."""
    chosen = _on_page()
    return None if chosen is None else chosen.look


def _on_page() -> Preset | None:
    chosen = PRESETS.get(session(Chosen).preset)
    return chosen if chosen is not None and settings().experiment()[0] == chosen.experiment else None


def _load(run: LiveRun, preset: Preset) -> None:
    settings().load(preset.values | {"pace": preset.pace})
    session(Chosen).preset = preset.name
    run.reset(preset.experiment)


def own_presets(own: Own, presets: Mapping[str, Preset], look: str) -> None:
    """Those of one page; what to look for in the one that is on it, and `look` where none is."""
    defaults = {name: p.default for name, p in own.parameters.items()}
    chosen = next((preset for preset in presets.values() if own.values == defaults | preset.values), None)
    preset_row(presets, own.prefix.rstrip("."), chosen, lambda preset: own.load(preset.values))
    st.caption(look_of(chosen) if chosen else as_markdown(look))


def preset_row(presets: Mapping[str, Preset], key: str, chosen: Preset | None,
               load: Callable[[Preset], None]) -> None:
    """A button each; the one that is on the page looks so.

    Args:
        key: what the keys of the buttons begin with.
        load: called with the preset that is clicked.
    """
    st.html(CHOSEN.format(key=f"{key}_{chosen.name}") if chosen else "<style></style>")
    with st.container(horizontal=True, gap="small"):
        for preset in presets.values():
            st.button(preset.title, key=f"{key}_{preset.name}", on_click=load, args=(preset,),
                      help=as_markdown(preset.look))


def look_of(preset: Preset) -> str:
    """The preset's name and what to look for, as Markdown."""
    return f"**{preset.title}.** {as_markdown(preset.look)}"
