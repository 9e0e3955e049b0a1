"""The published experiment: its recorded results, and the command that made them."""

from __future__ import annotations

import streamlit as st

from core.figures.published import published_figure
from core.published import RESULTS, published_command, reading, results
from core.sources import PASCANU_2013
from pages._kit.plot import plot


def show_published() -> None:
    """Nothing where no results are shipped."""
    if not RESULTS.exists():
        return
    outcomes = results()
    st.markdown("#### The published experiment")
    picture, words = st.columns([5, 4])
    with picture:
        plot(published_figure(outcomes), key="published", height=340)
    with words:
        st.markdown(f"Temporal order at demo size, after figure 7 of *{PASCANU_2013}*: 100 units, a run is solved when "
                    f"fewer than 1 % of fresh test sequences are answered wrong. {reading(outcomes)}")
        st.markdown("Recorded, not run here; this command made it:")
        st.code(published_command(), language="bash", wrap_lines=True)
