"""Frames that are drawn without plotly: the same picture as plotly's own, or left to it."""

from __future__ import annotations

import json
import re

import pytest

from pages._kit.served import script

pytestmark = pytest.mark.browser

TOLERANCE = 0.05 + 0.005 + 1e-3  # px: each is rounded, to a tenth and to a hundredth, and data travel as float32
AXES = {"xaxis": {"range": [0, 10]}, "yaxis": {"range": [-2, 2]}}
# A graph of `before` in a corner of the page, and a quick frame of `after` on it; what it says, and what is drawn then.
QUICK = """async ({ before, after, layout, url, moved }) => {
  const { quick } = await import(new URL("component/" + url, document.baseURI).href);
  const box = document.body.appendChild(document.createElement("div"));
  const whole = { width: 400, height: 300, ...layout };
  const copy = (data) => structuredClone(data).map((trace) => ({ ...trace, line: { simplify: false, ...trace.line } }));
  const read = () => [...box.querySelectorAll(".scatterlayer path, .scatterlayer .textpoint > text")].map(
    (one) => one.tagName === "path" ? [one.getAttribute("class"), one.getAttribute("d"), one.getAttribute("transform")]
      : [one.textContent, "at", one.getAttribute("x") + "," + one.getAttribute("y"),
         one.parentNode.getAttribute("transform")]);
  await Plotly.newPlot(box, copy(before), structuredClone(whole));
  const first = read(), done = quick(box, moved ?? after.map((_, i) => i), copy(after)), seen = read();
  await Plotly.react(box, copy(after), structuredClone(whole));
  const plotly = read();
  box.remove();
  return { done, first, seen, plotly };
}"""


def line(x, y, **more):
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, **more}


@pytest.fixture(scope="module")
def tab(open_for_all):
    """A page that has loaded plotly, for graphs of our own."""
    tab = open_for_all("precision")
    tab.page.wait_for_function("window.Plotly !== undefined")
    return tab


@pytest.fixture
def quick(tab):
    url = script("plot.js").replace("plot.js", "quick.js")

    def found(before, after, layout=None, moved=None):
        return tab.page.evaluate(QUICK, {"before": before, "after": after, "layout": AXES if layout is None else layout,
                                         "url": url, "moved": moved})

    return found


def strokes(elements):
    """Every stroke that shows: class and corner points, px; two paths of one stroke each are as good as one of two. Of
    a word, where it stands."""
    out = []
    for name, d, transform, *aside in elements:
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


def course(tab, name):
    return json.loads(tab.read(name, "JSON.stringify([...gd.querySelectorAll('.scatterlayer path.js-line')]"
                                     ".map(path => path.getAttribute('d')))"))


def test_a_race_is_drawn_quickly_and_in_the_end_by_plotly(open_page):
    tab = open_page("remedies?n_hidden=8&seq_len=20&batch=8&seeds=1&steps=20000&until_solved=false&pace=30"
                    "&lanes=clip_norm,leaky")
    tab.wait_for_charts(("race_loss", "race_norm", "race_by_step", "race_flow"))
    tab.click("Race")
    tab.wait_until("race_loss", "gd.data.find(t => t.name.startsWith('0 ')).x.length > 10")
    quickly = "gd.dataset.drawn !== gd.dataset.whole"
    tab.wait_until("race_loss", quickly)
    before = course(tab, "race_loss")
    tab.wait_until("race_loss", f"{quickly} && gd.querySelector('.scatterlayer path.js-line').getAttribute('d') !== "
                                f"{json.dumps(before[0])}")
    tab.click("Pause")
    tab.page.get_by_role("button", name="Go on", exact=True).wait_for()
    last = int(tab.page.get_by_text(re.compile(r"^update \d+ of \d+ · paused")).first.inner_text().split()[1])
    tab.wait_until("race_loss", f"gd.data.find(t => t.name.startsWith('0 ')).x.at(-1) === {last} && "
                                "gd.dataset.told === gd.dataset.whole && gd.dataset.drawn === gd.dataset.whole")


def test_a_slider_of_the_race_moves_the_charts_quickly_and_plotly_follows(open_page):
    tab = open_page("remedies?n_hidden=8&seq_len=20&batch=8&seeds=1&lanes=clip_norm,leaky")
    tab.wait_for_charts(("race_loss", "race_norm", "race_by_step", "race_flow"))
    tab.wait_until("race_by_step", "gd.dataset.told === gd.dataset.whole")
    tab.page.get_by_role("slider", name="Sequence length").first.focus()
    tab.page.keyboard.press("ArrowLeft")
    tab.wait_until("race_by_step", "gd.data[0].x.length === 20 && gd.dataset.told !== gd.dataset.whole && "
                                   "gd.dataset.drawn === gd.dataset.told")
    tab.wait_until("race_by_step", "gd.data[0].x.length === 19 && gd.dataset.drawn === gd.dataset.whole")


def test_a_chart_that_the_reader_points_at_is_plotlys_own(open_page):
    tab = open_page("remedies?n_hidden=8&seq_len=20&batch=8&seeds=1&steps=20000&until_solved=false&pace=30&lanes=leaky")
    tab.wait_for_charts(("race_loss",))
    tab.click("Race")
    tab.wait_until("race_loss", "gd.dataset.drawn !== gd.dataset.whole")
    tab.page.locator(".chart[data-name=race_loss]").hover()
    tab.page.wait_for_timeout(300)
    before = int(tab.read("race_loss", "gd.dataset.whole"))
    tab.wait_until("race_loss", f"gd.dataset.whole > {before + 3} && gd.dataset.drawn === gd.dataset.whole")
    tab.click("Pause")
