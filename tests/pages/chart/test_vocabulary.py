"""What of a figure is not drawn is named, each in a line; that every figure of the app is drawn is tested where it is
made (tests/helpers/drawn.py)."""

import numpy as np
import pytest

from core.plotting import theme
from pages._chart.patch import specification
from pages._chart.vocabulary import CLOSED, LAYOUT, MODES, SYMBOLS, TRACES, outside

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
