"""What an update with a remedy costs, in plain updates of the same sizes: as tests/benchmarks/remedy_costs.py found."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from core.claims import Claim
from core.remedies.words import say

FILE = Path(__file__).with_name("costs.csv")
HEADER = ("remedy", "task", "n_hidden", "seq_len", "batch", "dtype", "times")
NOTHING = 0.1  # by so much an update may differ from a plain one and still be said to take about as long


@dataclass(frozen=True)
class RemedyCost:
    """One remedy at one setting."""

    remedy: str
    task: str
    n_hidden: int
    seq_len: int
    batch: int
    dtype: str
    times: float  # an update with it over a plain one


@cache
def costs() -> tuple[RemedyCost, ...]:
    """All that are shipped."""
    with FILE.open(newline="") as file:
        return tuple(RemedyCost(row["remedy"], row["task"], int(row["n_hidden"]), int(row["seq_len"]),
                                int(row["batch"]), row["dtype"], float(row["times"])) for row in csv.DictReader(file))


def cost_of(remedy: str) -> Claim:
    """Its range over the settings that were measured."""
    found = [cost.times for cost in costs() if cost.remedy == remedy]
    if not found:
        return say("cost.not_measured", {})
    numbers = {"low": min(found), "high": max(found)}
    about = all(abs(times - 1.0) <= NOTHING for times in numbers.values())
    return say("cost.about_as_long" if about else "cost", numbers)


def measured_at(remedy: str) -> str:
    """The settings of that range; "" where there is none."""
    found = [cost for cost in costs() if cost.remedy == remedy]
    if not found:
        return ""
    sizes, lengths, batches = (sorted({getattr(cost, name) for cost in found})
                               for name in ("n_hidden", "seq_len", "batch"))
    return say("measured", {"least": sizes[0], "most": sizes[-1]}, lengths=lengths, batches=batches,
               tasks=[task.replace("_", " ") for task in dict.fromkeys(cost.task for cost in found)],
               dtypes=list(dict.fromkeys(cost.dtype for cost in found))).text
