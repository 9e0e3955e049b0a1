"""The row of presets: of the experiment, or of what one page alone has."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from core.live import LiveRun
from core.presets import PRESETS, Preset
from pages._kit.settings import Own, settings


def presets(run: LiveRun) -> None:
    """A button each, and what to look for in the one that was chosen last."""
    with st.container(horizontal=True, gap="small"):
        for preset in PRESETS.values():
            st.button(preset.title, key=f"preset_{preset.name}", on_click=_load, args=(run, preset), help=preset.look)
    with st.container():
        if look := preset_look():
            st.caption(look)


def preset_look() -> str | None:
    """What to look for in the preset that was chosen last, while it is on the page."""
    chosen = PRESETS.get(st.session_state.get("preset", ""))
    return chosen.look if chosen is not None and settings().experiment()[0] == chosen.experiment else None


def _load(run: LiveRun, preset: Preset) -> None:
    settings().load(preset.values | {"pace": preset.pace})
    st.session_state["preset"] = preset.name
    run.reset(preset.experiment)


def own_presets(own: Own, presets: Mapping[str, Preset], look: str) -> None:
    """A button each, and what to look for in the one that is on the page; `look` where none is."""
    with st.container(horizontal=True, gap="small"):
        for preset in presets.values():
            st.button(preset.title, key=f"{own.prefix.rstrip('.')}_{preset.name}", help=preset.look,
                      on_click=own.load, args=(preset.values,))
    defaults = {name: p.default for name, p in own.parameters.items()}
    chosen = [preset.look for preset in presets.values() if own.values == defaults | preset.values]
    st.caption(chosen[0] if chosen else look)
