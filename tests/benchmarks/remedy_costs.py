"""What an update with each remedy costs, in plain updates of the same sizes: the ranges that the cards quote.

    python tests/benchmarks/remedy_costs.py
    python tests/benchmarks/remedy_costs.py lstm gru        # these alone, the others stay

writes core/remedies/costs.csv, one line for each remedy, task and size. Processor time of one thread; the plain update
and the other take turns, so that a drift of the machine hits both alike.
"""

from __future__ import annotations

import core  # noqa: F401  first: one thread

import sys  # isort: skip
import time
from collections.abc import Iterator
from dataclasses import astuple
from itertools import product
from statistics import median

from machine import machine

from core.command.files import write_table
from core.remedies.base import remedies
from core.remedies.costs import FILE, HEADER, RemedyCost, costs
from core.training.experiment import Experiment
from core.training.trainer import Trainer

SIZES, LENGTHS, BATCH, DTYPES = (16, 32, 64, 128), (50, 200), 32, ("float64", "float32")
TASKS = {"teacher_forcing": ["generator"], "hessian_free": ["adding"]}  # recall otherwise
ROUNDS = 9
ENOUGH = 0.02  # s of plain updates in a round: the clock's own time is then nothing


def seconds(trainer: Trainer, updates: int) -> float:
    """Processor seconds of one update."""
    began = time.process_time()
    for _ in range(updates):
        trainer.update()
    return (time.process_time() - began) / updates


def times(name: str, **sizes: object) -> float:
    """An update with the remedy over a plain one, median over the rounds.

    The learning rate is small: nothing diverges, and the clip stays as it is. What makes its whole update by itself is
    measured on its first updates, one a round: its work changes as it learns.
    """
    values = {"lr": 1e-5, **sizes}
    plain, other = (Trainer(Experiment.from_values({**values, **on})) for on in ({}, {name: True}))
    seconds(plain, 2)
    repeat = max(int(ENOUGH / seconds(plain, 2)), 1)
    if remedies()[name].solver:
        repeats, rounds = 1, 2 * ROUNDS
    else:
        seconds(other, 2)
        repeats, rounds = repeat, ROUNDS
    ratios = []
    for _ in range(rounds):
        before, with_it = seconds(plain, repeat), seconds(other, repeats)
        ratios.append(2.0 * with_it / (before + seconds(plain, repeat)))
    return median(ratios)


def measured(name: str) -> Iterator[RemedyCost]:
    for task, n, T, dtype in product(TASKS.get(name, ["recall"]), SIZES, LENGTHS, DTYPES):
        found = times(name, task=task, n_hidden=n, seq_len=T, batch=BATCH, dtype=dtype)
        print(f"{name} {task} n={n} T={T} {dtype}: {found:.3g}", file=sys.stderr)
        yield RemedyCost(name, task, n, T, BATCH, dtype, round(found, 3))


if __name__ == "__main__":
    print(machine())
    asked = sys.argv[1:] or list(remedies())
    found = [cost for name in remedies()
             for cost in (measured(name) if name in asked else [one for one in costs() if one.remedy == name])]
    write_table(str(FILE), HEADER, [astuple(cost) for cost in found])
