"""The browser side draws what the vocabulary says it does: each attribute changes the picture, zeros lie at the foot,
and what it does not draw is told in words."""

from __future__ import annotations

import json
from copy import deepcopy
from itertools import count
from typing import Any

import numpy as np
import pytest

from core.plotting import theme
from pages._chart import vocabulary
from pages._chart.browser_scripts import script
from pages._chart.patch import encoded
from pages._chart.vocabulary import LAYOUT, TRACES, outside
from tests.helpers.attributes import ELSEWHERE, SET, SPECS, changed, leaves, of, pair

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# A chart of our own in a corner of a page: what is seen of it, for each message in turn.
DRAW = """async ({ messages, url }) => {
  const module = (name) => import(new URL("component/" + url.replace("plot.js", name), document.baseURI).href);
  const [{ draw }, { forPlotly }] = [await module("plot.js"), await module("plotly.js")];
  const root = document.body.appendChild(document.createElement("div")), seen = [];
  root.style.cssText = "position:fixed;left:0;top:0;width:480px;z-index:9;background:white";
  const press = (box) => (key) => {
    box.querySelector(".plot").dispatchEvent(new KeyboardEvent("keydown", { key }));
    return box.querySelector(".says").textContent;
  };
  const frame = () => new Promise(requestAnimationFrame);
  for (const cell of messages) {
    const data = new TextEncoder().encode(JSON.stringify(
      { columns: 1, height: 320, picks: false, epoch: "e", cells: [cell] }));
    draw({ parentElement: root, data, setTriggerValue: () => {} });
    const box = root.querySelector(".chart");
    for (let i = 0; i < 500 && box.dataset.drawn !== String(cell.n); i++) await frame();
    await frame();
    const u = box.chart.u, canvas = u?.ctx.canvas, at = ([x, y]) => Array.from(u.ctx.getImageData(x, y, 1, 1).data);
    const names = [...box.querySelectorAll(".names canvas")].map((one) => one.toDataURL()).join();
    seen.push({ drawn: box.dataset.drawn, words: box.querySelector(".plot").textContent,
      picture: canvas ? canvas.toDataURL() + names + box.querySelector(".names").textContent : "",
      pixels: (u && cell.look ? cell.look : []).map(([x, y]) =>
        at([u.bbox.left + x * u.bbox.width, u.bbox.top + u.bbox.height - (cell.middle ? u.bbox.height / 2 : y)])),
      tools: !box.querySelector(".tools").hidden, said: (cell.keys ?? []).map(press(box)),
      ends: box.chart.state?.axes.y.ends,
      explored: box.chart.spec && JSON.parse(JSON.stringify(forPlotly(box.chart.spec, box.chart.theme, {}))) });
  }
  root.remove();
  return seen;
}"""


NUMBERS = count()  # a chart is kept for as long as the page


@pytest.fixture
def drawn(look_at):
    tab = look_at("precision")
    tab.page.wait_for_selector(".chart[data-drawn]")

    def each(*cells: dict[str, Any]) -> list[dict[str, Any]]:
        same = {"name": f"ours {next(NUMBERS)}", "text": "It is so.", "dark": {}}
        messages = [{"n": i + 1, **same, **cell} for i, cell in enumerate(cells)]
        return tab.page.evaluate(DRAW, {"messages": json.loads(json.dumps(messages)), "url": script("plot.js")})

    return each


def whole(spec: dict[str, Any], **more: Any) -> dict[str, Any]:
    assert outside(spec) == []
    return {"figure": encoded(spec), **more}


def test_every_attribute_is_set_here_or_is_seen_elsewhere():
    every = set().union(*(leaves(table, kind) for kind, table in (TRACES | {"layout": LAYOUT}).items()))
    once = {f"{other}{path[path.index('.'):]}" for path in SET for other in ("heatmap", "contour", "bar")
            if path.startswith(("heatmap.colorbar",))}
    once |= {f"layout.yaxis2{path.removeprefix('layout.yaxis')}" for path in SET if path.startswith("layout.yaxis.")}
    assert {path for path in every - set(SET) - once if not any(one in path for one in ELSEWHERE)} == set()


def test_every_attribute_changes_the_picture(drawn):
    seen = drawn(*(whole(spec) for path in SET for spec in pair(path)))
    assert [one["drawn"] for one in seen] == [str(i + 1) for i in range(len(seen))]
    pictures = [one["picture"] for one in seen]
    alike = [path for path, a, b in zip(SET, pictures[::2], pictures[1::2], strict=True) if a == b]
    assert not alike, alike


@pytest.mark.parametrize(("path", "values"), [
    ("line.dash", [*vocabulary.DASHES, "9px 6px", "3px 4px"]), ("marker.symbol", vocabulary.SYMBOLS),
    ("mode", vocabulary.MODES), ("textposition", vocabulary.SIDES)])
