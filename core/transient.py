"""The powers of a matrix -> one honest sentence."""

from __future__ import annotations

import numpy as np

from core.normality import BoundCount, MatrixPowers
from core.records import Verdict

VANISHED, EXPLODED = -2.0, 1.0  # log10 of ||W^K||, as in core.verdict


def amount(log10: float) -> str:
    """4.06, 1750, 10^-7.2 or 0."""
    if log10 == -np.inf:
        return "0"
    if not np.isfinite(log10) or abs(log10) >= 4:
        return f"10^{log10:.1f}" if np.isfinite(log10) else "infinity"
    return f"{float(f'{10.0**log10:.3g}'):g}"


def powers_verdict(powers: MatrixPowers) -> Verdict:
    """What a person should take from ||W^k||, with rho, sigma_max and the determinant."""
    K, last = int(powers.k[-1]), float(powers.log10_norm[-1])
    rho, sigma = powers.spectrum.rho, powers.spectrum.sigma_max
    kind = "vanishing" if last <= VANISHED else "exploding" if last >= EXPLODED else "healthy"
    if np.all(powers.log10_norm <= powers.log10_rho + powers.log10_rounding):
        word = {"vanishing": "Shrinks", "exploding": "Grows", "healthy": "Keeps its size"}[kind]
        return Verdict(kind, f"{word}, exactly as its eigenvalues say",
                       f"{'This matrix is normal: ' if powers.normal else ''}σ_max = ρ = {rho:.4g}, and ‖Wᵏ‖ = ρᵏ "
                       f"at every k, {amount(last)} at k = {K}. "
                       f"|det W| = {amount(powers.log10_det)} says nothing about it.")
    if powers.hump:
        return Verdict("exploding", "Grows before it shrinks",
                       f"ρ = {rho:.4g} says that every power is smaller than the one before; ‖Wᵏ‖ rises to "
                       f"{amount(powers.log10_peak)} at k = {powers.peak} {_end(powers)}, since σ_max = {sigma:.4g}. "
                       f"The normal matrix with the same eigenvalues never exceeds 1.")
    if rho < 1.0:
        return Verdict(kind, "Shrinks later than its eigenvalues say",
                       f"σ_max = {sigma:.4g}, so no power grows; but ‖Wᵏ‖ is {amount(last)} at k = {K}, "
                       f"where ρᵏ is {amount(float(powers.log10_rho[-1]))}.")
    return Verdict(kind, "Grows more than its eigenvalues say",
                   f"With ρ = {rho:.4g} and σ_max = {sigma:.4g}, ‖Wᵏ‖ is {amount(last)} at k = {K}, where ρᵏ is "
                   f"{amount(float(powers.log10_rho[-1]))}.")


def tex(log10: float) -> str:
    """The same in TeX."""
    base, _, exponent = amount(log10).partition("^")
    return f"10^{{{exponent}}}" if exponent else base.replace("infinity", r"\infty")


def count_sentence(count: BoundCount) -> str:
    """In how many pairs of steps j < t each bound is exceeded, in Markdown with TeX."""
    factor = f" (up to ${tex(count.log10_factor)}$ times)" if count.rho else ""
    return (rf"$\|W^{{t-j}}\| > \rho^{{t-j}}$ in **{count.rho:,}** of {count.pairs:,} pairs{factor}, "
            rf"$> \sigma_{{\max}}^{{t-j}}$ in **{count.sigma:,}**.")


def _end(powers: MatrixPowers) -> str:
    if powers.settled is None:
        return f"and is still {amount(float(powers.log10_norm[-1]))} at k = {int(powers.k[-1])}"
    return f"and stays at 1 or below only from k = {powers.settled} on"
