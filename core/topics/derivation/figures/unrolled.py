"""A recurrent network unrolled over a word, one column a letter, with what flows along its arrows."""

from __future__ import annotations

import numpy as np

from core.norms import column_norms
from core.plotting import theme
from core.plotting.drawing import Drawing
from core.spelling import power_label, share
from core.topics.derivation.figures.words import say
from core.topics.derivation.word.unrolled import Unrolled

REACH = 6.0  # log10; the colours of the states go from 10^-6 times the largest gradient to it
ROOM = 0.2  # between an arrow's end and the middle of a node
CROWDED = 8  # columns: of more, every second gradient is written, and the nodes are smaller
Arrow = tuple[float, float, float, float]


def unrolled_figure(word: Unrolled, t: int, k: int, *, backward: bool) -> Drawing:
    """Letters below, states above them, what is to be named on top; step t has a ring.

    Args:
        t, k: where the gradients run back, the way from step t to step k is drawn thick.
        backward: whether they do, and are written at the states.
    """
    T, top = len(word.letters), len(word.layers)
    norms = np.array([column_norms(layer.dL_dh.T) for layer in word.layers])
    with np.errstate(divide="ignore"):
        log10 = np.log10(norms)
    below, states = _states(word, norms, log10, backward)
    here, before, output = _rings(t, top, _size(T))
    traces = [*_flows(T, top, t, k, backward), _letters(word), below, states, here, before, _next_letters(word), output,
              _gradients(log10, backward)]
    return theme.figure(
        [trace | {"showlegend": False} for trace in traces],
        title="Back through the word: ‖∂L/∂h<sub>t</sub>‖" if backward else "The network, unrolled", x="step t", y="",
        text=_reading(word, t, norms, backward),
        xaxis={"tickvals": np.arange(1, T + 1), "showgrid": False, "range": [0.5, T + 0.85]},
        yaxis={"tickvals": list(range(top + 2)), "showgrid": False, "range": [-0.4, top + 1.4],
               "ticktext": ["letter", *(f"h<sup>({i})</sup>" if top > 1 else "h" for i in range(1, top + 1)), "next"]})


def _size(T: int) -> int:
    """Of a node, pixels."""
    return 20 if T > CROWDED else 26


def _flows(T: int, top: int, t: int, k: int, backward: bool) -> list[theme.Trace]:
    """The arrows between the nodes, and below them the way from step t to step k."""
    columns = np.arange(1, T + 1)
    return [
        theme.line([float(t), float(k)] if backward else [], [float(top)] * 2 if backward else [], "the way back",
                   theme.THRESHOLD, hoverinfo="skip", meta=theme.shows("product", "norm", "k", "dLt_dhk"),
                   opacity=0.35) | {"line": {"color": theme.THRESHOLD, "width": 14}},
        _arrows([(c, top, c + 1, top) for c in columns[:-1]], theme.RHO, backward, "across", "W_hh", "factor",
                "product", "norm"),
        _arrows([(c, 1, c + 1, 1) for c in columns[:-1]] if top > 1 else [], theme.RHO, backward,
                "across the lower layer"),
        _arrows([(c, 0, c, 1) for c in columns] if top > 1 else [], theme.MEMORYLESS, backward, "into the lower layer"),
        _arrows([(c, top - 1, c, top) for c in columns], theme.MEMORYLESS, backward, "in", "W_xh", "down"),
        _arrows([(c, top, c, top + 1) for c in columns], theme.BOUND, backward, "out", "W_hy"),
    ]


def _letters(word: Unrolled) -> theme.Trace:
    """What is read; for two layers x_t is the state below."""
    T = len(word.letters)
    return {"type": "scatter", "mode": "text", "x": np.arange(1.0, T + 1), "y": np.zeros(T), "name": "letters",
            "text": [f"<b>{letter}</b>" for letter in word.letters],
            "textfont": {"size": theme.FONT + 4}, "meta": theme.shows(*(["x_t"] if len(word.layers) == 1 else [])),
            "hovertemplate": "step %{x}: %{text}<extra></extra>"}


def _states(word: Unrolled, norms: np.ndarray, log10: np.ndarray, backward: bool) -> list[theme.Trace]:
    """Those of the layers below, and of the highest, coloured by their size or by that of their gradient."""
    T, top = len(word.letters), len(word.layers)
    sizes = np.array([column_norms(layer.h.T) for layer in word.layers])
    highest = float(log10.max()) if np.isfinite(log10.max()) else 0.0
    shade = np.clip(log10 - highest, -REACH, 0.0) if backward else sizes
    ends = (-REACH, 0.0) if backward else (0.0, max(float(sizes.max()), 1e-300))

    def states(layers: slice, name: str, *symbols: str) -> theme.Trace:
        rows = np.arange(top)[layers]
        return {"type": "scatter", "mode": "markers", "x": np.tile(np.arange(1.0, T + 1), len(rows)),
                "y": np.repeat(rows + 1.0, T), "name": name, "meta": theme.shows(*symbols),
                "marker": {"size": _size(T), "color": shade[layers].ravel(), "cmin": ends[0], "cmax": ends[1],
                           "colorscale": theme.MAP, "line": {"color": theme.INK, "width": 1.5}},
                "customdata": np.stack([sizes[layers].ravel(), norms[layers].ravel()], axis=1),
                "hovertemplate": "step %{x}: ‖h‖ = %{customdata[0]:.3g}, ‖∂L/∂h‖ = %{customdata[1]:.3g}"
                                 "<extra></extra>"}

    return [states(slice(0, top - 1), "states below", *(["x_t"] if top > 1 else [])),
            states(slice(top - 1, top), "states", "dL_dW", "W_hh")]


