"""What the page tells the browser of charts without a stage: each whole, with the number of its version."""

import json
import math
import re
from types import SimpleNamespace

import pytest

from core.plotting import theme
from core.plotting.drawing import Drawing
from pages._chart import plot as module
from pages._chart.browser_scripts import BROWSER
from pages._chart.frame import HtmlCell
from pages._chart.plot import plot, plots


def figure(last):
    return theme.figure([theme.line([0, 1], [0, last], "line", theme.MEASURED)], title="t", x="x", y="y",
                        text=f"ends at {last}")


@pytest.fixture
def page(monkeypatch):
    """What a session's page told last, and its state; `page.cells(a, b)` shows an element of two charts and words."""
    page = SimpleNamespace(state={}, message=None, picked=None)

    def element(key, data, on_picked_change):
        page.message, page.picked = json.loads(data), on_picked_change
        page.state.setdefault(key, {})

    def cells(a, b, html="<b>words</b>"):
        plots({"a": a, "b": b, "words": HtmlCell(html, span=2)}, key="both", columns=2, height=123)
        return {cell["name"]: cell for cell in page.message["cells"]}

    page.cells = cells
    monkeypatch.setattr(module.st, "session_state", page.state)
    monkeypatch.setattr(module, "component", lambda: element)
    return page


def test_every_figure_is_whole_and_has_a_number(page):
    cells = page.cells(figure(1), figure(2))
    assert list(cells) == ["a", "b", "words"]
    assert (page.message["columns"], page.message["height"], page.message["picks"]) == (2, 123, False)
    assert [cells[name]["text"] for name in "ab"] == ["ends at 1", "ends at 2"]
    assert all(cells[name]["figure"]["data"][0]["y"]["shape"] == [2] for name in "ab")
    assert all(cells[name]["dark"] == theme.DARK for name in "ab")
    assert "meta" not in cells["a"]["figure"]["layout"]
    assert cells["words"] == {"name": "words", "html": "<b>words</b>", "span": 2, "n": 1}


def test_the_number_counts_what_changed(page):
    b = figure(2)
    numbers = [[cell["n"] for cell in page.cells(a, b, html).values()]
               for a, html in ((figure(1), "w"), (figure(3), "w"), (figure(3), "v"), (figure(1), "w"))]
    assert numbers == [[1, 1, 1], [2, 1, 1], [2, 1, 2], [3, 1, 3]]
    assert page.cells(figure(5), b)["a"].keys() >= {"figure", "text"}, "whole, also where it has changed"


def test_the_same_figure_made_anew_is_the_same_message(page):
    first = page.cells(figure(1), figure(2))
    epoch = page.message["epoch"]
    assert page.cells(figure(1), figure(2)) == first
    assert page.message["epoch"] == epoch


def test_another_session_has_numbers_of_its_own(page):
    epochs = set()
    for _ in range(2):
        assert page.cells(figure(1), figure(2))["a"]["n"] == 1
        epochs.add(page.message["epoch"])
        page.state.clear()
    assert len(epochs) == 2


def test_what_is_not_drawn_is_told_in_words(page):
    bent = Drawing([{**figure(1).traces[0], "line": {"shape": "spline"}}], figure(1).look)
    cells = page.cells(bent, figure(2))
    assert cells["a"] == {"name": "a", "text": "ends at 1", "outside": True, "n": 1}
    assert "figure" in page.cells(figure(1), figure(2))["a"]


def test_a_chart_by_itself_stands_alone_and_may_be_picked_on(page):
    picks = []
    for on_pick, more, height in ((None, {}, 300), (picks.append, {"height": 99}, 99)):
        plot(figure(1), key="one", on_pick=on_pick, **more)
        cell, = page.message["cells"]
        assert (page.message["columns"], cell["name"], page.message["height"], page.message["picks"]) == (
            1, "one", height, on_pick is not None)
    plots({"words": HtmlCell("W"), "a": figure(1)}, key="few", columns=3)
    words, a = page.message["cells"]
    assert (page.message["columns"], words["html"], words["span"], a["name"]) == (3, "W", 1, "a")
    assert page.message["height"] == 300


POINT = {"x": 2, "y": -0.5, "trace": 0}


@pytest.mark.parametrize(("said", "heard"), [
    (POINT, POINT), (POINT | {"more": "<b>"}, POINT), (None, None), ([1, 2, 0], None), ("x", None),
    *((POINT | {name: bad}, None) for name in POINT for bad in (None, "1", True, math.nan, math.inf, [1])),
    ({"x": 1, "y": 2}, None)], ids=str)
def test_a_point_that_was_clicked_is_three_finite_numbers_or_nothing(page, said, heard):
    picks = []
    plot(figure(1), key="one", on_pick=picks.append)
    page.state["one"]["picked"] = said
    page.picked()
    assert picks == ([] if heard is None else [heard])
    plot(figure(1), key="one")
    page.picked()
    assert len(picks) == (heard is not None)


def test_the_browser_s_side_is_loaded_from_files_that_are_there(monkeypatch):
    """And from nowhere else: Plotly, uPlot, the styles and every module."""
    made = []
    monkeypatch.setattr(module.st.components.v2, "component", lambda name, **more: made.append((name, more)) or name)
    assert module.component.__wrapped__() == "chart"
    (name, more), = made
    assert (name, more.keys(), more["isolate_styles"]) == ("chart", {"js", "isolate_styles"}, False)
    asked = re.findall(r'"([^"/ ]+)/([^" ]+\.(?:js|css))(?:\?([^"]*))?"', more["js"])
    plotly = [(file, version) for folder, file, version in asked if "plotly" in folder]
    ours = [file for folder, file, _ in asked if "plotly" not in folder]
    assert plotly == [("plotly.min.js", module.plotly.__version__)]
    assert (module.PLOTLY / "plotly.min.js").is_file()
    assert sorted(set(ours)) == sorted({*(path.name for path in BROWSER.glob("*.js")), "uplot/uPlot.iife.min.js",
                                        "uplot/uPlot.min.css", "chart.css"})
    assert all((BROWSER / file).is_file() for file in ours)
    assert "http" not in more["js"]
