"""What a truncation does to a task and to its gradient, in one honest sentence with measured numbers."""

from __future__ import annotations

import math

from core.dropped_gradient import DroppedGradient
from core.records import Verdict
from core.tasks import Dependency
from core.truncation_map import TruncationMap


def truncation_verdict(chunks: TruncationMap, needed: Dependency | None, lost: DroppedGradient | None) -> Verdict:
    """In words.

    Args:
        needed: how far the task has to look back; None where that is not known.
        lost: what was measured of the gradient; None while nothing is.
    """
    kind, word = _headline(chunks, needed)
    parts = [_rule(chunks)]
    if needed is not None:
        parts.append(_need(chunks, needed))
    if lost is not None and chunks.seen_share < 1.0:
        parts.append(_lost(lost, chunks.carry))
    return Verdict(kind, word, " ".join(parts))


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


def _rule(chunks: TruncationMap) -> str:
    """How many updates, and how far each looks."""
    if chunks.seen_share == 1.0 and chunks.updates == 1:
        return f"One update for {chunks.T} steps, and every loss reaches the first of them."
    made = f"{chunks.updates} updates" if chunks.updates > 1 else "One update"
    words = f"{made} for {chunks.T} steps, looking back {chunks.k2} from the end of a chunk of {chunks.k1}"
    words += "" if chunks.carry else " that begins at h = 0"
    return f"{words}: {chunks.seen_share:.0%} of the pairs (t, k) with a loss are seen."


def _need(chunks: TruncationMap, needed: Dependency) -> str:
    span = f"{needed.longest}" if needed.shortest == needed.longest else f"{needed.shortest} to {needed.longest}"
    reach, share = int(chunks.reach.max()), chunks.bridged_share(needed.longest)
    words = f"The task needs {span} steps ({needed.words}); "
    if len(chunks.targets) == 1:
        return words + f"its loss reaches {reach}."
    return words + f"the losses reach at most {reach}, and {share:.0%} of them reach far enough."


def _lost(lost: DroppedGradient, carry: bool) -> str:
    if math.isnan(lost.share):
        return "The whole gradient by V is exactly 0 here."
    words = f"Measured on {lost.sequences} sequences: of ∂L/∂V a part of {lost.share:.3g} times its norm is "
    words += "dropped" if carry else "dropped or changed by the reset"
    if lost.kept == 0.0:
        return words + ", and nothing is kept."
    return words + f"; what is kept has a cosine of {lost.cosine:.2g} with the whole."

