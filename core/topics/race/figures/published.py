"""Success rate by sequence length for the three ways to train, as in figure 7 of Pascanu, Mikolov & Bengio 2013."""

from __future__ import annotations

from core.plotting import theme
from core.plotting.drawing import Drawing
from core.spelling import count
from core.topics.race.published.base import METHODS, Outcome, results_in_words, success_rate

COLOURS = {"sgd": theme.BEFORE, "clip": theme.AFTER, "omega": theme.RHO}
DASHES = {"sgd": "dot", "clip": "dash", "omega": "solid"}
SYMBOLS = {"sgd": "circle", "clip": "square", "omega": "diamond"}
SIZES = {"sgd": 9, "clip": 13, "omega": 17}  # where two agree, the larger one is drawn first and stays visible


def published_figure(outcomes: list[Outcome]) -> Drawing:
    """One line a method: the share of its runs that were solved, against the length."""
    lengths = sorted({outcome.length for outcome in outcomes})
    seeds = len({outcome.seed for outcome in outcomes})
    traces = []
    for method in reversed(METHODS):
        rates = [success_rate(outcomes, method, length) for length in lengths]
        runs = [sum(o.method == method and o.length == length for o in outcomes) for length in lengths]
        trace = theme.line(lengths, rates, METHODS[method], COLOURS[method], dash=DASHES[method], mode="lines+markers",
                           marker={"symbol": SYMBOLS[method], "size": SIZES[method], "color": COLOURS[method]},
                           customdata=[f"{round(rate * n)} of {count(n, 'run')}"
                                       for rate, n in zip(rates, runs, strict=True)],
                           hovertemplate="T = %{x}: %{customdata} solved<extra>%{fullData.name}</extra>")
        traces.append(trace)
    return theme.figure(traces, title=f"Success rate by length, {count(seeds, 'seed')}", x="T (steps)", y="runs solved",
                        text=results_in_words(outcomes), xaxis={"tickvals": lengths},
                        yaxis={"range": [-0.06, 1.06], "tickformat": ".0%", "dtick": 0.25},
                        legend={"traceorder": "reversed"})