def _next_letters(word: Unrolled) -> theme.Trace:
    """What is to be named, with its probability; signs for its words, which a narrow column has no room for."""
    T = len(word.letters)
    said = [share(float(p)).replace("less than ", "&lt;").replace("more than ", "&gt;")
            for p in word.p[np.arange(T), word.target]]
    named = [f"{letter}<br>{words}" for letter, words in zip(word.next_letters, said, strict=True)]
    return {"type": "scatter", "mode": "text", "x": np.arange(1.0, T + 1), "y": np.full(T, len(word.layers) + 1.0),
            "name": "next", "text": named, "textfont": {"size": theme.FONT - 2}, "meta": theme.shows("L", "dL_dW"),
            "hovertemplate": "step %{x}: the next letter gets %{text}<extra></extra>"}


def _gradients(log10: np.ndarray, backward: bool) -> theme.Trace:
    """The norms to the right of the states; of many columns every second, the last one among them."""
    top, T = log10.shape
    x, y = np.tile(np.arange(1.0, T + 1), top), np.repeat(np.arange(1.0, top + 1), T)
    written = ((T - x) % 2 == 0) | (T <= CROWDED)
    return {"type": "scatter", "mode": "text", "x": x + 0.06, "y": y - 0.3, "name": "gradients",
            "textposition": "middle right", "hoverinfo": "skip", "cliponaxis": False,
            "text": [power_label(value) if shown and backward else "" for value, shown in
                     zip(log10.ravel(), written, strict=True)],
            "textfont": {"size": theme.FONT - 3, "color": theme.MEASURED}, "meta": theme.shows("dL_dW")}


def _reading(word: Unrolled, t: int, norms: np.ndarray, backward: bool) -> str:
    ends = [say("unrolled.ends", {"first": float(row[0]), "last": float(row[-1]), "T": len(row)}) for row in norms]
    where = ends[0] if len(ends) == 1 else say("unrolled.two_layers", upper=ends[1], lower=ends[0])
    more = say("unrolled.back", where=where) if backward else say(
        "unrolled.next", {"p": float(word.p[t - 1, word.target[t - 1]])})
    return say("unrolled", {"t": t, "loss": float(word.L_t[t - 1]), "whole": word.loss},
               letter=word.letters[t - 1], more=more).text


def _rings(t: int, top: int, size: int) -> list[theme.Trace]:
    """Around step t, around the one before, and around the output at t."""
    return [_ring(t, top, size + 14, "step t", "h_t", "a_t", "b_h", "phi", "slopes", "t", "dLt_dW", "dLt_dh", "factor",
                  "down", solid=True),
            _ring(t - 1, top, size + 8, "step t − 1", "h_before", "factor", solid=False),
            _ring(t, top + 1, size + 14, "output at t", "y_t", "p_t", "p_next", "L_t", "b_y", "dLt_dW", "dLt_dh",
                  solid=False)]


def _ring(x: int, y: int, size: int, name: str, *symbols: str, solid: bool) -> theme.Trace:
    """Around one node; none before the first step."""
    at = [float(x)] if x >= 1 else []
    return {"type": "scatter", "mode": "markers", "x": np.array(at), "y": np.full(len(at), float(y)), "name": name,
            "hoverinfo": "skip", "cliponaxis": False, "meta": theme.shows(*symbols),
            "marker": {"symbol": "circle-open", "size": size, "color": theme.THRESHOLD,
                       "line": {"width": 3 if solid else 1.2}}}


def _arrows(arrows: list[Arrow], colour: str, backward: bool, name: str, *symbols: str) -> theme.Trace:
    """All arrows of one kind, each from node to node; the other way round where the gradient runs back."""
    x: list[float] = []
    y: list[float] = []
    for x0, y0, x1, y1 in arrows:
        dx, dy = (x1 - x0) * ROOM, (y1 - y0) * ROOM
        ends = [(x0 + dx, y0 + dy), (x1 - dx, y1 - dy)]
        for x_end, y_end in reversed(ends) if backward else ends:
            x.append(x_end)
            y.append(y_end)
        x.append(np.nan)
        y.append(np.nan)
    heads = [0, 11, 0] * len(arrows)
    return {"type": "scatter", "mode": "lines+markers", "x": np.array(x), "y": np.array(y), "name": name,
            "line": {"color": colour, "width": 2}, "hoverinfo": "skip", "meta": theme.shows(*symbols),
            "marker": {"symbol": "arrow", "angleref": "previous", "size": heads, "color": colour}}
