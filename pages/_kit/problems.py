"""What was not usable, one line each."""

from __future__ import annotations

import re
from collections.abc import Callable

import streamlit as st


def show_problems(*problems: str | None, offer: Callable[[], None] = lambda: None) -> None:
    """The lines as they are: what came from a link or a keyboard is text, never Markdown or HTML. None is no line.

    Args:
        offer: shows a way out below them, where there is one.
    """
    with st.container():  # always there: what comes below keeps its place, and its charts
        for problem in filter(None, problems):
            st.warning(re.sub(r"([!-+\--/:-@[-`{-~])", r"\\\1", problem), icon=":material/error:")
        offer()
