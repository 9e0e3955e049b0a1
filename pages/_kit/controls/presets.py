"""The row of presets, which of them is on the page, and what to look for in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar

import streamlit as st

from core.live.run import LiveRun
from core.markup import as_markdown
from core.topics.playground.presets import PRESETS
from core.topics.preset import Preset
from pages._kit.link.settings import settings
from pages._kit.link.values import Own

# Told by its border, not by a colour alone, and in words below the row; these take the place of the words at the
# pointer, which would lie on the page's title.
CHOSEN = """<style>
.st-key-{key} button {{ border-color: var(--accent); box-shadow: inset 0 -0.2rem var(--accent); }}
body:has(.st-key-{key}:hover) [data-testid="stTooltipContent"] {{ display: none; }}
</style>"""


class Titled(Protocol):
    """A preset, or what is shown like one."""

    name: str
    title: str
    look: str  # what to look for


Kind = TypeVar("Kind", bound=Titled)


def preset_row(presets: Mapping[str, Kind], key: str, chosen: Kind | None, load: Callable[[Kind], None]) -> None:
    """A button each; the one that is on the page looks so.

    Args:
        key: what the keys of the buttons begin with.
        load: called with the preset that is clicked.
    """
    st.html(CHOSEN.format(key=f"{key}_{chosen.name}") if chosen else "<style></style>")
    with st.container(horizontal=True, gap="small"):
        for preset in presets.values():
            title = preset.title.replace("[", "\\[").replace("]", "\\]")  # Markdown has its own use for brackets
            st.button(title, key=f"{key}_{preset.name}", on_click=load, args=(preset,), help=as_markdown(preset.look))


def look_of(chosen: Titled | None, otherwise: str = "") -> str:
    """Name and what to look for, as Markdown; these words where none is on the page."""
    return as_markdown(otherwise) if chosen is None else f"**{as_markdown(chosen.title)}.** {as_markdown(chosen.look)}"


def presets(run: LiveRun) -> None:
    """The playground's, with the pace that each is worth watching at."""
    experiment_presets(run, PRESETS, "preset", lambda preset: preset.values | {"pace": preset.pace})


def experiment_presets(run: LiveRun, presets: Mapping[str, Preset], key: str, values: Callable[[Preset], Mapping],
                       otherwise: str = "") -> None:
    """Those of the session's experiment; what to look for in the one that is on the page, or these words.

    Args:
        values: what is set by a preset.
    """
    def load(preset: Preset) -> None:
        settings().load(values(preset))
        run.reset(preset.experiment)

    chosen = of_experiment(presets)
    preset_row(presets, key, chosen, load)
    with st.container():
        if words := look_of(chosen, otherwise):
            st.caption(words)


def of_experiment(presets: Mapping[str, Preset]) -> Preset | None:
    """The one that the session's experiment is."""
    now = settings().experiment()[0]
    return next((preset for preset in presets.values() if preset.experiment == now), None)


def preset_look(presets: Mapping[str, Preset] = PRESETS) -> str:
    """What to look for in the one of these that is on the page."""
    return look_of(of_experiment(presets))


def own_presets(own: Own, presets: Mapping[str, Preset], look: str) -> None:
    """Those of one page; what to look for in the one that is on it, and `look` where none is."""
    chosen = next((preset for preset in presets.values() if own.shows(preset.values)), None)
    preset_row(presets, own.prefix.rstrip("."), chosen, lambda preset: own.load(preset.values))
    st.caption(look_of(chosen, look))
