"""What a truncation does to a task and to its gradient, in one honest sentence with measured numbers."""

from __future__ import annotations

import math

from core.spelling import Claim, Verdict
from core.tasks.base import Dependency
from core.topics.truncation.dropped_gradient import DroppedGradient
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
    return Verdict(kind, word, tuple(claims))


def _headline(chunks: TruncationMap, needed: Dependency | None) -> tuple[str, str]:
    if chunks.seen_share == 1.0:
        return "healthy", "Nothing is dropped"
    if needed is None:
        return "cut", "Part of it is dropped"
    if chunks.bridged_share(needed.longest) == 1.0:
        return "healthy", "Long enough for the task"
    if not chunks.carry and needed.longest >= chunks.k1:
        return "cut", "Forgotten at the borders"
    if chunks.bridged_share(needed.shortest) == 0.0:
        return "cut", "Too short for the task"
    return "cut", "Long enough for some of it"


def seen_claim(chunks: TruncationMap) -> Claim:
    """How many updates, and how far each looks."""
    numbers = {"updates": chunks.updates, "T": chunks.T, "k1": chunks.k1, "k2": chunks.k2, "seen": chunks.seen_share}
    if chunks.seen_share == 1.0 and chunks.updates == 1:
        return Claim("seen", "{updates:count update} for {T:count step}, and every loss reaches the first of them.",
                     numbers)
    begins = "" if chunks.carry else " that begins at h = 0"
    of = "of" if chunks.k2 <= chunks.k1 else "up to the end of"
    return Claim("seen", f"{{updates:count update}} for {{T:count step}}, reaching the last {{k2:count step}} {of} a "
                         f"chunk of {{k1:,}}{begins}: {{seen:share}} of the pairs (t, k) with a loss are seen.",
                 numbers)


def _need(chunks: TruncationMap, needed: Dependency) -> Claim:
    numbers = {"shortest": needed.shortest, "longest": needed.longest, "reach": int(chunks.reach.max()),
               "bridged": chunks.bridged_share(needed.longest)}
    span = "{longest:count step}" if needed.shortest == needed.longest else "{shortest:,} to {longest:count step}"
    words = f"The task needs {span} ({needed.words}); "
    if numbers["reach"] < 0:
        return Claim("needed", words + "no loss reaches even its own step.", numbers)
    if len(chunks.targets) == 1:
        return Claim("needed", words + "its loss reaches {reach:,}.", numbers)
    return Claim("needed", words + "the losses reach at most {reach:,}, and {bridged:share} of those with so many "
                                   "steps before them reach {longest:,}.", numbers)


def _lost(lost: DroppedGradient, carry: bool) -> Claim:
    numbers = {"sequences": lost.sequences, "dropped": lost.share, "cosine": lost.cosine}
    if math.isnan(lost.share):
        return Claim("lost", "The whole gradient by V is exactly 0 here.", numbers)
    gone = "dropped" if carry else "dropped or changed by the reset"
    if lost.kept == 0.0:
        return Claim("lost", f"Measured on {{sequences:count sequence}}: all of ∂L/∂V is {gone}.", numbers)
    return Claim("lost", "Measured on {sequences:count sequence}: of ∂L/∂V a part of {dropped:plain} times its norm is "
                         f"{gone}; what is kept has a cosine of {{cosine:.2g}} with the whole.", numbers)
