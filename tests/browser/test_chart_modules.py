"""The charts' own modules by themselves: ends of axes, ticks, numbers, words, thinned curves, patches, hover words."""

from __future__ import annotations

import re
from decimal import Decimal

import numpy as np
import pytest

from pages._chart.patch import encoded, patch, same, specification
from tests.browser.canvas import Canvas
from tests.browser.test_drawn import GROUPS, figures

pytestmark = pytest.mark.browser

MINUS = "\u2212"


@pytest.fixture(scope="module")
def canvas(browser):
    page = Canvas(browser)
    yield page
    page.close()


def js_exponent(text: str) -> str:
    """1.2e-07 as JavaScript writes it."""
    return re.sub(r"e([+-])0*(\d)", r"e\1\2", text)


def as_g(value: float, digits: int) -> str:
    """JavaScript's toPrecision: all digits are written, and an exponent below 10^-6 and from 10^digits on."""
    exponent = int(f"{value:.{digits - 1}e}".split("e")[1])
    if value and not -6 <= exponent < digits:
        return js_exponent(f"{value:.{digits - 1}e}")
    return f"{value:.{digits - 1 - exponent}f}"


def as_short(value: float) -> str:
    """Six digits at most, without zeros at their end."""
    rounded = float(f"{value:.6g}")
    if rounded and not 1e-6 <= abs(rounded) < 1e21:
        return js_exponent(f"{Decimal(f'{rounded:.6g}').normalize():e}")
    return f"{Decimal(repr(rounded)):f}".removesuffix(".0")


def d3(spec: str, value: float) -> str:
    """By Python's own formatting."""
    plus, _, digits, short, kind = re.fullmatch(r"(\+)?(\.(\d+))?(~)?([fge%d])?", spec).groups()
    n = int(digits) if digits else 6
    text = {"f": lambda: f"{value:.{n}f}", "e": lambda: js_exponent(f"{value:.{n}e}"), "g": lambda: as_g(value, n),
            "%": lambda: f"{value:.{n}%}", "d": lambda: f"{value:.0f}", None: lambda: as_short(value)}[kind]()
    if short and "." in text:  # no zeros at the end of its digits
        number, power = re.fullmatch(r"([-\d.]*)(.*)", text).groups()
        text = number.rstrip("0").rstrip(".") + power
    text = text.removeprefix("-") if re.fullmatch(r"-0(\.0*)?%?", text) else text
    return ("+" if plus and value >= 0 else "") + text.replace("-", MINUS)


def numbers(n: int, decades: float = 25.0) -> np.ndarray:
    rng = np.random.default_rng(13)
    return rng.choice([-1.0, 1.0], n) * 10 ** rng.uniform(-decades, decades, n)


@pytest.mark.parametrize("spec", ["", ".2f", ".0f", ".3g", ".1g", ".10g", ".3e", ".1%", "d", "+.2f", "+.3g",
                                  ".3~%", ".4~f", ".3~g", ".2~e"])
def test_numbers_are_written_as_d3_writes_them(canvas, spec):
    values = np.concatenate([numbers(300), numbers(200, 4.0), [0.0, 1.0, -1.0, 100.0, 1e-7, 123456.0]])
    values = values[np.abs(values) < 1e9] if spec[-1:] in ("f", "%", "d") else values  # digits that both can know
    found = canvas.evaluate("numbers", "arg.values.map((v) => m.format(arg.spec, v))",
                            {"values": values.tolist(), "spec": spec})
    for value, text in zip(values.tolist(), found, strict=True):
        assert text == d3(spec, value), value


def test_what_is_no_number_is_said_so(canvas):
    found = canvas.evaluate("numbers", "[NaN, Infinity, -Infinity, 'a', null, undefined].map(v => m.format('.2f', v))")
    assert found == ["not a number", "\u221e", f"{MINUS}\u221e", "a", "", ""]


SPANS = [(0.0, 1.0), (-3.0, 7.0), (1e-300, 9e-300), (-1e300, 1e300), (123.4, 123.5), (0.0, 1e-9), (-5e5, -4.9e5)]


