"""Finite precision in honest sentences: what the powers, the updates and the iterated tanh come to."""

from __future__ import annotations

import math

from core.claims import Claim, Verdict
from core.markup import as_markdown
from core.spelling import amount, count, fixed, in_tex, number
from core.topics.precision.iterated_tanh import Iterated
from core.topics.precision.number_types import limits
from core.topics.precision.powers import Powers, TypedPowers, steps_until
from core.topics.precision.stagnation import Stagnation, steps_until_lost
from core.topics.precision.words import say

COARSE = 0.01  # an update that arrives with a larger relative error is called coarse
STEEP, FLAT = 1.0, -2.0  # log10 of the slopes in the middle and at x = 2 between which tanh has become a step
WIDE = math.log10(2.0)  # a value that is off by a larger factor is told by the factor
AS_GOOD_AS_ALL = 0.05  # digits that one decimal does not show
NOWHERE = "–"  # in the table: it does not happen in as many steps


def powers_verdict(found: TypedPowers) -> Verdict:
    """What the type makes of a gradient that every step multiplies by the rate."""
    end, of = limits(found.dtype), {"dtype": found.dtype, "rate": found.asked}
    value = of | {"step": int(found.t[-1]), "log10": float(found.log10_value[-1])}
    if found.rate == 1.0 != found.asked:
        return Verdict("cut", say("headline.rounded_away"), (say("rounded_away", of), error_claim(found)))
    if found.rate == 1.0:
        return Verdict("healthy", say("headline.kept"), (say("kept", of),))
    if found.first_zero is not None:
        return Verdict("vanishing", say("headline.gone"), (
            say("zero.after_subnormal" if found.first_subnormal else "zero.at_once",
                of | {"subnormal": found.first_subnormal, "zero": found.first_zero}),))
    if found.first_inf is not None:
        return Verdict("exploding", say("headline.overflow"), (say("inf", of | {"inf": found.first_inf}),))
    if found.first_stuck is not None:
        stuck = value | {"subnormal": found.first_subnormal, "stuck": found.first_stuck}
        return Verdict("vanishing", say("headline.stuck"), (say("stuck", stuck), error_claim(found)))
    power = say("power", value)
    if found.first_subnormal is not None:
        return Verdict("vanishing", say("headline.fading"), (
            power, error_claim(found), say("subnormal", {"subnormal": found.first_subnormal})))
    kind, word, name, size = ("vanishing", "headline.shrinking", "subnormal", end.smallest_normal) \
        if found.rate < 1.0 else ("exploding", "headline.growing", "inf", end.largest)
    step, counted = steps_until(found, size)
    return Verdict(kind, say(word), (power, error_claim(found), say(
        "limit.counted" if counted else "limit.about", {"limit": name, "step": step, "counted": counted})))


def error_claim(found: TypedPowers) -> Claim:
    """How far the last power is from the exact one, and what of it comes from the rate and what from the products.

    Args:
        found: its last value is a number above 0.
    """
    exact = {"log10_exact": float(found.log10_exact[-1]), "step": int(found.t[-1])}
    digits = {"digits": float(found.digits[-1]), "of": limits(found.dtype).digits, "held": found.rate,
              "rate_digits": float(found.rate_digits[-1]), "product_digits": float(found.product_digits[-1])}
    off = float(found.log10_value[-1] - found.log10_exact[-1])
    if abs(off) > WIDE:
        return say("error.too_large" if off > 0 else "error.too_small", exact | digits | {"log10_factor": abs(off)})
    if digits["digits"] > digits["of"] - AS_GOOD_AS_ALL:
        return say("error.none", digits)
    if math.isinf(found.log10_rate_error[-1]):
        return say("error.products", digits)
    return say("error.held" if number(found.rate) != number(found.asked) else "error.both", digits)


