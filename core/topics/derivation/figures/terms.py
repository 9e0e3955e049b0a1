"""The terms of the double sum: how much each pair (t, k) adds to dL/dW_hh."""

from __future__ import annotations

import numpy as np

from core.plotting import theme
from core.plotting.drawing import Drawing
from core.topics.derivation.figures.words import say
from core.topics.derivation.word.layer import Layer
from core.training.truncated_pairs import truncation_map

LOW, HIGH = -9.0, 1.0  # log10; never renormalised


def terms_figure(layer: Layer, letters: tuple[str, ...], t: int, k: int, k2: int | None = None) -> Drawing:
    """Row t, column k: log10 of the norm of one term; exactly zero at k = 1, where h_0 = 0.

    Args:
        t, k: the pair that is marked, with its row.
        k2: a truncation that keeps the k2 last terms of each row; the others are dimmed.
    """
    T = len(letters)
    z, at = layer.log10_terms, np.arange(1, T + 1)
    dropped = np.zeros((T, T), bool) if k2 is None else truncation_map(T, 1, k2, at).unseen(at[:, None], at)
    steps = at.astype(float)
    ticks = {"tickvals": steps, "ticktext": [f"{i} {letter}" for i, letter in enumerate(letters, start=1)],
             "range": [0.5, T + 0.5], "showgrid": False}
    all_of_them = theme.shows("dLt_dW", "dLt_dh", "product", "dhk_dW", "dLt_dhk", "k_2")
    return theme.figure(
        [
            {"type": "heatmap", "x": steps, "y": steps, "z": z, "zmin": LOW, "zmax": HIGH, "colorscale": theme.MAP,
             "name": "", "colorbar": theme.powers_bar(LOW, HIGH, "term", 3), "meta": all_of_them,
             "hovertemplate": "t = %{y}, k = %{x}: 10<sup>%{z:.2f}</sup><extra></extra>"},
            {"type": "heatmap", "x": steps, "y": steps, "z": np.where(np.isneginf(z), 1.0, np.nan), "zmin": 0,
             "zmax": 1, "colorscale": [[0, theme.ZERO], [1, theme.ZERO]], "showscale": False, "name": "",
             "meta": {"zeros_of": 0, **all_of_them}, "hovertemplate": "t = %{y}, k = %{x}: exactly 0<extra></extra>"},
            {"type": "heatmap", "x": steps, "y": steps, "z": np.where(dropped, 1.0, np.nan), "zmin": 0, "zmax": 1,
             "colorscale": [[0, theme.DROPPED], [1, theme.DROPPED]], "showscale": False, "name": "", "opacity": 0.85,
             "hoverinfo": "skip", "meta": theme.shows("k_2")},
            theme.line([0.5, t + 0.5, t + 0.5, 0.5, 0.5], t + np.array([-0.5, -0.5, 0.5, 0.5, -0.5]), "row t",
                       theme.THRESHOLD, dash="dot", hoverinfo="skip", showlegend=False, meta=theme.shows("dLt_dW")),
            theme.points([k], [t], "the chosen pair", theme.THRESHOLD, symbol="square-open", hoverinfo="skip",
                         showlegend=False, meta=theme.shows("product", "dhk_dW", "dLt_dhk"))
            | {"marker": {"color": theme.THRESHOLD, "symbol": "square-open", "size": 22, "line": {"width": 3}}},
        ],
        title="Every term of ∂L/∂W<sub>hh</sub>", x="k: back to this letter", y="t: from this letter",
        text=_reading(z, k2, dropped), xaxis=ticks, yaxis=ticks,
        annotations=[{"x": 1, "y": T, "text": "0", "showarrow": False, "font": {"size": theme.FONT - 1}}])


def _reading(z: np.ndarray, k2: int | None, dropped: np.ndarray) -> str:
    finite = z[np.isfinite(z)]
    if not len(finite):
        return say("terms.zero").text
    text = say("terms", {"low": float(finite.min()), "high": float(finite.max()), "T": len(z),
                         "longest": float(z[-1, 1])}).text
    if k2 is None:
        return text
    gone = {"k2": k2, "dropped": int(dropped.sum()), "terms": int(np.tri(len(z)).sum())}
    return f"{text} {say('dropped.one' if gone['dropped'] == 1 else 'dropped', gone)}"
