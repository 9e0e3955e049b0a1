"""What of a figure is not drawn is named, each in a line; that every figure of the app is drawn is tested where it is
made (tests/helpers/drawn.py)."""

import numpy as np
import pytest

from core.plotting import theme
from pages._chart.patch import specification
from pages._chart.vocabulary import CLOSED, DASHES, LAYOUT, MODES, SYMBOLS, TRACES, outside

NO_TAG = "words with no tags but sup, sub, b, br; not "


def found(trace=None, **layout):
    """Of a line with that on it."""
    line = theme.line([0, 1], [1, -np.inf], "a", theme.MEASURED) | (trace or {})
    spec = specification(theme.figure([line], title="W<sub>hh</sub>", x="x", y="y", text="", **layout))
    del spec["layout"]["meta"]
    return outside(spec)


def test_a_figure_of_what_there_is_has_nothing_outside():
    assert found({"mode": "lines+markers", "marker": {"symbol": ["star", "x"], "size": np.array([0, 14])},
                  "line": {"dash": "12px 4px 3px", "width": np.float64(2.5), "color": "rgba(1, 2, 3, 0.5)"},
                  "text": ["&lt;b&gt; R&#38;D", "a<br>b"], "textposition": "top right",
                  "hovertemplate": "%{x}: 10<sup>%{y:+.2f}</sup> %{customdata[1]:.3g}<extra>%{fullData.name}</extra>",
                  "customdata": np.ones((2, 2))},
                 shapes=[theme.rule("x", 1, theme.MARK)], annotations=[theme.note("no")],
                 yaxis=theme.log_axis([1.0])) == []


@pytest.mark.parametrize(("trace", "line"), [
    ({"type": "pie"}, "data[0].type: bar, contour, heatmap, scatter; not 'pie'"),
    ({"type": "surface"}, "data[0].type: bar, contour, heatmap, scatter; not 'surface'"),
    ({"error_y": {}}, f"data[0].error_y: not drawn; there are {', '.join(TRACES['scatter'])}"),
    ({"mode": "steps"}, f"data[0].mode: {', '.join(MODES)}; not 'steps'"),
    ({"line": {"dash": "5,3"}}, "data[0].line.dash: solid, dot, dash, longdash, dashdot, or lengths in px; not '5,3'"),
    ({"line": {"color": "red"}}, "data[0].line.color: a colour as #0072b2 or rgba(0,0,0,0.5); not 'red'"),
    ({"line": "red"}, "data[0].line: color, width, dash; not 'red'"),
    ({"line": {"width": "2"}}, "data[0].line.width: a number; not '2'"),
    ({"line": {"width": True}}, "data[0].line.width: a number; not True"),
    ({"marker": {"symbol": ["star", "pentagon"]}},
     f"data[0].marker.symbol: {', '.join(SYMBOLS)}, or a list of these; not ['star', 'pentagon']"),
    ({"x": ["a", "b"]}, "data[0].x: numbers; not ['a', 'b']"),
    ({"x": np.array(["a"])}, "data[0].x: numbers; not array(['a'], dtype='<U1')"),
    ({"name": "<i>W</i>"}, f"data[0].name: {NO_TAG}'<i>W</i>'"),
    ({"name": "a & b &mdash; c"}, f"data[0].name: {NO_TAG}'a & b &mdash; c'"),
    ({"name": "<img src=x>"}, f"data[0].name: {NO_TAG}'<img src=x>'"),
    ({"text": ["1 < 2"]}, f"data[0].text: {NO_TAG.replace('; not ', ', or a list of these; not ')}['1 < 2']"),
    ({"hoverinfo": "all"}, "data[0].hoverinfo: skip, name+y; not 'all'"),
    ({"textposition": "inside"}, "data[0].textposition: "),
    ({"yaxis": "y3"}, "data[0].yaxis: y, y2; not 'y3'"),
])
def test_what_is_not_drawn_of_a_trace_is_named_with_what_there_is(trace, line):
    (said,) = found(trace)
    assert said.startswith(line) if line.endswith(": ") else said == line


@pytest.mark.parametrize("hover", ["%{y:.3s}", "%{y:,}", "%{meta}", "%{customdata[a]}", "%{y:.2f", "<i>%{y}</i>",
                                   "<extra></extra>%{y}", "%{y:.2f|x}"])
def test_a_template_has_what_the_browser_side_spells(hover):
    (line,) = found({"hovertemplate": hover})
    assert line.startswith("data[0].hovertemplate: words with %{x}")
    assert line.endswith(f"; not {hover!r}")