@pytest.mark.parametrize("most", [2, 5, 11])
def test_ticks_are_round_even_and_within_the_ends(canvas, most):
    rng = np.random.default_rng(0)
    random = [sorted(scale * rng.normal(size=2)) for scale in 10 ** rng.uniform(-300, 300, 200)]
    spans = [*SPANS, *map(tuple, random)]
    found = canvas.evaluate("scales", "arg.spans.map(ends => m.ticks({}, ends, arg.most, String).map(one => one.at))",
                            {"spans": spans, "most": most})
    for (low, high), at in zip(spans, found, strict=True):
        at, slack = np.array(at), 1e-9 * (high - low)
        assert (most > 2) <= len(at) <= most + 1, (low, high)
        assert ((at >= low - slack) & (at <= high + slack)).all(), (low, high)
        if len(at) < 2:
            continue
        step = at[1] - at[0]
        assert np.allclose(np.diff(at), step, rtol=1e-6, atol=1e-9 * step)
        assert np.isclose(step / 10 ** np.floor(np.log10(step) + 1e-9), [1, 2, 5], rtol=1e-6).any(), step
        assert np.abs(at / step - np.round(at / step)).max() < 1e-6, "they are multiples of their step"
        assert (high - low) / step <= most + 1e-6 < 2.6 * (high - low) / step, "as many as have room"


def test_powers_of_ten_are_whole_where_two_have_room_and_given_ticks_stay_given(canvas):
    found = canvas.evaluate("scales", """[m.ticks({ type: "log" }, [-3.2, 2.9], 40, String).map(({ at }) => at),
        m.ticks({ tickprefix: "10" }, [0.1, 0.7], 5, String).map(({ at }) => at),
        m.ticks({ tickvals: [1, 10, 1000], type: "log" }, [0, 2], 5, String),
        m.ticks({ tickvals: [1, 2, 9], ticktext: ["a", "b", "c"] }, [0, 3], 5, String),
        m.ticks({}, [1, 1], 5, String), m.ticks({}, [0, Infinity], 5, String)]""")
    assert found[0] == [-3, -2, -1, 0, 1, 2]
    np.testing.assert_allclose(found[1], np.arange(2, 15) / 20 if len(found[1]) > 8 else np.arange(1, 4) * 0.2)
    assert [one["at"] for one in found[2]] == [0, 1]
    assert found[3] == [{"at": 1, "text": "a"}, {"at": 2, "text": "b"}]
    assert found[4:] == [[], []]


NAN, INF = float("nan"), float("inf")
POINTS = {"type": "scatter", "mode": "markers", "x": [1, 3]}
CURVE = {"type": "scatter", "mode": "lines", "x": [1, 3]}
MAP = {"type": "heatmap", "x": [0, 1, 2], "y": [5], "z": [[1, 2, 3]]}
BARS = {"type": "bar", "x": [1, 2], "y": [4, 2], "width": 0.5}


