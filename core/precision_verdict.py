"""Finite precision in honest sentences: what the powers, the updates and the iterated tanh come to."""

from __future__ import annotations

import numpy as np

from core.iterated import Iterated
from core.number_types import limits
from core.precision import Powers, TypedPowers, steps_to_reach
from core.records import Verdict
from core.stagnation import Stagnation, steps_until_lost

COARSE = 0.01  # an update that arrives with a larger relative error is called coarse


def powers_verdict(spec: Powers, found: TypedPowers) -> Verdict:
    """What the type makes of a gradient that every step multiplies by the rate."""
    head = f"In {found.dtype} a gradient times {spec.rate:.10g} a step"
    end, steps, last = limits(found.dtype), found.t[-1], amount(found.log10_value[-1])
    if found.rate == 1.0 != spec.rate:
        return Verdict("cut", "Rounded away", f"In {found.dtype} the rate {spec.rate:.10g} is 1: so is every power.")
    if found.rate == 1.0:
        return Verdict("healthy", "Kept", f"{head} stays what it is.")
    if found.first_zero is not None:
        before = f"is subnormal from step {found.first_subnormal} and " if found.first_subnormal else ""
        return Verdict("vanishing", "Gone", f"{head} {before}is exactly 0 from step {found.first_zero} on.")
    if found.first_inf is not None:
        return Verdict("exploding", "Overflow", f"{head} is inf from step {found.first_inf} on, and inf − inf is nan.")
    if found.first_stuck is not None:
        return Verdict("vanishing", "Stuck", f"{head} is subnormal from step {found.first_subnormal} and stays at "
                                             f"{last} from {found.first_stuck}: never 0, no digit right.")
    right = f"{head} is {last} at step {steps}: {found.digits[-1]:.1f} of {end.digits:.1f} digits are right"
    if found.first_subnormal is not None:
        return Verdict("vanishing", "Fading", f"{right}; subnormal from step {found.first_subnormal}.")
    if found.rate < 1.0:
        reach = steps_to_reach(found.rate, end.smallest_normal)
        return Verdict("vanishing", "Shrinking", f"{right}; subnormal from about step {reach:,}.")
    return Verdict("exploding", "Growing", f"{right}; inf from about step "
                                           f"{steps_to_reach(found.rate, end.largest):,}.")


def update_verdict(found: Stagnation) -> Verdict:
    """What the type makes of one update of the weight."""
    end = f"though {found.dtype} goes down to {limits(found.dtype).smallest_subnormal:.2g}"
    head, u, smallest = f"In {found.dtype} w = {found.weight:.4g}", f"{found.update:.2g}", f"{found.smallest:.2g}"
    if found.update == 0.0:
        return Verdict("vanishing", "Lost", f"In {found.dtype} η g is 0: w = {found.weight:.4g} cannot move, nor would "
                                            f"it below {smallest}.")
    if not found.moves:
        return Verdict("vanishing", "Stuck", f"{head} takes no update below {smallest}: η g = {u} is lost, {end}.")
    share = found.moved[1]
    if abs(share - 1.0) > COARSE:
        return Verdict("cut", "Coarse", f"{head} moves by {share:.2f} times η g = {u}; below {smallest} it would not "
                                        "move.")
    return Verdict("healthy", "Moves", f"{head} takes η g = {u}; below {smallest} it would not move, {end}.")


def iterated_verdict(found: Iterated) -> Verdict:
    """What n times tanh leaves of the differences between its starting points."""
    end, middle = found.value[found.row, -1], found.slope_at(0.0)
    span = f"After n = {found.times} times [−3, 3] has become [−{end:.2g}, {end:.2g}]"
    if np.isneginf(middle):
        return Verdict("vanishing", "Flat", f"After n = {found.times} times every x is 0, and the slope exactly 0.")
    slopes = f"the slope is {amount(found.slope_at(2.0))} at 2 and {amount(middle)} at 0"
    if found.gain > 1.0:
        return Verdict("exploding", "A step", f"{span}: {slopes}.")
    return Verdict("vanishing", "Flatter", f"{span}: {slopes}.")


def comparison(spec: Powers, found: list[TypedPowers], updates: list[Stagnation]) -> list[dict[str, str]]:
    """A line for each fact, a column for each type, in the order of the records; TeX in the first column."""
    ends = [limits(p.dtype) for p in found]
    never = "–"
    rows = {
        "largest number": [f"{e.largest:.2g}" for e in ends],
        "smallest normal number": [f"{e.smallest_normal:.2g}" for e in ends],
        "smallest number above 0": [f"{e.smallest_subnormal:.2g}" for e in ends],
        r"relative spacing $\varepsilon$": [f"{e.eps:.2g}" for e in ends],
        rf"$\lambda^t$ with $\lambda = {spec.rate:g}$ is subnormal from $t =$": [
            str(p.first_subnormal or never) for p in found],
        "exactly 0 from $t =$": [str(p.first_zero or never) for p in found],
        "inf from $t =$": [str(p.first_inf or never) for p in found],
        rf"digits right at $t = {spec.steps}$": [f"{p.digits[-1]:.1f}" for p in found],
        rf"smallest update that changes $w = {updates[-1].weight:.4g}$": [f"{s.smallest:.2g}" for s in updates],
        r"the same as a share of $\varepsilon |w|$": [
            f"{s.smallest / (e.eps * s.weight):.2f}" for s, e in zip(updates, ends, strict=True)],
        r"steps back from which $\eta g \lambda^t$ no longer changes $w$": [
            _or(steps_until_lost(s, p.rate), "never") for s, p in zip(updates, found, strict=True)],
    }
    return [{"quantity": words} | {p.dtype: cell for p, cell in zip(found, cells, strict=True)}
            for words, cells in rows.items()]


def training_sentence(spec: Powers, found: TypedPowers, update: Stagnation) -> str:
    """What the two together mean for training in that type."""
    lost, weight = steps_until_lost(update, found.rate), f"the weight {update.weight:.4g}"
    if lost == 0:
        return f"In {found.dtype} this update is too small for {weight} before it goes back a single step."
    if lost is None:
        return f"In {found.dtype} a gradient that does not shrink on its way back moves {weight} from any step."
    known = found.first_zero or found.first_stuck
    gone = known or steps_to_reach(found.rate, limits(found.dtype).smallest_subnormal)
    return (f"{found.dtype} loses a gradient that every step back multiplies by {spec.rate:.10g} from "
            f"{'' if known else 'about '}step {gone:,} on. An update made of it alone no longer moves {weight} from "
            f"step {lost:,} on.")


def amount(log10: float) -> str:
    """A number by its logarithm: 0, 20,959, 0.0037, 10^-6.9 or inf."""
    if not np.isfinite(log10):
        return "0" if log10 < 0 else "inf"
    return f"{10.0**log10:,.5g}" if 0.0 <= log10 < 6.0 else f"{10.0**log10:.2g}" if -5.0 < log10 < 0.0 else (
        f"10^{log10:.1f}")


def _or(value: int | None, words: str) -> str:
    return words if value is None else f"{value:,}"
