"""The results that are shipped: every demo on the seeds 1000 to 1019, as the app and the README quote them."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from core.topics.race.demos.base import LaneResult, Result, demos

FILE = Path(__file__).with_name("results.csv")
HEADER = ("demo", "lane", "first_seed", "end_seed", "updates", "runs", "solved", "median_updates", "diverged",
          "seconds", "settings")


def csv_rows(result: Result) -> Iterator[list[str]]:
    """The two lanes as the CSV has them."""
    for name, lane, updates in (("baseline", result.off, result.demo.off_updates),
                                ("remedy", result.on, result.demo.updates)):
        median = "" if lane.median_updates is None else f"{lane.median_updates:g}"
        yield [result.demo.name, name, str(result.seeds.start), str(result.seeds.stop), str(updates),
               str(lane.runs), str(lane.solved), median, str(lane.diverged), f"{lane.seconds:.1f}",
               result.demo.spelled(on=name == "remedy")]


def recorded() -> dict[str, Result]:
    """Name -> result of the demos that were run with the settings they have now."""
    with FILE.open(newline="") as file:
        lines = {(row["demo"], row["lane"]): row for row in csv.DictReader(file)}
    out = {}
    for name, demo in demos().items():
        off, on = lines.get((name, "baseline")), lines.get((name, "remedy"))
        now = [demo.spelled(on=False), str(demo.off_updates), demo.spelled(on=True), str(demo.updates)]
        if off and on and [off["settings"], off["updates"], on["settings"], on["updates"]] == now:
            out[name] = Result(demo, range(int(on["first_seed"]), int(on["end_seed"])), _lane(off), _lane(on))
    return out


def _lane(row: dict[str, str]) -> LaneResult:
    median = float(row["median_updates"]) if row["median_updates"] else None
    return LaneResult(int(row["runs"]), int(row["solved"]), median, int(row["diverged"]), float(row["seconds"]))