@pytest.mark.parametrize(("axis", "traces", "letter", "ends"), [
    ({}, [], "y", [0, 5]),
    ({}, [{**CURVE, "y": [NAN, INF]}], "y", [0, 5]),
    ({"range": [9, -2]}, [{**CURVE, "y": [0, 1]}], "y", [-2, 9]),
    ({}, [{**CURVE, "y": [2, 6]}], "y", [1.8, 6.2]),
    ({}, [{**CURVE, "y": [2, NAN, 6, -INF]}], "y", [1.8, 6.2]),
    ({}, [{**CURVE, "y": [2, 6]}], "x", [1, 3]),
    ({}, [{**POINTS, "y": [2, 6]}], "x", [0.9, 3.1]),
    ({}, [{**CURVE, "y": [2, 6]}, {**CURVE, "y": [-4, 0]}], "y", [-4.5, 6.5]),
    ({"autorangeoptions": {"include": [0, 10]}}, [{**CURVE, "y": [2, 6]}], "y", [0, 10]),
    ({"autorangeoptions": {"clipmin": 3, "clipmax": 5}}, [{**CURVE, "y": [2, 6]}], "y", [3, 5]),
    ({"rangemode": "tozero"}, [{**CURVE, "y": [2, 6]}], "y", [0, 6.3]),
    ({"tickprefix": "10", "autorangeoptions": {"include": [-0.5, 0.5]}}, [{**CURVE, "y": []}], "y", [0, 5]),
    ({"type": "log"}, [{**CURVE, "y": [1, 100]}], "y", [-0.1, 2.1]),
    ({"type": "log"}, [{**CURVE, "y": [0, 1, 100]}], "y", [-0.24, 2.1]),  # a foot for what is exactly 0
    ({}, [MAP], "x", [-0.5, 2.5]),
    ({}, [MAP], "y", [4.5, 5.5]),
    ({}, [BARS], "x", [0.75, 2.25]),
    ({}, [BARS], "y", [0, 4.2]),
    ({}, [{**CURVE, "y": [1e300, 3e300]}], "y", [0.9e300, 3.1e300]),
    ({}, [{**CURVE, "y": [1e-300, 3e-300]}], "y", [0.9e-300, 3.1e-300]),
], ids=str)
def test_where_an_axis_ends(canvas, axis, traces, letter, ends):
    found = canvas.evaluate("scales", "m.ends(arg.axis, arg.traces, arg.letter)",
                            {"axis": axis, "traces": traces, "letter": letter})
    assert found == pytest.approx(ends, rel=1e-12)


@pytest.mark.parametrize("value", [0.0, 5.0, -1e300, 1e-300])
def test_one_value_alone_lies_within_an_axis_that_has_a_length(canvas, value):
    low, high = canvas.evaluate("scales", "m.ends({}, [arg], 'y')", {**CURVE, "x": [1, 2], "y": [value, value]})
    assert low < value < high


THINNED = """(({ x, y }) => [Array.from(x), Array.from(y)])(
    m.thinned({ x: Float64Array.from(arg.x), y: Float64Array.from(arg.y) }, arg.width))"""


def test_of_a_long_curve_every_column_of_pixels_keeps_its_extremes_in_their_order(canvas):
    rng, width = np.random.default_rng(1), 300
    x, y = np.sort(rng.uniform(0, width, 5000)), np.cumsum(rng.normal(size=5000))
    y[2000:2050] = np.nan
    kept = np.array(canvas.evaluate("lines", THINNED, {"x": x.tolist(), "y": y.tolist(), "width": width}))
    assert kept.shape[1] < 3 * width
    assert np.isnan(kept[1]).any()
    assert (np.diff(kept[0]) >= 0).all()
    for column in range(width):
        ours, all_ = (ys[(np.floor(xs) == column) & np.isfinite(ys)] for xs, ys in (kept, (x, y)))
        assert set(ours) <= set(all_)
        if len(all_):
            assert (ours.min(), ours.max()) == (all_.min(), all_.max()), column


def test_a_short_curve_and_one_that_turns_back_are_not_thinned(canvas):
    angles = np.linspace(0, 6, 3000)
    for x, y in (([1, 3, 4], [2, 3, 4]), ((100 + 90 * np.cos(angles)).tolist(), np.sin(angles).tolist())):
        assert canvas.evaluate("lines", THINNED, {"x": x, "y": y, "width": 200}) == [x, y]


@pytest.mark.parametrize(("html", "plain"), [
    ("10<sup>-3</sup>", "10^-3"), ("W<sub>hh</sub>", "W_hh"), ("<b>A title</b>", "A title"), ("a<br>b", "a b"),
    ("‖∂h<sub>T</sub>/∂h<sub>k</sub>‖", "‖∂h_T/∂h_k‖"), ("a &lt; b &amp; c &#8722; d", "a < b & c − d"),
    ("2 < 3", "2 < 3"), ("<script>x</script>", "<script>x</script>"),
])
def test_words_with_a_few_tags_are_told_plainly(canvas, html, plain):
    assert canvas.evaluate("rich", "m.plain(arg)", html) == plain


