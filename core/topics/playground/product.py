"""Claims about the way back: the product of Jacobians, and what one update's gradient makes of the same way."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from core.claims import Claim
from core.spelling import as_told, power
from core.topics.playground.reach import ALL, Reach
from core.topics.playground.seen import Seen, many_targets
from core.topics.playground.words import say
from core.training.truncated_pairs import TruncationMap


def product_claim(reach: Reach, chunks: TruncationMap) -> Claim:
    """The size of the product over the whole way, with the state carried all the way."""
    sequences = {"sequences": reach.sequences}
    where = say("product.one_sequence" if reach.sequences == 1 else "product.median", sequences)
    carried = chunks.carry or len(chunks.start) == 1
    return say("product.carried" if carried else "product.not_carried",
               {"lag": reach.lag, "log10": reach.log10} | sequences, where=where)


def rounding_claims(reach: Reach, n: int) -> Iterator[Claim]:
    """Where rounding decides how large the product is."""
    if reach.nilpotent:
        yield say("rounding.nilpotent", {"n": n})
    elif reach.rounding >= ALL:
        yield say("rounding.cancels", {"log10": reach.rounding})


def gradient_log10(seen: Seen) -> float | None:
    """log10 of ||dL/dh_1|| over ||dL/dh_t|| of this update, t where its chunk ends; None where it says nothing of one
    product: where more than half of the steps have a target, or the later of the two is exactly 0."""
    return None if many_targets(seen.experiment) else _ratio(seen, seen.record.log10_own)


def _ratio(seen: Seen, reached: NDArray[np.float64]) -> float | None:
    last = reached[seen.end - 1]
    return float(reached[0] - last) if np.isfinite(last) else None


def gradient_claim(seen: Seen) -> Claim:
    """What this update's gradient makes of the same way back."""
    log10 = gradient_log10(seen)
    numbers = {"lag": seen.end - 1, "log10": log10}
    last = say("gradient.last" if seen.whole else "gradient.last_of_the_chunk")
    if log10 is None:
        return say("gradient.many_targets" if many_targets(seen.experiment) else "gradient.none_at_the_last"
                   if seen.whole else "gradient.none_at_the_last_of_the_chunk", numbers)
    if log10 == -np.inf:
        exact = _ratio(seen, seen.record.log10_dL_dh)
        if exact is not None and np.isfinite(exact):
            return say("gradient.rounded_away", numbers | {"exact": exact}, last=last,
                       dtype=seen.experiment.training.dtype)
        return say("gradient.zero", numbers, last=last)
    return say("gradient.as_large" if power(log10) == "1" else "gradient.grown" if log10 > 0.0 else "gradient.shrunk",
               numbers, last=last)


def shape_claims(seen: Seen) -> Iterator[Claim]:
    """Where the product halves, doubles, or rises above both its ends."""
    reach = seen.reach
    if reach.peak is not None:
        numbers = {"lag": reach.peak[0], "log10": reach.peak[1]}
        rho, sigma_max = seen.record.rho, seen.record.sigma_max
        if _decides(seen) and as_told(rho) < 1.0 < as_told(sigma_max):
            yield say("hump.below_one", numbers | {"rho": rho, "sigma_max": sigma_max})
        else:
            yield say("hump.alone", numbers)
    elif reach.half is not None and reach.log10 <= np.log10(0.5):
        yield say("half_life", {"lag": reach.half})
    elif reach.double is not None and reach.log10 >= np.log10(2.0):
        yield say("doubling", {"lag": reach.double})


def _decides(seen: Seen) -> bool:
    """Whether W_hh alone sets the rate: there is no gate, no leak and no output that is fed back."""
    flow = seen.reach.flow
    with np.errstate(divide="ignore"):
        return bool(np.isclose(flow.log10_rho[0], flow.lag[0] * np.log10(seen.record.rho), atol=1e-9))
