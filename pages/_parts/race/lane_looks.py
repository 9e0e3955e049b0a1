"""How a lane looks outside the charts: its line, with its colour and its dash."""

from __future__ import annotations

import streamlit as st

from core.plotting.theme import DARK, LANES


def lane_line(slot: int) -> str:
    """The line of a lane as a background of CSS, on the page's theme."""
    colour, dash = LANES[slot]
    if st.context.theme.type == "dark":
        colour = DARK[colour]
    return css_stripes(colour, dash)


def css_stripes(colour: str, dash: str) -> str:
    """A colour, or stripes as wide as the dash, in px: drawn and left out in turn."""
    if dash == "solid":
        return colour
    stops, end = [], 0
    for i, length in enumerate(int(part.removesuffix("px")) for part in dash.split()):
        stops.append(f"{'transparent' if i % 2 else colour} {end}px {end + length}px")
        end += length
    return f"repeating-linear-gradient(90deg, {', '.join(stops)})"
