"""What the recorded norms and the search say about a threshold, in one honest sentence with measured numbers."""

from __future__ import annotations

from core.records import Verdict
from core.spelling import plain
from core.threshold_adviser import BAND, DOMINATED, Proposal, RecordedNorms
from core.threshold_search import ThresholdSearch

FEW = 20  # recorded norms


def threshold_verdict(norms: RecordedNorms, chosen: Proposal, found: ThresholdSearch | None) -> Verdict:
    """Of a recorded run.

    Args:
        chosen: the threshold proposed from the norms.
        found: what was tried; None before the search.
    """
    searched = found is not None and found.needed is not None
    if not norms.updates and not searched:
        return Verdict("healthy", "No run is recorded yet",
                       "Record one here, or train in the playground: it is the same run.")
    kind, word = "healthy", "Recorded"
    if searched:
        kind, word = ("exploding", "A clip is needed") if found.needed else ("healthy", "No clip is needed")
    parts = [*_recorded(norms, chosen), *(_tried(found) if searched else ())]
    return Verdict(kind, word, " ".join(parts))


def _recorded(norms: RecordedNorms, chosen: Proposal) -> list[str]:
    words = []
    if len(norms.norms):
        low, high = (edge * norms.mean for edge in BAND)
        words.append(f"{norms.updates} updates are recorded, with gradient norms from {plain(norms.norms[0])} to "
                     f"{plain(norms.norms[-1])}; {BAND[0]:g} to {BAND[1]:g} times their mean is {plain(low)} to "
                     f"{plain(high)}.")
    if norms.zero:
        words.append(f"{norms.zero} had a gradient of exactly 0.")
    if norms.not_finite:
        words.append(f"{norms.not_finite} had none that is finite.")
    if norms.updates < FEW:
        words.append("So few say little.")
    elif norms.dominated > DOMINATED:
        words.append(f"One update alone makes {norms.dominated:.0%} of the mean: the median, "
                     f"{plain(norms.centre('median'))}, may say more.")
    if not chosen.refused:
        words.append(f"A threshold of {chosen.threshold:g} would have clipped "
                     f"{norms.clipped_share(chosen.threshold):.0%} of them.")
    return words


def _tried(found: ThresholdSearch) -> list[str]:
    if not found.needed:
        return [f"Without any clip the run stays finite for {found.updates} updates: for that, none is needed."]
    words = [f"Run again without a clip, it leaves the finite numbers at update {found.reruns[0].updates + 1}."]
    if not found.done:
        return [*words, "Other thresholds are being tried."]
    if found.highest is None:
        return [*words, "No threshold that was tried keeps it finite."]
    words.append(f"The highest threshold tried that keeps {found.updates} updates finite is {found.highest:g}.")
    sound = found.highest_sound
    if sound is None:
        words.append("Finite is not sound: none that was tried ends with a loss that is no worse than chance.")
    elif sound != found.highest:
        words.append(f"Finite is not sound: the highest one whose loss ends no worse than chance is {sound:g}.")
    if not found.orderly:
        words.append("Some lower thresholds did not stay finite: a lower one is not always safer here.")
    return words
