"""Every task makes what it says, and its baselines agree with a measurement that knows nothing of their formulas."""

import csv
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import logsumexp

import core.tasks
from core.parameters import ParameterError
from core.specs import Task
from core.tasks import sunspots, tasks

EACH = pytest.mark.parametrize("kind", tasks().values(), ids=tasks())
VALUES = pytest.mark.parametrize("kind", [kind for kind in tasks().values() if not kind.classes], ids=lambda k: k.name)
CLASSES = pytest.mark.parametrize("kind", [kind for kind in tasks().values() if kind.classes], ids=lambda k: k.name)
B = 20000


def rng(seed=0):
    return np.random.default_rng(seed)


def edges(kind):
    return kind.shortest, kind.longest


def answers(batch):
    """Input at the target step, (N, n_in), and target, (N,) or (N, n_out); every sequence's one after another."""
    x = np.moveaxis(batch.x[batch.target_steps - 1], 1, -1)
    target = batch.target if batch.target.ndim == 2 else np.moveaxis(batch.target, 1, -1)
    return x.reshape(-1, x.shape[-1]), target.reshape(-1, *target.shape[2:])


def standard_error(per_answer, batch):
    """Of the mean over all answers, where only the sequences are independent."""
    return per_answer.reshape(-1, batch.x.shape[2]).mean(axis=0).std() / np.sqrt(batch.x.shape[2])


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


@CLASSES
def test_every_class_is_asked_for_equally_often(kind):
    """A share of N answers has a standard deviation of sqrt(p (1-p) / N); five of them."""
    target = kind.sample(rng(), kind.shortest + 5, B).target[0]
    share = np.bincount(target, minlength=kind.n_out) / B
    p = 1 / kind.n_out
    assert np.abs(share - p).max() < 5 * np.sqrt(p * (1 - p) / B)


@EACH
@pytest.mark.parametrize("T", [None, 25], ids=["shortest", "25"])
def test_chance_is_the_loss_of_the_best_constant(kind, T):
    """The best constant, found on the sample itself; five standard errors, and 2 * n_out / N for the fit."""
    batch = kind.sample(rng(), T or kind.shortest, B)
    _, target = answers(batch)
    if kind.classes:
        share = np.bincount(target, minlength=kind.n_out) / len(target)
        best = minimize(lambda y: logsumexp(y) - share @ y, np.zeros(kind.n_out)).x
        loss = logsumexp(best) - best[target]
    else:
        loss = ((target - target.mean(axis=0)) ** 2).mean(axis=1)
    allowed = 5 * standard_error(loss, batch) + 2 * kind.n_out / B
    assert kind.baselines(batch.x.shape[0]).chance == pytest.approx(loss.mean(), abs=allowed)


@CLASSES
@pytest.mark.parametrize("T", [None, 25], ids=["shortest", "25"])
def test_the_current_input_says_nothing_about_the_class(kind, T):
    """A linear softmax on the current input, fitted on one half and judged on the other, gains nothing on chance:
    a fit of p numbers to N answers costs about p / 2N, and four times that is allowed."""
    batch = kind.sample(rng(), T or kind.shortest, B)
    x, target = answers(batch)
    x = np.c_[x, np.ones(len(x))]
    half, shape = len(x) // 2, (x.shape[1], kind.n_out)

    def loss(flat, x, target):
        y = x @ flat.reshape(shape)
        log_p = y - logsumexp(y, axis=1, keepdims=True)
        slope = np.exp(log_p)
        slope[np.arange(len(x)), target] -= 1
        return -log_p[np.arange(len(x)), target].mean(), (x.T @ slope / len(x)).ravel()

    fitted = minimize(loss, np.zeros(np.prod(shape)), args=(x[:half], target[:half]), jac=True).x
    judged = loss(fitted, x[half:], target[half:])[0]
    memoryless = kind.baselines(batch.x.shape[0]).memoryless
    assert memoryless == kind.baselines(batch.x.shape[0]).chance
    assert memoryless == pytest.approx(judged, abs=4 * np.prod(shape) / (2 * half))


def regressors(kind, x):
    """What the best answer from the current input can be made of; for adding, a marked number and an unmarked one."""
    if kind.name == "adding":
        value, marker = x.T
        return np.c_[np.ones(len(x)), value, marker, value * marker]
    return np.c_[np.ones(len(x)), x]


@VALUES
@pytest.mark.parametrize("T", [None, 3, 25], ids=["shortest", "3", "25"])
def test_memoryless_is_the_loss_of_the_best_answer_from_the_current_input(kind, T):
    """Least squares on the sample itself; five standard errors, and 2p / N for the fit of p numbers."""
    batch = kind.sample(rng(), T or kind.shortest, B)
    x, target = answers(batch)
    X = regressors(kind, x)
    coefficients, *_ = np.linalg.lstsq(X, target, rcond=None)
    loss = ((target - X @ coefficients) ** 2).mean(axis=1)
    allowed = 5 * standard_error(loss, batch) + 2 * X.shape[1] / B
    assert kind.baselines(batch.x.shape[0]).memoryless == pytest.approx(loss.mean(), abs=allowed)


@EACH
@pytest.mark.parametrize("T", [None, 50], ids=["shortest", "50"])
def test_memory_is_worth_something(kind, T):
    baselines = kind.baselines(T or kind.shortest)
    assert 0 <= (kind.solved_loss or 0) < baselines.memoryless <= baselines.chance


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
    files = {file.stem for file in Path(core.tasks.__file__).parent.glob("*.py")} - {"__init__"}
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


def test_the_sunspot_file_has_every_year_once_and_the_known_maximum():
    with Path(sunspots.__file__).with_suffix(".csv").open(newline="") as file:
        rows = [(int(row["year"]), float(row["sunspot_number"])) for row in csv.DictReader(file)]
    assert [year for year, _ in rows] == list(range(1700, 2009))
    assert max(rows, key=lambda row: row[1]) == (1957, 190.2)
    assert sum(number == 0 for _, number in rows) == 3  # 1711, 1712, 1810


def test_sunspot_windows_start_at_every_year_that_leaves_room():
    _, values = sunspots.series()
    starts = tasks()["sunspots"].sample(rng(), 300, 2000).x[0, 0]
    assert set(starts) == set(values[:9])


@pytest.mark.parametrize("T", [2, 50, 300])
def test_sunspot_baselines_are_those_of_all_windows_together(T):
    """Not a sample: every window there is, each pair of years as often as they show it."""
    _, values = sunspots.series()
    windows = np.lib.stride_tricks.sliding_window_view(values, T + 1)
    now, after = windows[:, :-1].ravel(), windows[:, 1:].ravel()
    X = np.c_[np.ones(now.size), now]
    residual = after - X @ np.linalg.lstsq(X, after, rcond=None)[0]
    baselines = tasks()["sunspots"].baselines(T)
    assert (baselines.chance, baselines.memoryless) == pytest.approx((after.var(), np.mean(residual**2)), rel=1e-10)
