"""What the page tells the browser of its charts: whole, then what changed, then no more than a number."""

import json
import math
import re

import pytest

from core.plotting import theme
from core.plotting.drawing import Drawing
from pages._chart import plot as module
from pages._chart.browser_scripts import BROWSER
from pages._chart.plot import REMEMBERED, HtmlCell, plot, plots


def figure(last):
    return theme.figure([theme.line([0, 1], [0, last], "line", theme.MEASURED)], title="t", x="x", y="y",
                        text=f"ends at {last}")


@pytest.fixture
def page(monkeypatch):
    """One element of two charts and words. `page(a, b)` shows them and returns the cells that were told, by name;
    `page.asks(names)` is its browser, which has not got these."""
    state = {}

    def element(key, data, on_resync_change, on_picked_change):
        shown.message, shown.lost, shown.picked = json.loads(data), on_resync_change, on_picked_change
        state.setdefault(key, {})

    def shown(a, b, html="<b>words</b>", height=123):
        plots({"a": a, "b": b, "words": HtmlCell(html, span=2)}, key="both", columns=2, height=height)
        return {cell["name"]: cell for cell in shown.message["cells"]}

    def lost(names):
        state["both"]["resync"] = names
        shown.lost()

    monkeypatch.setattr(module.st, "session_state", state)
    monkeypatch.setattr(module, "_component", lambda: element)
    shown.asks = lost
    return shown


def test_at_first_every_figure_is_whole(page):
    cells = page(figure(1), figure(2))
    assert list(cells) == ["a", "b", "words"]
    assert page.message["columns"] == 2
    assert {"figure", "sequence"} <= cells["a"].keys()
    assert (cells["a"]["text"], cells["a"]["height"], cells["a"]["picks"]) == ("ends at 1", 123, False)
    assert cells["words"] == {"name": "words", "html": "<b>words</b>", "span": 2}


def test_then_only_what_changed_travels(page):
    b = figure(2)
    page(figure(1), b)
    cells = page(figure(3), b)
    assert cells["a"]["patch"]["traces"].keys() == {"0"}
    assert cells["a"]["base"] == 1
    assert cells["a"]["sequence"] == 2
    assert cells["b"]["sequence"] == 1


def test_a_figure_that_rests_is_told_a_few_times_and_then_by_its_number(page):
    a, b = figure(1), figure(2)
    told = [page(a, b)["b"] for _ in range(REMEMBERED + 2)]
    assert told[:REMEMBERED] == [told[0]] * REMEMBERED
    assert "figure" in told[0]
    for short in told[REMEMBERED:]:
        assert short == {name: value for name, value in told[0].items() if name not in ("figure", "dark")}
    assert page(a, figure(3))["b"]["base"] == 1, "what follows builds on the frame that rested"


def test_the_same_figure_made_anew_is_no_change(page):
    first = page(figure(1), figure(2))
    assert page(figure(1), figure(2)) == first


def test_the_same_figure_in_less_room_is_told_its_height_at_once(page):
    a, b = figure(1), figure(2)
    page(a, b)
    assert page(a, figure(2), height=99)["a"]["height"] == 99
    assert [page(a, b, height=99)[name]["height"] for name in "ab"] == [99, 99]


def test_a_browser_that_has_lost_a_frame_gets_the_figure_whole_and_others_do_not(page):
    a, b = figure(1), figure(2)
    for _ in range(REMEMBERED + 1):
        page(a, b)
    page.asks(["b"])
    cells = page(a, b)
    assert "figure" in cells["b"]
    assert cells["b"]["sequence"] == 2
    assert "figure" not in cells["a"]


def test_what_is_not_drawn_is_told_in_words_and_logged_once(page, caplog):
    module._noted.cache_clear()
    bent = Drawing([{**figure(1).traces[0], "line": {"shape": "spline"}}], figure(1).look)
    told = page(bent, figure(2))["a"]
    assert told == {"sequence": 1, "outside": True, "epoch": told["epoch"], "name": "a", "text": "ends at 1",
                    "height": 123, "picks": False}
    assert "outside" in page(Drawing(bent.traces, bent.look), figure(3))["a"]
    assert [record.getMessage() for record in caplog.records] == [
        "The chart a is told in words: data[0].line.shape: not drawn; there are color, width, dash"]
    assert caplog.records[0].name == "pages._chart.plot"


def test_a_figure_that_follows_one_that_is_not_drawn_is_whole(page):
    bent = Drawing([{**figure(1).traces[0], "mode": "steps"}], figure(1).look)
    for a, has in ((figure(1), "figure"), (bent, "patch"), (figure(1), "patch")):
        assert has in page(a, figure(2))["a"], "a patch is not looked at: it has what the whole figure had"
    page.asks(["a"])
    assert "outside" in page(bent, figure(2))["a"]
    assert page(figure(4), figure(2))["a"].keys() >= {"figure", "dark"}
    assert page(figure(5), figure(2))["a"]["base"] == 5


@pytest.mark.parametrize("names", [None, "b", 3, {"b": 1}, ["c", 4, None, ["b"]], ["words"]])
def test_what_a_browser_should_not_say_is_not_heard(page, names):
    a, b = figure(1), figure(2)
    for _ in range(REMEMBERED + 1):
        page(a, b)
    page.asks(names)
    assert not {"figure", "patch"} & page(a, b)["b"].keys()


def test_a_chart_by_itself_stands_alone_and_may_be_picked_on(page):
    picks = []
    for on_pick, more, height in ((None, {}, 300), (picks.append, {"height": 99}, 99)):
        plot(figure(1), key="one", on_pick=on_pick, **more)
        cell, = page.message["cells"]
        assert (page.message["columns"], cell["name"], cell["height"], cell["picks"]) == (
            1, "one", height, on_pick is not None)
    plots({"words": HtmlCell("W"), "a": figure(1)}, key="few", columns=3)
    words, a = page.message["cells"]
    assert (page.message["columns"], words, a["height"]) == (3, {"name": "words", "html": "W", "span": 1}, 300)


POINT = {"x": 2, "y": -0.5, "trace": 0}


@pytest.mark.parametrize(("said", "heard"), [
    (POINT, POINT), (POINT | {"more": "<b>"}, POINT), (None, None), ([1, 2, 0], None), ("x", None),
    *((POINT | {name: bad}, None) for name in POINT for bad in (None, "1", True, math.nan, math.inf, [1])),
    ({"x": 1, "y": 2}, None)], ids=str)
def test_a_point_that_was_clicked_is_three_finite_numbers_or_nothing(page, said, heard):
    picks = []
    plot(figure(1), key="one", on_pick=picks.append)
    module.st.session_state["one"]["picked"] = said
    page.picked()
    assert picks == ([] if heard is None else [heard])
    plot(figure(1), key="one")
    page.picked()
    assert len(picks) == (heard is not None)


def test_the_browser_s_side_is_loaded_from_files_that_are_there(monkeypatch):
    """And from nowhere else: Plotly, uPlot, the styles and every module."""
    made = []
    monkeypatch.setattr(module.st.components.v2, "component", lambda name, **more: made.append((name, more)) or name)
    assert module._component.__wrapped__() == "chart"
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
