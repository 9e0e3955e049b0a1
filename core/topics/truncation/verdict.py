"""What a truncation does to a task and to its gradient, in one honest sentence with measured numbers."""

from __future__ import annotations

import math

from core.claims import Claim, Verdict
from core.tasks.base import Dependency
from core.topics.truncation.dropped_gradient import DroppedGradient
from core.topics.truncation.words import say
from core.training.truncated_pairs import TruncationMap


def truncation_verdict(chunks: TruncationMap, needed: Dependency | None, lost: DroppedGradient | None) -> Verdict:
    """In words.

    Args:
        needed: how far the task has to look back; None where that is not known.
        lost: what was measured of the gradient; None while nothing is.
    """
    kind, word = _headline(chunks, needed)
    claims = [seen_claim(chunks)]
    if needed is not None:
        claims.append(_need(chunks, needed))
    if lost is not None and chunks.seen_share < 1.0:
        claims.append(_lost(lost, chunks.carry))
    return Verdict(kind, say(word), tuple(claims))


def _headline(chunks: TruncationMap, needed: Dependency | None) -> tuple[str, str]:
    """Kind, and the statement that heads it."""
    if chunks.seen_share == 1.0:
        return "healthy", "headline.nothing"
    if needed is None:
        return "cut", "headline.part"
    if chunks.bridged_share(needed.longest) == 1.0:
        return "healthy", "headline.long_enough"
    if not chunks.carry and needed.longest >= chunks.k1:
        return "cut", "headline.forgotten"
    if chunks.bridged_share(needed.shortest) == 0.0:
        return "cut", "headline.too_short"
    return "cut", "headline.for_some"


def seen_claim(chunks: TruncationMap) -> Claim:
    """How many updates, and how far each looks."""
    numbers = {"updates": chunks.updates, "T": chunks.T, "k1": chunks.k1, "k2": chunks.k2, "seen": chunks.seen_share}
    if chunks.seen_share == 1.0 and chunks.updates == 1:
        return say("seen.all", numbers)
    return say("seen.of" if chunks.k2 <= chunks.k1 else "seen.up_to", numbers,
               begins="" if chunks.carry else say("seen.begins"))


def _need(chunks: TruncationMap, needed: Dependency) -> Claim:
    numbers = {"shortest": needed.shortest, "longest": needed.longest, "reach": int(chunks.reach.max()),
               "bridged": chunks.bridged_share(needed.longest)}
    span = say("needed.span" if needed.shortest == needed.longest else "needed.span_from_to", numbers)
    return say("needed.nothing_reached" if numbers["reach"] < 0 else "needed.one_loss" if len(chunks.targets) == 1 else
               "needed.losses", numbers, span=span, why=needed.words)


def _lost(lost: DroppedGradient, carry: bool) -> Claim:
    numbers = {"sequences": lost.sequences, "dropped": lost.share, "cosine": lost.cosine}
    if math.isnan(lost.share):
        return say("lost.nothing", numbers)
    return say("lost.all" if lost.kept == 0.0 else "lost.part", numbers,
               gone=say("lost.dropped" if carry else "lost.changed"))