@pytest.mark.parametrize(("words", "heard"), [
    ("At lag 3 10^-7.2, at lag 5 0.31.", "At lag 3 10 to the power \u22127.2, at lag 5 0.31."),
    ("4.684·10^121", "4.684·10 to the power 121"), ("W_hh and σ_max", "W hh and σ max"),
    ("ρ^lag", "ρ to the power lag"), ("(σ_max γ)^lag", "(σ max γ) to the power lag"),
    ("a_file and 2_000", "a file and 2_000"),
])
def test_powers_in_words_are_said_as_they_are_spoken(canvas, words, heard):
    assert canvas.evaluate("rich", "m.heard(arg)", words) == heard


def test_words_become_their_tags_and_nothing_else_does(canvas):
    shown = canvas.evaluate("rich", """(() => {
        const element = document.createElement("div");
        m.show(element, arg);
        return element.innerHTML; })()""", "<b>10<sup>2</sup></b><br>h<sub>t</sub><img src=x onerror=alert()>&lt;b&gt;")
    assert shown == ("<b>10</b><b><sup>2</sup></b><br>h<sub>t</sub>"
                     "&lt;img src=x onerror=alert()&gt;&lt;b&gt;")


def test_lowered_and_raised_words_take_less_room_and_lines_stand_below_each_other(canvas):
    sizes = canvas.evaluate("rich", """["100", "10<sup>0</sup>", "a<br>b", "a"].map((html) => m.measured(
        document.createElement("canvas").getContext("2d"), html, { size: 20, family: "sans-serif" }))""")
    assert sizes[1]["width"] < sizes[0]["width"]
    assert sizes[2]["height"] == 2 * sizes[3]["height"]


APPLY = """arg.map(({ old, change }) => {
  const chart = { hidden: new Set(), zoom: {} };
  const plain = (v) => ArrayBuffer.isView(v) ? Array.from(v) : Array.isArray(v) ? v.map(plain)
    : v && typeof v === "object" ? Object.fromEntries(Object.entries(v).map(([k, w]) => [k, plain(w)])) : v;
  m.apply(chart, { dark: {}, figure: old });
  m.apply(chart, { patch: change });
  return plain(chart.spec);
})"""


def one_figure(rng: np.random.Generator) -> dict:
    def numbers(*shape: int) -> np.ndarray:
        values = rng.normal(size=shape).astype("<f4").astype(float)
        values[rng.random(shape) < 0.1] = rng.choice([np.nan, -np.inf, np.inf])
        return values

    colour = str(rng.choice(["a", "b"]))
    curve = {"type": "scatter", "x": numbers(rng.integers(0, 30)), "line": {"color": colour}}
    layout = {name: {"range": [0, int(rng.integers(3))]} for name in ("xaxis", "yaxis") if rng.random() < 0.7}
    cells = {"type": "heatmap", "z": numbers(rng.integers(1, 5), rng.integers(1, 4))}
    return {"data": [curve, cells], "layout": layout}


def plain(value: object) -> object:
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def test_after_a_patch_the_browser_has_the_new_figure(canvas):
    rng, cases, wanted = np.random.default_rng(5), [], []
    for _ in range(80):
        old, new = one_figure(rng), one_figure(rng)
        if rng.random() < 0.6:  # a curve grows
            x = old["data"][0]["x"]
            new["data"][0]["x"] = np.concatenate([x, np.arange(3.0)])
        cases.append({"old": encoded(old), "change": patch(old, new)})
        wanted.append(plain(new))
    for seen, new in zip(canvas.evaluate("message", APPLY, cases), wanted, strict=True):
        assert same(as_arrays(seen), as_arrays(new))


def as_arrays(value: object) -> object:
    """Lists of numbers as arrays, of which nan equals nan."""
    if isinstance(value, dict):
        return {key: as_arrays(item) for key, item in value.items()}
    if not isinstance(value, list):
        return value
    return [as_arrays(item) for item in value] if value and isinstance(value[0], dict) else np.asarray(value, float)


