"""By what size a way back through time is called vanishing or exploding."""

from __future__ import annotations

VANISHED, EXPLODED = -2.0, 1.0  # log10 of ||dh_T/dh_1||: below a hundredth, above ten times
HUMP = 0.5  # log10 by which a norm must rise above both its ends to be called a hump


def kind_of(log10: float) -> str:
    """vanishing, healthy or exploding, by the size of a product or of a gradient."""
    return "exploding" if log10 >= EXPLODED else "vanishing" if log10 <= VANISHED else "healthy"
