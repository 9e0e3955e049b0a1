"""What Omega and the axis of replicas cost, as ratios in one run.

    python tests/benchmarks/remedies.py

Budgets: an update with Omega at most 1.4 plain updates (n = 32, B = 32, T = 50); 8 seeds of n = 32, B = 8, T = 50 side
by side at most 4 times one. The cost of Hessian-free is in hessian_free.py.
"""

from __future__ import annotations

import core  # noqa: F401  first: one thread

from machine import machine, side_by_side, spread  # isort: skip

from core.training.experiment import Experiment
from core.training.replicas import Replicas
from core.training.trainer import Trainer

ROUNDS, REPEAT = 25, 20


def trainer(**values: object) -> Trainer:
    return Trainer(Experiment.from_values({"n_hidden": 32, "batch": 32, "lr": 1e-5, **values}))


def ratios(functions: dict) -> dict[str, list[float]]:
    """Of each function to the first, round by round."""
    seconds = side_by_side(functions, ROUNDS, REPEAT)
    first, *others = seconds
    return {name: [a / b for a, b in zip(seconds[name], seconds[first], strict=True)] for name in others}


def omega() -> None:
    for T in (50, 200):
        found = ratios({"plain": trainer(seq_len=T).update, "omega": trainer(seq_len=T, omega=True).update})
        print(f"omega against a plain update, T={T}: {spread(found['omega'])}")


def replicas() -> None:
    experiment = Experiment.from_values({"n_hidden": 32, "batch": 8, "seq_len": 50, "lr": 1e-5})
    found = ratios({"one": Trainer(experiment).update, "eight": Replicas(experiment, range(8)).update})
    print(f"8 seeds side by side against one, n=32 B=8 T=50: {spread(found['eight'])}")


if __name__ == "__main__":
    print(machine())
    omega()
    replicas()
