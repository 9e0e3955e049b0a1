"""Frames that are drawn without plotly: the same picture as plotly's own, or left to it."""

from __future__ import annotations

import json
import re

import pytest

from pages._chart.browser_scripts import script
from tests.browser.tab import PLAYS

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TOLERANCE = 0.05 + 0.005 + 1e-3  # px: each is rounded, to a tenth and to a hundredth, and data travel as float32
AXES = {"xaxis": {"range": [0, 10]}, "yaxis": {"range": [-2, 2]}}
# A graph of `before` in a corner of the page, and a quick frame of `after` on it; what it says, and what is drawn then.
QUICK = """async ({ before, after, layout, url, moved, names }) => {
  const { quick } = await import(new URL("component/" + url, document.baseURI).href);
  const box = document.body.appendChild(document.createElement("div"));
  const whole = { width: 400, height: 300, ...layout };
  const copy = (data) => structuredClone(data).map((trace) => ({ ...trace, line: { simplify: false, ...trace.line } }));
  const drawn = ".scatterlayer path, .scatterlayer .textpoint > text, .heatmaplayer image, .legendtext";
  const read = () => [...box.querySelectorAll(drawn)].map((one) => one.tagName === "path" ?
      [one.getAttribute("class"), one.getAttribute("d"), one.getAttribute("transform")]
      : one.tagName === "image" ? ["image", "is", one.href.baseVal]
      : one.matches(".legendtext") ? ["legend", "is", one.textContent]
      : [one.textContent, "at", one.getAttribute("x") + "," + one.getAttribute("y"),
         one.parentNode.getAttribute("transform")]);
  await Plotly.newPlot(box, copy(before), structuredClone(whole));
  const changed = new Map((moved ?? after.map((_, i) => i)).map((i) => [i, new Set(names)]));
  const first = read(), done = quick(box, changed, copy(after)), seen = read();
  await Plotly.react(box, copy(after), structuredClone(whole));
  const plotly = read();
  box.remove();
  return { done, first, seen, plotly };
}"""


def line(x, y, **more):
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, **more}


@pytest.fixture
def tab(look_at):
    """A page that has loaded plotly, for graphs of our own."""
    tab = look_at("precision")
    tab.page.wait_for_function("window.Plotly !== undefined")
    return tab


@pytest.fixture
def quick(tab):
    url = script("plot.js").replace("plot.js", "quick.js")

    def found(before, after, layout=None, moved=None, names=("x", "y")):
        return tab.page.evaluate(QUICK, {"before": before, "after": after, "layout": AXES if layout is None else layout,
                                         "url": url, "moved": moved, "names": list(names)})

    return found


def strokes(elements):
    """Every stroke that shows: class and corner points, px; two paths of one stroke each are as good as one of two. Of
    a word, where it stands."""
    out = []
    for name, d, transform, *aside in elements:
        if d == "is":
            continue
        if d == "at":
            out.append((f"{name} {aside}", [tuple(map(float, transform.split(",")))]))
            continue
        shift = [float(v) for v in re.findall(r"-?[\d.]+", transform)] if transform else [0.0, 0.0]
        if name == "point":
            out.append((name, [tuple(shift)]))
            continue
        for part in filter(None, d.removesuffix("Z").split("M")):
            points = [tuple(map(float, at.split(","))) for at in part.split("L")]
            if len(points) > 1:
                out.append((name, points))
    return out


def same(ours, theirs):
    ours, theirs = strokes(ours), strokes(theirs)
    assert [(name, len(points)) for name, points in ours] == [(name, len(points)) for name, points in theirs]
    for (_, a), (_, b) in zip(ours, theirs, strict=True):
        for p, q in zip(a, b, strict=True):
            assert p == pytest.approx(q, abs=TOLERANCE)


