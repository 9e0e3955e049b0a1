"""When a parameter has no effect."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Idle:
    """When a parameter of an experiment has no effect, whatever its value; `core.training.effect` asks."""

    when: Callable[[Any], bool]  # of the experiment
    why: str = ""  # completes "It has no effect because ...": "the task draws no waveform"
    by: str = ""  # or what sets it in its place: "the eigenvalues, one by one"
    locks: bool = True  # False where its own value decides: what is set to nothing must be free to be set to something
    upto: str = "update"  # the last part of a run for which this holds: see `Parameter.acts`
    beyond: Callable[[Any], int] | None = None  # of the experiment: only a larger value has no more effect than this


def idle_beyond(limit: Callable[[Any], int], why: str, upto: str = "update") -> Idle:
    """A number of which more than the limit does what the limit does."""
    return Idle(lambda _: True, why, locks=False, upto=upto, beyond=limit)
