"""The row of presets."""

from __future__ import annotations

import streamlit as st

from core.live import LiveRun
from core.presets import PRESETS, Preset
from pages._kit.settings import settings


def presets(run: LiveRun) -> None:
    """A button each, and what to look for in the one that was chosen last."""
    with st.container(horizontal=True, gap="small"):
        for preset in PRESETS.values():
            st.button(preset.title, key=f"preset_{preset.name}", on_click=_load, args=(run, preset), help=preset.look)
    chosen = PRESETS.get(st.session_state.get("preset", ""))
    with st.container():
        if chosen is not None and settings().experiment()[0] == chosen.experiment:
            st.caption(chosen.look)


def _load(run: LiveRun, preset: Preset) -> None:
    settings().load(preset.values | {"pace": preset.pace})
    st.session_state["preset"] = preset.name
    run.reset(preset.experiment)
