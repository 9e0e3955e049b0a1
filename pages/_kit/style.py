"""The few rules of CSS that Streamlit's theme does not reach."""

from __future__ import annotations

import streamlit as st

CSS = """
<style>
.stMainBlockContainer { padding: 4rem 1.6rem 1rem; }
.stMainBlockContainer h3 { padding: 0; font-size: 1.35rem; }
.stMainBlockContainer .stVerticalBlock { gap: 0.6rem; }
.stElementContainer[class*="drag_"] { flex-basis: 5rem; } /* a slider leaves room for its number in a narrow place */
.symbol { cursor: pointer; border-radius: 0.2rem; }
.symbol.pointed { background: color-mix(in srgb, #b0307c 45%, transparent); }
.symbol.chosen { background: color-mix(in srgb, #0072b2 45%, transparent); }
.symbol:focus-visible { outline: 2px solid #0072b2; }
.charts { display: grid; gap: 0.6rem 1rem; container-type: inline-size; /* as many columns as there is room for */
  --width: calc((100% - 1rem * (var(--columns) - 1)) / var(--columns));
  grid-template-columns: repeat(auto-fit, minmax(max(13rem, var(--width)), 1fr)); }
.charts > * { min-width: 0; } .charts > .words { grid-column: span var(--span); }
@container (max-width: 28rem) { .charts > .words { grid-column: auto; } }
.chart .main-svg { background: transparent !important; }
.verdict { font-size: 1.1rem; line-height: 1.45; padding: 0.5rem 0.9rem; border-left: 0.45rem solid #6b6b6b;
           background: color-mix(in srgb, currentColor 6%, transparent); border-radius: 0.3rem; }
.verdict.vanishing { border-color: #0072b2; } .verdict.healthy { border-color: #00805d; }
.verdict.exploding, .verdict.held { border-color: #c44e00; } .verdict.cut { border-color: #b0307c; }
.said { margin: 0; font-weight: 600; }
.verdict.diverged { border-color: #c00000; }
</style>
"""


def style() -> None:
    st.html(CSS)
