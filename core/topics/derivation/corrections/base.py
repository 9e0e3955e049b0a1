"""What popular texts print that needs care, each with what is right and with a measurement that says so.

One idea of the field a file. A file defines `CORRECTIONS`; a correction measures itself on the reader's own experiment
where that makes sense, else on an example that it names.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from core.registry import entries
from core.sources import Source
from core.spelling import filled
from core.training.experiment import Experiment


@dataclass(frozen=True)
class Measurement:
    """What was measured, in words and in numbers."""

    sentence: str  # plain English with every one of the numbers; powers of ten as 10^-7.2
    numbers: dict[str, float]  # name -> value; log10_x a log10, share_x 0..1, count_x whole. {}: nothing to measure


@dataclass(frozen=True)
class Correction:
    """One statement that is often printed, and the measurement that corrects it."""

    number: int
    title: str
    claim: str  # what is often printed, with TeX between dollars
    right: str  # what is true, with TeX between dollars
    source: Source
    measure: Callable[[Experiment], Measurement]


@cache
def corrections() -> dict[int, Correction]:
    """Number -> correction, all that the folder holds, in order."""
    found = [correction for some in entries("core.topics.derivation.corrections", "CORRECTIONS") for correction in some]
    return {correction.number: correction for correction in sorted(found, key=lambda one: one.number)}


def spelled(name: str, value: float) -> str:
    """A number as a sentence writes it, by the beginning of its name (see Measurement)."""
    return measured(f"{{{name}}}", **{name: value}).sentence


def measured(template: str, **numbers: float) -> Measurement:
    """The template with each {name} replaced by its number; {count_steps:count step} is a number with its noun."""
    text = re.sub(r"\{(\w+)\}", lambda found: f"{{{found[1]}:{_how(found[1])}}}", template)
    whole = {name: int(value) if name.startswith("count_") else float(value) for name, value in numbers.items()}
    return Measurement(filled(text, whole), {name: float(value) for name, value in numbers.items()})


def _how(name: str) -> str:
    return {"log10": "power", "count": "count", "share": "share"}.get(name.split("_")[0], "plain")
