"""The published experiment: its recorded results, and the command that made them."""

from __future__ import annotations

from functools import lru_cache
from html import escape

import streamlit as st

from core.plotting.drawing import Drawing
from core.sources import PASCANU_2013
from core.topics.race.figures.published import published_figure
from core.topics.race.published.base import RESULTS, published_command, results, results_in_words
from pages._chart.frame import HtmlCell
from pages._chart.plot import plots


def show_published() -> None:
    """Nothing where no results are shipped."""
    if not RESULTS.exists():
        return
    figure, says = _shown(RESULTS.stat().st_mtime_ns)
    st.markdown("## The published experiment")
    words = (f"<p>Temporal order at demo size, after figure 7 of <i>{escape(str(PASCANU_2013))}</i>: 100 units, a run "
             f"is solved when fewer than 1 % of fresh test sequences are answered wrong. {escape(says)}</p>"
             "<p>Recorded, not run here; the command below made it.</p>")
    plots({"published": figure, "published_words": HtmlCell(words)}, key="published_charts", columns=2, height=340)
    st.code(published_command(), language="bash", wrap_lines=True)


@lru_cache(maxsize=1)
def _shown(recorded_at: int) -> tuple[Drawing, str]:
    """The figure, which nobody changes, and what it says: a page that is run at every slider reads no file."""
    outcomes = results()
    return published_figure(outcomes), results_in_words(outcomes)
