"""What the map of ||dh_t/dh_k|| says: the headline, how far its digits hold, and the rate in the long run."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.claims import Claim, Verdict
from core.topics.jacobians.kinds import EXPLODED, HUMP, VANISHED
from core.topics.jacobians.map import exceeded
from core.topics.jacobians.rates import Rates
from core.topics.jacobians.words import say
from core.training.record import JacobianMap, Peak, SingularSpectrum

DOUBTFUL = -3.0  # log10 of the relative error from which on rounding is spoken of
NOT_FINITE = Verdict("diverged", say("headline.diverged"), (say("states"),))


def jacobian_verdict(found: JacobianMap, rates: Rates, share: float | None = None) -> Verdict:
    """The whole map, and how its two would-be bounds fare on it.

    Args:
        rates: of the network that was measured.
        share: 0..1, of the work that is done; None when nothing more is to come.
    """
    far, top = float(found.log10_norm[-1, 0]), peak_of(found)
    gone = 2 * found.alive[-1, 0] < found.sequences  # most sequences have none left
    end = -np.inf if gone else far
    kind, headline = way_back(end, top, float(found.log10_norm[found.pairs].max()))
    claims = [_product(found), *_range(found), *hump_claims(end, top), *_bounds(found, rates)]
    if not found.exact:
        claims.append(say("approximate"))
    elif share is not None:
        claims.append(say("measuring", {"share": share}))
    return Verdict(kind, headline, tuple(claims))


def way_back(far: float, top: Peak, highest: float = -np.inf) -> tuple[str, Claim]:
    """Kind and headline of a way back.

    Args:
        far: log10 of the norm at its end.
        top: of it.
        highest: log10 of the largest norm of any pair that was looked at.
    """
    if far >= EXPLODED:
        return "exploding", say("headline.exploding")
    hump = _is_hump(far, top)
    if hump and top.log10_norm >= EXPLODED:
        return "exploding", say("headline.grows")
    if far <= VANISHED:
        return "vanishing", say("headline.vanishing_after_a_hump" if hump else "headline.vanishing")
    if highest >= EXPLODED:
        return "exploding", say("headline.exploding_in_parts")
    return "healthy", say("headline.healthy_with_a_hump" if hump else "headline.healthy")


def hump_claims(far: float, top: Peak) -> list[Claim]:
    """The hump, if there is one."""
    if not _is_hump(far, top):
        return []
    return [say("hump", {"log10": top.log10_norm, "lag": top.lag})]


def fed_bound(fed: bool) -> Claim | str:
    """Which matrix the bound is of, where an output is fed back."""
    return say("bound.fed") if fed else ""


def _is_hump(far: float, top: Peak) -> bool:
    """Whether a norm rises far above both its ends."""
    return top.log10_norm > max(0.0, far) + HUMP


def peak_of(found: JacobianMap) -> Peak:
    """The largest norm back from the last step: over all lags, or over those of the grid until that is known."""
    if found.peak is not None:
        return found.peak
    row = found.log10_norm[-1, :-1]
    k = len(row) - 1 - int(row[::-1].argmax())  # of equal ones the shortest lag
    return Peak(int(found.lag[-1, k]), float(row[k]))


def _product(found: JacobianMap) -> Claim:
    """The longest product there is."""
    alive, t = int(found.alive[-1, 0]), int(found.at[-1])
    some = 0 < alive < found.sequences
    return say("product.of_some" if some else "product.of_all", {
        "t": t, "k": 0, "lag": t, "log10": float(found.log10_norm[-1, 0]), "alive": alive,
        "gone": found.sequences - alive, "sequences": found.sequences})


def _range(found: JacobianMap) -> list[Claim]:
    """From the smallest to the largest, with those that are exactly 0 counted apart."""
    values, alive, last = found.log10_norm[found.pairs], found.alive[found.pairs], int(found.at[-1])
    finite = values[np.isfinite(values)]
    numbers = {"pairs": len(values), "of": last * (last + 1) // 2, "zero": int(np.isneginf(values).sum())}
    which = say("range.pairs_all" if numbers["of"] == len(values) else "range.pairs_some", numbers)
    if not len(finite):
        return [say("range.zero", numbers, which=which)]
    numbers |= {"log10_low": float(finite.min()), "log10_high": float(finite.max())}
    claims = [say("range.partly_zero" if numbers["zero"] else "range.finite", numbers, which=which)]
    partly = int(((alive > 0) & (alive < found.sequences)).sum())
    if partly:
        claims.append(say("partly", {"partly": partly, "sequences": found.sequences}))
    return claims


def _bounds(found: JacobianMap, rates: Rates) -> list[Claim]:
    """What bounds every pair, and what does not."""
    if not np.isfinite(rates.bound):
        return [say("no_bound")]
    of_rate = say("eigenvalue.fed") if rates.fed else ""
    return [_exceeded(found, rates.bound, rates.bound_name, fed_bound(rates.fed)),
            replace(_exceeded(found, rates.rate, rates.rate_name, of_rate), name="eigenvalue")]


def _exceeded(found: JacobianMap, per_step: float, called: str, fed: Claim | str) -> Claim:
    seen = exceeded(found, per_step)
    more = float(np.expm1(min(seen.most, 300.0) * np.log(10.0)))
    statement = "bound.never" if not seen.count else "bound.infinitely" if seen.most == np.inf else \
        "bound.hardly" if more <= 0.005 else "bound.by_a_share" if more < 0.995 else "bound.by_a_factor"
    return say(statement, {"per_step": per_step, "exceeded": seen.count, "pairs": seen.pairs, "log10_most": seen.most,
                           "more": more}, rate=called, fed=fed)


def trust(found: JacobianMap | None) -> tuple[Claim, ...]:
    """Whether rounding decides anywhere on the map.

    It is the rounding of the products alone: the factors are taken as they are. They come from states that were rounded
    too, and where a network is chaotic another rounding of these leads to other factors.
    """
    if found is None or found.log10_rounding is None:
        return (say("unknown.digits"),)
    worst = np.where(found.pairs & np.isfinite(found.log10_rounding), found.log10_rounding, -np.inf)
    i, j = np.unravel_index(int(worst.argmax()), worst.shape)
    if not np.isfinite(worst[i, j]):
        return (say("none.digits"),)
    claims = [say("rounding", {"log10": float(worst[i, j]), "t": int(found.at[i]), "k": int(found.at[j])})]
    doubtful = int((worst > DOUBTFUL).sum())
    if doubtful:
        claims.append(say("doubtful", {"pairs": doubtful}))
    return tuple(claims)


def long_run(found: SingularSpectrum | None) -> Claim:
    """The Lyapunov exponents, named as estimates."""
    if found is None:
        return say("unknown.lyapunov")
    alive = found.lyapunov[np.isfinite(found.lyapunov)]
    if not len(alive):
        return say("none.lyapunov")
    numbers = {"steps": int(found.lag[-1]), "largest": float(alive[0]), "smallest": float(alive[-1]),
               "gone": len(found.lyapunov) - len(alive)}
    return say("lyapunov.some" if numbers["gone"] else "lyapunov.all", numbers)
