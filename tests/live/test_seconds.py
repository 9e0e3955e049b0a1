"""Seconds of an update as they are foretold: what is counted, against torch's own count of a network like it. How far
the seconds are from those measured: tests/benchmarks/cost.py."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.utils.flop_counter import FlopCounterMode

from core.cost import Prices
from core.live.seconds import race_cost, run_cost, trainer_cost, update_seconds
from core.remedies.base import remedies
from core.training.experiment import Experiment

# a multiplication costs 1 and all else nothing: what is counted are the multiplications
COUNTED = Prices(call=0.0, products=(1.0,) * 5, near=0.0, far=0.0, exp=0.0, drawn=0.0,
                 factorized=dict.fromkeys(("eigvals", "eigvalsh", "svd", "qr"), (1e-9,) * 3))


def counted(seeds=1, **values):
    return update_seconds(Experiment.from_values(values), seeds, at=COUNTED)


def by_torch(n, n_in, n_out, T, B, blocks):
    """Multiplications of a network of so many blocks of units, forward and back, at T steps with one target."""
    W, U, V = (torch.randn(shape, requires_grad=True) for shape in ((blocks * n, n), (blocks * n, n_in), (n_out, n)))
    h = torch.zeros(n, B, requires_grad=True)
    with FlopCounterMode(display=False) as counter:
        for x in torch.randn(T, n_in, B):
            a = W @ h + U @ x
            h = torch.tanh(sum(a.split(n)))
        (V @ h).square().mean().backward()
    return counter.get_total_flops() / 2


SIZES = np.random.default_rng(3).integers((4, 5, 1), (40, 60, 40), (8, 3)).tolist()


@pytest.mark.parametrize(("n", "T", "B"), SIZES)
@pytest.mark.parametrize(("remedy", "blocks"), [(None, 1), ("leaky", 1), ("lstm", 4), ("gru", 4)])
def test_the_multiplications_of_an_update_are_those_that_torch_counts(n, T, B, remedy, blocks):
    values = {"n_hidden": n, "seq_len": T, "batch": B} | ({remedy: True} if remedy else {})
    kind = Experiment.from_values(values).task.kind
    expected = by_torch(n, kind.n_in, kind.n_out, T, B, blocks)
    assert counted(**values) == pytest.approx(expected, rel=2.5 / n)  # torch has no product with the bias


def test_seeds_side_by_side_count_as_many_times_and_float32_half():
    sizes = {"n_hidden": 20, "seq_len": 30, "batch": 10}
    assert counted(5, **sizes) == pytest.approx(5 * counted(**sizes))
    assert counted(dtype="float32", **sizes) == pytest.approx(counted(**sizes) / 2)


def test_a_truncation_counts_its_updates_one_by_one_and_no_step_back_beyond_its_window():
    sizes = {"n_hidden": 20, "seq_len": 100, "batch": 10, "task": "sine"}
    whole = counted(**sizes)
    chunks = counted(truncation=True, truncation_k1=25, truncation_k2=25, **sizes)
    assert chunks == pytest.approx(whole / 4, rel=0.01)
    n, m, B = 20, 20 + 1 + 1, 10
    short = counted(truncation=True, truncation_k1=100, truncation_k2=40, **sizes)
    assert whole - short == pytest.approx(60 * B * (n * n + n * m), rel=0.01)  # 60 steps fewer back, and of dL/dV
    watched = update_seconds(Experiment.from_values(
        {**sizes, "truncation": True, "truncation_k1": 100, "truncation_k2": 40}), full=True, at=COUNTED)
    assert watched == pytest.approx(whole)


def test_hessian_free_counts_the_products_that_it_may_make():
    sizes = {"n_hidden": 20, "seq_len": 50, "batch": 10, "hessian_free": True}
    more = counted(hessian_free_cg_iterations=51, **sizes) - counted(hessian_free_cg_iterations=50, **sizes)
    n, n_in = 20, Experiment.from_values(sizes).task.kind.n_in
    m = n + n_in + 1
    assert more == pytest.approx(50 * 10 * (n * (n + m) + n * n + n * m), rel=0.05)
    assert counted(**sizes) > 50 * more


@pytest.mark.parametrize("name", sorted(remedies().keys() - {"truncation"}))
def test_no_remedy_but_truncation_makes_an_update_quicker(name):
    values = {"task": "generator" if remedies()[name].feedback else "recall", "n_hidden": 24, "seq_len": 40}
    plain, with_it = (update_seconds(Experiment.from_values(values | more), at=COUNTED) for more in ({}, {name: True}))
    assert with_it >= plain * (1.0 - 1e-6)  # phi is timed
    assert 0.0 < trainer_cost(Experiment.from_values(values | {name: True})).seconds < 60.0


@settings(max_examples=40)
@given(st.integers(2, 256), st.integers(3, 128), st.integers(10, 1000),
       st.sampled_from([{}, {"lstm": True}, {"hessian_free": True}, {"omega": True}, {"dtype": "float32"}]))
def test_a_larger_batch_is_never_foretold_to_take_less(batch, n, T, more):
    larger, smaller = (Experiment.from_values({"n_hidden": n, "seq_len": T, "batch": b, **more})
                       for b in (batch, batch - 1))
    assert run_cost(larger).seconds >= run_cost(smaller).seconds
    assert race_cost([larger, larger], 4).seconds >= race_cost([smaller, smaller], 4).seconds


def test_a_race_takes_all_its_lanes_and_seeds_and_a_solver_seed_by_seed():
    plain, curved = (Experiment.from_values({"n_hidden": 16, **more}) for more in ({}, {"hessian_free": True}))
    assert race_cost([plain], 1).seconds == update_seconds(plain)
    assert race_cost([curved], 5).seconds == 5 * update_seconds(curved)
    both = race_cost([plain, curved], 3).seconds
    assert both == pytest.approx(update_seconds(plain, 3) + update_seconds(plain) + 3 * update_seconds(curved))