def update_verdict(found: Stagnation) -> Verdict:
    """What the type makes of one update of the weight."""
    numbers = {"dtype": found.dtype, "weight": found.weight, "log10_update": math.log10(found.asked),
               "log10_smallest": math.log10(found.smallest),
               "log10_end": math.log10(limits(found.dtype).smallest_subnormal), "arrives": float(found.moved[1])}
    if found.update == 0.0:
        return Verdict("vanishing", say("headline.lost"), (say("update.zero", numbers),))
    if not found.moves:
        return Verdict("vanishing", say("headline.stuck"), (say("update.lost", numbers),))
    if abs(numbers["arrives"] - 1.0) > COARSE:
        return Verdict("cut", say("headline.coarse"), (say("update.coarse", numbers),))
    return Verdict("healthy", say("headline.moves"), (say("update.taken", numbers),))


def iterated_verdict(found: Iterated) -> Verdict:
    """What n times tanh leaves of the differences between its starting points."""
    middle, outside = found.slope_at(0.0), found.slope_at(2.0)
    n = {"times": found.times}
    if math.isinf(middle):
        return Verdict("vanishing", say("headline.flat"), (say("flat", n),))
    end = float(found.value[found.row, -1])
    claims = (say("span.some" if end else "span.none", n | {"end": end}),
              say("slopes", {"log10_at_2": outside, "log10_at_0": middle}))
    if middle >= STEEP and outside <= FLAT:
        return Verdict("exploding", say("headline.step"), claims)
    if found.gain > 1.0:
        return Verdict("healthy", say("headline.steeper"), claims)
    return Verdict("vanishing", say("headline.flatter"), claims)


def comparison(spec: Powers, found: list[TypedPowers], updates: list[Stagnation]) -> list[dict[str, str]]:
    """A line for each fact, a column for each type, in the order of the records; Markdown."""
    ends = [limits(p.dtype) for p in found]
    rows = {
        "largest number": [_size(e.largest) for e in ends],
        "smallest normal number": [_size(e.smallest_normal) for e in ends],
        "smallest number above 0": [_size(e.smallest_subnormal) for e in ends],
        r"relative spacing $\varepsilon$": [_size(e.eps) for e in ends],
        rf"$\lambda^t$ with $\lambda = {in_tex(number(spec.rate))}$ is subnormal from $t =$": [
            _or(p.first_subnormal, NOWHERE) for p in found],
        "exactly 0 from $t =$": [_or(p.first_zero, NOWHERE) for p in found],
        "inf from $t =$": [_or(p.first_inf, NOWHERE) for p in found],
        rf"digits right at $t = {in_tex(number(spec.steps))}$": [fixed(p.digits[-1]) for p in found],
        r"rounding $\lambda$ alone leaves": [fixed(p.rate_digits[-1]) for p in found],
        "rounding the products alone leaves": [fixed(p.product_digits[-1]) for p in found],
        rf"smallest update that changes $w = {in_tex(number(updates[-1].weight, '4'))}$": [
            _size(s.smallest) for s in updates],
        r"the same as a share of $\varepsilon |w|$": [
            fixed(s.smallest / (e.eps * s.weight), 2) for s, e in zip(updates, ends, strict=True)],
        r"steps back from which $\eta g \lambda^t$ no longer changes $w$": [
            _or(steps_until_lost(s, p.rate), "never") for s, p in zip(updates, found, strict=True)],
    }
    return [{"quantity": words} | {p.dtype: cell for p, cell in zip(found, cells, strict=True)}
            for words, cells in rows.items()]


def training_claims(found: TypedPowers, update: Stagnation) -> tuple[Claim, ...]:
    """What the two together mean for training in that type."""
    lost = steps_until_lost(update, found.rate)
    numbers = {"dtype": found.dtype, "rate": found.asked, "weight": update.weight, "step": lost}
    if lost == 0:
        return (say("lost.at_once", numbers),)
    if lost is None:
        rounded = found.rate == 1.0 != found.asked
        return (say("never_lost.rounded_away" if rounded else "never_lost.grows", numbers),)
    known = found.first_zero or found.first_stuck
    gone, counted = (known, True) if known else steps_until(found, limits(found.dtype).smallest_subnormal)
    return (say("gone.counted" if counted else "gone.about", numbers | {"step": gone}), say("lost.later", numbers))


def _size(value: float) -> str:
    return as_markdown(amount(math.log10(value)))


def _or(value: int | None, words: str) -> str:
    return words if value is None else count(value)
