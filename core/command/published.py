"""The published experiment without a page: progress on stderr, a line of JSON for every run, a CSV at the end."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from core.command.files import write_table
from core.cost import Cost
from core.live.limits import check, with_batch
from core.live.memory import tape_bytes, trainer_need
from core.spelling import share
from core.topics.race.published.base import METHODS, Outcome, Published, experiment, plan
from core.topics.race.published.checkpoint import Done, load, save
from core.topics.race.published.run import AT_ONCE, State, trained


def experiment_steps(spec: Published, done: Done) -> Iterator[Done]:
    """From where `done` is to the end of the plan; it is changed in place and given back after every test."""
    for run in plan(spec)[len(done.outcomes):]:
        for step in trained(spec, run, done.state):
            if isinstance(step, Outcome):
                done.outcomes.append(step)
                done.state = None
            else:
                done.state = step
            yield done


def published(spec: Published, *, out: str, checkpoint: str) -> Iterator[dict[str, Any]]:
    """Pascanu's temporal order, success rate by length: one run a line, and all of them as a CSV at the end."""
    longest = experiment(spec, max(plan(spec), key=lambda run: (run.length, run.method == "omega")))
    check(longest, lambda one: Cost(trainer_need(one).peak + tape_bytes(with_batch(one, AT_ONCE)), 0.0))
    file = Path(checkpoint) if checkpoint else None
    done = load(file, spec) if file else Done()
    told = len(done.outcomes)
    if told:
        print(f"{told} of {len(plan(spec))} runs were done before", file=sys.stderr)
    for _ in experiment_steps(spec, done):
        if file:
            save(file, spec, done)
        _progress(spec, done)
        for outcome in done.outcomes[told:]:
            yield asdict(outcome)
        told = len(done.outcomes)
    if out:
        write_table(out, [f.name for f in fields(Outcome)], map(csv_row, done.outcomes))


def csv_row(outcome: Outcome) -> list[str]:
    """As the CSV has it."""
    return [outcome.method, str(outcome.length), str(outcome.seed), str(outcome.solved).lower(), str(outcome.updates),
            f"{outcome.seconds:.1f}", f"{outcome.final_error:.4g}", outcome.stopped]


def _progress(spec: Published, done: Done) -> None:
    last = done.state or done.outcomes[-1]
    run = last.run if isinstance(last, State) else last
    title, number = METHODS[run.method], len(done.outcomes) + (done.state is not None)
    end = "" if done.state else ", solved" if last.solved else ", stopped" if last.stopped else ", not solved"
    error = last.error if isinstance(last, State) else last.final_error
    print(f"run {number} of {len(plan(spec))}: {title}, T = {run.length}, seed {run.seed}: update {last.updates}, "
          f"{share(error, 1)} wrong, {last.seconds:.0f} s{end}", file=sys.stderr)
