"""sigma_max of a network's W_hh against alpha, beside rho, which stays."""

from __future__ import annotations

from core.markup import as_html
from core.plotting import theme
from core.plotting.drawing import Drawing
from core.plotting.handles import along, handle
from core.spelling import number
from core.topics.singular_values.by_alpha import ByAlpha
from core.topics.singular_values.figures.words import say


def by_alpha_figure(found: ByAlpha, alpha: float, rho: float, sigma_max: float) -> Drawing:
    """
    Args:
        alpha: of the matrix that is shown, which has this rho and this sigma_max.
    """
    hover = "α = %{x:.2f}: %{y:.4g}<extra>%{fullData.name}</extra>"
    ends = found.alpha[[0, -1]]
    traces = [
        theme.line(found.alpha, found.sigma_max, "σ<sub>max</sub>", theme.BOUND, dash="dash", hovertemplate=hover),
        theme.line(ends, [rho, rho], "ρ", theme.RHO, dash="dot", hovertemplate=hover),
        theme.points([alpha, alpha], [sigma_max, rho], "this matrix", theme.INK, showlegend=False, hovertemplate=hover),
    ]
    label = {"x": alpha, "y": 1.0, "yref": "paper", "yanchor": "top", "showarrow": False,
             "xanchor": "left" if alpha < ends.mean() else "right", "text": f" α {as_html(number(alpha))} ",
             "font": {"size": theme.FONT - 2, "color": theme.INK}}
    text = say("by_alpha", {"alpha": alpha, "sigma_max": sigma_max, "rho": rho, "lowest": ends[0], "highest": ends[1],
                            "sigma_lowest": found.sigma_max[0], "sigma_highest": found.sigma_max[-1]}).text
    return theme.figure(
        traces, title="σ<sub>max</sub> grows with α, and ρ stays",
        x="α, in W = Q (Λ + αU) Q<sup>T</sup>", y="σ<sub>max</sub>, ρ", text=text,
        annotations=[label], shapes=[theme.rule("x", alpha, theme.INK)], handles=[handle(x=along("alpha"))],
        xaxis={"range": ends}, yaxis={"rangemode": "tozero"})
