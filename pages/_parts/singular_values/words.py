"""What the numbers on the page on eigenvalues and singular values say, in words."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.arrays import Floats
from core.markup import as_html
from core.spelling import count, in_tex, number, tex
from core.topics.singular_values.matrix_powers import MatrixPowers, count_exceeded, eigenvector_condition
from core.topics.singular_values.pseudospectrum import Pseudospectrum
from pages._chart.frame import HtmlCell

UNIT_CIRCLE = HtmlCell(f"""<p class="small">{as_html(
    "W takes every vector of length 1 to a point of the ellipse. Its semi-axes are the singular values: one step makes "
    "no vector longer than σ_max. The arrows are the columns of W, where it takes (1, 0) and (0, 1). A real "
    "eigenvector stays on its line, dash-dotted, and is multiplied by its eigenvalue λ. For a normal matrix with real "
    "eigenvalues the axes of the ellipse are the eigenvectors; with the same two eigenvalues, the closer the "
    "eigenvectors are to each other, the longer is the ellipse.")}</p>""", span=3)
ALPHA = HtmlCell(f"""<p class="small">{as_html(
    "W = Q (Λ + αU) QT: Λ has the eigenvalues in blocks on its diagonal, U is drawn above them, and Q is orthogonal. "
    "α multiplies U alone, so the eigenvalues are those of Λ at every α, and ρ with them. σ_max, the bound of one "
    "step, is ρ at α = 0, where W is normal, and grows from there.").replace("QT", "Q<sup>T</sup>")}</p>""", span=3)
NOTICED = 1e-6  # relative difference between the radius asked for and the one there is


def what_float64_holds(held: float, powers: MatrixPowers) -> HtmlCell | None:
    """Where rounding alone moved the eigenvalues so far that a reader would notice.

    Args:
        held: the spectral radius as it is computed.
    """
    asked = powers.spectrum.rho
    if abs(held - asked) <= NOTICED * max(1.0, asked):
        return None
    words = (f"W is made from eigenvalues with ρ = {number(asked, '7')}; the matrix that float64 holds has "
             f"{number(held, '7')}. They are so sensitive that rounding the entries of W moves them this far: "
             "they lie in the pseudospectrum of ε = 10⁻¹⁶ ‖W‖. ρ and the eigenvalues here are those that W is "
             "made from; its powers are of the matrix that float64 holds.")
    return HtmlCell(f'<p class="note">{as_html(words)}</p>')


def explain(W: Floats, powers: MatrixPowers, found: Pseudospectrum | None) -> None:
    """The bound on the left, the pseudospectra on the right.

    Args:
        found: None while they are being computed.
    """
    bound, plane = st.columns(2)
    bound.markdown(_bound(W, powers))
    plane.markdown(
        "## What the pseudospectra add\n"
        r"$\sigma_{\min}(zI - W) \le \varepsilon$ marks every $z$ that becomes an eigenvalue when $W$ changes by "
        r"$\varepsilon$. For a normal matrix these are discs around the eigenvalues, as large as the change."
        + (f"\n\n{_plane(powers, found)}" if found is not None else ""))


def _bound(W: Floats, powers: MatrixPowers) -> str:
    found, kappa = count_exceeded(powers), eigenvector_condition(W)
    basis = "there is no basis of eigenvectors" if np.isinf(kappa) else rf"$\kappa(V) = {tex(np.log10(kappa))}$"
    return (
        "## The largest singular value is the bound\n"
        r"One step is $\partial h_t/\partial h_{t-1} = \mathrm{diag}(\varphi'(a_t))\,W_{hh}$, so its norm is at most "
        r"$\sigma_{\max}(W_{hh})\,\gamma$ with $\gamma = \sup|\varphi'|$. Many lectures print the largest eigenvalue "
        r"in this place. It is the rate of $W^k$ in the long run, $\rho = \lim \|W^k\|^{1/k}$, and a bound from "
        "**below**:\n\n$$\n" r"\rho^k \le \|W^k\| \le \sigma_{\max}^k" "\n$$\n\n"
        r"From above it bounds nothing unless $W$ is normal, $WW^\top = W^\top W$: "
        rf"here it is exceeded in {count(found.rho)} of {count(found.pairs, 'pair')} of steps $j < t \le T$ of a "
        r"linear network. What it lacks is the condition number of the matrix $V$ of eigenvectors, "
        r"$\|W^k\| \le \kappa(V)\,"
        rf"\rho^k$: 1 for a normal matrix, and for this one {basis}." "\n\n"
        rf"**Determinants say nothing**: $|\det W| = {tex(powers.log10_det)}$ multiplies all directions, and is the "
        "same left and right. A gradient follows the worst of them.")


def _plane(powers: MatrixPowers, found: Pseudospectrum) -> str:
    """Distance to the unit circle and Kreiss's constant."""
    rho = powers.spectrum.rho
    if rho > 1.0 + NOTICED:
        return (rf"With $\rho = {in_tex(number(rho, '6'))}$ an eigenvalue is outside the unit circle already and the "
                r"powers have no limit: Kreiss's constant, $\sup_{|z|>1} (|z|-1)/\sigma_{\min}(zI-W)$, is infinite.")
    peak, kreiss = powers.log10_peak, np.log10(found.kreiss)
    met = (f"it reaches ${tex(peak)}$ at $k = {powers.peak}$" if peak >= kreiss - powers.log10_rounding[-1] else
           f"it does so later than $T = {int(powers.k[-1])}$")
    change = (rf"A change of size ${tex(np.log10(found.distance))}$ is enough to put an eigenvalue of this matrix on "
              rf"the unit circle; the normal one needs $1 - \rho = {tex(np.log10(1.0 - rho))}$." "\n\n"
              if rho < 1.0 - NOTICED else "")
    return (f"{change}**Kreiss's constant** turns this into a statement about powers:\n\n$$\n"
            r"K(W) = \sup_{|z|>1} \frac{|z|-1}{\sigma_{\min}(zI-W)} \le \sup_k \|W^k\|" "\n$$\n\n"
            rf"On these points $K \ge {tex(kreiss)}$, so $\|W^k\|$ must somewhere reach at least that; {met}. A normal "
            r"matrix with $\rho \le 1$ has $K = 1$.")
