"""How a lane looks outside the charts: its line, with its colour and its dash."""

from __future__ import annotations

from core.plotting.theme import LANES
from pages._kit.style import both


def lane_line(slot: int) -> str:
    """The line of a lane as a background of CSS that follows the page's theme."""
    colour, dash = LANES[slot]
    return css_stripes(both(colour), dash)


def css_stripes(colour: str, dash: str) -> str:
    """A colour, or stripes as wide as the dash, in px: drawn and left out in turn."""
    if dash == "solid":
        return colour
    stops, end = [], 0
    for i, length in enumerate(int(part.removesuffix("px")) for part in dash.split()):
        stops.append(f"{'transparent' if i % 2 else colour} {end}px {end + length}px")
        end += length
    return f"repeating-linear-gradient(90deg, {', '.join(stops)})"