@pytest.mark.parametrize(("before", "after"), [
    ([line([1, 2], [0, 1])], [line([1, 2, 3, 4], [0, 1, -1.5, 1.234567])]),
    ([line([1, 2, 3, 4, 5], [0, 1, None, -1, 1])], [line([1, 2, 3, 4, 5, 6], [0, None, 1, 1, None, -1])]),
    ([line([1, 2, 2, 1], [0, 0, 1, 1], fill="toself")], [line([1, 5, 5, 1], [0, -1, 1, 1], fill="toself")]),
    ([line([1, 2], [0, 1]), line([3, 4], [1, 1], mode="markers")],
     [line([1, 3], [0, 1]), line([7, 8], [-1, 1], mode="markers")]),
    ([line([1, 2], [0, 1], mode="lines+markers")], [line([2, 6], [1, 0], mode="lines+markers")]),
    ([line([1, 2], [0, 1], visible="legendonly"), line([1, 2], [0, 1])],
     [line([1, 2], [1, 0], visible="legendonly"), line([1, 2], [1, 0])]),
    ([line([1, 2], [0, 1], mode="markers+text", text=["a", "b"], textposition="middle right")],
     [line([3, 2], [1, -1], mode="markers+text", text=["a", "b"], textposition="middle right")]),
    ([line([1, 2], [0, 1], mode="lines+text", text=["a", "b"])], [line([1, 2], [1, 1], mode="lines+text",
                                                                      text=["a", "b"])]),
    ([line([1], [1])], [line([1, 2], [1, 1])]),
    ([line([1, 2], [0, 1])], [line([1, 12], [0, 1])]),  # a reader has zoomed in: it leaves the picture
], ids=["grows", "gaps", "area", "markers", "both", "hidden", "words", "a line's words", "second point", "zoomed"])
def test_a_quick_frame_is_the_picture_that_plotly_draws(quick, before, after):
    found = quick(before, after)
    assert found["done"]
    assert found["seen"] != found["first"]
    same(found["seen"], found["plotly"])


def test_within_a_range_that_plotly_has_chosen_points_move_quickly(quick):
    before, after = [line([0, 1, 2], [0, 5, 0])], [line([0, 1, 2], [0, 4, 1])]
    found = quick(before, after, {"yaxis": {"autorangeoptions": {"include": [-1, 6]}}})
    assert found["done"]
    same(found["seen"], found["plotly"])


@pytest.mark.parametrize(("before", "after", "layout"), [
    ([line([0, 1], [0, 1])], [line([0, 1], [0, 2])], {}),
    ([line([0, 1], [0, 1])], [line([0, 2], [0, 1])], {}),
    ([line([], [])], [line([1, 2], [1, 1])], AXES),
    ([line([1, 2], [0, 1], mode="markers")], [line([1, 2, 3], [0, 1, 1], mode="markers")], AXES),
    ([line([1, 2], [0, 1], mode="text", text=["a", "b"])], [line([1, 2, 3], [1, 1, 1], mode="text",
                                                                text=["a", "b", "c"])], AXES),
    ([line([1, 2], [0, 1], mode="text", text=["a<br>b", "b"])], [line([1, 2], [1, 1], mode="text",
                                                                     text=["a<br>b", "b"])], AXES),
    ([line([1, 2], [0, 1], mode="markers", cliponaxis=False)], [line([1, 12], [0, 1], mode="markers",
                                                                    cliponaxis=False)], AXES),
    ([line([1, 12], [0, 1], mode="markers", cliponaxis=False)], [line([1, 2], [0, 1], mode="markers",
                                                                     cliponaxis=False)], AXES),
    ([line([1, 2], [1, 10])], [line([1, 2], [1, 5])], {"yaxis": {"type": "log"}}),
    ([line([1, 2], [0, 1], line={"shape": "hv"})], [line([1, 2], [1, 1], line={"shape": "hv"})], AXES),
    ([line([1, 2, 3], [0, None, 1], connectgaps=True)], [line([1, 2, 3], [1, None, 0], connectgaps=True)], AXES),
    ([{"type": "heatmap", "z": [[1, 2], [3, 4]]}], [{"type": "heatmap", "z": [[1, 2], [3, 5]]}], {}),
    ([{"type": "scatterpolar", "r": [1, 2], "theta": [0, 9]}], [{"type": "scatterpolar", "r": [1, 2], "theta": [0, 8]}],
     {}),
    ([line([1, 2], [0, 1])], [line([1, 2], [0, 1]), line([1, 2], [1, 1])], AXES),
], ids=["higher", "farther", "first points", "one more marker", "one more word", "words in two rows", "leaves",
        "enters", "log", "steps", "connected", "map", "polar", "one more"])
