"""What is foretold of updates, pictures and a page's own work, against what they take and hold, in fresh processes.

    python tests/benchmarks/cost.py [random updates: 40] [seed: 0] [kind of work: all]

A factor above 1 is foretold of what is measured. Budget: seconds within 3 either way, bytes never less than held and
within 1.5 (beside 4 MB that do not grow). Of Hessian-free optimization the most is foretold; how far below it is
depends on the batch.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from itertools import islice

import core  # noqa: F401  first: one thread

import numpy as np  # isort: skip

from core.cost import Cost, prices
from core.live.run import LiveRun
from core.live.seconds import race_cost, trainer_cost
from core.live.slot import UpdateSlot
from core.network.activations import ACTIVATIONS
from core.parameters import ParameterError
from core.remedies.base import remedies
from core.specs.recurrence import Recurrence
from core.topics.derivation.word.cost import word_cost
from core.topics.derivation.word.unrolled import Reading, unroll
from core.topics.jacobians.cost import long_bytes, long_seconds, map_cost, singular_cost
from core.topics.jacobians.long_sequence import long_reach
from core.topics.jacobians.map import BLOCK, grid_size, map_pieces
from core.topics.jacobians.singular_spectrum import singular_pieces
from core.topics.landscape.cost import surface_cost
from core.topics.landscape.one_unit import OneUnit, finest, surface
from core.topics.playground.cost import picture_seconds
from core.topics.playground.view import reach_of_view
from core.topics.race.lane import Lane
from core.topics.truncation.cost import LENGTHS, cost_pieces, measuring_seconds, pair_bytes
from core.topics.truncation.dropped_gradient import bounded_batch, dropped_pieces, split_bytes, split_seconds
from core.training.experiment import Experiment
from core.training.trainer import Trainer
from core.training.truncated_pairs import map_of

SLACK = 4e6
Case = tuple[Cost, Callable[[], object], int]  # foretold, the work, in how many equal parts


def update(values: dict) -> Case:
    trainer = Trainer(Experiment.from_values(values), full=False)
    trainer.update()
    trainer.update()
    return trainer_cost(trainer.experiment), lambda: [trainer.update() for _ in range(5)], 5


def picture(values: dict) -> Case:
    run = LiveRun(Experiment.from_values(values), UpdateSlot())
    run.step()

    def drawn():
        view = run.view()
        return reach_of_view(view), view.record.spectrum

    return Cost(0, picture_seconds(run.experiment)), drawn, 1


def jacobians(values: dict):
    trainer = Trainer(Experiment.from_values(values))
    trainer.measure()
    return trainer.jacobians(4)


def whole_map(values: dict) -> Case:
    J = jacobians(values)
    T, n = len(J), J.shape[1]
    at = np.unique(np.linspace(0, T, min(grid_size(T, n, J.samples), T + 1)).astype(int))
    return map_cost(T, n, J.samples, len(at), BLOCK), lambda: list(map_pieces(J, at))[-1], 1


def singular(values: dict) -> Case:
    J = jacobians(values).first(1)
    T, n = len(J), J.shape[1]
    lags = np.unique(np.linspace(1, T, min(40, T)).astype(int))
    return singular_cost(T, n, len(lags)), lambda: list(singular_pieces(J, lags))[-1], 1


def long(values: dict) -> Case:
    length = 8192
    made = Experiment.from_values(values)
    V, n = Trainer(made).network.V, made.recurrence.n_hidden
    foretold = Cost(long_bytes(length, n, made.task.kind), long_seconds(length, n))
    return foretold, lambda: list(long_reach(made, length, V))[-1], 1


def landscape(values: dict) -> Case:
    spec = OneUnit(**values)
    across = np.linspace(-5.0, 5.0, finest(spec))
    return surface_cost(spec), lambda: surface(spec, across, across), 1


def split(values: dict) -> Case:
    made = Experiment.from_values(values)
    small = bounded_batch(made, map_of(made))
    return Cost(split_bytes(small), split_seconds(small)), lambda: list(dropped_pieces(made))[-1], 1


def measuring(values: dict) -> Case:
    made = Experiment.from_values(values)
    Trainer(made).update()  # torch is loaded
    longest = pair_bytes(made.changed(seq_len=LENGTHS[-1]))
    return Cost(longest, measuring_seconds(made)), lambda: list(cost_pieces(made))[-1], 1


def race(values: dict) -> Case:
    made = [Experiment.from_values({**values, **more}) for more in ({}, {"lstm": True}, {"omega": True})]
    lanes = [Lane(slot, "", one, tuple(range(4)), False) for slot, one in enumerate(made)]

    def raced():
        for lane in lanes:
            lane.take(lane.advance())

    raced()
    return race_cost(made, 4), lambda: [raced() for _ in range(3)], 3


def word(values: dict) -> Case:
    recurrence, reading = Recurrence(n_hidden=values["n_hidden"]), Reading(word="differential", layers=2)
    return word_cost(recurrence, reading), lambda: unroll(recurrence, reading), 1


KINDS = {one.__name__: one for one in (update, picture, whole_map, singular, long, landscape, split, measuring, race,
                                       word)}


def random_values(rng: np.random.Generator) -> Iterator[dict]:
    """Sizes whose update takes some seconds at most, with one remedy or none."""
    while True:
        values = {"n_hidden": int(2 ** rng.uniform(1, 7)), "seq_len": int(10 ** rng.uniform(1, 3)),
                  "batch": int(2 ** rng.uniform(0, 8)), "activation": str(rng.choice(list(ACTIVATIONS))),
                  "task": str(rng.choice(["recall", "sine", "generator", "adding"])),
                  "dtype": str(rng.choice(["float64", "float32"])), "rho": 0.9}
        remedy = str(rng.choice([*remedies(), *["plain"] * 8]))
        if remedy != "plain":
            values[remedy] = True
        try:
            asked = Experiment.from_values(values)
        except ParameterError:
            continue
        if trainer_cost(asked).seconds < 3.0 and trainer_cost(asked).bytes < 2e9:
            yield values


def fixed() -> Iterator[tuple[str, dict]]:
    for n, T, B in ((16, 50, 32), (64, 200, 64), (128, 300, 16)):
        sizes = {"n_hidden": n, "seq_len": T, "batch": B}
        for more in ({}, {"lstm": True}, {"gru": True}, {"activation": "gelu"}):
            yield "picture", sizes | more
        yield "whole_map", sizes
        yield "singular", sizes
        yield "long", sizes
        yield "split", sizes | {"truncation": True, "truncation_k1": T // 4, "truncation_k2": T // 2}
        yield "word", sizes
        yield "race", {**sizes, "seq_len": T // 2, "batch": B // 2}
    yield "whole_map", {"n_hidden": 32, "seq_len": 100, "batch": 8, "lstm": True}
    yield "measuring", {"n_hidden": 16, "batch": 16, "truncation": True, "truncation_k1": 25}
    for activation in ("sigmoid", "tanh", "gelu"):
        yield "landscape", {"steps": 50, "activation": activation}


def one(kind: str, values: dict) -> None:
    """In a process of its own: prints foretold and measured seconds and bytes."""
    prices()
    foretold, work, parts = KINDS[kind](values)
    began = time.process_time()
    work()
    seconds = (time.process_time() - began) / parts
    tracemalloc.start()
    case = KINDS[kind](values)
    if kind not in ("update", "race", "picture"):  # of those what is held counts too
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
    else:
        before = 0
    case[1]()
    held = tracemalloc.get_traced_memory()[1] - before
    print(json.dumps([foretold.seconds, seconds, foretold.bytes, held]))


def main() -> None:
    many, seed, only = (*sys.argv[1:], *("40", "0", "")[len(sys.argv) - 1:])
    drawn = islice(random_values(np.random.default_rng(int(seed))), int(many))
    cases = [case for case in [*fixed(), *(("update", values) for values in drawn)] if only in ("", case[0])]
    worst: dict[str, list[tuple[float, float]]] = {}
    for kind, values in cases:
        done = subprocess.run([sys.executable, __file__, "--one", kind, json.dumps(values)], capture_output=True,
                              text=True, check=False)
        if done.returncode:
            print(kind, values, done.stderr.splitlines()[-1])
            continue
        seconds, took, size, held = json.loads(done.stdout)
        near = not size or held <= size <= held + SLACK  # of a picture alone nothing is foretold
        factors = seconds / took, 1.0 if near else size / held
        worst.setdefault(kind, []).append(factors)
        print(f"{kind:10} s {factors[0]:5.2f} ({1e3 * took:8.2f} ms)   bytes {factors[1]:5.2f} ({held / 1e6:7.1f} MB)  "
              f"{values}", flush=True)
    for kind, found in worst.items():
        s, b = np.array(found).T
        print(f"{kind:10} {len(found):3}   seconds {s.min():.2f} .. {s.max():.2f}   bytes {b.min():.2f} .. "
              f"{b.max():.2f}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(sys.argv[2], json.loads(sys.argv[3]))
    else:
        main()
