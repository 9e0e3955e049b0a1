"""Measured numbers of a live run -> a headline and claims.

It keeps two things apart that a loss curve alone cannot: a gradient that vanished, and a task that is hard although
the gradient arrives. And it names two things by their names: the product of Jacobians, of the median sequence of the
batch, and the gradient of one update, which a task with many targets, a clip or a truncation makes something else.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from core.live.history import SMOOTHING
from core.remedies.base import remedy_of
from core.spelling import Claim, Verdict
from core.topics.jacobians.kinds import EXPLODED, GROWS, VANISHED, WORDS, kind_of
from core.topics.playground.loss import falls, loss_claim
from core.topics.playground.product import gradient_claim, gradient_log10, product_claim, rounding_claims, shape_claims
from core.topics.playground.seen import Seen
from core.training.experiment import Experiment
from core.training.truncated_pairs import TruncationMap, dependency_of

PATIENCE = 50  # updates before a task is called hard although its gradient arrives


def verdict(seen: Seen) -> Verdict:
    """What a person should take from the numbers."""
    if seen.record.stopped is not None or (seen.reach is None and seen.lost_at is None):
        what = (seen.record.stopped or "the states are not finite").replace("{", "(").replace("}", ")")
        kept = " The charts keep the finite updates." if seen.updates > 1 else ""
        return Verdict("diverged", WORDS["diverged"], (
            Claim("stopped", f"{what[0].upper()}{what[1:]}.{kept}", {"update": seen.record.step}),))
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


def _headline(seen: Seen, kind: str, loss: Claim) -> str:
    word = WORDS[kind]
    if kind in ("exploding", "held") and seen.reach is not None and seen.reach.log10 < EXPLODED:
        word = GROWS + (", held by the clip" if kind == "held" else "")
    gradient, cut = gradient_log10(seen), _longest(seen.chunks) < seen.chunks.T - 1
    if kind != "cut" and cut:
        word += ", cut off by truncation"
    elif kind != "cut" and gradient is not None and seen.whole and kind_of(gradient) != (
            "exploding" if kind == "held" else kind):
        word += {"exploding": ", and the gradient grows", "vanishing": ", and the gradient vanishes",
                 "healthy": ", and the gradient keeps its size"}[kind_of(gradient)]
    if loss.numbers["state"] == "solved":
        return f"Solved · {word}"
    if kind in ("exploding", "vanishing") and falls(seen, loss):
        return f"{word}{' –' if ', and' in word else ', and'} the loss falls all the same"
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
    end = "the end of a chunk" if chunks.updates > 1 else "the last one"
    does = [f"truncation drops what lies {{k2:count step}} or more before {end}"] * drops
    does += ["every chunk begins with h = 0"] * begins
    effect = ("no gradient reaches t < {first_t}" if first > 1 else "no loss is carried back to an earlier step"
              if longest == 0 else "no loss is carried back over more than {longest:count step}")
    text = " and ".join(does)
    numbers = {"first_t": first} | ({"k2": chunks.k2} if drops else {}) | ({"longest": longest} if first == 1 else {})
    yield Claim("truncated", f"{text[0].upper()}{text[1:]}: {effect}.", numbers)


def _overflow(seen: Seen) -> Claim:
    """Where the chunk of this update is finite, and the sequence that it is of would not be."""
    text = ("With the weights of now h is not" if seen.chunks.carry else
            "Were the state carried from chunk to chunk, h would not be")
    return Claim("overflow", f"{text} finite from t = {{t}} on: the product of Jacobians has no size.",
                 {"t": seen.lost_at})


def _clipped(seen: Seen) -> Iterator[Claim]:
    if _clips(seen.experiment) and seen.updates:
        share = seen.curves.clipped_share
        one = f"The gradient of the one update was {'shortened' if share else 'short enough'}."
        yield Claim("clipped", one if seen.updates == 1 else "Of {updates:count update}, {share:share} had their "
                    "gradient shortened.", {"share": share, "updates": seen.updates})


def _readout(seen: Seen) -> Iterator[Claim]:
    if any(remedy_of(spec).name == "echo_state" for spec in seen.experiment.remedies):
        yield Claim("readout", "The readout alone is learnt: no gradient is sent this way.")


def _reason(seen: Seen, chunks: TruncationMap, loss: Claim) -> Iterator[Claim]:
    """Why it does not learn, where the lag that the task needs says so."""
    needed, state = dependency_of(seen.experiment), loss.numbers["state"]
    if needed is None or state not in ("chance", "no_memory") or seen.measured_at is not None:
        return
    if chunks.bridged_share(needed.shortest) == 0.0:
        yield Claim("reason", "The task needs {lag:count step} back, and truncation ends before that.",
                    {"lag": needed.shortest})
        return
    log10 = None if seen.reach is None else seen.reach.at.get(needed.shortest)
    gradient = gradient_log10(seen) if seen.whole else None
    if log10 is None or seen.updates < SMOOTHING or (gradient is not None and kind_of(gradient) != kind_of(log10)):
        return
    numbers = {"lag": needed.shortest, "log10": log10}
    if log10 <= VANISHED:
        does = "does not reach" if log10 == -np.inf else "hardly reaches"
        yield Claim("reason", "Over the {lag:count step} back that the task needs the product is {log10:power}: what "
                              f"happened there {does} the weights.", numbers)
    elif log10 < EXPLODED and seen.updates >= PATIENCE:
        yield Claim("reason", "Over the {lag:count step} back that the task needs the product is {log10:power}: "
                              "vanishing is not what keeps it from learning.", numbers)
