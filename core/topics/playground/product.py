"""Claims about the way back: the product of Jacobians, and what one update's gradient makes of the same way."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from core.spelling import Claim, power
from core.topics.playground.reach import ALL, Reach
from core.topics.playground.seen import Seen, many_targets
from core.training.truncated_pairs import TruncationMap


def product_claim(reach: Reach, chunks: TruncationMap) -> Claim:
    """The size of the product over the whole way, with the state carried all the way."""
    where = "(one sequence)" if reach.sequences == 1 else "(median of {sequences:count sequence})"
    carried = chunks.carry or len(chunks.start) == 1
    text = ("the product of Jacobians has norm" if carried else
            "were the state carried from chunk to chunk, the product of Jacobians would have norm")
    return Claim("product", f"Over {{lag:count step}} back{'' if carried else ','} {text} {{log10:power}} {where}.",
                 {"lag": reach.lag, "log10": reach.log10, "sequences": reach.sequences})


def rounding_claims(reach: Reach, n: int) -> Iterator[Claim]:
    """Where rounding decides how large the product is."""
    if reach.nilpotent:
        yield Claim("rounding", "That is what rounding leaves: all eigenvalues of W_hh are 0, and without rounding the "
                                "product of {n:count factor} is exactly 0.", {"n": n})
    elif reach.rounding >= ALL:
        yield Claim("rounding", "Large factors cancel on the way: rounding may have made all of it.",
                    {"log10": reach.rounding})


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
    last, step = ("the last one", "step") if seen.whole else ("the last one of its chunk", "step of this chunk")
    if log10 is None:
        return Claim("gradient", "Most steps have a target: ∂L/∂h_t at one step says nothing of a single product."
                     if many_targets(seen.experiment) else f"∂L/∂h at the last {step} is exactly 0.", numbers)
    if log10 == -np.inf:
        exact = _ratio(seen, seen.record.log10_dL_dh)
        if exact is not None and np.isfinite(exact):
            dtype = seen.experiment.training.dtype
            return Claim("gradient", f"In this update ∂L/∂h is exactly 0 in {dtype}, {{lag:count step}} before "
                                     f"{last}; without rounding it would be {{exact:power}} of what it is there.",
                         numbers | {"exact": exact})
        return Claim("gradient", f"In this update ∂L/∂h is exactly 0, {{lag:count step}} before {last}.", numbers)
    size = "as large as it is there" if power(log10) == "1" else (
        f"{{log10:power}} {'times' if log10 > 0.0 else 'of'} what it is there")
    return Claim("gradient", f"In this update ∂L/∂h, {{lag:count step}} before {last}, is {size}.", numbers)


def shape_claims(seen: Seen) -> Iterator[Claim]:
    """Where the product halves, doubles, or rises above both its ends."""
    reach = seen.reach
    if reach.peak is not None:
        text = "It first grows, to {log10:power} at lag {lag}"
        numbers = {"lag": reach.peak[0], "log10": reach.peak[1]}
        rho, sigma_max = seen.record.rho, seen.record.sigma_max
        if _decides(seen) and float(f"{rho:.4g}") < 1.0 < float(f"{sigma_max:.4g}"):
            text += ", although ρ = {rho:.4g} is below 1: σ_max = {sigma_max:.4g}"
            numbers |= {"rho": rho, "sigma_max": sigma_max}
        yield Claim("hump", f"{text}.", numbers)
    elif reach.half is not None and reach.log10 <= np.log10(0.5):
        yield Claim("half_life", "Half of it is gone after {lag:count step}.", {"lag": reach.half})
    elif reach.double is not None and reach.log10 >= np.log10(2.0):
        yield Claim("doubling", "It has doubled after {lag:count step}.", {"lag": reach.double})


def _decides(seen: Seen) -> bool:
    """Whether W_hh alone sets the rate: there is no gate, no leak and no output that is fed back."""
    flow = seen.reach.flow
    with np.errstate(divide="ignore"):
        return bool(np.isclose(flow.log10_rho[0], flow.lag[0] * np.log10(seen.record.rho), atol=1e-9))