def test_what_a_quick_frame_cannot_draw_it_leaves_alone(quick, before, after, layout):
    found = quick(before, after, layout)
    assert not found["done"]
    assert found["seen"] == found["first"]


def test_traces_that_did_not_move_are_not_touched(quick):
    before = [line([1, 2], [0, 1]), line([1, 2], [1, 0])]
    found = quick(before, [line([1, 2], [1, 1]), line([1, 2], [1, 1])], moved=[1])
    assert found["seen"][0] == found["first"][0]
    assert found["seen"][1] != found["first"][1]


def heat(z, **more):
    return {"type": "heatmap", "z": z, "zmin": -3, "zmax": 1, "colorscale": [[0, "#053061"], [0.3, "rgb(1, 200, 30)"],
                                                                            [1, "#6b3003"]], **more}


@pytest.mark.parametrize(("before", "after"), [
    (heat([[-3, -2, -1], [0, 1, 0.5]]), heat([[-2.9, -2.31, 0.77], [-4, 2, -1.8]])),
    (heat([[-3, -2, -1], [0, 1, 0.5]], transpose=True), heat([[-2, -1, 0], [1, None, -3]], transpose=True)),
    (heat([[-3], [0]], x=[5], y=[1, 2], colorscale="Cividis"), heat([[-1.2], [0.3]], x=[5], y=[1, 2],
                                                                    colorscale="Cividis")),
], ids=["rows", "columns and a gap", "one column"])
def test_a_heat_map_gets_the_colours_that_plotly_gives_it(quick, before, after):
    found = quick([before], [after], {}, names=["z"])
    assert found["done"]
    assert found["seen"] != found["first"]
    assert found["seen"] == found["plotly"]


EVEN = [[-3, -2], [0, 1]]


@pytest.mark.parametrize(("before", "after", "layout", "names"), [
    ([{"type": "heatmap", "z": EVEN}], [{"type": "heatmap", "z": [[1, 2], [3, 5]]}], {}, "z"),
    ([heat(EVEN)], [heat([*EVEN, [1, 1]])], {}, "z"),
    ([heat(EVEN, x=[1, 2])], [heat([[0, 0], [0, 0]], x=[1, 3])], {}, "xz"),
    ([heat([[-3, -2, 0]], x=[1, 2, 9])], [heat([[0, 0, 0]], x=[1, 2, 9])], {}, "z"),
    ([heat(EVEN, zsmooth="best")], [heat([[0, 0], [0, 0]], zsmooth="best")], {}, "z"),
    ([heat(EVEN, colorscale=[[0, "red"], [1, "blue"]])], [heat([[0, 0], [0, 0]], colorscale=[[0, "red"], [1, "blue"]])],
     {}, "z"),
    ([heat(EVEN)], [heat([[0, 0], [0, 0]])], {"yaxis": {"autorange": "reversed"}}, "z"),
    ([heat(EVEN), heat([[1, None], [None, None]], meta={"zeros_of": 0})],
     [heat([[0, 0], [0, 0]]), heat([[1, None], [None, None]], meta={"zeros_of": 0})], {}, "z"),
], ids=["its own range", "one row more", "moved", "uneven", "smooth", "colours by name", "upside down", "with zeros"])
def test_other_heat_maps_are_left_to_plotly(quick, before, after, layout, names):
    found = quick(before, after, layout, moved=[0], names=names)
    assert not found["done"]
    assert found["seen"] == found["first"]


