"""The playground's six charts, drawn from one view of the run."""

from __future__ import annotations

from core.figures.eigenvalues import eigenvalue_plane
from core.figures.gradient_by_step import gradient_by_step
from core.figures.gradient_flow import gradient_flow_figure
from core.figures.gradient_map import gradient_map
from core.figures.gradient_norm import gradient_norm
from core.figures.loss import loss
from core.hooks import activation_of
from core.jacobian import gradient_flow
from core.live import View
from core.records import GradientFlow, Verdict
from core.remedies import remedy_of
from core.remedies.clip_norm import ClipNorm
from core.remedies.truncation import Truncation
from core.verdict import verdict
from pages._kit.plot import plots

MOST_LAGS = 96  # of ||dh_T/dh_k||, evenly spread over longer sequences


def flow_of(view: View) -> GradientFlow | None:
    """||dh_T/dh_k|| of the view's network; None where it is not finite."""
    if view.jacobians is None:
        return None
    bound, rate = view.jacobians.per_step(activation_of(view.experiment).gamma, view.record.spectrum)
    return gradient_flow(view.jacobians, bound, 1.0, rate, MOST_LAGS)


def verdict_of(view: View, flow: GradientFlow | None) -> Verdict:
    truncation = active(view, Truncation)
    return verdict(view.record, flow, view.baselines, view.curves.until(view.record.step),
                   clipping=any(remedy_of(spec).transform_gradient for spec in view.experiment.remedies),
                   k2=truncation.k2 if truncation else None, rho=view.record.rho, sigma_max=view.record.sigma_max)


def show_charts(view: View, flow: GradientFlow | None) -> None:
    """Two rows of three."""
    clip, truncation = active(view, ClipNorm), active(view, Truncation)
    start = view.frames[0].record.eigenvalues if view.frames else None
    k2 = truncation.k2 if truncation and flow is not None and truncation.k2 < len(view.jacobians) else None
    charts = {
        "eigenvalues": eigenvalue_plane(view.record.spectrum, start, orthogonality=_orthogonality(view)),
        "flow": gradient_flow_figure(flow, k2),
        "loss": loss(view.curves, view.baselines),
        "norm": gradient_norm(view.curves, clip.threshold if clip else None),
        "by_step": gradient_by_step(view.record),
        "map": gradient_map([frame.record for frame in view.frames] or [view.record]),
    }
    plots(charts, key="playground_charts", columns=3, height=290)


def _orthogonality(view: View) -> float | None:
    """Shown where a remedy keeps W_hh orthogonal."""
    kept = any(remedy_of(spec).constrain for spec in view.experiment.remedies)
    return view.record.orthogonality if kept else None


def active(view: View, kind: type) -> object | None:
    return next((spec for spec in view.experiment.remedies if isinstance(spec, kind)), None)
