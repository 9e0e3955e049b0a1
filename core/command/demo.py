"""Demos without a page: one as JSON, or the table of all."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from core.command.files import write_table
from core.parameters import ParameterError
from core.topics.race.demos.base import Result, demo_names, demos
from core.topics.race.demos.recorded import HEADER, csv_rows
from core.topics.race.demos.runs import run_demo


def demo(_: None, *, name: str, seeds: range, all: bool, out: str) -> Iterator[dict[str, Any] | str]:
    """A demo on some seeds, baseline and remedy, as JSON; with --all the table of all demos."""
    if bool(name) == all:
        raise ParameterError(f"demo takes a name or --all; there are {', '.join(demo_names())}.")
    if not all:
        found = run_demo(demos()[name], seeds)
        if out:
            write_table(out, HEADER, csv_rows(found))
        yield {"demo": name, "remedy": found.demo.remedy, "claim": found.demo.claim, "baseline": asdict(found.off),
               "with_remedy": asdict(found.on), "updates": found.demo.updates,
               "seeds": f"{seeds.start}:{seeds.stop}", "holds": found.holds, "says": found.says}
        return
    done = []
    yield TABLE_HEAD
    for number, one in enumerate(demos().values(), 1):
        print(f"{number} of {len(demos())}: {one.name}", file=sys.stderr)
        done.append(run_demo(one, seeds))
        yield table_line(done[-1])
    if out:
        write_table(out, HEADER, (row for result in done for row in csv_rows(result)))


COLUMNS = "{:<26} {:<16} {:>7} {:>14} {:>14} {:>13} {:>7}  {}"
TABLE_HEAD = COLUMNS.format("demo", "remedy", "updates", "solved with", "without", "not finite", "seconds", "holds")


def table_line(result: Result) -> str:
    """One line of the table: solved with the remedy (median updates) and without, runs that left the finite numbers."""
    def cell(lane: Any) -> str:
        return f"{lane.solved}/{lane.runs}" + (f" ({lane.median_updates:g})" if lane.median_updates else "")
    on, off = result.on, result.off
    return COLUMNS.format(result.demo.name, result.demo.remedy, result.demo.updates, cell(on), cell(off),
                          f"{on.diverged} / {off.diverged}", f"{on.seconds + off.seconds:.0f}",
                          "yes" if result.holds else "no")