@pytest.mark.parametrize(("before", "after"), [
    ("ρ 0.9500", "ρ 0.9400"), ("σ<sub>max</sub> 1.030", "σ<sub>max</sub> 1.020"), ("1", "2"),
])
def test_a_legend_says_the_new_number_where_only_digits_changed(quick, before, after):
    lines = [line([1, 2], [0, 1], name=before), line([1, 2], [0, 1], name="b")]
    found = quick(lines, [{**lines[0], "name": after, "y": [1, 1]}, lines[1]], moved=[0], names=["name", "y"])
    assert found["done"]
    assert found["seen"] != found["first"]
    same(found["seen"], found["plotly"])
    ours, theirs = ([one for one in found[who] if one[0] == "legend"] for who in ("seen", "plotly"))
    assert ours == theirs


@pytest.mark.parametrize(("before", "after"), [
    ("ρ 0.9500", "ρ 0.94"), ("σ<sub>max</sub> 1.03", "σ<sub>min</sub> 1.02"), ("a<sub>1</sub>", "a<sub>2</sub>"),
    ("a & 1", "a & 2"), ("one", "two"),
])
def test_another_legend_is_left_to_plotly(quick, before, after):
    lines = [line([1, 2], [0, 1], name=before), line([1, 2], [0, 1], name="b")]
    found = quick(lines, [{**lines[0], "name": after}, lines[1]], moved=[0], names=["name"])
    assert not found["done"]
    assert found["seen"] == found["first"]


def test_another_attribute_is_left_to_plotly(quick):
    found = quick([line([1, 2], [0, 1])], [line([1, 2], [1, 1], mode="markers")], names=["y", "mode"])
    assert not found["done"]


APPLY = """async ({ layout, change, url }) => {
  const { apply } = await import(new URL("component/" + url, document.baseURI).href);
  const chart = { changed: new Map(), epoch: "e" };
  const told = apply(chart, { sequence: 1, epoch: "e", dark: {}, figure: { data: [{ x: [1], name: "a" }], layout } });
  chart.whole = false;
  const patch = { traces: { 0: { name: "a" } }, layout: change };
  const then = apply(chart, { sequence: 2, base: 1, epoch: "e", patch });
  return { told, then, whole: chart.whole, layout: chart.spec.layout, changed: [...chart.changed.keys()] };
}"""
AXIS = {"title": {"text": "y"}, "autorangeoptions": {"include": [-1, 1]}}


@pytest.mark.parametrize(("change", "whole"), [
    ({"yaxis": AXIS}, False),
    ({"yaxis": {**AXIS, "autorangeoptions": {"include": [-2, 1]}}}, False),
    ({"yaxis": {**AXIS, "title": {"text": "z"}}}, True),
    ({"yaxis": None}, True),
    ({"shapes": [{"type": "line"}]}, True),
], ids=["told before", "other room", "another title", "gone", "a shape"])
def test_a_change_of_layout_is_drawn_whole_unless_an_axis_only_asks_for_other_room(tab, change, whole):
    url = script("plot.js").replace("plot.js", "message.js")
    found = tab.page.evaluate(APPLY, {"layout": {"yaxis": AXIS}, "change": change, "url": url})
    assert (found["told"], found["then"], found["whole"]) == (True, True, whole)
    assert found["layout"] == {name: value for name, value in {"yaxis": AXIS, **change}.items() if value is not None}
    assert found["changed"] == [], "the name was told again, and is the same"


RACE = "remedies?n_hidden=8&seq_len=90&batch=8&seeds=1&steps=20000&until_solved=false&pace=30&lanes=clip_norm,leaky"
QUICKLY = "gd.dataset.drawn !== gd.dataset.whole"
INSTEAD = """(() => {
    gd.instead = [];
    let drawn = gd.dataset.drawn;
    new MutationObserver((changes) => {
        for (const { attributeName, oldValue } of changes) {
            if (attributeName === "data-drawn") drawn = gd.dataset.drawn;
            else if (gd.dataset.whole !== drawn && performance.now() - gd.began < 4000)
                gd.instead.push([oldValue, gd.dataset.whole, drawn]);
        }
    }).observe(gd, { attributes: true, attributeOldValue: true, attributeFilter: ["data-whole", "data-drawn"] });
    gd.began = performance.now(); })()"""