ZOOMED = """arg.map((layout) => {
  const chart = { hidden: new Set(), zoom: {} };
  const figure = { data: [], layout: { xaxis: { range: [0, 1] }, yaxis: {} } };
  m.apply(chart, { dark: {}, figure });
  chart.zoom = { x: [0.2, 0.4], y: [3, 4] };
  m.apply(chart, { patch: { traces: {}, layout } });
  return Object.keys(chart.zoom).join("");
})"""


def test_a_zoom_stays_until_the_page_moves_the_window_of_its_axis(canvas):
    layouts = [{}, {"shapes": []}, {"xaxis": {"range": [0, 1], "title": {"text": "t"}}},
               {"yaxis": {"autorangeoptions": {"include": [0, 5]}}}, {"xaxis": {"range": [1, 2]}},
               {"yaxis": {"range": [0, 9]}}]
    assert canvas.evaluate("message", ZOOMED, layouts) == ["xy", "xy", "xy", "xy", "y", "x"]


LEFT = """arg.map(([trace, zoom, next]) => {
  const chart = { hidden: new Set(), zoom: {} }, axes = { xaxis: {}, yaxis: {} };
  m.apply(chart, { sequence: 1, epoch: "e", dark: {}, figure: { data: [trace], layout: axes } });
  chart.zoom = zoom;
  m.apply(chart, { sequence: 2, epoch: "e", dark: {}, figure: { data: [next], layout: axes } });
  return Object.keys(chart.zoom).join("");
})"""
LINE, FAR_UP = {**CURVE, "x": [0, 4], "y": [0, 8]}, {**CURVE, "x": [0, 4], "y": [100, 108]}
CELLS = {"type": "heatmap", "x": [0, 1, 2], "y": [5, 6], "z": [[1, 2, 3], [4, 5, 6]]}
BARRED = {**BARS, "x": [0, 4], "y": [5, 9]}


@pytest.mark.parametrize(("trace", "zoom", "after", "stays"), [
    (LINE, {"x": [1, 2]}, {**LINE, "y": [1, 7]}, "x"),  # between two points
    (LINE, {"x": [1, 2]}, {**LINE, "x": [2.5, 4]}, ""), (LINE, {"x": [1, 2]}, {**LINE, "x": [0, 0.5]}, ""),
    (LINE, {"x": [1, 2]}, {**LINE, "x": [], "y": []}, ""), (LINE, {"x": [1, 2]}, {**LINE, "visible": False}, ""),
    (LINE, {"x": [1, 2]}, {**LINE, "y": [NAN, NAN]}, ""), (LINE, {"x": [1, 2]}, {**LINE, "hoverinfo": "name+y"}, ""),
    (LINE, {"y": [3, 4]}, {**LINE, "y": [1, 7]}, "y"),
    (LINE, {"y": [3, 4]}, FAR_UP, ""), (LINE, {"y": [3, 4]}, {**LINE, "y": [-9, 2]}, ""),
    (LINE, {"x": [1, 2], "y": [3, 4]}, FAR_UP, ""), (FAR_UP, {"y": [3, 4]}, LINE, "y"),
    (FAR_UP, {"y": [3, 4]}, FAR_UP, "y"), (CELLS, {"x": [2.2, 2.4]}, CELLS, "x"),
    (CELLS, {"x": [2.2, 2.4]}, {**CELLS, "x": [0, 1], "z": [[1, 2], [3, 4]]}, ""),
    (CELLS, {"y": [6.1, 6.4]}, {**CELLS, "y": [4, 5]}, ""), (BARRED, {"y": [1, 2]}, BARRED, "y"),
    (BARRED, {"y": [6, 7]}, {**BARRED, "y": [5, 5]}, ""),
], ids=str)
def test_a_zoom_of_which_nothing_is_left_gives_way_to_the_whole(canvas, trace, zoom, after, stays):
    assert canvas.evaluate("message", LEFT, [[trace, zoom, after]]) == [stays]


