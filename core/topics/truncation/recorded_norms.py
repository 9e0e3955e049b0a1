"""A threshold for clipping from the gradient norms that a run recorded.

Pascanu et al. take the average norm over many updates as a guide: thresholds from half to ten times the average can
still converge, and training is not very sensitive to the choice.

Source: Pascanu, Mikolov & Bengio 2013, section 3.2.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.arrays import Floats
from core.claims import Claim
from core.live.history import Curves
from core.remedies.clip_norm import ClipNorm
from core.spelling import as_told
from core.topics.truncation.words import say

BAND = (0.5, 10.0)  # times the mean
LARGE = 1e300  # of a norm: sums of more than a few such leave float64
DOMINATED = 0.5  # share of the mean that comes from one update, from which on it is spoken of
ALLOWED = ClipNorm.parameters()["threshold"]


@dataclass(frozen=True)
class RecordedNorms:
    """||dL/dtheta|| of every recorded update, before clipping."""

    norms: Floats  # (N,) those that are finite and above 0, ascending
    zero: int  # updates whose gradient was exactly 0
    not_finite: int  # updates whose gradient was inf or nan

    @property
    def updates(self) -> int:
        """All that were recorded."""
        return len(self.norms) + self.zero + self.not_finite

    @property
    def mean(self) -> float:
        """Of the finite norms; nan where there is none."""
        return self.centre("mean")

    @property
    def dominated(self) -> float:
        """Share of the mean that its largest norm makes, 0..1."""
        return float(self.norms[-1] / self.mean / len(self.norms)) if len(self.norms) else 0.0

    def centre(self, name: str) -> float:
        """Mean or median; nan where there is no norm."""
        if not len(self.norms):
            return float("nan")
        scale = self.norms[-1] if self.norms[-1] > LARGE else 1.0  # so that the sum is finite
        return float(scale * (np.mean if name == "mean" else np.median)(self.norms / scale))

    def clipped_share(self, threshold: Floats | float) -> Floats:
        """Share of the recorded updates whose norm is above a threshold, 0..1; one that is not finite counts as it."""
        above = len(self.norms) - np.searchsorted(self.norms, threshold, side="right") + self.not_finite
        return above / max(self.updates, 1)


@dataclass(frozen=True)
class Proposal:
    """A threshold."""

    threshold: float
    refused: Claim | None  # why it cannot be used; None where it can


def recorded_norms(curves: Curves) -> RecordedNorms:
    """From the curves of a run."""
    norms = curves.grad_norm
    finite = norms[np.isfinite(norms)]
    alive = np.sort(finite[finite > 0.0])
    return RecordedNorms(alive, len(finite) - len(alive), len(norms) - len(finite))


def proposal(found: RecordedNorms, centre: str, factor: float) -> Proposal:
    """A factor times the mean, or the median, to four digits, where clipping allows it.

    Args:
        centre: "mean" or "median".
        factor: 0.5 to 10.
    """
    value = factor * found.centre(centre)
    if not np.isfinite(value):
        return Proposal(value, say("refused.none"))
    threshold = as_told(value)
    if not ALLOWED.low <= threshold <= ALLOWED.high:
        return Proposal(threshold, say("refused", allowed=ALLOWED.allowed))
    return Proposal(threshold, None)
