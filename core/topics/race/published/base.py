"""The published experiment: Pascanu's temporal order at demo size, success rate by length for three ways to train.

Plain SGD, SGD with the gradient norm clipped, and the same with the regulariser Omega. A run ends when fewer than 1 %
of many fresh test sequences are answered wrong, which is the published measure of success, or when it has made its
updates. The weights of inputs and units start as in the paper's "basic tanh": Gaussian with 0.1, which the
authors' program takes as the standard deviation. For 100 units it gives W_hh a spectral radius near 1; here it is
exactly that.

Source: Pascanu, Mikolov & Bengio 2013 (ICML), section 4.1.1 and figure 7: 50 units, Omega 4, clip 1, step 0.01,
batches of 20, 5 runs, up to 5 million updates; and their program, trainingRNNs. Here 100 units, lengths 20 to 50,
Omega 0.5, 8 runs and at most 20,000 updates. The second symbol comes near 4T/10 here, near 5T/10 in their program.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from core.parameters import ParameterError, Spec, choice, number
from core.specs.training import dtypes
from core.topics.race.words import say
from core.training.experiment import Experiment

SUCCESS = 0.01  # share of wrong answers below which a run counts as solved
METHODS = {"sgd": "SGD", "clip": "SGD + clip", "omega": "SGD + clip + Ω"}
RESULTS = Path(__file__).with_name("results.csv")


@dataclass(frozen=True, kw_only=True)
class Published(Spec):
    """Sizes of the experiment."""

    shortest: int = number(20, 5, 1000, step=5, label="Shortest length", unit="steps")
    longest: int = number(50, 5, 1000, step=5, label="Longest length", unit="steps")
    every: int = number(10, 1, 1000, step=5, label="Length from one to the next", unit="steps")
    seeds: int = number(8, 1, 1000, step=1, label="Seeds", help="Runs of each method at each length, seeds 0, 1, ...")
    updates: int = number(20000, 1, 5_000_000, step=1000, label="Updates", unit="updates", help="A run makes at most "
                          "this many.")
    check_every: int = number(500, 1, 1_000_000, step=100, label="Updates between two tests", unit="updates")
    test_sequences: int = number(10000, 100, 1_000_000, step=100, label="Test sequences", unit="sequences",
                                 help="Fresh ones at every test; a test ends early once 1 % of this number is wrong.")
    n_hidden: int = number(100, 2, 128, step=1, label="Hidden units", symbol="n", unit="units")
    rho: float = number(1.0, 0.0, 2.0, step=0.01, label="Spectral radius", symbol=r"\rho(W_{hh})",
                        help="W_hh starts as a Gaussian matrix rescaled to it.")
    input_scale: float = number(0.1, 0.0, 3.0, step=0.05, label="Input scale", symbol=r"\mathrm{std}(W_{xh})")
    batch: int = number(20, 1, 256, step=1, label="Batch size", symbol="B", unit="sequences")
    lr: float = number(0.01, 1e-5, 10.0, step=0.0001, log=True, label="Learning rate", symbol=r"\eta")
    clip_norm_threshold: float = number(1.0, 1e-4, 1e4, step=0.0001, log=True, label="Clip threshold",
                                        symbol=r"\theta", unit="gradient norm")
    omega_weight: float = number(0.5, 1e-4, 100.0, step=0.1, log=True, label="Weight of Omega", symbol=r"\alpha")
    dtype: str = choice("float32", dtypes, label="Precision")

    def check(self) -> None:
        if self.shortest > self.longest:
            raise ParameterError(f"shortest must be at most longest, {self.longest}, got {self.shortest}.")

    @property
    def lengths(self) -> tuple[int, ...]:
        return tuple(range(self.shortest, self.longest + 1, self.every))


class Run(NamedTuple):
    """One of the plan."""

    method: str
    length: int  # T, steps
    seed: int


@dataclass(frozen=True)
class Outcome:
    """What became of one run."""

    method: str
    length: int  # T, steps
    seed: int
    solved: bool
    updates: int  # made
    seconds: float  # s, tests included
    final_error: float  # share of test sequences answered wrong by the last network tested, 0..1
    stopped: str = ""  # which quantity left the finite numbers; empty where none did


def plan(spec: Published) -> list[Run]:
    """Every run, the three methods of a length and seed side by side."""
    return [Run(method, length, seed) for length in spec.lengths for seed in range(spec.seeds) for method in METHODS]


def experiment(spec: Published, run: Run) -> Experiment:
    """All that decides a run but the number of its updates."""
    values = {"task": "temporal_order", "seq_len": run.length, "batch": spec.batch, "n_hidden": spec.n_hidden,
              "shape": "gaussian", "rho": spec.rho, "input_scale": spec.input_scale, "seed": run.seed,
              "optimizer": "sgd", "lr": spec.lr, "dtype": spec.dtype}
    if run.method != "sgd":
        values |= {"clip_norm": True, "clip_norm_threshold": spec.clip_norm_threshold}
    if run.method == "omega":
        values |= {"omega": True, "omega_weight": spec.omega_weight}
    return Experiment.from_values(values)


def results() -> list[Outcome]:
    """Those that are shipped: of `published_command()`, run once."""
    with RESULTS.open(newline="") as file:
        return [Outcome(row["method"], int(row["length"]), int(row["seed"]), row["solved"] == "true",
                        int(row["updates"]), float(row["seconds"]), float(row["final_error"]), row["stopped"])
                for row in csv.DictReader(file)]


def published_command() -> str:
    """What made the shipped results."""
    return "python -m core published --out results.csv --checkpoint published.npz"


def success_rate(outcomes: Iterable[Outcome], method: str, length: int) -> float:
    """Share of the runs of a method at a length that were solved, 0..1."""
    found = [outcome.solved for outcome in outcomes if (outcome.method, outcome.length) == (method, length)]
    return sum(found) / len(found)


def in_order(outcomes: list[Outcome]) -> bool:
    """Whether clipping solves no fewer runs than SGD at any length, and Omega no fewer than both."""
    lengths = {outcome.length for outcome in outcomes}
    rates = [[success_rate(outcomes, method, length) for method in METHODS] for length in lengths]
    return all(sgd <= clip <= omega for sgd, clip, omega in rates)


def results_in_words(outcomes: list[Outcome]) -> str:
    """The results in words, and whether each method adds to the one before it at every length."""
    lengths = sorted({outcome.length for outcome in outcomes})
    methods, at = [], []
    for method, title in METHODS.items():
        solved = [outcome.solved for outcome in outcomes if outcome.method == method]
        methods.append(say("published.method", {"title": title, "solved": sum(solved), "runs": len(solved)}))
    for length in dict.fromkeys((lengths[0], lengths[-1])):
        shares = {method: success_rate(outcomes, method, length) for method in METHODS}
        at.append(say("published.length", {"length": length, **shares}))
    order = say("published.in_order" if in_order(outcomes) else "published.not_in_order")
    return say("published", {"most": max(outcome.updates for outcome in outcomes)}, methods=methods, lengths=at,
               order=order).text
