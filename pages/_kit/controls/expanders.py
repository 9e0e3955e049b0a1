"""What is folded away: its content is made only while it is open.

Streamlit makes and sends what is inside a closed expander or popover at every run of the page, and the browser renders
it: a slider of a page with seven such menus took twice its time for what nobody saw.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from pages._session import session


@dataclass
class Menus:
    """Of this browser session."""

    labels: dict[str, str] = field(default_factory=dict)  # of their buttons, by key


def folded(label: str, content: Callable[[], None], *, key: str, line: str) -> None:
    """An expander.

    Args:
        label: always the same: to Streamlit (1.67) another one is another expander, and closed.
        line: what is in it, said below while it is closed.
        key: one per page.
    """
    box = st.expander(label, key=f"fold_{key}", on_change="rerun")
    _fill(box, content)
    with st.container():
        if not box.open:
            st.caption(line)


def menu_button(label: str, content: Callable[[], None], *, key: str, icon: str | None = None) -> None:
    """A button with a menu below it. While the menu is open, the button keeps its label: under another one Streamlit
    would open a new menu in its place, also where the reader has closed it by then, and the key would be lost."""
    key = f"menu_{key}"
    labels = session(Menus).labels
    if not st.session_state.get(key):
        labels[key] = label
    _fill(st.popover(labels.setdefault(key, label), icon=icon, key=key, on_change="rerun"), content)


def _fill(box: Any, content: Callable[[], None]) -> None:
    if box.open:
        with box:
            content()
