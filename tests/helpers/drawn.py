"""What a reader sees of a figure beside its lines: titles, units, legend, hover words, rules, words on it, its text."""

from core.plotting.drawing import Drawing


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
