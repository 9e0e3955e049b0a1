"""What has come to its end is seen and heard: words in a live region that stays on the page.

A screen reader speaks of a live region whose words change; of one that comes with its words it may say nothing.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import streamlit as st

SAY = """
export default ({ parentElement, data }) => {
  const said = parentElement.querySelector(".said");
  if (said.textContent !== data.words) said.textContent = data.words;
};"""


def announce(words: str, *, key: str) -> None:
    """The words of now; empty where there is nothing to say."""
    _component()(key=key, data={"words": words})


@cache
def _component() -> Any:
    return st.components.v2.component("said", html='<p class="said" role="status"></p>', js=SAY,
                                      isolate_styles=False)
