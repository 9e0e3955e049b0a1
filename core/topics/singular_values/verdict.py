"""The powers of a matrix -> one honest sentence."""

from __future__ import annotations

import numpy as np

from core.claims import Claim, Verdict
from core.topics.jacobians.kinds import kind_of
from core.topics.singular_values.matrix_powers import BoundCount, MatrixPowers
from core.topics.singular_values.pseudospectrum import Pseudospectrum
from core.topics.singular_values.words import say

CHANGE = -1.0  # log10 of the size of a change of W that is spoken of
SLIGHT = float(np.log10(1.01))  # a factor that is smaller would be said to be 1
ON_IT = 1e-13  # sigma_min on the unit circle that is rounding


def matrix_powers_verdict(powers: MatrixPowers) -> Verdict:
    """What a person should take from ||W^k||, with rho, sigma_max and the determinant."""
    last, rounding = float(powers.log10_norm[-1]), float(powers.log10_rounding[-1])
    kind = kind_of(last)
    radii = {"rho": powers.spectrum.rho, "sigma_max": powers.spectrum.sigma_max}
    end = end_numbers(powers)
    if np.all(powers.log10_norm <= powers.log10_rho + powers.log10_rounding):
        word = "headline.keeps_exactly" if abs(last) <= rounding else \
            "headline.shrinks_exactly" if last < 0.0 else "headline.grows_exactly"
        return Verdict(kind, say(word), (
            say("rate.normal" if powers.normal else "rate.as_normal", radii), say("end.exact", end),
            say("determinant", {"log10_det": powers.log10_det})))
    if powers.hump:
        return Verdict("exploding", say("headline.hump"), (
            say("rate.below_one", radii),
            say("peak", radii | {"log10_peak": powers.log10_peak, "peak": powers.peak}),
            _settled(powers), say("partner")))
    if powers.shrinks:
        return Verdict(kind, say("headline.later"), (say("rate.shrinks", radii), say("end.beside", end)))
    most, factor = powers.excess
    return Verdict(kind, say("headline.more"), (
        say("rate.both", radii), say("end.beside", end),
        say("excess.times" if factor >= SLIGHT else "excess.slight", {"most": most, "log10_factor": factor})))


def end_numbers(powers: MatrixPowers) -> dict[str, float]:
    """The last power: the norm and both bounds."""
    return {"k": int(powers.k[-1]), "log10_norm": float(powers.log10_norm[-1]),
            "log10_rho": float(powers.log10_rho[-1]), "log10_sigma_max": float(powers.log10_sigma[-1])}


def bounds_claim(powers: MatrixPowers) -> Claim:
    """The last power between its two bounds."""
    return say("bounds", end_numbers(powers))


def count_claim(count: BoundCount) -> Claim:
    """In how many pairs of steps j < t each bound is exceeded, in Markdown with TeX."""
    statement = "exceeded.never" if not count.rho else \
        "exceeded.times" if count.log10_factor >= SLIGHT else "exceeded.slight"
    return say(statement, {"rho": count.rho, "sigma_max": count.sigma, "pairs": count.pairs,
                           "log10_factor": count.log10_factor})


def plane_claims(found: Pseudospectrum) -> tuple[Claim, ...]:
    """How far a change of W moves an eigenvalue, and how large one has to be to put it on the unit circle."""
    claims = []
    if (radius := found.radius(CHANGE)) > 0.0:
        claims.append(say("moved", {"log10_change": CHANGE, "radius": radius}))
    if found.distance > ON_IT:
        claims.append(say("distance", {"log10_distance": float(np.log10(found.distance))}))
    else:
        claims.append(say("on_the_circle"))
    return tuple(claims)


def _settled(powers: MatrixPowers) -> Claim:
    K, settled = int(powers.k[-1]), powers.settled
    if settled is None:
        return say("settled.not", end_numbers(powers))
    return say("settled.at_the_last" if settled == K else "settled.from", {"settled": settled, "k": K})
