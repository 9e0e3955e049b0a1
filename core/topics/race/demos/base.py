"""Demos: settings at which a remedy makes a difference that is plain within seconds, and how often it does.

Each was chosen on seeds below 1000 and then run once on the seeds 1000 to 1019, with a fixed number of updates and
whatever came of it: `python -m core demo --all --out results.csv` wrote results.csv, which the app quotes. Whether a
demo holds is read from these numbers and is declared nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from core.claims import Claim
from core.registry import entries
from core.topics.race.words import say
from core.training.experiment import Experiment, flat_parameters

KINDS = {
    "solves": "the baseline is not solved within these updates, and with the remedy it is",
    "harms": "the baseline is solved within these updates, and with the remedy it is not",
    "finite": "the baseline leaves the finite numbers, and with the remedy nothing does; the task is not solved",
}


@dataclass(frozen=True, kw_only=True)
class Demo:
    """Two lanes, the baseline and the remedy, on the same seeds and batches."""

    name: str
    remedy: str  # the name of one in core.remedies.base
    title: str
    look: str  # what to look for, in one or two sentences
    base: Mapping[str, Any]  # flat values of the baseline that differ from the defaults
    on: Mapping[str, Any]  # flat values that the other lane has beside or instead of them
    updates: int  # at most
    baseline: str  # the baseline by name, with what makes its updates
    claim: str  # what the demo is to show, in words
    kind: str  # of claim, one of KINDS
    base_updates: int = 0  # at most, of the baseline where it is given more than the remedy; 0: as many

    @property
    def off_updates(self) -> int:
        """At most, of the baseline."""
        return self.base_updates or self.updates

    def experiment(self, *, on: bool, seed: int = 0) -> Experiment:
        """One lane."""
        return Experiment.from_values({**self.base, **(self.on if on else {}), "steps": self.updates, "seed": seed})

    def spelled(self, *, on: bool) -> str:
        """One lane's settings as the flags of the command, those without effect among them."""
        texts = self.experiment(on=on).spelled({})
        return " ".join(f"{name}={text.replace(' ', '')}" for name, text in texts.items())


@dataclass(frozen=True)
class LaneResult:
    """What came of one lane, over its seeds."""

    runs: int
    solved: int
    median_updates: float | None  # updates to solve, over the runs that were solved; None where none was
    diverged: int  # runs in which a quantity left the finite numbers
    seconds: float  # s, all runs together


@dataclass(frozen=True)
class Result:
    """Both lanes of a demo on some seeds."""

    demo: Demo
    seeds: range
    off: LaneResult
    on: LaneResult

    @property
    def holds(self) -> bool:
        """Whether the numbers bear the claim out: at least 16 of 20 against at most 4 of 20."""
        most, few = 0.8 * self.on.runs, 0.2 * self.on.runs
        if self.demo.kind == "solves":
            return self.on.solved >= most and self.off.solved <= few
        if self.demo.kind == "harms":
            return self.off.solved >= most and self.on.solved <= few
        return self.off.diverged >= most and self.on.diverged == 0 and self.on.solved <= few

    @property
    def claim(self) -> Claim:
        """What the numbers say, for example: 18 of 20 seeds solved in 400 updates; baseline 1 of 20."""
        numbers = {"updates": self.demo.updates, "base_updates": self.demo.off_updates, "runs": self.on.runs,
                   "solved": self.on.solved, "lost": self.on.diverged, "base_runs": self.off.runs,
                   "base_solved": self.off.solved, "base_lost": self.off.diverged}
        if self.demo.kind == "finite":
            return say("result.finite", numbers)
        on = say("result.on_some_lost" if self.on.diverged else "result.on", numbers)
        if self.off.diverged:
            off = say("result.off_in_some_lost" if self.demo.base_updates else "result.off_some_lost", numbers)
        else:
            off = say("result.off_in" if self.demo.base_updates else "result.off", numbers)
        return say("result.harms" if self.demo.kind == "harms" else "result.solves", numbers, on=on, off=off)

    @property
    def quote(self) -> str:
        return self.claim.text

    @property
    def says(self) -> str:
        """The quote, and that the demo does not hold where it does not."""
        return say("result.holds" if self.holds else "result.does_not_hold", result=self.claim).text


@cache
def demos() -> dict[str, Demo]:
    """Name -> demo, all that the files of this folder list in DEMOS, in the order of the remedies."""
    found = [demo for some in entries("core.topics.race.demos", "DEMOS") for demo in some]
    order = list(flat_parameters())
    return {demo.name: demo for demo in sorted(found, key=lambda demo: (order.index(demo.remedy), demo.kind != "solves",
                                                                        demo.name))}


def demo_names() -> dict[str, str]:
    return {name: demo.title for name, demo in demos().items()}


def demos_of(remedy: str) -> list[Demo]:
    """Those of one remedy; where it helps first."""
    return [demo for demo in demos().values() if demo.remedy == remedy]
