"""What the recorded norms and the search say about a threshold, in one honest sentence with measured numbers."""

from __future__ import annotations

from core.claims import Claim, Verdict
from core.topics.truncation.recorded_norms import BAND, DOMINATED, Proposal, RecordedNorms
from core.topics.truncation.threshold_search import AT_CHANCE, ThresholdSearch
from core.topics.truncation.words import say

FEW = 20  # recorded norms


def threshold_verdict(norms: RecordedNorms, chosen: Proposal, found: ThresholdSearch | None) -> Verdict:
    """Of a recorded run.

    Args:
        chosen: the threshold proposed from the norms.
        found: what was tried; None before the search.
    """
    searched = found is not None and found.needed is not None
    if not norms.updates and not searched:
        return Verdict("healthy", say("headline.no_run"), (say("none"),))
    kind, word = _headline(found) if searched else ("healthy", "headline.recorded")
    return Verdict(kind, say(word), (*_recorded(norms, chosen), *(_tried(found) if searched else ())))


def _headline(found: ThresholdSearch) -> tuple[str, str]:
    """Kind, and the statement that heads it."""
    if found.needed:
        return "exploding", "headline.needed"
    if found.ruined:
        return "held", "headline.not_sound"
    if not found.sound(found.reruns[0]):
        return "healthy", "headline.above_chance"
    return "healthy", "headline.not_needed"


def _recorded(norms: RecordedNorms, chosen: Proposal) -> list[Claim]:
    claims = []
    if len(norms.norms):
        low, high = (edge * norms.mean for edge in BAND)
        claims.append(say("recorded", {
            "updates": norms.updates, "smallest": float(norms.norms[0]), "largest": float(norms.norms[-1]),
            "from_mean": BAND[0], "to_mean": BAND[1], "low": low, "high": high}))
    if norms.zero:
        claims.append(say("zero", {"updates": norms.zero}))
    if norms.not_finite:
        claims.append(say("not_finite", {"updates": norms.not_finite}))
    if 0 < norms.updates < FEW:
        claims.append(say("few", {"updates": norms.updates}))
    elif norms.dominated > DOMINATED:
        claims.append(say("dominated", {"share": norms.dominated, "median": norms.centre("median")}))
    if norms.updates and not chosen.refused:
        claims.append(say("clipped", {"threshold": chosen.threshold,
                                      "share": float(norms.clipped_share(chosen.threshold))}))
    return claims


def _tried(found: ThresholdSearch) -> list[Claim]:
    first = found.reruns[0]
    of_losses = {"loss": first.loss, "first": first.first, "chance": found.chance, "updates": found.updates}
    if not found.needed:
        if found.sound(first):
            near = {} if first.loss <= found.chance else {"within": AT_CHANCE - 1}
            return [say("without.near" if near else "without.no_worse", of_losses | near)]
        if not found.ruined:
            return [say("without.more", of_losses)]
        claims = [say("without.not_sound", of_losses)]
    else:
        claims = [say("without.not_finite", {"update": first.updates + 1})]
    if not found.done:
        return [*claims, say("more")]
    if found.needed:
        if found.highest is None:
            return [*claims, say("highest.none")]
        claims.append(say("highest", {"updates": found.updates, "threshold": found.highest}))
    sound = found.highest_sound
    if sound is None:
        claims.append(say("sound.none_of_finite" if found.needed else "sound.none"))
    elif not found.needed or sound != found.highest:
        claims.append(say("sound.of_finite" if found.needed else "sound", {"threshold": sound}))
    if not found.orderly:
        claims.append(say("disorder"))
    return claims
