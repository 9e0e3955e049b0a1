"""What the one-unit page shows beside its charts: controls, what to look for, what the numbers say, the share menu."""

from __future__ import annotations

from dataclasses import replace
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
from pages._kit.controls.sidebar import formula_html
from pages._kit.controls.widgets import control, fields, panel_of
from pages._kit.link.values import Own
from pages._kit.share.printed import command
from pages._kit.share.share_menu import code, download_numbers, menu
from pages._panel.rows import Button, Heading, Prose, Row
from pages._parts.landscape.picture import Landscape, shown_of

PLACES = 6  # decimals of a start that was clicked: finer than a pixel of the narrowest window that a link should carry


def landscape_sidebar(own: Own) -> None:
    """All controls but the one for the updates shown."""
    with st.sidebar:
        st.markdown("## One unit")
        st.markdown("$x_t = w\\,\\varphi(x_{t-1}) + b$, $\\; t = 1 \\ldots T$  \n"
                    "$E = (\\varphi(x_T) - \\text{target})^2$")
        panel_of(lambda: _rows(own), own, key="one_unit", at_hand=True)


def _rows(own: Own) -> list[Row]:
    here = {f"{name}_mid": own.parameters[name].spell(own.values[name]) for name in ("w", "b")}
    return [*fields(["w", "b", "x0", "steps", "target", "activation"], own),
            Prose(formula_html(ACTIVATIONS[own.values["activation"]].formula)),
            Heading("Descent from (<i>w</i>, <i>b</i>)"), *fields(["lr", "threshold", "updates"], own),
            Heading("Window"), *fields(["view", "shade", "width", "w_mid", "b_mid"], own),
            Button("Centre on the start", here, of=own.prefix)]


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


def updates_shown(own: Own, spec: Descending) -> None:
    """A slider over the updates that there are; its end means all of them, also when there are more."""
    parameter = own.parameters["shown"]
    if own.values["shown"] == spec.updates:
        own.values["shown"] = parameter.default
    control("shown", own, shown=shown_of(spec), parameter=replace(parameter, high=spec.updates, default=spec.updates))


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
