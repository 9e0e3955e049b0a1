"""What the map of ||dh_t/dh_k|| says: the headline, how far its digits hold, and the rate in the long run."""

from __future__ import annotations

import numpy as np

from core.spelling import Claim, Verdict
from core.topics.jacobians.kinds import EXPLODED, GROWS, HUMP, VANISHED, WORDS
from core.topics.jacobians.map import exceeded
from core.topics.jacobians.rates import Rates
from core.training.record import JacobianMap, Peak, SingularSpectrum

DOUBTFUL = -3.0  # log10 of the relative error from which on rounding is spoken of
NOT_FINITE = Verdict("diverged", WORDS["diverged"], (Claim("states", "The states are not finite."),))
FED_BOUND = " (the larger one of W_hh and of W_hh with its output fed back)"
FED_RATE = " (of W_hh with its output fed back)"


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
        claims.append(Claim("approximate", "(Approximate while the run plays, or until the exact map is there.)"))
    elif share is not None:
        claims.append(Claim("measuring", "(Measuring: {share:share}.)", {"share": share}))
    return Verdict(kind, headline, tuple(claims))


def way_back(far: float, top: Peak, highest: float = -np.inf) -> tuple[str, str]:
    """Kind and headline of a way back.

    Args:
        far: log10 of the norm at its end.
        top: of it.
        highest: log10 of the largest norm of any pair that was looked at.
    """
    if far >= EXPLODED:
        return "exploding", WORDS["exploding"]
    if _is_hump(far, top) and top.log10_norm >= EXPLODED:
        return "exploding", GROWS
    if far <= VANISHED:
        return "vanishing", WORDS["vanishing"] + (", after a hump" if _is_hump(far, top) else "")
    if highest >= EXPLODED:
        return "exploding", "Exploding in parts"
    return "healthy", WORDS["healthy"] + (", with a hump" if _is_hump(far, top) else "")


def hump_claims(far: float, top: Peak) -> list[Claim]:
    """The hump, if there is one."""
    if not _is_hump(far, top):
        return []
    return [Claim("hump", "On the way back it first grows, to {log10:power} times at lag {lag:count}.",
                  {"log10": top.log10_norm, "lag": top.lag})]


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
    text = "From step {t:count} back to step 0 the norm is {log10:power}"
    if 0 < alive < found.sequences:
        text += " in the mean of {alive:count sequence}; in {gone:count} of {sequences:count} it is exactly 0"
    return Claim("product", text + ".", {
        "t": t, "k": 0, "lag": t, "log10": float(found.log10_norm[-1, 0]), "alive": alive,
        "gone": found.sequences - alive, "sequences": found.sequences})


def _range(found: JacobianMap) -> list[Claim]:
    """From the smallest to the largest, with those that are exactly 0 counted apart."""
    values, alive, last = found.log10_norm[found.pairs], found.alive[found.pairs], int(found.at[-1])
    finite = values[np.isfinite(values)]
    numbers = {"pairs": len(values), "of": last * (last + 1) // 2, "zero": int(np.isneginf(values).sum())}
    which = "{pairs:count pair}" if numbers["of"] == len(values) else "{pairs:count} of {of:count pair}"
    if not len(finite):
        return [Claim("range", f"Over {which} it is exactly 0 throughout.", numbers)]
    numbers |= {"log10_low": float(finite.min()), "log10_high": float(finite.max())}
    text = f"Over {which} it lies between {{log10_low:power}} and {{log10_high:power}}."
    if numbers["zero"]:
        text = f"Over {which} it is exactly 0 in {{zero:count}}, and elsewhere between {{log10_low:power}} and " \
               "{log10_high:power}."
    claims = [Claim("range", text, numbers)]
    partly = int(((alive > 0) & (alive < found.sequences)).sum())
    if partly:
        claims.append(Claim("partly", "In {partly:count pair} it is exactly 0 for some of the {sequences:count} "
                                      "sequences: the mean is over the others.",
                            {"partly": partly, "sequences": found.sequences}))
    return claims


def _bounds(found: JacobianMap, rates: Rates) -> list[Claim]:
    """What bounds every pair, and what does not."""
    if not np.isfinite(rates.bound):
        return [Claim("no_bound", "This cell's gates change with every input: no bound of σ_max and γ holds for it.")]
    return [_exceeded("bound", found, rates.bound, rates.bound_name, FED_BOUND if rates.fed else ""),
            _exceeded("eigenvalue", found, rates.rate, rates.rate_name, FED_RATE if rates.fed else "")]


def _exceeded(name: str, found: JacobianMap, rate: float, called: str, of: str) -> Claim:
    seen = exceeded(found, rate)
    more = float(np.expm1(min(seen.most, 300.0) * np.log(10.0)))
    text = f"({called})^lag, {called} = {{per_step:plain}}{of}, is exceeded by " \
           + ("{exceeded:count}" if seen.count else "none") + " of them"
    if seen.count:
        text += ", by an infinite factor" if seen.most == np.inf else ", by {more:share}" if more <= 0.005 else \
            ", by up to {more:share}" if more < 0.995 else ", by a factor of up to {log10_most:power}"
    return Claim(name, text + ".", {"per_step": rate, "exceeded": seen.count, "pairs": seen.pairs,
                                    "log10_most": seen.most, "more": more})


def trust(found: JacobianMap | None) -> tuple[Claim, ...]:
    """Whether rounding decides anywhere on the map.

    It is the rounding of the products alone: the factors are taken as they are. They come from states that were rounded
    too, and where a network is chaotic another rounding of these leads to other factors.
    """
    if found is None or found.log10_rounding is None:
        return (Claim("unknown", "How many digits are right is known once the map is exact."),)
    worst = np.where(found.pairs & np.isfinite(found.log10_rounding), found.log10_rounding, -np.inf)
    i, j = np.unravel_index(int(worst.argmax()), worst.shape)
    if not np.isfinite(worst[i, j]):
        return (Claim("none", "No product is left whose digits could be lost."),)
    claims = [Claim("rounding", "Rounding, in the products of these factors: at most a share of 10^{log10:.1f} of any "
                                "norm on this map, at t = {t}, k = {k}. That the states were rounded too, and the "
                                "factors with them, is not in it.",
                    {"log10": float(worst[i, j]), "t": int(found.at[i]), "k": int(found.at[j])})]
    doubtful = int((worst > DOUBTFUL).sum())
    if doubtful:
        claims.append(Claim("doubtful", "Do not trust {pairs:count pair} beyond the third digit: large factors cancel "
                                        "there.", {"pairs": doubtful}))
    return tuple(claims)


def long_run(found: SingularSpectrum | None) -> Claim:
    """The Lyapunov exponents, named as estimates."""
    if found is None:
        return Claim("unknown", "Lyapunov exponents: measured when the run rests.")
    alive = found.lyapunov[np.isfinite(found.lyapunov)]
    if not len(alive):
        return Claim("none", "No Lyapunov exponent is finite: the product is exactly 0.")
    numbers = {"steps": int(found.lag[-1]), "largest": float(alive[0]), "smallest": float(alive[-1]),
               "gone": len(found.lyapunov) - len(alive)}
    text = ("Lyapunov exponents, estimated from this one sequence of {steps:count step}: largest {largest:z.3f}, "
            "smallest {smallest:z.3f} a step")
    text += ", and {gone:count} minus infinite" if numbers["gone"] else ""
    text += ". The largest is the rate at which ln ||dh_T/dh_k|| grows in the long run, ln ρ for a linear network."
    return Claim("lyapunov", text, numbers)
