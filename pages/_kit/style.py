"""The few rules of CSS that Streamlit's theme does not reach, in the colours of the figures."""

from __future__ import annotations

import streamlit as st

from core.plotting import theme

# The border of a headline, by its kind.
KINDS = {"vanishing": theme.MEASURED, "healthy": theme.RHO, "exploding": theme.BOUND, "held": theme.BOUND,
         "cut": theme.THRESHOLD, "diverged": theme.DIVERGED}
OTHER, ACCENT = theme.CHANCE, theme.MEASURED
# On a button of the theme's primary colour Streamlit writes in white, which a dark page's bright blue does not carry.
ON_PRIMARY = ("#ffffff", "#11141b")  # on a light page, on a dark one
HIGHLIGHT = {"pointed": theme.THRESHOLD, "chosen": theme.MEASURED}  # of a symbol
STRENGTH = 45  # %, of that colour behind the symbol

CSS = """
.stMainBlockContainer { padding: 4rem 1.6rem 1rem; }
.stMainBlockContainer h1 { padding: 0; font-size: 1.35rem; font-weight: 600; }
.stMainBlockContainer h2 { padding: 0.5rem 0 1rem; font-size: 1.25rem; }
.stMainBlockContainer h3 { padding: 0.4rem 0 1rem; font-size: 1.1rem; }
[data-testid="stSidebar"] h2 { padding: 0.5rem 0 1rem; font-size: 1rem; }
.stMainBlockContainer .stVerticalBlock { gap: 0.6rem; }
.stElementContainer[class*="drag_"] { flex-basis: 5rem; } /* a slider leaves room for its number in a narrow place */
.stElementContainer[class*="drag_"] label { width: calc(100% + 100px); } /* also above its number */
[data-testid="stSidebarHeader"] { height: 2.6rem; margin-bottom: 0; } /* the five controls fit on a low screen */
[data-testid="stSidebarHeader"] [data-testid="stSidebarCollapseButton"] { top: 0.5rem; }
[data-testid="stSidebar"] .stVerticalBlock { gap: 0.55rem; }
[data-testid="stSidebar"] .stExpander summary { padding-top: 0.2rem; padding-bottom: 0.2rem; min-height: 0; }
[data-testid="stSidebar"] [data-testid="stCaptionContainer"] { font-size: 0.8rem; line-height: 1.25; }
.stApp button[kind^="primary"]:not(:disabled) { color: var(--on-primary); }
.symbol { cursor: pointer; border-radius: 0.2rem; }
.symbol:focus-visible { outline: 2px solid var(--accent); }
.charts { display: grid; gap: 0.6rem 1rem; container-type: inline-size; /* as many columns as there is room for */
  --width: calc((100% - 1rem * (var(--columns) - 1)) / var(--columns));
  grid-template-columns: repeat(auto-fit, minmax(max(13rem, var(--width)), 1fr)); }
.charts > * { min-width: 0; } .charts > .words { grid-column: span var(--span); }
@container (max-width: 28rem) { .charts > .words { grid-column: auto; } }
.verdict { font-size: 1.1rem; line-height: 1.45; padding: 0.5rem 0.9rem; border-left: 0.45rem solid var(--other);
           background: color-mix(in srgb, currentColor 6%, transparent); border-radius: 0.3rem; }
.verdict sup, .verdict sub { line-height: 0; } /* a power of ten takes no higher line */
.small + .small { margin-top: 0.6rem; } .words:empty { display: none; }
.words ul { margin: 0.6rem 0 0; padding-left: 1.4rem; } .words li + li { margin-top: 0.4rem; }
.progress { display: block; font-size: 0.875rem; }
.progress > progress { display: block; appearance: none; width: 100%; height: 0.5rem;
  margin-top: 0.2rem; border: none; border-radius: 0.3rem;
  background: color-mix(in srgb, currentColor 12%, transparent); }
.progress > progress::-webkit-progress-bar { background: none; }
.progress > progress::-webkit-progress-value { background: var(--accent); border-radius: 0.3rem; }
.progress > progress::-moz-progress-bar { background: var(--accent); border-radius: 0.3rem; }
.line, .small, .refusal, .note { margin: 0; } .small { font-size: 0.875rem; opacity: 0.75; }
.refusal, .note { padding: 0.6rem 0.9rem; border-radius: 0.3rem; }
.refusal { background: color-mix(in srgb, gold 22%, transparent); }
.note { background: color-mix(in srgb, dodgerblue 15%, transparent); }
.said { margin: 0; font-weight: 600; }
"""


def both(colour: str) -> str:
    """One of the figures' colours, as CSS that follows the page: the dark twin on a dark one."""
    return f"light-dark({colour}, {theme.DARK[colour]})"


def sheet() -> str:
    """All rules."""
    light, dark = ON_PRIMARY
    names = {"accent": both(ACCENT), "other": both(OTHER), "on-primary": f"light-dark({light}, {dark})"}
    rules = [f".stApp {{ {' '.join(f'--{name}: {colour};' for name, colour in names.items())} }}"]
    rules += [f".verdict.{kind} {{ border-color: {both(colour)}; }}" for kind, colour in KINDS.items()]
    rules += [f".symbol.{kind} {{ background: color-mix(in srgb, {colour} {STRENGTH}%, transparent); }}"
              for kind, colour in HIGHLIGHT.items()]
    return CSS + "\n".join(rules)


def style() -> None:
    st.html(f"<style>{sheet()}</style>")
