"""Every figure of the project as it is drawn, held against its numbers: each pixel that is looked at has the colour
that the figure's own data say, by arithmetic of the test's own. No picture is kept."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from core.plotting import theme
from core.plotting.drawing import Drawing
from core.plotting.theme import BOUND, DARK
from tests.browser import expected
from tests.browser.canvas import Canvas, Painted, rgb
from tests.helpers.looks import _module

pytestmark = [pytest.mark.browser, pytest.mark.slow]

GROUPS = ("playground", "race", "remedies", "truncation", "jacobians", "singular_values", "cliffs", "precision",
          "derivation")
EACH = pytest.mark.parametrize("group", GROUPS, scope="module")


@pytest.fixture(scope="module")
def canvas(browser):
    page = Canvas(browser)
    yield page
    page.close()


@cache
def figures(group: str) -> dict[str, Drawing]:
    """Of the cases whose looks are kept, the first of each kind; surfaces are plotly's."""
    found = {name: draw() for name, draw in _module(group).CASES.items()}
    flat = {name: one for name, one in found.items() if isinstance(one, Drawing) and "scene" not in one.look}
    kinds = {kind(figure): name for name, figure in reversed(flat.items())}
    return {name: figure for name, figure in flat.items() if name in kinds.values()}


def kind(figure: Drawing) -> tuple:
    """Figures that differ in no more than numbers and words are of one."""
    look = figure.look
    return (look["xaxis"]["title"]["text"], look["yaxis"]["title"]["text"], bool(look.get("shapes")),
            *((trace["type"], trace.get("mode"), trace.get("fill"), len(trace.get("x", [])) > 0, trace.get("visible"))
              for trace in figure.traces))


@pytest.fixture(scope="module")
def painted(canvas, group) -> dict[str, Painted]:
    return {name: canvas.draw(figure) for name, figure in figures(group).items()}


def none(faults: list[str]) -> None:
    assert not faults, "\n".join(faults[:20])


@EACH
def test_every_trace_is_where_its_numbers_are_in_its_colour(group, painted):
    none([f"{name}, trace {i}, {trace.get('name')!r}: {fault}" for name, figure in figures(group).items()
          for i, (trace, seen) in enumerate(zip(figure.traces, painted[name].alone, strict=True))
          for fault in expected.faults(trace, seen)])


@EACH
def test_what_is_drawn_later_lies_on_top(group, painted):
    none([f"{name}: {fault}" for name, figure in figures(group).items()
          for fault in expected.order(figure.traces, painted[name].bare, painted[name].alone)])


@EACH
def test_rules_and_bands_are_where_they_are_said_to_be(group, painted):
    none([f"{name}: {fault}" for name, figure in figures(group).items()
          for fault in expected.rules(figure.look.get("shapes", []), painted[name].rules)])


@EACH
def test_a_map_has_the_bar_of_its_colours(group, painted):
    none([f"{name}: {fault}" for name, figure in figures(group).items()
          for fault in expected.colour_bar(figure.traces, painted[name].whole, False)])


@EACH
def test_axes_hold_what_is_on_them_and_their_ticks_lie_within(group, painted):
    out = []
    for name, figure in figures(group).items():
        axes = painted[name].whole.axes
        for letter in axes:
            (low, high), axis = axes[letter]["ends"], figure.look.get(f"{letter[0]}axis{letter[1:]}", {})
            slack = 1e-6 * (high - low)
            if not all(low - slack <= at <= high + slack for at, _ in axes[letter]["ticks"]):
                out.append(f"{name}: a tick beyond an end of {letter}")
            for trace in figure.traces:
                if axis.get("range") is None and trace.get(f"{letter[0]}axis", letter[0]) == letter \
                        and trace.get("visible") is not False and trace.get("x") is not None:
                    with np.errstate(divide="ignore"):
                        values = np.ravel(np.asarray(trace[letter[0]], float))
                        values = np.log10(values) if axes[letter]["log"] else values
                    values = values[np.isfinite(values)]
                    clip = figure.look.get(f"{letter[0]}axis{letter[1:]}", {}).get("autorangeoptions", {})
                    values = values[(values >= clip.get("clipmin", -np.inf)) & (values <= clip.get("clipmax", np.inf))]
                    if len(values) and not low - slack <= values.min() <= values.max() <= high + slack:
                        out.append(f"{name}: {trace.get('name')!r} goes beyond the ends of {letter}")
    none(out)


@EACH
def test_on_a_dark_page_every_colour_is_the_dark_twin(group, canvas, painted):
    """Pixel by pixel: where a light page has a colour of the figures in full, a dark one has its twin. Maps and bars by
    their numbers again."""
    out = []
    for name, figure in figures(group).items():
        areas = [i for i, trace in enumerate(figure.traces) if trace["type"] != "scatter"]
        seen = canvas.draw(figure, "dark", apart=bool(areas))
        dark, light = seen.whole.image, painted[name].whole.image
        assert dark.shape == light.shape, name
        drawn = {colour for trace in figure.traces for part in ("line", "marker")
                 for colour in np.ravel(trace.get(part, {}).get("color", "")) if str(colour) in DARK}
        for colour in drawn:
            there = (light[..., :3] == rgb(colour)).all(axis=-1) & (light[..., 3] == 255)
            twin = (np.abs(dark[..., :3] - rgb(DARK[colour])) <= 2).all(axis=-1)
            if there.sum() > 30 and twin[there].mean() < 0.9:
                out.append(f"{name}: {colour} is not {DARK[colour]} at {(~twin[there]).sum()} of {there.sum()}")
        out += [f"{name}, trace {i}: {fault}" for i in areas
                for fault in expected.faults(figure.traces[i], seen.alone[i], dark=True)]
        out += [f"{name}: {fault}" for fault in expected.colour_bar(figure.traces, seen.whole, dark=True)]
    none(out)


def test_a_dashed_contour_is_dashed_where_its_cells_are_smaller_than_a_dash(canvas):
    at = np.arange(100.0)
    trace = {"type": "contour", "x": at, "y": at, "z": np.add.outer(at**1.5, 3 * at), "contours": {
        "start": 300, "end": 300, "size": 1, "coloring": "none"},
        "line": {"color": BOUND, "width": 2.5, "dash": "dash"}}
    drawn = canvas.draw(theme.figure([trace], title="", x="x", y="y", text=""))
    none(expected.faults(trace, drawn.alone[0]))