ENTRIES = """(({ data, layout, hidden, click, alone }) => { const state = { data, layout, hidden: new Set(hidden) };
  const all = m.entries(state), kin = (i) => data.flatMap((other, j) =>
    (j === i || (other.legendgroup && other.legendgroup === data[i].legendgroup) ? [j] : []));
  return [all, [...m.toggled(state, kin(all[click]), alone)].sort()]; })(arg)"""
FOUR = [{**CURVE, "name": name} for name in "abcd"]


@pytest.mark.parametrize(("data", "hidden", "click", "alone", "found"), [
    (FOUR, [], 1, False, [[0, 1, 2, 3], [1]]), (FOUR, [1], 1, False, [[0, 1, 2, 3], []]),
    (FOUR, [1], 2, False, [[0, 1, 2, 3], [1, 2]]), (FOUR, [], 1, True, [[0, 1, 2, 3], [0, 2, 3]]),
    (FOUR, [0, 2, 3], 1, True, [[0, 1, 2, 3], []]), (FOUR, [0, 2], 1, True, [[0, 1, 2, 3], [0, 2, 3]]),
    ([*FOUR[:2], {**FOUR[2], "showlegend": False}], [], 0, False, [[0, 1], [0]]),
    ([FOUR[0], {**FOUR[1], "legendgroup": "g"}, {**FOUR[2], "legendgroup": "g", "showlegend": False}], [], 1, False,
     [[0, 1], [1, 2]]),
    ([FOUR[0], {**FOUR[1], "visible": False}, {**FOUR[2], "x": []}, FOUR[3]], [], 1, False, [[0, 3], [3]]),
    ([{**FOUR[0], "showlegend": True}], [], 0, False, [[0], [0]]), ([MAP, *FOUR[:2]], [], 0, False, [[1, 2], [1]]),
    ([{**MAP, "name": "zero", "showlegend": True}, *FOUR[:1]], [], 0, False, [[0, 1], [0]]),
])
def test_which_names_a_chart_has_and_what_a_click_hides(canvas, data, hidden, click, alone, found):
    arg = {"data": data, "layout": {}, "hidden": hidden, "click": click, "alone": alone}
    assert canvas.evaluate("legend", ENTRIES, arg) == found
    turned = canvas.evaluate("legend", "m.entries(arg)", arg | {"layout": {"legend": {"traceorder": "reversed"}}})
    assert turned == found[0][::-1]


def test_one_trace_alone_needs_no_name(canvas):
    assert canvas.evaluate("legend", "m.entries({ data: [arg], layout: {} })", FOUR[0]) == []


@pytest.mark.parametrize(("before", "after", "hidden", "still"), [
    (["loss 1.5", "b"], ["b", "loss -2,000"], [0], [1]), (["a", "a", "b"], ["a", "b", "a"], [1], [2]),
    (["a"], ["b"], [0], []), (["a", "b"], ["a", "b"], [], []), ([None, "b"], ["b", None], [0], [1]),
])
def test_what_is_hidden_stays_hidden_by_its_name(canvas, before, after, hidden, still):
    def named(names):
        return [{"type": "scatter"} | ({"name": name} if name else {}) for name in names]

    assert canvas.evaluate("legend", "[...m.stillHidden(new Set(arg[0]), arg[1], arg[2])]",
                           [hidden, named(before), named(after)]) == still


@pytest.mark.parametrize(("axis", "ends", "words"), [
    ({}, [0, 5e9], ["0", "1·10^9", "5·10^9"]),
    ({}, [-2e-7, 2e-7], ["\u22122·10^\u22127", "0", "2·10^\u22127"]),
    ({}, [0, 20000], ["0", "20000"]), ({}, [0, 0.004], ["0", "0.004"]),
    ({"type": "log"}, [-3, 3], ["0.001", "1", "1000"]),
    ({"type": "log"}, [-9, 9], ["10^\u22128", "10^8"]),
    ({"tickprefix": "10<sup>", "ticksuffix": "</sup>"}, [-2, 2], ["10^\u22122", "10^0", "10^2"]),
    ({"tickformat": ".0%"}, [0, 1], ["0%", "100%"]),
], ids=str)
def test_the_words_at_the_ticks(canvas, axis, ends, words):
    found = canvas.evaluate("picture", """(() => {
        const font = { size: 16 }, layout = { font, xaxis: {}, yaxis: { ...arg.axis, range: arg.ends } };
        const theme = { family: "sans-serif" }, { axes } = m.picture({ data: [], layout }, { theme, size: [480, 400] });
        return axes.y.ticks.map(({ text }) => text.replace("<sup>", "^").replace("</sup>", "")); })()""",
                            {"axis": axis, "ends": ends})
    assert set(words) <= set(found), found
    assert len(found) < 14


