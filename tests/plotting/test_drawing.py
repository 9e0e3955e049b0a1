"""A figure as plain data is Plotly's figure, made only when it is asked for."""

import numpy as np

from core.plotting import theme
from core.plotting.drawing import Drawing
from pages._chart.patch import same


def drawn(**more):
    traces = [theme.line(np.arange(3.0), np.array([1.0, np.inf, 2.0]), "a", theme.MEASURED, text=None, **more),
              {"type": "heatmap", "z": np.eye(2), "colorscale": theme.SHRINK_GROW}]
    return theme.figure(traces, title="Title", x="lag (steps)", y="norm", text="It is 2.", yaxis=theme.log_axis(),
                        annotations=[theme.note("nothing")], shapes=[theme.rule("x", 2.0, theme.MARK)])


def test_it_is_what_plotly_makes_of_it():
    made = drawn()
    assert same(made.traces, [dict(trace) for trace in made.figure._data])
    assert same({"template": {}, **made.look}, dict(made.figure._layout))
    assert made.layout.meta["text"] == "It is 2."
    assert made.data[0].name == "a"
    assert made.figure is made.figure


def test_what_is_none_is_left_out_at_every_depth():
    made = Drawing([{"type": "scatter", "text": None, "line": {"color": None, "dash": "dot"}}], {"xaxis": None})
    assert (made.traces, made.look) == ([{"type": "scatter", "line": {"dash": "dot"}}], {})


def test_what_it_was_made_of_may_change_afterwards():
    y, shapes = np.zeros(3), [theme.rule("x", 2.0, theme.MARK)]
    made = Drawing([{"type": "scatter", "y": y}], {"shapes": shapes})
    y += 1.0
    shapes[0]["x0"] = 7.0
    shapes.append({})
    assert made.traces[0]["y"].tolist() == [0.0, 0.0, 0.0]
    assert [shape["x0"] for shape in made.look["shapes"]] == [2.0]

