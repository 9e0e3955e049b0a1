"""A verdict as plain lines: what is said, and under which names its numbers are given away."""

from core.claims import Verdict


def lines(found: Verdict) -> list[str]:
    return [f"{found.kind}: {found.headline}",
            *(f"{claim.name} ({', '.join(claim.numbers)}): {claim.text}" for claim in found.claims)]
