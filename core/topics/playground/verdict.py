"""Measured numbers of a live run -> a headline and claims.

It keeps two things apart that a loss curve alone cannot: a gradient that vanished, and a task that is hard although
the gradient arrives. And it names two things by their names: the product of Jacobians, of the median sequence of the
batch, and the gradient of one update, which a task with many targets, a clip or a truncation makes something else.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from core.claims import Claim, Verdict
from core.live.history import SMOOTHING
from core.remedies.base import remedy_of
from core.topics.jacobians.kinds import EXPLODED, VANISHED, kind_of
from core.topics.jacobians.words import say as say_way_back
from core.topics.playground.loss import falls, loss_claim
from core.topics.playground.product import gradient_claim, gradient_log10, product_claim, rounding_claims, shape_claims
from core.topics.playground.seen import Seen
from core.topics.playground.words import say
from core.training.experiment import Experiment
from core.training.truncated_pairs import TruncationMap, dependency_of

PATIENCE = 50  # updates before a task is called hard although its gradient arrives
HEADLINES = {
    "vanishing": say_way_back("headline.vanishing"), "healthy": say_way_back("headline.healthy"),
    "exploding": say_way_back("headline.exploding"), "held": say_way_back("headline.held"),
    "cut": say_way_back("headline.cut")}
GROWS = {"exploding": say_way_back("headline.grows"), "held": say_way_back("headline.grows_held")}
GRADIENT = {"exploding": "headline.gradient_grows", "vanishing": "headline.gradient_vanishes",
            "healthy": "headline.gradient_keeps"}


def verdict(seen: Seen) -> Verdict:
    """What a person should take from the numbers."""
    if seen.record.stopped is not None or (seen.reach is None and seen.lost_at is None):
        return Verdict("diverged", say_way_back("headline.diverged"), (
            say("stopped.later" if seen.updates > 1 else "stopped.at_once", {"update": seen.record.step},
                what=seen.record.stopped or say("stopped.states")),))
    chunks, loss = seen.chunks, loss_claim(seen)
    kind = _kind(seen, _first_reached(chunks))
    way = [_overflow(seen)] if seen.reach is None else [
        product_claim(seen.reach, chunks), *rounding_claims(seen.reach, len(seen.record.W_hh))]
    shape = [] if seen.reach is None else shape_claims(seen)
    claims = [*way, gradient_claim(seen), *shape, *_truncated(chunks), *_clipped(seen), *_readout(seen), loss,
              *_reason(seen, chunks, loss)]
    return Verdict(kind, _headline(seen, kind, loss), tuple(claims))


def _kind(seen: Seen, first_t: int) -> str:
    reach = seen.reach  # a state that overflows on the way has grown without a bound
    kind = "exploding" if reach is None else kind_of(reach.log10)
    if reach is not None and reach.peak is not None and reach.peak[1] >= EXPLODED:
        kind = "exploding"
    if kind == "exploding":
        last = slice(seen.updates - seen.unchanged, None)
        held = bool((seen.curves.clipped_norm[last] < seen.curves.grad_norm[last]).any())
        return "held" if _clips(seen.experiment) and held else kind
    return "cut" if first_t > 1 else kind


def _headline(seen: Seen, kind: str, loss: Claim) -> Claim:
    word = HEADLINES[kind]
    if kind in ("exploding", "held") and seen.reach is not None and seen.reach.log10 < EXPLODED:
        word = GROWS[kind]
    gradient, cut, joined = gradient_log10(seen), _longest(seen.chunks) < seen.chunks.T - 1, False
    if kind != "cut" and cut:
        word = say("headline.cut_off", word=word)
    elif kind != "cut" and gradient is not None and seen.whole and kind_of(gradient) != (
            "exploding" if kind == "held" else kind):
        word, joined = say(GRADIENT[kind_of(gradient)], word=word), True
    if loss.numbers["state"] == "solved":
        return say("headline.solved", word=word)
    if kind in ("exploding", "vanishing") and falls(seen, loss):
        return say("headline.falls_all_the_same" if joined else "headline.falls", word=word)
    return word


def _clips(experiment: Experiment) -> bool:
    return any(remedy_of(spec).transform_gradient for spec in experiment.remedies)


def _first_reached(chunks: TruncationMap) -> int:
    """The first step that gets a gradient from any loss of a sequence."""
    return int(chunks.window(chunks.targets).min()) + 1


def _longest(chunks: TruncationMap) -> int:
    """The largest lag over which any loss of a sequence is carried back."""
    return int(chunks.reach.max())


def _truncated(chunks: TruncationMap) -> Iterator[Claim]:
    if chunks.seen_share == 1.0:
        return
    first, longest = _first_reached(chunks), _longest(chunks)
    pieces = len(chunks.start) > 1
    begins, drops = pieces and not chunks.carry, chunks.carry or chunks.k2 < chunks.k1
    numbers = {"first_t": first} | ({"k2": chunks.k2} if drops else {}) | ({"longest": longest} if first == 1 else {})
    what = say("truncated.drops_in_chunks" if chunks.updates > 1 else "truncated.drops", numbers)
    does = what if drops else say("truncated.begins")
    if drops and begins:
        does = say("truncated.both", drops=what, begins=say("truncated.begins"))
    effect = say("truncated.no_gradient" if first > 1 else "truncated.no_step_back" if longest == 0 else
                 "truncated.no_farther", numbers)
    yield say("truncated", numbers, does=does, effect=effect)


def _overflow(seen: Seen) -> Claim:
    """Where the chunk of this update is finite, and the sequence that it is of would not be."""
    return say("overflow.carried" if seen.chunks.carry else "overflow.not_carried", {"t": seen.lost_at})


def _clipped(seen: Seen) -> Iterator[Claim]:
    if _clips(seen.experiment) and seen.updates:
        share = seen.curves.clipped_share
        yield say("clipped.share" if seen.updates > 1 else "clipped.one" if share else "clipped.none",
                  {"share": share, "updates": seen.updates})


def _readout(seen: Seen) -> Iterator[Claim]:
    if any(remedy_of(spec).name == "echo_state" for spec in seen.experiment.remedies):
        yield say("readout")


def _reason(seen: Seen, chunks: TruncationMap, loss: Claim) -> Iterator[Claim]:
    """Why it does not learn, where the lag that the task needs says so."""
    needed, state = dependency_of(seen.experiment), loss.numbers["state"]
    if needed is None or state not in ("chance", "no_memory") or seen.measured_at is not None:
        return
    if chunks.bridged_share(needed.shortest) == 0.0:
        yield say("reason.truncation", {"lag": needed.shortest})
        return
    log10 = None if seen.reach is None else seen.reach.at.get(needed.shortest)
    gradient = gradient_log10(seen) if seen.whole else None
    if log10 is None or seen.updates < SMOOTHING or (gradient is not None and kind_of(gradient) != kind_of(log10)):
        return
    numbers = {"lag": needed.shortest, "log10": log10}
    if log10 <= VANISHED:
        yield say("reason.no_reach" if log10 == -np.inf else "reason.hardly_reaches", numbers)
    elif log10 < EXPLODED and seen.updates >= PATIENCE:
        yield say("reason.not_vanishing", numbers)
