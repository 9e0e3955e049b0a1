"""What of a chart can be taken hold of: a line, a point, a circle that is drawn where a parameter says.

A figure declares a handle by the name of the parameter and by how its values lie on the axes. Where the page has a
control of that name the chart draws a grip; moving it is moving that control.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from core.arrays import Floats

Json = dict[str, Any]


def along(name: str, *, log: bool = False, start: float = 0.0, times: float = 1.0,
          through: tuple[Floats, Floats] | None = None) -> Json:
    """How a parameter lies on an axis: at start + times * value, or at start + times * log10(value).

    Args:
        through: or values and their places, both rising, in straight lines between them; what is beyond them is beyond
            every place.
    """
    if through is not None:
        values, places = through
        return {"name": name, "through": {"values": values.tolist(), "places": places.tolist()}}
    return {"name": name, "log": log, "start": float(start), "times": float(times)}


def handle(*, x: Json | None = None, y: Json | None = None, radius: Json | None = None, foot: bool = False,
           twice: str = "") -> Json:
    """A line across the axis that is given, a point where both are, or a circle about 0 by its radius.

    Args:
        foot: its grip stands at the foot of the chart, and not at its head.
        twice: what a double click sets to where it stands, beside the parameter; its default if "".
    """
    axes = {key: value for key, value in (("x", x), ("y", y), ("radius", radius)) if value is not None}
    return axes | ({"foot": True} if foot else {}) | ({"twice": twice} if twice else {})


def eigenvalue_handle(eigenvalues: Iterable[complex], name: str) -> Json:
    """The points of a spectrum, each with its conjugate.

    Args:
        name: of the parameter that moving one writes: "eigenvalues" has all of them, "moved" this move after others.
    """
    return {"points": {"name": name, "at": [[z.real, z.imag] for z in map(complex, eigenvalues)]}}
