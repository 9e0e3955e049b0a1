"""Every task makes the batches that it says."""

from pathlib import Path

import numpy as np
import pytest

import core.tasks.base
from core.parameters import ParameterError
from core.specs.task import Task
from core.tasks.base import tasks

EACH = pytest.mark.parametrize("kind", tasks().values(), ids=tasks())
CLASSES = pytest.mark.parametrize("kind", [kind for kind in tasks().values() if kind.classes], ids=lambda k: k.name)
B = 20000


def rng(seed=0):
    return np.random.default_rng(seed)


def edges(kind):
    return kind.shortest, kind.longest


@EACH
@pytest.mark.parametrize("edge", [0, 1], ids=["shortest", "longest"])
def test_a_batch_has_the_shapes_that_the_kind_promises(kind, edge):
    T = edges(kind)[edge]
    batch = kind.sample(rng(), T, 3)
    S = len(batch.target_steps)
    assert batch.x.shape == (T, kind.n_in, 3)
    assert batch.target.shape == ((S, 3) if kind.classes else (S, kind.n_out, 3))
    assert np.isfinite(batch.x).all()


@EACH
@pytest.mark.parametrize("edge", [0, 1], ids=["shortest", "longest"])
def test_the_target_steps_ascend_and_the_last_step_is_one(kind, edge):
    T = edges(kind)[edge]
    steps = kind.sample(rng(), T, 3).target_steps
    assert np.all(np.diff(steps) > 0)
    assert (steps[0] >= 1, steps[-1]) == (True, T)


@EACH
def test_the_same_generator_gives_the_same_batch(kind):
    one, two = (kind.sample(rng(5), 20, 4) for _ in range(2))
    assert np.array_equal(one.x, two.x)
    assert np.array_equal(one.target, two.target)


@EACH
def test_another_generator_gives_another_batch(kind):
    assert not np.array_equal(kind.sample(rng(5), 20, 4).x, kind.sample(rng(6), 20, 4).x)


@EACH
@pytest.mark.parametrize("edge", [0, 1], ids=["shortest", "longest"])
def test_batches_of_several_generators_are_bit_for_bit_those_of_each(kind, edge):
    T = edges(kind)[edge]
    together = kind.sample_each([rng(seed) for seed in (5, 6, 9)], T, 4)
    for r, seed in enumerate((5, 6, 9)):
        alone = kind.sample(rng(seed), T, 4)
        assert np.array_equal(together.target_steps, alone.target_steps)
        assert np.array_equal(together.x[:, r], alone.x)
        assert np.array_equal(together.target[:, r], alone.target)
        assert (together.x.dtype, together.target.dtype) == (alone.x.dtype, alone.target.dtype)
    assert together.x.shape == (T, 3, kind.n_in, 4)


def test_composing_leaves_what_was_drawn_alone():
    for kind in tasks().values():
        drawn = kind.draw(rng(), 20, 4)
        before = [array.copy() for array in drawn]
        kind.compose(20, *drawn)
        assert all(map(np.array_equal, drawn, before)), kind.name


@CLASSES
def test_every_class_is_asked_for_equally_often(kind):
    """A share of N answers has a standard deviation of sqrt(p (1-p) / N); five of them."""
    target = kind.sample(rng(), kind.shortest + 5, B).target[0]
    share = np.bincount(target, minlength=kind.n_out) / B
    p = 1 / kind.n_out
    assert np.abs(share - p).max() < 5 * np.sqrt(p * (1 - p) / B)


@EACH
@pytest.mark.parametrize("beyond", [-1, 1], ids=["shorter", "longer"])
def test_a_sequence_outside_the_tasks_limits_is_refused_in_one_line(kind, beyond):
    seq_len = kind.shortest - 1 if beyond < 0 else kind.longest + 1
    with pytest.raises(ParameterError, match=r"^seq_len must be .*\.$"):
        Task(task=kind.name, seq_len=seq_len)