def race(opening):
    """A race with its charts drawn, which rests."""
    tab = opening(RACE)
    tab.wait_for_charts(("race_loss", "race_norm", "race_by_step", "race_flow"))
    if tab.page.get_by_role("button", name="Pause", exact=True).count():
        tab.click("Pause")
    tab.settle(".chart[data-name^=race_]")
    return tab


def test_no_frame_of_a_dragged_slider_waits_for_plotly(open_page):
    """For three seconds; plotly's own picture comes within them too, after a frame that is on the page already. After
    four it may take the place of one, which is how long a slow machine has for the last step. The hand makes at most
    ten steps a second."""
    tab = race(open_page)
    tab.read("race_flow", INSTEAD)
    slider = tab.page.get_by_role("slider", name="Sequence length").first
    told, steps = int(tab.read("race_flow", "gd.dataset.told")), 0
    while tab.read("race_flow", "performance.now() - gd.began") < 3000:
        slider.press("ArrowLeft")
        steps += 1
        tab.wait_until("race_flow", f"+gd.dataset.drawn >= {told + steps}")
        tab.page.wait_for_timeout(100)
    assert tab.read("race_flow", "gd.instead") == []
    tab.wait_until("race_flow", f"+gd.dataset.whole === {told + steps}")


def test_a_slider_of_the_race_moves_the_charts_quickly_and_plotly_follows(go_on):
    tab = race(go_on)
    before = tab.read("race_by_step", "gd.data[0].x.length")
    tab.page.get_by_role("slider", name="Sequence length").first.press("ArrowLeft")
    tab.wait_until("race_by_step", f"gd.data[0].x.length === {before} && gd.dataset.told !== gd.dataset.whole && "
                                   "gd.dataset.drawn === gd.dataset.told")
    tab.wait_until("race_by_step", f"gd.data[0].x.length === {before - 1} && gd.dataset.drawn === gd.dataset.whole")


def course(tab, name):
    return json.loads(tab.read(name, "JSON.stringify([...gd.querySelectorAll('.scatterlayer path.js-line')]"
                                     ".map(path => path.getAttribute('d')))"))


def test_a_race_is_drawn_quickly_and_in_the_end_by_plotly(go_on):
    tab = race(go_on)
    tab.page.get_by_role("button", name=PLAYS).click()
    tab.wait_until("race_loss", "gd.data.find(t => t.name.startsWith('0 ')).x.length > 10")
    tab.wait_until("race_loss", QUICKLY)
    before = course(tab, "race_loss")
    tab.wait_until("race_loss", f"{QUICKLY} && gd.querySelector('.scatterlayer path.js-line').getAttribute('d') !== "
                                f"{json.dumps(before[0])}")
    tab.click("Pause")
    tab.page.get_by_role("button", name="Go on", exact=True).wait_for()
    last = int(tab.page.get_by_text(re.compile(r"^update \d+ of \d+ · paused")).first.inner_text().split()[1])
    tab.wait_until("race_loss", f"gd.data.find(t => t.name.startsWith('0 ')).x.at(-1) === {last} && "
                                "gd.dataset.told === gd.dataset.whole && gd.dataset.drawn === gd.dataset.whole")


def test_a_chart_that_the_reader_points_at_is_plotlys_own(go_on):
    tab = race(go_on)
    tab.page.get_by_role("button", name=PLAYS).click()
    tab.wait_until("race_loss", QUICKLY)
    tab.page.locator(".chart[data-name=race_loss]").hover()
    tab.wait_until("race_loss", "gd.matches(':hover')")
    before = int(tab.read("race_loss", "gd.dataset.told"))
    tab.wait_until("race_loss", f"gd.dataset.whole > {before + 3} && gd.dataset.drawn === gd.dataset.whole")
    tab.click("Pause")