@pytest.mark.parametrize(("layout", "line"), [
    ({"barmode": "stack"}, f"layout.barmode: not drawn; there are {', '.join(LAYOUT)}"),
    ({"xaxis": {"type": "date"}}, "layout.xaxis.type: log; not 'date'"),
    ({"xaxis": {"tickformat": ",.1f"}},
     "layout.xaxis.tickformat: a format as .3g, .2f, .1e, .0%, .3~%, +.2f or d; not ',.1f'"),
    ({"yaxis": {"side": "right"}}, "layout.yaxis.side: not drawn; there are "),
    ({"shapes": [theme.rule("x", 1, theme.MARK), {"type": "circle"}]},
     "layout.shapes[1].type: line, rect; not 'circle'"),
    ({"annotations": [theme.note("a") | {"showarrow": True}]}, "layout.annotations[0].showarrow: False; not True"),
    ({"legend": {"x": 1}}, "layout.legend.x: not drawn; there are traceorder"),
])
def test_what_is_not_drawn_of_a_layout_is_named_with_what_there_is(layout, line):
    (said,) = found(**layout)
    assert said.startswith(line) if line.endswith("are ") else said == line


COLOUR = "a colour as #0072b2 or rgba(0,0,0,0.5)"


@pytest.mark.parametrize(("values", "good", "bad", "words"), [
    ("x", ([1, 2.5], (1, 2), np.arange(2), np.array([1.0]), np.array([1], np.uint8)),
     ([1, True], [1, "2"], np.array([True]), 1, "12", {1, 2}), "numbers"),
    ("opacity", (0, 0.5, np.float32(1), np.int64(1)), (False, "1", None, [1]), "a number"),
    ("showlegend", (True, False), ("yes", None, [True]), "True, False"),
    ("mode", ("lines", "markers+text"), (["lines"], None, {}, "line"), ", ".join(MODES)),
    ("marker.size", (3, [3, 4], np.arange(2)), ([3, "4"], "3", None), "a number, or one for each point"),
    ("marker.color", ("#0072b2", "#ABCDEF", ["#0072b2", "rgb(1,2,3)"], np.arange(2), [1, 2]),
     ("blue", ["#0072b2", "red"], "#0072b", "x#0072b2", 3), "a colour, a list of them, or numbers"),
    ("marker.colorscale", (theme.MAP, [[0, "#000000"], (1, "rgba(1,2,3,0.5)")]),
     ("Viridis", [[0, "black"]], [["0", "#000000"]], [[0, "#000000", 1]]), "Cividis, or stops of colours"),
    ("customdata", ([1, 2], ["a", "b"], np.ones((2, 2))), ([1, "a"], ["<i>"]), "numbers, or words"),
    ("legendgroup", ("a", "<i>"), (1, None, ["a"]), "a name"),
    ("meta.symbols", ("a", ["a", "b"]), (1, ["a", 1]), "a name, or a list of these"),
    ("line.dash", ("dot", "3px", "12px 4px"), ("3", "px", "3px,4px", 3), f"{', '.join(DASHES)}, or lengths in px"),
    ("line.color", ("#0072b2", "RGBA(0, 0, 0, .5)"), ("#0072b2ff", 1, ["#0072b2"]), COLOUR),
    ("text", ("a", ["a", "b<br>c"], ("&amp;",)), ([["a"]], 1, ["<p>"]), "words with no tags but sup, sub, b, br, or a "
                                                                       "list of these"),
])
def test_what_an_attribute_may_be(values, good, bad, words):
    outer, _, inner = values.partition(".")

    def of(value):
        return outside({"data": [{"type": "scatter", outer: {inner: value} if inner else value}], "layout": {}})

    for value in good:
        assert of(value) == [], value
    for value in bad:
        assert of(value) == [f"data[0].{values}: {words}; not {value!r:.80}"]


def test_the_words_on_a_map_stand_in_rows():
    def of_map(text):
        return outside({"data": [{"type": "heatmap", "text": text}], "layout": {}})

    assert of_map([["a", "b"], ["c", "d"]]) == of_map([]) == []
    assert of_map([["a", 1]]) == ["data[0].text: rows of words; not [['a', 1]]"]


@pytest.mark.parametrize("form", ["", ".3g", ".2f", ".1e", ".0%", ".3~%", "+.2f", "d", "+d", "~f", ".12"])
def test_a_format_is_one_that_the_browser_side_spells(form):
    assert found(xaxis={"tickformat": form}) == found({"hovertemplate": f"%{{x:{form}}}"}) == []


def test_a_trace_without_a_type_and_a_table_that_is_none_are_named():
    assert outside({"data": [{}, {"type": "bar"}], "layout": []}) == [
        "data[0].type: bar, contour, heatmap, scatter; not None", f"layout: {', '.join(LAYOUT)}; not []"]


def test_a_scene_is_plotly_s_and_has_no_flat_trace():
    scene = {"data": [{"type": "surface", "anything": 1}, {"type": "scatter3d"}], "layout": {"scene": {}, "any": 1}}
    assert outside(scene) == []
    scene["data"].append({"type": "scatter"})
    assert outside(scene) == ["data[2].type: scatter3d, surface; not 'scatter'"]


def test_a_long_value_is_cut_and_everything_is_named():
    lines = found({"mode": "x" * 500, "fill": "tozeroy"})
    assert [line.split(":")[0] for line in lines] == ["data[0].mode", "data[0].fill"]
    assert len(lines[0]) < 200


def test_a_symbol_may_be_open_if_it_is_closed():
    assert {symbol.removesuffix("-open") for symbol in SYMBOLS if symbol.endswith("-open")} == set(CLOSED)
    assert "x-open" not in SYMBOLS
