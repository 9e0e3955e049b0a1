"""What a task's loss is worth without memory, measured on samples that know nothing of the formulas."""

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import logsumexp

from core.tasks.base import tasks

EACH = pytest.mark.parametrize("kind", tasks().values(), ids=tasks())
VALUES = pytest.mark.parametrize("kind", [kind for kind in tasks().values() if not kind.classes], ids=lambda k: k.name)
CLASSES = pytest.mark.parametrize("kind", [kind for kind in tasks().values() if kind.classes], ids=lambda k: k.name)
B = 20000


def rng(seed=0):
    return np.random.default_rng(seed)


def answers(batch):
    """Input at the target step, (N, n_in), and target, (N,) or (N, n_out); every sequence's one after another."""
    x = np.moveaxis(batch.x[batch.target_steps - 1], 1, -1)
    target = batch.target if batch.target.ndim == 2 else np.moveaxis(batch.target, 1, -1)
    return x.reshape(-1, x.shape[-1]), target.reshape(-1, *target.shape[2:])


def standard_error(per_answer, batch):
    """Of the mean over all answers, where only the sequences are independent."""
    return per_answer.reshape(-1, batch.x.shape[2]).mean(axis=0).std() / np.sqrt(batch.x.shape[2])


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
    """What the best answer from the current input can be made of; for adding, a marked number and an unmarked one.

    Where the output is fed back no input is given any more once answers are asked for.
    """
    if kind.cue is not None:
        return np.ones((len(x), 1))
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
