"""What the one-unit page shows beside its charts: controls, what to look for, what the numbers say, the share menu."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.markup import as_markdown
from core.network.activations import ACTIVATIONS
from core.sources import PASCANU_2013
from core.tables import as_csv
from core.topics.landscape.one_unit import Descent, OneUnit
from core.topics.landscape.reasons import reasons
from core.topics.landscape.verdict import attractors_in_words
from core.topics.landscape.view import Descending, Region
from pages._kit.controls.widgets import controls, wired
from pages._kit.link.values import Own
from pages._kit.share.printed import command
from pages._kit.share.share_menu import code, download_numbers, menu
from pages._parts.landscape.picture import Landscape, shown_of

PLACES = 6  # decimals of a start that was clicked: finer than a pixel of the narrowest window that a link should carry


def landscape_sidebar(own: Own) -> None:
    """All controls but the one for the updates shown."""
    with st.sidebar:
        st.markdown("## One unit")
        st.markdown("$x_t = w\\,\\varphi(x_{t-1}) + b$, $\\; t = 1 \\ldots T$  \n"
                    "$E = (\\varphi(x_T) - \\text{target})^2$")
        controls(["w", "b", "x0", "steps", "target", "activation"], own)
        st.caption(ACTIVATIONS[own.values["activation"]].formula)
        st.markdown("## Descent from $(w, b)$")
        controls(["lr", "threshold", "updates"], own)
        st.markdown("## Window")
        controls(["view", "shade", "width", "w_mid", "b_mid"], own)
        st.button("Centre on the start", on_click=centre, args=(own,))


def look(window: Region) -> str:
    """What to look for, whatever the settings."""
    says = "how long the gradient of its error is" if window.shade == "gradient" else "how wrong it is"
    if window.view == "map":
        return (f"A point of the map is a network; its colour says {says} after T steps. From the star two descents go "
                "down, one of them clipped. Click on the map to start elsewhere.")
    return (f"A point of the surface is a network; its height says {says} after T steps. From one start two descents "
            "go down, one of them clipped. Drag the surface to turn it.")


def start_here(own: Own) -> Any:
    """What a click on the map does: both descents start there."""
    def moved(point: dict[str, float]) -> None:
        problems = []
        for name, axis in (("w", "x"), ("b", "y")):
            own.take(name, round(point[axis], PLACES))
            problems += own.problems
        own.problems = problems
    return moved


def centre(own: Own) -> None:
    """Move the window to where the descents start."""
    own.take("w_mid", own.values["w"])
    own.take("b_mid", own.values["b"])


def updates_shown(own: Own, spec: Descending) -> None:
    """A slider over the updates that there are; its end means all of them, also when there are more."""
    every = own.parameters["shown"].default
    initial, wires = wired(f"{own.prefix}drag_shown-{spec.updates}", shown_of(spec),
                           lambda value: own.take("shown", every if value == spec.updates else value))
    st.slider(own.parameters["shown"].label, 0, spec.updates, initial, help=own.help_of("shown"), **wires)


def explain(spec: OneUnit, found: Landscape) -> None:
    """What the numbers say, and where they come from."""
    st.markdown("\n".join(f"- {line}" for line in [as_markdown(attractors_in_words(spec)), *reasons(spec, found.over)]))
    st.caption(f"$\\varphi'$ is the slope of the activation. {PASCANU_2013.short}, figures 3 and 6.")


def take_home(own: Own, spec: OneUnit, descending: Descending, found: Landscape) -> None:
    """The link, both descents as CSV, the command and the code."""
    def content() -> None:
        download_numbers("Both descents (CSV)", lambda: descents_csv(
            {"not clipped": found.unclipped, "clipped": found.clipped}), "descents.csv")
        texts = {name: text for name, text in own.spelled().items() if name in OneUnit.parameters()}
        given = ", ".join(f"{name}={value!r}" for name, value in spec.values().items()
                          if value != spec.parameters()[name].default)
        code(command("surface", texts),
             "from core import OneUnit, descend, error_and_gradient\n\n"
             f"unit = OneUnit({given})\nprint(error_and_gradient(unit))\n"
             f"way = descend(unit, lr={descending.lr!r}, threshold={descending.threshold!r}, "
             f"updates={descending.updates})\nprint(way.error, way.gradient)\n")

    menu(own, content)


def descents_csv(ways: dict[str, Descent]) -> str:
    """One line an update of each descent."""
    return as_csv(["descent", "update", "w", "b", "error", "gradient_norm"],
                  ((name, i, *row) for name, way in ways.items() for i, row in enumerate(
                      zip(way.w.tolist(), way.b.tolist(), way.error.tolist(), way.gradient.tolist(), strict=True))))
