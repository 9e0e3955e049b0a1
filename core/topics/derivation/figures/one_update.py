"""One update without recurrence: forward along the arrows, and the gradient back along the same ones."""

from __future__ import annotations

import numpy as np

from core.markup import as_html
from core.norms import euclidean_norm
from core.plotting import theme
from core.plotting.drawing import Drawing
from core.spelling import plain
from core.topics.derivation.figures.words import say
from core.topics.derivation.word.feedforward import FeedForward
from core.topics.derivation.word.unrolled import END

PLACES = np.array([1.0, 2.0, 3.0, 4.0])  # x, h, y, L
APART = 0.17  # of the two directions
ROOM = 0.24  # between an arrow's end and the middle of a node


def one_update_figure(one: FeedForward) -> Drawing:
    """x -> h -> y -> L, with the norms of the states above and those of the gradients below."""
    next_name = say("update.end").text if one.next_letter == END else one.next_letter
    sizes = [1.0, *(euclidean_norm(v) for v in (one.h, one.y)), one.loss]
    back = [euclidean_norm(one.dL_dh), euclidean_norm(one.dL_dy), float(np.linalg.norm(one.dL_dW_xh, 2))]
    ticks = [f"<b>{one.letter}</b>", "state", "output", f"loss on<br>{next_name}"]
    above = ["one-hot", *(f"{name} = {as_html(plain(size))}" for name, size in
                          zip(("‖h‖", "‖y‖", "L"), sizes[1:], strict=True))]
    traces = [
        _arrow(1, theme.MEMORYLESS, "one_W", "one_dh_dW"),
        _arrow(2, theme.BOUND, "one_dy_dh"),
        _arrow(3, theme.CIRCLE),
        _arrow(3, theme.MEASURED, "one_dL_dy", back=True),
        _arrow(2, theme.MEASURED, "one_dy_dh", back=True),
        _arrow(1, theme.MEASURED, "one_dh_dW", "one_dL_dW", "eta", back=True),
        {"type": "scatter", "mode": "markers+text", "x": PLACES, "y": np.zeros(4), "name": "nodes",
         "hoverinfo": "skip", "text": ["x", "h", "y", "L"], "textposition": "middle center",
         "marker": {"size": 30, "color": theme.DROPPED, "line": {"color": theme.INK, "width": 2}}},
        {"type": "scatter", "mode": "text", "x": PLACES, "y": np.full(4, 0.42), "name": "sizes", "text": above,
         "textfont": {"size": theme.FONT - 2}, "hoverinfo": "skip"},
        _label(1.5, "W<sub>xh</sub>", theme.MEMORYLESS, 0.24, "one_W"),
        _label(2.5, "W<sub>hy</sub>", theme.BOUND, 0.24, "one_dy_dh"),
        _label(3.0, f"‖∂L/∂y‖ = {as_html(plain(back[1]))}", theme.MEASURED, -0.38, "one_dL_dy"),
        _label(2.0, f"‖∂L/∂h‖ = {as_html(plain(back[0]))}", theme.MEASURED, -0.54, "one_dy_dh"),
        _label(1.5, f"‖∂L/∂W<sub>xh</sub>‖ = {as_html(plain(back[2]))}", theme.MEASURED, -0.7, "one_dL_dW", "eta"),
    ]
    return theme.figure(
        [trace | {"showlegend": False} for trace in traces], title="One letter, without recurrence", x="", y="",
        text=say("update", {"loss": one.loss, "after": one.loss_after}, letter=one.letter, next=next_name).text,
        xaxis={"tickvals": PLACES, "ticktext": ticks, "showgrid": False, "range": [0.5, 4.5]},
        yaxis={"visible": False, "range": [-0.85, 0.65]})


def _arrow(start: int, colour: str, *symbols: str, back: bool = False) -> theme.Trace:
    """From node to node, or below it the way back."""
    ends = [start + ROOM, start + 1 - ROOM]
    y = -APART if back else APART
    return {"type": "scatter", "mode": "lines+markers", "x": np.array(ends[::-1] if back else ends),
            "y": np.full(2, y), "name": " ".join(symbols) or "loss", "hoverinfo": "skip", "meta": theme.shows(*symbols),
            "line": {"color": colour, "width": 3, "dash": "dot" if back else "solid"},
            "marker": {"symbol": "arrow", "angleref": "previous", "size": [0, 14], "color": colour}}


def _label(x: float, words: str, colour: str, y: float, *symbols: str) -> theme.Trace:
    return {"type": "scatter", "mode": "text", "x": np.array([x]), "y": np.array([y]), "text": [words], "name": words,
            "textfont": {"color": colour, "size": theme.FONT - 2}, "hoverinfo": "skip", "meta": theme.shows(*symbols)}