@EACH
@pytest.mark.parametrize("edge", [0, 1], ids=["shortest", "longest"])
def test_a_sequence_at_the_tasks_limits_is_allowed(kind, edge):
    assert Task(task=kind.name, seq_len=edges(kind)[edge]).seq_len == edges(kind)[edge]


def test_every_file_of_the_folder_is_a_task():
    files = {file.stem for file in Path(core.tasks.base.__file__).parent.glob("*.py")} - {"__init__", "base", "words"}
    assert files == set(tasks())


def test_recall_shows_the_symbol_at_the_first_step_only():
    batch = tasks()["recall"].sample(rng(), 9, 50)
    assert np.array_equal(batch.x[0, :4].argmax(axis=0), batch.target[0])
    assert not batch.x[1:, :4].any()


def test_recalls_noise_has_the_standard_deviation_it_says():
    """sigma / sqrt(2N) is the standard error of a standard deviation; five of them."""
    noise = tasks()["recall"].sample(rng(), 50, 1000).x[:, 4]
    assert abs(noise.std() - 0.3) < 5 * 0.3 / np.sqrt(2 * noise.size)


@pytest.mark.parametrize("T", [5, 10, 57])
def test_temporal_order_has_two_specials_and_names_them_in_order(T):
    batch = tasks()["temporal_order"].sample(rng(), T, 200)
    for symbols, target in zip(batch.x.argmax(axis=1).T, batch.target[0], strict=True):
        first, second = symbols[symbols < 2]
        assert target == 2 * first + second


@pytest.mark.parametrize("T", [10, 50, 1000])
def test_the_specials_of_temporal_order_stand_where_they_are_said_to(T):
    """200 places in each range of T/10: the ends are met when the range is short, and never passed."""
    symbols = tasks()["temporal_order"].sample(rng(), T, 200).x.argmax(axis=1)
    first, second = np.sort(np.argsort(symbols >= 2, axis=0, kind="stable")[:2], axis=0)
    assert T // 10 <= first.min() <= first.max() < 2 * T // 10
    assert 4 * T // 10 <= second.min() <= second.max() < 5 * T // 10


@pytest.mark.parametrize("T", [2, 3, 50])
def test_adding_marks_one_number_in_each_half_and_asks_for_their_sum(T):
    batch = tasks()["adding"].sample(rng(), T, 200)
    value, marker = batch.x[:, 0], batch.x[:, 1]
    assert np.all(marker[: T // 2].sum(axis=0) == 1)
    assert np.all(marker[T // 2:].sum(axis=0) == 1)
    assert np.array_equal((value * marker).sum(axis=0), batch.target[0, 0])


@pytest.mark.parametrize("T", [7, 20])
def test_copy_shows_three_symbols_then_blanks_and_one_cue_before_the_answers(T):
    batch = tasks()["copy"].sample(rng(), T, 50)
    symbols = batch.x.argmax(axis=1)
    assert np.array_equal(symbols[:3], batch.target)
    assert np.all(symbols[T - 4] == 5)
    assert np.all(np.delete(symbols[3:], T - 7, axis=0) == 4)


@pytest.mark.parametrize("name", ["sine", "sunspots"])
def test_the_next_value_is_the_target_at_every_step(name):
    batch = tasks()[name].sample(rng(), 30, 20)
    assert np.array_equal(batch.target[:-1], batch.x[1:])
    assert np.array_equal(batch.target_steps, np.arange(1, 31))


def test_a_sine_obeys_its_difference_equation():
    """x_{t+1} + x_{t-1} = 2 cos(omega) x_t: one omega for every sequence, between 0.1 and 0.6; a few roundings of 1."""
    x = tasks()["sine"].sample(rng(), 40, 50).x[:, 0]
    two_cos = ((x[2:] + x[:-2]) * x[1:-1]).sum(axis=0) / (x[1:-1] ** 2).sum(axis=0)
    assert np.abs(x[2:] + x[:-2] - two_cos * x[1:-1]).max() < 100 * np.finfo(float).eps
    assert np.all((2 * np.cos(0.6) <= two_cos) & (two_cos <= 2 * np.cos(0.1)))
