"""One sequence of many thousand steps: the same numbers as the short way, in memory that grows with T alone."""

import tracemalloc

import numpy as np
import pytest

from core.parameters import ParameterError
from core.tasks.base import tasks
from core.topics.jacobians.long_sequence import STRETCH, LongSequence, long_reach
from core.topics.jacobians.products import log10_product_norms
from core.training.experiment import Experiment
from core.training.trainer import Trainer


def trained(**values):
    """An experiment, and the weights of its network."""
    experiment = Experiment.from_values({"n_hidden": 6, "batch": 1, "seq_len": 20, **values})
    trainer = Trainer(experiment)
    trainer.measure()
    return experiment, trainer.weights


def measured(length, **values):
    *_, (_, found) = long_reach(*trained(**values)[:1], length, trained(**values)[1])
    return found


def by_hand(experiment, V, length):
    """The plain loop, on the input that the seed makes: a state a step, a Jacobian a step."""
    n, activation = len(V), experiment.recurrence.activation
    phi, slope = {"tanh": (np.tanh, lambda a: 1 / np.cosh(a) ** 2), "linear": (lambda a: a, np.ones_like),
                  "relu": (lambda a: np.maximum(a, 0), lambda a: (a > 0) * 1.0)}[activation]
    x = tasks()[experiment.task.task].sample(np.random.default_rng([experiment.recurrence.seed, 1, 0]), length, 1).x
    h, J = np.zeros(n), []
    for t in range(length):
        a = V @ np.concatenate([h, x[t, :, 0], [1.0]])
        h = phi(a)
        J.append(slope(a)[:, None] * V[:, :n])
    return log10_product_norms(np.array(J))


@pytest.mark.parametrize("activation", ["tanh", "linear", "relu"])
@pytest.mark.parametrize("length", [2, 3, 50, STRETCH - 1, STRETCH, STRETCH + 1, 2 * STRETCH + 7])
def test_every_lag_is_that_of_the_plain_loop(length, activation):
    """Also where the forward pass goes from one stretch to the next."""
    values = {"activation": activation, "rho": 0.95, "task": "sine", "input_scale": 0.5}
    found, expected = measured(length, **values), by_hand(*trained(**values), length)
    assert (found.length, len(found.log10_norm)) == (length, length)
    assert np.array_equal(np.isneginf(found.log10_norm), np.isneginf(expected))
    some = np.isfinite(expected)
    assert np.allclose(found.log10_norm[some], expected[some], rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("task", ["recall", "adding", "sunspots"])
def test_it_is_the_flow_of_a_sequence_of_that_length(task):
    """A batch of one sequence draws the same input."""
    values = {"task": task, "seq_len": 200, "input_scale": 0.3, "seed": 5}
    trainer = Trainer(Experiment.from_values({"n_hidden": 6, "batch": 1, **values}))
    trainer.measure()
    assert np.allclose(measured(200, **values).log10_norm, log10_product_norms(trainer.jacobians()), rtol=0, atol=1e-10)


def test_of_the_linear_orthogonal_network_every_lag_of_sixteen_thousand_is_exact():
    lags = np.arange(1, 2**14 + 1)
    norms = measured(2**14, activation="linear", rho=0.9, task="sine").log10_norm
    assert np.abs(norms - lags * np.log10(0.9)).max() < 2**14 * 16 * np.finfo(float).eps


def test_the_weights_are_those_given_and_not_the_initial_ones():
    experiment, V = trained(activation="linear", rho=0.9)
    *_, (_, found) = long_reach(experiment, 500, 2.0 * V)
    assert found.log10_norm[-1] == pytest.approx(500 * np.log10(1.8), abs=1e-9)


def test_float32_weights_are_taken_as_they_are():
    experiment, V = trained(dtype="float32", task="sine")
    assert V.dtype == np.float32
    *_, (_, found) = long_reach(experiment, 100, V)
    assert np.allclose(found.log10_norm, by_hand(experiment, V.astype(float), 100), rtol=0, atol=1e-10)


def test_a_dead_network_is_exactly_zero_from_the_first_lag():
    assert np.all(measured(300, activation="relu", bias=-3.0).log10_norm == -np.inf)


def test_what_is_known_so_far_comes_with_the_pieces():
    experiment, V = trained(n_hidden=32)
    steps = list(long_reach(experiment, 3 * STRETCH, V))
    shares = [share for share, _ in steps]
    assert (shares, shares[-1]) == (sorted(shares), 1.0)
    found = [result for _, result in steps if result is not None]
    assert all(np.array_equal(part.log10_norm, found[-1].log10_norm[:len(part.log10_norm)]) for part in found)
    assert [result is None for _, result in steps[:4]] == [True] * 4


@pytest.mark.parametrize(("task", "length", "allowed"), [
    ("sunspots", 65536, "at most 300"), ("copy", 6, "at least 7"), ("temporal_order", 2, "at least 5")])
def test_a_task_without_a_sequence_of_that_length_refuses_in_one_line(task, length, allowed):
    with pytest.raises(ParameterError) as caught:
        measured(length, task=task)
    assert str(caught.value).startswith(f"length must be {allowed} for the task {task} (")
    assert str(caught.value).endswith(f"got {length}.")
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("task", [name for name in tasks() if name not in ("sunspots", "generator")])
def test_every_other_task_has_sequences_far_longer_than_training_allows(task):
    assert len(measured(3000, task=task).log10_norm) == 3000


def test_a_network_whose_output_is_fed_back_is_refused_in_one_line():
    with pytest.raises(ParameterError, match=r"^Long sequences must be .* got vanilla on the task generator\.$"):
        measured(3000, task="generator")


@pytest.mark.parametrize("activation", ["linear", "relu", "leaky_relu", "elu", "softplus", "gelu"])
def test_a_network_that_overflows_refuses_in_one_line_that_says_how_far_it_gets(activation):
    values = {"activation": activation, "rho": 2.0, "shape": "identity", "bias": 1.0, "task": "sine"}
    with pytest.raises(ParameterError) as caught:
        measured(4000, **values)
    most = int(str(caught.value).split("at most ")[1].split(",")[0])
    assert 1000 < most < 1100
    assert np.isfinite(measured(most, **values).log10_norm).all()


def test_memory_grows_with_the_length_and_not_with_its_square():
    peaks = []
    for length in (8192, 16384):
        experiment, V = trained(n_hidden=4, task="sine")
        tracemalloc.start()
        for _, found in long_reach(experiment, length, V):  # noqa: B007  a job keeps the latest alone
            pass
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert len(found.log10_norm) == length
    assert peaks[1] / peaks[0] < 2.3
    assert peaks[1] < 16384 * 8 * 40  # 40 numbers a step; one row of a T x T map would be 16384


@pytest.mark.parametrize("value", [1, 2**17 + 1, 2.5, "long"])
def test_a_length_that_is_not_allowed_is_one_line(value):
    with pytest.raises(ParameterError, match=r"^length must be a whole number from 2 to 131072, got"):
        LongSequence(length=value)


def test_the_length_is_that_of_a_sensor():
    assert LongSequence().length == 65536
