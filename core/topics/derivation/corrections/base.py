"""What popular texts print that needs care, each with what is right and with a measurement that says so.

One idea of the field a file. A file defines `CORRECTIONS`; a correction measures itself on the reader's own experiment
where that makes sense, else on an example that it names.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from core.claims import Claim
from core.registry import entries
from core.sources import Source
from core.training.experiment import Experiment


@dataclass(frozen=True)
class Correction:
    """One statement that is often printed, and the measurement that corrects it."""

    number: int
    title: str
    claim: str  # what is often printed, with TeX between dollars
    right: str  # what is true, with TeX between dollars
    source: Source
    measure: Callable[[Experiment], Claim]  # what was found; without a number where there is nothing to measure


@cache
def corrections() -> dict[int, Correction]:
    """Number -> correction, all that the folder holds, in order."""
    found = [correction for some in entries("core.topics.derivation.corrections", "CORRECTIONS") for correction in some]
    return {correction.number: correction for correction in sorted(found, key=lambda one: one.number)}
