"""What a run's number type holds of dL/dh, beside what it is exactly: by torch in the same type, and in words."""

import numpy as np
import pytest
import torch

from core.spelling import power
from core.topics.playground.figures.gradient_by_step import gradient_by_step
from core.topics.playground.figures.gradient_map import gradient_map
from core.training.experiment import Experiment
from core.training.replicas import Replicas
from core.training.trainer import Trainer
from tests.command.test_command import lines
from tests.helpers.drawn import hovers, legend, reading, zeros
from tests.helpers.views import trace

SMALL = {"rho": 0.3, "n_hidden": 8, "seed": 1, "seq_len": 200, "dtype": "float32"}


def measured(**more):
    trainer = Trainer(Experiment.from_values(SMALL | more))
    return trainer, trainer.measure()


def torch_zeros(trainer, dtype):
    """At which steps torch's own dL/dh_t, in that type, is exactly 0: h_t is kept at every step."""
    W, U, batch = trainer.network.V, trainer.network.U, trainer.course.batch
    n = trainer.network.n
    V, out, x = (torch.tensor(np.array(a), dtype=dtype) for a in (W, U, batch.x))
    h = torch.zeros((n, x.shape[-1]), dtype=dtype, requires_grad=True)
    states, ones = [], torch.ones((1, x.shape[-1]), dtype=dtype)
    for step in x:
        h = torch.tanh(V[:, :n] @ h + V[:, n:-1] @ step + V[:, -1:] @ ones)
        h.retain_grad()
        states.append(h)
    y = out[:, :-1] @ h + out[:, -1:]
    target = torch.tensor(np.asarray(batch.target[-1]), dtype=torch.long)
    torch.nn.functional.cross_entropy(y.T, target).backward()
    return np.array([bool((state.grad == 0).all()) for state in states])


def test_in_float32_most_steps_of_a_long_sequence_have_a_gradient_of_exactly_zero_as_torch_has():
    """rho = 0.3 over 200 steps: 10^-104.9 at t = 1, where float32 ends at 1.4e-45."""
    trainer, record = measured()
    held = record.log10_dL_dh_held
    zeros = np.isneginf(held)
    theirs = torch_zeros(trainer, torch.float32)
    assert abs(int(zeros.sum()) - int(theirs.sum())) <= 1  # the last subnormal bit may round otherwise
    assert int(zeros.sum()) == 117
    assert zeros[:117].all()
    assert record.log10_dL_dh[0] == pytest.approx(-104.9, abs=0.05)
    assert np.isfinite(record.log10_dL_dh).all()
    near = held > -33
    np.testing.assert_array_equal(held[near], record.log10_dL_dh[near])
    assert record.log10_own is held


def test_in_float64_the_same_below_its_smallest_number():
    _, record = measured(rho=0.1, seq_len=500, dtype="float64")
    zeros = np.isneginf(record.log10_dL_dh_held)
    exact = record.log10_dL_dh
    assert zeros.any()
    assert (exact[zeros] < -321.0).all()
    assert (exact[~zeros] > -326.0).all()


def test_where_nothing_is_lost_there_is_one_curve():
    _, record = measured(seq_len=20, dtype="float64")
    assert record.log10_dL_dh_held is None
    assert record.log10_own is record.log10_dL_dh


def test_what_truncation_drops_is_dropped_in_both():
    _, record = measured(truncation=True, truncation_k2=150)
    assert np.isneginf(record.log10_dL_dh[:50]).all()
    assert np.isneginf(record.log10_dL_dh_held[:117]).all()
    assert np.isfinite(record.log10_dL_dh[50:]).all()


def test_a_replica_holds_what_the_run_alone_holds():
    experiment = Experiment.from_values(SMALL)
    runs = Replicas(experiment, [1, 2])
    for record, seed in zip(runs.update(), (1, 2), strict=True):
        alone = Trainer(Experiment.from_values(SMALL | {"seed": seed})).measure()
        np.testing.assert_array_equal(np.isneginf(record.log10_dL_dh_held), np.isneginf(alone.log10_dL_dh_held))


def test_the_chart_shows_what_the_run_has_and_beside_it_what_it_is_exactly():
    _, record = measured()
    fig = gradient_by_step(record)
    drawn, exact = trace(fig, "this update"), trace(fig, "exact")
    assert zeros(drawn) == list(range(1, 118))
    np.testing.assert_array_equal(np.asarray(drawn.y, float)[117:], record.log10_dL_dh_held[117:])
    np.testing.assert_array_equal(exact.y, record.log10_dL_dh)
    assert legend(fig) == ["this update", "exact"]
    assert hovers(fig)["exact"] == "t = %{x}: 10<sup>%{y:.2f}</sup><extra>%{fullData.name}</extra>"
    last, first = record.log10_dL_dh[-1], record.log10_dL_dh_held[117]
    assert reading(fig) == (
        f"Update 1: ∂L/∂h_t is {power(last)} at t = 200, the last step that it reaches, and {power(first)} at t = 118, "
        "the first; 117 of 200 steps get exactly none. Of these 117 are too small for the run's number type: at t = 1 "
        "it is 10^-104.9, exactly.")


def test_the_map_shows_what_the_run_has():
    _, record = measured()
    z = np.asarray(gradient_map([record]).data[0].z, float)[0]
    rows = np.asarray(gradient_map([record]).data[0].y, int) - 1
    np.testing.assert_array_equal(z, record.log10_dL_dh_held[rows])


def test_the_command_prints_both():
    flags = [f"--{name}={value}" for name, value in SMALL.items()]
    (line,) = lines("train", *flags, "--steps", "1")
    assert line["log10_dL_dh_held"][:117] == ["-inf"] * 117
    assert line["log10_dL_dh"][0] == pytest.approx(-104.9, abs=0.05)