def test_every_dash_symbol_mode_and_side_has_a_look_of_its_own(path, values, drawn):
    base = deepcopy(SPECS["scatter"])
    if path == "textposition":
        base["data"][0]["mode"] = "markers+text"
    seen = drawn(*(whole(changed(deepcopy(base), f"scatter.{path}", value)) for value in values))
    assert len({one["picture"] for one in seen}) == len(values)


def rgb(colour):
    return [int(colour[i:i + 2], 16) for i in (1, 3, 5)]


def test_exactly_zero_is_drawn_at_the_foot_of_an_axis_of_powers_and_of_no_other(drawn):
    """Along the foot, 7 px above it, runs the line between zeros that lie side by side."""
    zeros = theme.line([0, 1, 2, 3, 4], [0, -1, -np.inf, -np.inf, -2], "a", theme.BOUND)
    gap = theme.line([0, 1, 2, 3, 4], [0, -1, np.nan, np.nan, -2], "a", theme.BOUND)
    look = [(0.625, 7)]
    power, missing, linear = drawn(*(whole(of([trace], yaxis=axis), look=look) for trace, axis in (
        (zeros, theme.log_axis()), (gap, theme.log_axis()), (zeros, {}))))
    assert power["pixels"][0][:3] == rgb(theme.BOUND)
    assert missing["pixels"][0][:3] != rgb(theme.BOUND)
    assert linear["pixels"][0][:3] != rgb(theme.BOUND)


HOVER = "lag %{x}: 10<sup>%{y:.2f}</sup><extra>%{fullData.name}</extra>"


def test_exactly_zero_is_said_and_not_as_a_power(drawn):
    trace = theme.line([7, 8, 9], [-1, -np.inf, np.nan], "a", theme.BOUND, hovertemplate=HOVER)
    plain = theme.line([7, 8, 9], [-1, -np.inf, np.nan], "a", theme.BOUND)
    seen = drawn(*(whole(of([one], yaxis=theme.log_axis()), keys=["Escape", *["ArrowRight"] * 3])
                   for one in (trace, plain)))
    assert seen[0]["said"] == ["", "a, lag 7: 10 to the power \u22121.00", *["a, lag 8: exactly 0"] * 2]
    assert seen[1]["said"] == ["", "a, 7: 10 to the power \u22121.00", *["a, 8: exactly 0"] * 2]


def test_there_is_room_for_the_zeros_below_the_lowest_point(drawn):
    some, none = drawn(*(whole(of([theme.line([0, 1, 2], [0, -1, last], "a", theme.BOUND)],
                                  yaxis={"tickprefix": "10<sup>", "autorangeoptions": {"include": [-1.0, 0.0]}}))
                         for last in (-np.inf, np.nan)))
    assert some["ends"][0] == pytest.approx(-1.12)
    assert none["ends"][0] == pytest.approx(-1.05)


def test_explore_has_the_zeros_as_points_at_the_foot_and_lonely_points_as_dots(drawn):
    trace = theme.line([0, 1, 2, 3], [-1, np.nan, -np.inf, -np.inf], "a", theme.BOUND)
    (seen,) = drawn(whole(of([trace], yaxis=theme.log_axis())))
    (line, zeros), layout = seen["explored"]
    assert (line["mode"], line["marker"]) == ("lines+markers", {"color": theme.BOUND, "size": [6, 0, 0, 0]})
    low, high = layout["yaxis"]["range"]
    assert [low, high] == seen["ends"]
    assert (zeros["x"], zeros["mode"], zeros["name"]) == ([2, 3], "markers", "a")
    assert all(low < y < -1 for y in zeros["y"])
    assert "exactly 0" in zeros["hovertemplate"]


def test_a_point_with_a_gap_at_either_side_is_a_dot(drawn):
    looks = [(0.5, 0)]
    traces = [theme.line([0, 1, 2], y, "a", theme.BOUND) for y in ([np.nan, 1, np.nan], [np.nan, np.nan, np.nan])]
    alone, none = drawn(*(whole(of([one], xaxis={"range": [0, 2]}, yaxis={"range": [0, 2]}), look=looks, middle=True)
                          for one in traces))
    assert alone["pixels"][0][:3] == rgb(theme.BOUND)
    assert none["pixels"][0][:3] != rgb(theme.BOUND)


def test_what_is_not_drawn_is_told_in_words_until_a_figure_is(drawn):
    spec = SPECS["scatter"]
    words, picture, again = drawn({"outside": True}, whole(spec), {"outside": True})
    assert (words["words"], words["picture"], words["drawn"], words["tools"]) == ("It is so.", "", "1", False)
    assert picture["picture"]
    assert (picture["words"], picture["tools"]) == ("", True)
    assert (again["words"], again["picture"], again["tools"]) == ("It is so.", "", False)
