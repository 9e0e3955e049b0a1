"""What the recorded norms and the search say about a threshold, in one honest sentence with measured numbers."""

from __future__ import annotations

from core.spelling import Claim, Verdict
from core.topics.truncation.recorded_norms import BAND, DOMINATED, Proposal, RecordedNorms
from core.topics.truncation.threshold_search import AT_CHANCE, ThresholdSearch

FEW = 20  # recorded norms


def threshold_verdict(norms: RecordedNorms, chosen: Proposal, found: ThresholdSearch | None) -> Verdict:
    """Of a recorded run.

    Args:
        chosen: the threshold proposed from the norms.
        found: what was tried; None before the search.
    """
    searched = found is not None and found.needed is not None
    if not norms.updates and not searched:
        return Verdict("healthy", "No run is recorded yet", (Claim(
            "none", "Record one here, or train in the playground: it is the same run."),))
    kind, word = _headline(found) if searched else ("healthy", "Recorded")
    return Verdict(kind, word, (*_recorded(norms, chosen), *(_tried(found) if searched else ())))


def _headline(found: ThresholdSearch) -> tuple[str, str]:
    if found.needed:
        return "exploding", "A clip is needed"
    if found.ruined:
        return "held", "Finite, and not sound"
    if not found.sound(found.reruns[0]):
        return "healthy", "Finite, and still above chance"
    return "healthy", "No clip is needed"


def _recorded(norms: RecordedNorms, chosen: Proposal) -> list[Claim]:
    claims = []
    if len(norms.norms):
        low, high = (edge * norms.mean for edge in BAND)
        claims.append(Claim("recorded", "{updates:count update is|updates are} recorded, with gradient norms from "
                                        "{smallest:plain} to {largest:plain}; {from_mean:g} to {to_mean:g} times their "
                                        "mean is {low:plain} to {high:plain}.",
                            {"updates": norms.updates, "smallest": float(norms.norms[0]),
                             "largest": float(norms.norms[-1]), "from_mean": BAND[0], "to_mean": BAND[1],
                             "low": low, "high": high}))
    if norms.zero:
        claims.append(Claim("zero", "{updates:,} had a gradient of exactly 0.", {"updates": norms.zero}))
    if norms.not_finite:
        claims.append(Claim("not_finite", "{updates:,} had none that is finite.", {"updates": norms.not_finite}))
    if 0 < norms.updates < FEW:
        claims.append(Claim("few", "So few say little.", {"updates": norms.updates}))
    elif norms.dominated > DOMINATED:
        claims.append(Claim("dominated", "One update alone makes {share:share} of the mean: the median, "
                                         "{median:plain}, may say more.",
                            {"share": norms.dominated, "median": norms.centre("median")}))
    if norms.updates and not chosen.refused:
        claims.append(Claim("clipped", "A threshold of {threshold:g} would have clipped {share:share} of them.",
                            {"threshold": chosen.threshold, "share": float(norms.clipped_share(chosen.threshold))}))
    return claims


def _tried(found: ThresholdSearch) -> list[Claim]:
    first = found.reruns[0]
    of_losses = {"loss": first.loss, "first": first.first, "chance": found.chance, "updates": found.updates}
    if not found.needed:
        if found.sound(first):
            near = {} if first.loss <= found.chance else {"within": AT_CHANCE - 1}
            words = "within {within:share} of" if near else "no worse than"
            return [Claim("without", "Without any clip the run stays finite for {updates:count update} and ends with a "
                                     f"loss of {{loss:fine}}, {words} chance, {{chance:fine}}.", of_losses | near)]
        if not found.ruined:
            return [Claim("without", "Without any clip the run stays finite for {updates:count update}; its loss went "
                                     "from {first:fine} to {loss:fine}, and chance is {chance:fine}: more updates "
                                     "may tell.", of_losses)]
        claims = [Claim("without", "Without any clip the run stays finite for {updates:count update} but ends with a "
                                   "loss of {loss:fine}, where chance is {chance:fine}: finite is not sound.",
                        of_losses)]
    else:
        claims = [Claim("without", "Run again without a clip, it leaves the finite numbers at update {update:,}.",
                        {"update": first.updates + 1})]
    if not found.done:
        return [*claims, Claim("more", "Other thresholds are being tried.")]
    if found.needed:
        if found.highest is None:
            return [*claims, Claim("highest", "No threshold that was tried keeps it finite.")]
        claims.append(Claim("highest", "The highest threshold tried that keeps {updates:count update} finite is "
                                       "{threshold:g}.", {"updates": found.updates, "threshold": found.highest}))
    sound = found.highest_sound
    if sound is None:
        claims.append(Claim("sound", ("Finite is not sound: none" if found.needed else "None")
                            + " that was tried ends at chance or better."))
    elif not found.needed or sound != found.highest:
        claims.append(Claim("sound", ("Finite is not sound: the highest one" if found.needed else
                                      "The highest threshold tried")
                            + " whose loss ends at chance or better is {threshold:g}.", {"threshold": sound}))
    if not found.orderly:
        claims.append(Claim("disorder", "Some lower thresholds did not stay finite: a lower one is not always safer "
                                        "here."))
    return claims