# What a figure says of a point, {trace, i} or {trace, i, j} of a map: here, and by plotly's own hover.
HOVER = """async ({ figure, at: { trace, i, j } }) => {
  const { apply } = await import("/message.js"), { show } = await import("/rich.js");
  const { picture } = await import("/picture.js"), { point, said } = await import("/values.js");
  const { forPlotly, plotly } = await import("/plotly.js"), Plotly = await plotly("/plotly.min.js");
  const chart = { hidden: new Set(), zoom: {} }, words = document.createElement("i");
  apply(chart, { dark: {}, figure });
  const theme = { colour: (c) => c, background: "#ffffff", family: "sans-serif" };
  const state = picture(chart.spec, { theme, size: [480, 300] });
  show(words, said(state, point(state, trace, i, j)).reverse().filter(Boolean).join(" "));
  const box = document.body.appendChild(document.createElement("div"));
  const [data, layout] = forPlotly(chart.spec, theme, { width: 600, height: 400, hovermode: "closest" });
  const { x, y, xaxis = "x", yaxis = "y" } = data[trace];
  data.forEach((other, k) => { if (k !== trace) other.visible = false; });
  await Plotly.newPlot(box, data, layout);
  if (j === undefined) Plotly.Fx.hover(box, [{ curveNumber: trace, pointNumber: i }], [xaxis + yaxis]);
  else Plotly.Fx.hover(box, { xval: x[j], yval: y[i] }, xaxis + yaxis);
  const theirs = [...box.querySelectorAll(".hovertext text")].map((one) => one.textContent).filter(Boolean).join(" ");
  Plotly.purge(box);
  box.remove();
  return [words.textContent, theirs].map((text) => text.replaceAll("\u200b", "").replaceAll("\u2212", "-"));
}"""


def templates() -> dict:
    """Of each way in which a trace speaks one point of one figure: {template: (figure, point)}."""
    found = {}
    for group in GROUPS:
        for figure in figures(group).values():
            for i, trace in enumerate(figure.traces):
                told = trace.get("hovertemplate")
                if told is None or trace.get("visible") is False or trace.get("meta", {}).get("zeros_of") is not None:
                    continue
                key = re.sub(r"[\d.]+(?![^{]*})", "#", told)
                if "z" in trace:
                    z = np.asarray(trace["z"], float)
                    z = z.T if trace.get("transpose") else z
                    row = z.shape[0] // 2 if trace["type"] == "contour" else z.shape[0] - 1
                    if z.size and np.isfinite(z[row, z.shape[1] // 2]):
                        found.setdefault(key, (figure, {"trace": i, "i": row, "j": z.shape[1] // 2}))
                    continue
                known = np.isfinite(np.asarray(trace["x"], float)) & np.isfinite(np.asarray(trace["y"], float))
                if known.any():
                    found.setdefault(key, (figure, {"trace": i, "i": int(np.flatnonzero(known)[-1])}))
    return found


def test_a_figure_says_of_its_points_what_plotly_says(canvas):
    """But for the order of name and words, and for the sign of a minus."""
    wrong, asked = [], templates()
    assert len(asked) > 40
    for figure, point in asked.values():
        spec = specification(figure)
        spec["layout"].pop("meta", None)
        ours, theirs = canvas.page.evaluate(HOVER, {"figure": encoded(spec), "at": point})
        if ours != theirs:
            wrong.append(f"{figure.traces[point['trace']]['hovertemplate']!r}: {ours!r}, plotly: {theirs!r}")
    assert not wrong, "\n".join(wrong)
