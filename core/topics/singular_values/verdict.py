"""The powers of a matrix -> one honest sentence."""

from __future__ import annotations

import numpy as np

from core.spelling import Claim, Verdict
from core.topics.singular_values.powers import BoundCount, MatrixPowers
from core.topics.singular_values.pseudospectrum import Pseudospectrum

VANISHED, EXPLODED = -2.0, 1.0  # log10 of ||W^K||, as in core.verdict
CHANGE = -1.0  # log10 of the size of a change of W that is spoken of
SLIGHT = float(np.log10(1.01))  # a factor that is smaller would be said to be 1
ON_IT = 1e-13  # sigma_min on the unit circle that is rounding


def powers_verdict(powers: MatrixPowers) -> Verdict:
    """What a person should take from ||W^k||, with rho, sigma_max and the determinant."""
    last, rounding = float(powers.log10_norm[-1]), float(powers.log10_rounding[-1])
    kind = "vanishing" if last <= VANISHED else "exploding" if last >= EXPLODED else "healthy"
    radii = {"rho": powers.spectrum.rho, "sigma_max": powers.spectrum.sigma_max}
    end = end_numbers(powers)
    if np.all(powers.log10_norm <= powers.log10_rho + powers.log10_rounding):
        word = "Keeps its size" if abs(last) <= rounding else "Shrinks" if last < 0.0 else "Grows"
        normal = "This matrix is normal: each" if powers.normal else "Each"
        return Verdict(kind, f"{word}, exactly as its eigenvalues say", (
            Claim("rate", f"{normal} step multiplies the norm by σ_max = ρ = {{rho:number}}.", radii),
            Claim("end", "So ‖Wᵏ‖ = ρᵏ at every k, {log10_norm:amount} at k = {k:,}.", end),
            Claim("determinant", "|det W| = {log10_det:amount} says nothing about it.",
                  {"log10_det": powers.log10_det})))
    if powers.hump:
        return Verdict("exploding", "Grows before it shrinks", (
            Claim("rate", "ρ = {rho:number} says that every power is smaller than the one before.", radii),
            Claim("peak", "But ‖Wᵏ‖ rises to {log10_peak:amount} at k = {peak:,}, since σ_max = {sigma_max:number 4}.",
                  radii | {"log10_peak": powers.log10_peak, "peak": powers.peak}),
            _settled(powers),
            Claim("partner", "The normal matrix with the same eigenvalues never exceeds 1.")))
    end_claim = Claim("end", "‖Wᵏ‖ is {log10_norm:amount} at k = {k:,}, where ρᵏ is {log10_rho:amount}.", end)
    if powers.shrinks:
        return Verdict(kind, "Shrinks later than its eigenvalues say", (
            Claim("rate", "σ_max = {sigma_max:number}, so no power is larger than the one before.", radii), end_claim))
    most, factor = powers.excess
    size = "{log10_factor:amount} times as large" if factor >= SLIGHT else "larger by less than 1 %"
    return Verdict(kind, "Grows more than its eigenvalues say", (
        Claim("rate", "ρ = {rho:number} and σ_max = {sigma_max:number 4}.", radii), end_claim,
        Claim("excess", f"Beside ρᵏ it is largest at k = {{most:,}}: {size}.",
              {"most": most, "log10_factor": factor})))


def end_numbers(powers: MatrixPowers) -> dict[str, float]:
    """The last power: the norm and both bounds."""
    return {"k": int(powers.k[-1]), "log10_norm": float(powers.log10_norm[-1]),
            "log10_rho": float(powers.log10_rho[-1]), "log10_sigma_max": float(powers.log10_sigma[-1])}


def bounds_claim(powers: MatrixPowers) -> Claim:
    """The last power between its two bounds."""
    return Claim("bounds", "At k = {k:,} ‖Wᵏ‖ is {log10_norm:amount}, ρᵏ is {log10_rho:amount} and σ_maxᵏ is "
                           "{log10_sigma_max:amount}.", end_numbers(powers))


def count_claim(count: BoundCount) -> Claim:
    """In how many pairs of steps j < t each bound is exceeded, in Markdown with TeX."""
    factor = "" if not count.rho else r" (up to ${log10_factor:tex}$ times)" if count.log10_factor >= SLIGHT else \
        " (by less than 1 %)"
    return Claim(
        "exceeded",
        rf"$\|W^{{{{t-j}}}}\| > \rho^{{{{t-j}}}}$ in **{{rho:,}}** of {{pairs:count pair}}{factor}, "
        r"$> \sigma_{{\max}}^{{t-j}}$ in **{sigma_max:,}**.",
        {"rho": count.rho, "sigma_max": count.sigma, "pairs": count.pairs, "log10_factor": count.log10_factor})


def plane_claims(found: Pseudospectrum) -> tuple[Claim, ...]:
    """How far a change of W moves an eigenvalue, and how large one has to be to put it on the unit circle."""
    claims = []
    if (radius := found.radius(CHANGE)) > 0.0:
        claims.append(Claim("moved", "A change of W of size {log10_change:amount} can move one as far as "
                                     "{radius:.3g} from 0 or farther.", {"log10_change": CHANGE, "radius": radius}))
    if found.distance > ON_IT:
        claims.append(Claim("distance", "One of size {log10_distance:amount} is enough to put one on the unit circle.",
                            {"log10_distance": float(np.log10(found.distance))}))
    else:
        claims.append(Claim("on_the_circle", "One is on the unit circle, to rounding."))
    return tuple(claims)


def _settled(powers: MatrixPowers) -> Claim:
    K, settled = int(powers.k[-1]), powers.settled
    if settled is None:
        return Claim("settled", "At k = {k:,} it is still {log10_norm:amount}.", end_numbers(powers))
    if settled == K:
        return Claim("settled", "It is at 1 or below again at k = {settled:,}, the last one looked at.",
                     {"settled": settled, "k": K})
    return Claim("settled", "It is at 1 or below again from k = {settled:,} on, as far as k = {k:,}.",
                 {"settled": settled, "k": K})
