"""What a reader sees of a figure beside its lines: titles, units, legend, hover words, rules, words on it, its text."""

import numpy as np
import plotly.graph_objects as go

from core.plotting.drawing import Drawing
from pages._chart.patch import specification
from pages._chart.vocabulary import outside


def check(fig: Drawing) -> None:
    """Valid for Plotly, which Explore opens, and all of it drawn on the page; no infinity in a line, but -inf, which is
    log10 of exactly 0, on an axis of powers."""
    go.Figure(fig.to_plotly_json(), skip_invalid=False)
    spec = specification(fig)
    del spec["layout"]["meta"]
    assert outside(spec) == []
    for trace in fig.traces:
        if trace["type"] in ("scatter", "scatter3d"):
            values = np.array(trace["y"], float)
            if "tickprefix" in fig.look[f"yaxis{trace.get('yaxis', 'y')[1:]}"]:
                values = values[~np.isneginf(values)]
            assert not np.isinf(np.concatenate([values, np.asarray(trace["x"], float)])).any(), trace["name"]


def zeros(trace: go.Scatter) -> list[float]:
    """Where a trace is exactly 0, on an axis of powers."""
    return np.asarray(trace.x)[np.isneginf(np.asarray(trace.y, float))].tolist()


def titles(fig: Drawing) -> tuple[str, ...]:
    """Of the figure and of its axes, without the bold of the first."""
    layout = fig.layout
    return (layout.title.text.removeprefix("<b>").removesuffix("</b>"), layout.xaxis.title.text,
            layout.yaxis.title.text)


def reading(fig: Drawing) -> str:
    """The text alternative."""
    return fig.layout.meta["text"]


def hovers(fig: Drawing) -> dict[str, str]:
    """Hover words by the name of the trace; what says nothing is left out."""
    return {t.name: t.hovertemplate for t in fig.data if t.hovertemplate}


def legend(fig: Drawing) -> list[str]:
    """Names in the legend, in its order."""
    return [t.name for t in fig.data if t.name and t.showlegend is not False]


def rules(fig: Drawing) -> list[tuple]:
    """Lines and bands: the values where they stand, colour and dash."""
    return [(s.type, s.xref or "x", s.x0, s.x1, s.yref or "y", s.y0, s.y1, s.line.color or s.fillcolor, s.line.dash)
            for s in fig.layout.shapes]


def notes(fig: Drawing) -> list[tuple]:
    """Words on the figure: (text, x, y, on which side of that point they stand)."""
    return [(a.text, a.x, a.y, a.xanchor, a.yanchor) for a in fig.layout.annotations]
