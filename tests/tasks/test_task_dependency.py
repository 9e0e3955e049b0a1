"""How far back each task has to look: read off its own batches."""

import numpy as np
import pytest

from core.tasks.base import tasks

T, B = 60, 4000
WITH = [task for task in tasks() if tasks()[task].dependency is not None]


def drawn(task, T=T):
    kind = tasks()[task]
    return kind.sample(np.random.default_rng(0), T, B), kind.dependency(T)


def span(needed):
    return needed.shortest, needed.longest


@pytest.mark.parametrize("task", WITH)
def test_a_dependency_lies_inside_the_sequence(task):
    kind = tasks()[task]
    for T in {kind.shortest, kind.shortest + 1, 50, kind.longest}:
        needed = kind.dependency(T)
        assert 1 <= needed.shortest <= needed.longest <= T - 1
        assert needed.words


def test_recall_needs_the_first_step_at_the_last():
    batch, needed = drawn("recall")
    shown = batch.x[:, :4].any(axis=1)  # (T, B)
    assert np.array_equal(np.flatnonzero(shown.any(axis=1)), [0])
    assert span(needed) == (batch.target_steps[0] - 1,) * 2


def test_copy_needs_each_symbol_where_it_is_repeated():
    batch, needed = drawn("copy")
    symbols = batch.x.argmax(axis=1)
    assert np.array_equal(symbols[batch.target_steps - 1 - needed.longest], batch.target)
    assert needed.shortest == needed.longest


@pytest.mark.parametrize("T", [5, 7, 60, 103])
def test_temporal_order_needs_its_first_special_symbol(T):
    batch, needed = drawn("temporal_order", T)
    first = (batch.x.argmax(axis=1) < 2).argmax(axis=0) + 1
    assert span(needed) == (T - first.max(), T - first.min())


@pytest.mark.parametrize("T", [2, 3, 60, 103])
def test_adding_needs_its_first_marked_number(T):
    batch, needed = drawn("adding", T)
    first = batch.x[:, 1].argmax(axis=0) + 1
    assert span(needed) == (T - first.max(), T - first.min())


def test_a_sine_is_determined_by_three_values_in_a_row_and_not_by_two():
    batch, needed = drawn("sine")
    x, then = batch.x[:, 0], batch.target[:, 0]
    twice_cos = (x[2:] + x[:-2]) / x[1:-1]
    guess = twice_cos * x[2:] - x[1:-1]
    clear = np.abs(x[1:-1]) > 0.1
    assert np.abs(guess - then[2:])[clear].max() < 1e-10
    assert span(needed) == (2, 2)
    one, other = np.array([0.0, np.sin(0.2)]), np.array([0.0, np.sin(0.2)])  # two values fit sines of any frequency
    steeper = np.sin(0.2) / np.sin(0.5)
    assert np.allclose(one, other)
    assert np.sin(0.4) != pytest.approx(steeper * np.sin(1.0), rel=0.1)


def test_the_sunspots_come_back_after_a_cycle_of_about_eleven_years():
    from core.tasks.sunspots import series

    values = series()[1] - series()[1].mean()
    back = [np.corrcoef(values[lag:], values[:-lag])[0, 1] for lag in range(5, 16)]
    assert 10 <= 5 + int(np.argmax(back)) <= 11
    assert span(tasks()["sunspots"].dependency(50)) == (1, 11)
