"""Measured numbers -> one honest sentence.

It keeps two things apart that a loss curve alone cannot: a gradient that vanished, and a task that is hard although
the gradient arrives.
"""

from __future__ import annotations

import numpy as np

from core.history import SMOOTHING, Curves
from core.records import Baselines, GradientFlow, StepRecord, Verdict
from core.spelling import power

VANISHED, EXPLODED = -2.0, 1.0  # log10 of ||dh_T/dh_1||: below a hundredth, above ten times
HUMP = 0.5  # log10 by which a norm must rise above both its ends to be called a hump
AT_CHANCE, LEARNT = 0.05, 0.10  # within 5 % of chance; below a tenth of it
RESTLESS = 0.5  # times chance: a loss that moves more than this over the last updates does not sit anywhere

WORDS = {
    "vanishing": "Vanishing",
    "healthy": "Healthy",
    "exploding": "Exploding",
    "held": "Exploding, held by the clip",
    "cut": "Cut off by truncation",
    "diverged": "Diverged",
}


def verdict(record: StepRecord, flow: GradientFlow | None, baselines: Baselines, curves: Curves, *,
            clipping: bool, k2: int | None, rho: float, sigma_max: float) -> Verdict:
    """What a person should take from the numbers.

    Args:
        record: the network now.
        flow: ||dh_T/dh_k|| against the lag; None where the states are not finite.
        baselines: of the task at its sequence length.
        curves: every update so far; may be empty.
        clipping: whether a remedy that shortens the gradient is active.
        k2: steps back of an active truncation, None without one.
        rho, sigma_max: of W_hh.
    """
    if record.stopped is not None or flow is None:
        what = record.stopped or "the states are not finite"
        return Verdict("diverged", WORDS["diverged"],
                       f"{what[0].upper()}{what[1:]}. The charts keep the finite updates.")
    T = int(flow.lag[-1])
    far = max(int(np.searchsorted(flow.lag, T - 1)), 0)
    reach, lag = float(flow.log10_norm[far]), int(flow.lag[far])
    cut = k2 is not None and k2 < T
    share = curves.clipped_share
    if reach >= EXPLODED:
        kind = "held" if clipping and share > 0 else "exploding"
    elif cut:
        kind = "cut"
    else:
        kind = "vanishing" if reach <= VANISHED else "healthy"
    parts = [_reach(flow, reach, lag, rho, sigma_max)]
    if cut:
        parts.append(f"Truncation drops what lies more than {k2} steps back: no gradient reaches t < {T - k2 + 1}.")
    if clipping and len(curves.step):
        parts.append(f"{share:.0%} of the updates were clipped.")
    parts.append(_loss(record, baselines, curves, kind, lag))
    return Verdict(kind, WORDS[kind], " ".join(parts))


def _reach(flow: GradientFlow, reach: float, lag: int, rho: float, sigma_max: float) -> str:
    """How far back the gradient gets, and the shape of the way."""
    text = f"At lag {lag} the gradient is {power(reach)}{' times' if reach > 0 else ''} of what it is at lag 0"
    text = text.replace("times of", "times")
    top = int(np.argmax(flow.log10_norm))
    hump = float(flow.log10_norm[top])
    if hump > HUMP and hump - reach > HUMP:
        text += f"; it first grows to {power(hump)} times at lag {int(flow.lag[top])}"
        if rho < 1 < sigma_max:
            text += f", although ρ = {rho:.2f} < 1: σ_max = {sigma_max:.2f}"
    elif reach <= np.log10(0.5):
        half = int(flow.lag[np.argmax(flow.log10_norm <= np.log10(0.5))])
        text += f"; half of it is gone after {half} step{'s' if half > 1 else ''}"
    elif reach >= np.log10(2):
        double = int(flow.lag[np.argmax(flow.log10_norm >= np.log10(2))])
        text += f"; it has doubled after {double} step{'s' if double > 1 else ''}"
    return text + "."


def _loss(record: StepRecord, baselines: Baselines, curves: Curves, kind: str, lag: int) -> str:
    """Where the loss stands, and what that says together with the gradient."""
    chance = baselines.chance
    if not len(curves.step):
        return f"Loss before training {record.loss:.4g}, chance {chance:.4g}."
    loss = curves.smoothed_loss()
    if loss > 10 * chance:
        return f"The loss is {power(np.log10(loss / chance))} times chance: the steps are far too long."
    if loss < LEARNT * chance:
        return f"The loss has fallen to {loss:.3g} (chance {chance:.4g}): the task is learnt."
    if loss < min(baselines.memoryless, chance) * (1 - AT_CHANCE):
        return f"The loss has fallen to {loss:.3g} (chance {chance:.4g})."
    low, high = curves.loss[-SMOOTHING:].min(), curves.loss[-SMOOTHING:].max()
    if high - low > RESTLESS * chance:
        return f"The loss jumps between {low:.3g} and {high:.3g}, around chance, {chance:.4g}: the steps are too long."
    if abs(loss - chance) <= AT_CHANCE * chance or loss > chance:
        text = f"The loss sits {'at' if loss <= chance * (1 + AT_CHANCE) else 'above'} chance, {chance:.4g}"
        text += f" ({loss:.4g} over the last updates)." if loss > chance * (1 + AT_CHANCE) else "."
    else:
        text = f"The loss, {loss:.3g}, is no better than a guess without memory, {baselines.memoryless:.3g}."
    if kind == "vanishing":
        return f"{text} What happened {lag} steps back hardly reaches the weights."
    if kind == "healthy" and len(curves.step) >= 50:
        return f"{text} The gradient arrives: the task or the learning rate is the difficulty, not vanishing."
    return text
