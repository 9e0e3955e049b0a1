"""What the work beside the page of Jacobians holds, as it is foretold, against what it holds; and that it grows with
each size. Its seconds against those measured: tests/benchmarks/cost.py."""

import numpy as np
import pytest

from core.topics.jacobians.cost import long_bytes, long_seconds, map_cost, singular_cost
from core.topics.jacobians.long_sequence import long_reach
from core.topics.jacobians.map import BLOCK, map_pieces
from core.topics.jacobians.singular_spectrum import singular_pieces
from core.training.experiment import Experiment
from core.training.trainer import Trainer
from tests.helpers.traced import traced

SLACK = 4e6  # bytes that do not grow with the sizes


def jacobians(n, T, samples):
    trainer = Trainer(Experiment.from_values({"n_hidden": n, "seq_len": T, "batch": samples, "rho": 0.98}))
    trainer.measure()
    return trainer.jacobians(samples)


def last(pieces):
    for _ in pieces:
        pass


@pytest.mark.parametrize(("n", "T", "samples", "grid"), [(24, 120, 2, 121), (40, 60, 1, 30), (6, 300, 1, 129)])
def test_a_map_holds_what_is_foretold(n, T, samples, grid):
    J, at = jacobians(n, T, samples), np.unique(np.linspace(0, T, grid).astype(int))
    last(map_pieces(J, at))
    held, foretold = traced(lambda: last(map_pieces(J, at))).peak, map_cost(T, n, samples, len(at), BLOCK).bytes
    assert held <= foretold <= 1.5 * held + SLACK


@pytest.mark.parametrize(("n", "T", "lags"), [(24, 100, 100), (40, 80, 40)])
def test_all_singular_values_hold_what_is_foretold(n, T, lags):
    J, at = jacobians(n, T, 1), np.unique(np.linspace(1, T, lags).astype(int))
    last(singular_pieces(J, at))
    held, foretold = traced(lambda: last(singular_pieces(J, at))).peak, singular_cost(T, n, len(at)).bytes
    assert held <= foretold <= 1.5 * held + SLACK


@pytest.mark.parametrize(("n", "length"), [(8, 60_000), (32, 8000)])
def test_a_long_sequence_holds_what_is_foretold(n, length):
    asked = Experiment.from_values({"n_hidden": n})
    V = Trainer(asked).network.V
    held = traced(lambda: last(long_reach(asked, length, V))).peak
    assert held <= long_bytes(length, n, asked.task.kind) <= 1.5 * held + SLACK


def test_every_size_makes_it_dearer():
    sizes = {"T": 100, "n": 16, "sequences": 3, "grid": 40}
    for name in sizes:
        assert map_cost(**{**sizes, name: 2 * sizes[name]}, block=BLOCK).seconds > 1.2 * map_cost(
            **sizes, block=BLOCK).seconds, name
    for name in ("T", "n", "lags"):
        sizes = {"T": 100, "n": 16, "lags": 40}
        assert singular_cost(**{**sizes, name: 2 * sizes[name]}).seconds > 1.05 * singular_cost(**sizes).seconds, name
    assert long_seconds(2000, 16) == pytest.approx(2 * long_seconds(1000, 16))
    assert long_seconds(1000, 64) > 4 * long_seconds(1000, 16)
