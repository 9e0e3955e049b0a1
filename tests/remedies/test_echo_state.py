"""Echo state networks: the readout against least squares, the reservoir against what was asked, the claim."""

from dataclasses import replace

import numpy as np
import pytest
import scipy.linalg
import scipy.optimize
import scipy.special
import torch

from core.network.cells.vanilla import Vanilla
from core.network.spectrum import spectrum_of
from core.remedies import echo_state
from core.remedies.base import remedies
from core.remedies.echo_state import REMEDY, EchoState, EchoStateSolver, newton_step, ridge_solution, with_states
from core.remedies.hooks import Hooks
from core.specs.recurrence import Recurrence, initial_W_hh, shapes
from core.specs.training import Training
from core.tasks.base import tasks
from core.training.experiment import Experiment
from core.training.trainer import Trainer
from tests.helpers.solver_problem import problem, problem_on

EPS = np.finfo(float).eps
RECALL = {"task": "recall", "seq_len": 50, "batch": 32, "n_hidden": 100, "shape": "gaussian", "echo_state": True}
SMALL = {"task": "recall", "seq_len": 12, "batch": 6, "n_hidden": 8, "echo_state": True}


def rows_of(found):
    """[h; 1] and what is wanted, one row a state."""
    h = found.tape.h[found.seen.at].astype(float)
    target = found.batch.target
    wanted = np.moveaxis(np.eye(found.network.n_out)[target], -1, 1) if found.task.classes else target
    parts = (np.concatenate([h, np.ones_like(h[:, :1])], axis=1), wanted)
    return [part.transpose(0, 2, 1).reshape(-1, part.shape[1]) for part in parts]


def least_squares(X, Y, ridge):
    """U by scipy on all rows at once, with the ridge as further rows, and how far rounding may take it.

    Golub & Van Loan 5.3.8: eps times the condition number, and its square times the part that is not fitted.
    """
    n = X.shape[1] - 1
    A = np.vstack([X, np.sqrt(ridge) * np.eye(n, n + 1)])
    B = np.vstack([Y, np.zeros((n, Y.shape[1]))])
    U = scipy.linalg.lstsq(A, B)[0].T
    condition, missed = np.linalg.cond(A), np.linalg.norm(A @ U.T - B)
    return U, 100 * EPS * (condition * np.linalg.norm(U) + condition**2 * missed / np.linalg.norm(A, 2))


def some(task, count, **more):
    """Problems of one network on different batches."""
    first = problem(task, **more)
    rng, (steps, _, size) = np.random.default_rng(5), first.batch.x.shape
    return [first, *(problem_on(first.network, task, first.task.sample(rng, steps, size)) for _ in range(count - 1))]


def losses(trainer, updates):
    return [trainer.update().loss for _ in range(updates)]


def test_the_remedy_sets_cell_reservoir_and_update():
    assert remedies()["echo_state"] is REMEDY
    assert None not in (REMEDY.cell, REMEDY.initial, REMEDY.solver)
    assert not REMEDY.plain_cell
    assert REMEDY.transform_gradient is None


# -- the readout ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("task", tasks())
@pytest.mark.parametrize("ridge", [1e-10, 1e-3, 10.0])
def test_the_readout_is_the_ridge_solution_on_all_batches_so_far(task, ridge):
    """The harvested states do not depend on the readout, but where the output is fed back a teacher must hold it."""
    found = some(task, 4, mix=1.0)
    solver, X, Y = EchoStateSolver(EchoState(ridge=ridge)), [], []
    for one in found:
        one = problem_on(one.network, task, one.batch, mix=1.0)
        solver.step(one)
        for rows, more in zip((X, Y), rows_of(one), strict=True):
            rows.append(more)
        U, tolerance = least_squares(np.vstack(X), np.vstack(Y), ridge)
        assert np.abs(one.network.U / solver.state()["sharpness"] - U).max() <= tolerance


@pytest.mark.parametrize("rows", [1, 3, 8, 500])
@pytest.mark.parametrize("ridge", [1e-8, 1.0])
def test_ridge_regression_of_any_number_of_rows_equals_scipy(rows, ridge):
    rng = np.random.default_rng(rows)
    X, Y = np.hstack([rng.normal(size=(rows, 6)), np.ones((rows, 1))]), rng.normal(size=(rows, 2))
    U, tolerance = least_squares(X, Y, ridge)
    assert np.abs(ridge_solution(with_states(np.empty((0, 9)), np.hstack([X, Y])), ridge, 6) - U).max() <= tolerance


def test_the_factor_is_that_of_the_normal_equations_however_the_rows_come(monkeypatch):
    rows = np.random.default_rng(0).normal(size=(300, 7))
    at_once = with_states(np.empty((0, 7)), rows)
    in_two = with_states(with_states(np.empty((0, 7)), rows[:3]), rows[3:])
    monkeypatch.setattr(echo_state, "ROWS", 11)
    in_parts = with_states(np.empty((0, 7)), rows)
    for R in (at_once, in_two, in_parts):
        assert R.shape == (7, 7)
        assert np.abs(R.T @ R - rows.T @ rows).max() <= 300 * 8 * EPS * np.abs(rows.T @ rows).max()


def test_the_bias_is_not_held_back():
    """A huge ridge leaves the mean of the targets."""
    rng = np.random.default_rng(0)
    X, Y = np.hstack([rng.normal(size=(50, 4)), np.ones((50, 1))]), rng.normal(3.0, 1.0, (50, 1))
    U = ridge_solution(with_states(np.empty((0, 6)), np.hstack([X, Y])), 1e12, 4)
    assert U[0, -1] == pytest.approx(Y.mean(), rel=1e-9)


def test_float32_states_give_the_float64_readout_to_their_own_digits():
    exact, rounded = problem("sine"), problem("sine", dtype="float32")
    for found in (exact, rounded):
        EchoStateSolver(EchoState(ridge=0.1)).step(found)
    assert rounded.network.U.dtype == np.float32
    assert np.abs(rounded.network.U - exact.network.U).max() <= 1e-3 * np.abs(exact.network.U).max()


def test_of_a_chunk_only_its_own_targets_are_learnt():
    """Truncation hands over some of the target steps."""
    found = problem("sine")
    part = replace(found, seen=replace(found.seen, at=found.seen.at[5:8]))
    EchoStateSolver(EchoState(ridge=1e-3)).step(part)
    h = np.concatenate([found.tape.h[5:8], np.ones((3, 1, 5))], axis=1).transpose(0, 2, 1).reshape(15, -1)
    U, tolerance = least_squares(h, found.batch.target[5:8].transpose(0, 2, 1).reshape(15, -1), 1e-3)
    assert np.abs(found.network.U - U).max() <= tolerance


# -- the sharpness ----------------------------------------------------------------------------------------


def guesses(steps=3, classes=4, size=50, seed=0, right=0.7):
    """Outputs that look like probabilities and are right most of the time."""
    rng = np.random.default_rng(seed)
    target = rng.integers(classes, size=(steps, size))
    shown = np.where(rng.random((steps, size)) < right, target, rng.integers(classes, size=(steps, size)))
    return np.moveaxis(np.eye(classes)[shown], -1, 1) + rng.normal(0, 0.1, (steps, classes, size)), target


def cross_entropy(log_c, y, target):
    return torch.nn.functional.cross_entropy(log_c.exp() * torch.tensor(y), torch.tensor(target))


def test_newtons_step_is_slope_over_gauss_newton_curvature():
    """The slope by autograd; the curvature is the variance of y under softmax(y)."""
    y, target = guesses()
    y = 3.0 * y
    log_c = torch.zeros((), dtype=torch.float64, requires_grad=True)
    slope = float(torch.autograd.grad(cross_entropy(log_c, y, target), log_c)[0])
    p = scipy.special.softmax(y, axis=1)
    variance = np.mean(np.sum(p * y**2, axis=1) - np.sum(p * y, axis=1) ** 2)
    assert abs(slope / variance) < np.log(2)
    assert newton_step(y, target) == pytest.approx(-slope / variance, rel=1e-12)


@pytest.mark.parametrize("start", [0.1, 1.0, 30.0])
def test_newtons_steps_find_the_sharpness_of_least_cross_entropy(start):
    y, target = guesses()
    log_c = np.log(start)
    for _ in range(60):
        log_c += newton_step(np.exp(log_c) * y, target)
    best = scipy.optimize.minimize_scalar(
        lambda log_c: float(cross_entropy(torch.tensor(log_c), y, target)), bracket=(-1.0, 2.0), tol=1e-12).x
    assert log_c == pytest.approx(best, abs=1e-6)  # a flat minimum: the root of eps


def test_one_step_changes_the_sharpness_by_a_factor_of_2_at_most():
    y, target = guesses(right=1.0)
    assert newton_step(0.01 * y, target) == pytest.approx(np.log(2))
    assert newton_step(0.01 * y, (target + 1) % 4) == pytest.approx(-np.log(2))


@pytest.mark.parametrize("scale", [0.0, 1e5])
def test_outputs_without_curvature_move_nothing(scale):
    """All alike, or so far apart that one is certain."""
    y, target = guesses(right=1.0)
    assert newton_step(scale * y, target) == 0.0


def test_the_sharpness_changes_no_answer_and_brings_the_loss_below_that_of_probabilities():
    """As logits, perfect probabilities of 4 classes still cost ln(1 + 3/e) = 0.74 nats."""
    trainer = Trainer(Experiment.from_values({**RECALL, "n_hidden": 50}))
    records = [trainer.update() for _ in range(10)]
    state = trainer.checkpoint().solver
    h = np.vstack([np.random.default_rng(0).normal(size=(50, 20)), np.ones((1, 20))])
    U = trainer.network.U
    assert state["sharpness"] > 2.0
    assert np.array_equal((U @ h).argmax(axis=0), (U / state["sharpness"] @ h).argmax(axis=0))
    assert records[-1].accuracy == 1.0
    assert records[-1].loss < 0.1


def test_values_are_not_sharpened():
    found = some("adding", 3)
    solver = EchoStateSolver(EchoState())
    for one in found:
        solver.step(problem_on(one.network, "adding", one.batch))
    assert solver.state()["sharpness"] == 1.0


# -- the reservoir ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", shapes())
@pytest.mark.parametrize("rho", [0.3, 0.99, 1.5])
@pytest.mark.parametrize("given", [0.0, 0.7])
def test_the_reservoir_has_the_shape_that_was_asked_for_at_its_own_radius(shape, rho, given):
    recurrence = Recurrence(n_hidden=12, shape=shape, rho=given)
    W = REMEDY.initial(EchoState(rho=rho), recurrence, np.random.default_rng(0))
    plain = initial_W_hh(replace(recurrence, rho=1.0), np.random.default_rng(0))
    assert spectrum_of(W).rho == pytest.approx(rho, rel=1e-12)
    assert np.allclose(W, rho * plain, rtol=0, atol=1e-12)


def test_listed_eigenvalues_keep_their_ratios():
    recurrence = Recurrence(n_hidden=4, eigenvalues=(1.2, 0.6))
    W = REMEDY.initial(EchoState(rho=0.5), recurrence, np.random.default_rng(0))
    assert np.abs(spectrum_of(W).eigenvalues)[:2] == pytest.approx([0.5, 0.25])


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("task", ["recall", "adding"])
def test_training_leaves_all_but_the_readout_alone_bit_for_bit(dtype, task):
    trainer = Trainer(Experiment.from_values({**SMALL, "task": task, "dtype": dtype}))
    V, U = trainer.network.V.copy(), trainer.network.U.copy()
    losses(trainer, 5)
    assert np.array_equal(trainer.network.V, V)
    assert not np.array_equal(trainer.network.U, U)


def test_a_leak_of_1_is_the_plain_cell_bit_for_bit():
    """The same weights, states and dL/dh_t."""
    kind, recurrence = tasks()["recall"], Recurrence(n_hidden=9, input_scale=0.5)
    batch = kind.sample(np.random.default_rng(0), 15, 4)
    one = Hooks([EchoState(leak=1.0)]).network(recurrence, kind, np.dtype(float))
    two = Hooks().network(recurrence, kind, np.dtype(float))
    two.theta[...] = one.theta
    assert type(two.cell) is Vanilla
    first, second = problem_on(one, "recall", batch), problem_on(two, "recall", batch)
    assert np.array_equal(first.tape.h, second.tape.h)
    assert np.array_equal(first.tape.G, second.tape.G)


@pytest.mark.parametrize("leak", [0.001, 0.1, 0.7])
def test_units_leak_as_asked(leak):
    """From h = 0 the first step is leak * phi(a_1)."""
    found = problem("recall", remedies=[EchoState(leak=leak)])
    assert np.allclose(found.tape.h[0], leak * np.tanh(found.network.V @ found.tape.Z[0]), rtol=1e-14, atol=0)


# -- a run ------------------------------------------------------------------------------------------------


def test_before_the_first_step_there_is_no_state():
    assert EchoStateSolver(EchoState()).state() == {}


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("done", [0, 3])
def test_going_back_repeats_the_run_bit_for_bit(done, dtype):
    trainer = Trainer(Experiment.from_values({**SMALL, "dtype": dtype}))
    losses(trainer, done)
    kept = trainer.checkpoint()
    first = losses(trainer, 4)
    trainer.restore(kept)
    assert losses(trainer, 4) == first
    other = Trainer(Experiment.from_values({**SMALL, "dtype": dtype}))
    other.restore(kept)
    assert losses(other, 4) == first


def test_a_state_is_a_copy_that_later_steps_do_not_touch():
    found, solver = problem("recall"), EchoStateSolver(EchoState())
    solver.step(found)
    state = solver.state()
    R = state["R"].copy()
    solver.step(found)
    assert np.array_equal(state["R"], R)


def test_a_new_ridge_acts_on_all_states_seen():
    first, second = some("sine", 2)
    solver = EchoStateSolver(EchoState(ridge=1e-6))
    solver.step(first)
    solver.set(Training(), EchoState(ridge=0.5))
    second = problem_on(second.network, "sine", second.batch)
    solver.step(second)
    X, Y = (np.vstack(parts) for parts in zip(rows_of(first), rows_of(second), strict=True))
    U, tolerance = least_squares(X, Y, 0.5)
    assert np.abs(second.network.U - U).max() <= tolerance


@pytest.mark.parametrize(("values", "radius"), [({"seq_len": 9}, None), ({}, 0.5)])
def test_states_of_another_reservoir_or_length_are_forgotten(values, radius):
    """After the change, a run that saw nothing before it has the same readout."""
    trainer, blank = (Trainer(Experiment.from_values(SMALL)) for _ in range(2))
    losses(trainer, 3)
    kept = trainer.checkpoint()
    for one in (trainer, blank):
        one.change(Experiment.from_values({**SMALL, **values}))
        if radius is not None:
            one.network.rescale(radius)
    blank.restore(replace(kept, solver={}, theta=trainer.network.theta))
    assert losses(trainer, 3) == losses(blank, 3)


def test_more_sequences_at_a_time_are_learnt_beside_those_seen():
    trainer = Trainer(Experiment.from_values(SMALL))
    losses(trainer, 3)
    trainer.change(Experiment.from_values({**SMALL, "batch": 20}))
    R = trainer.checkpoint().solver["R"]
    losses(trainer, 1)
    assert np.all((trainer.checkpoint().solver["R"] ** 2).sum(axis=0) > (R**2).sum(axis=0))


# -- its claim --------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("seed", [2000, 2001, 2002])
@pytest.mark.parametrize(("task", "seq_len", "batch", "input_scale"), [
    ("recall", 50, 32, 0.1), ("recall", 100, 32, 0.1), ("temporal_order", 50, 128, 0.3)])
def test_it_names_what_happened_50_steps_ago_after_a_few_updates(task, seq_len, batch, input_scale, seed):
    values = {**RECALL, "task": task, "seq_len": seq_len, "batch": batch, "input_scale": input_scale, "seed": seed}
    trainer = Trainer(Experiment.from_values(values))
    assert np.mean([trainer.update().accuracy for _ in range(12)][-4:]) > 0.95


@pytest.mark.slow
@pytest.mark.parametrize("seed", [2000, 2001, 2002])
@pytest.mark.parametrize(("task", "seq_len", "batch"), [("recall", 100, 32), ("temporal_order", 50, 128)])
def test_without_the_leak_it_stays_near_chance(task, seq_len, batch, seed):
    """Four classes: 1/4."""
    values = {**RECALL, "task": task, "seq_len": seq_len, "batch": batch, "input_scale": 0.3, "seed": seed}
    trainer = Trainer(Experiment.from_values({**values, "echo_state_leak": 1.0}))
    assert np.mean([trainer.update().accuracy for _ in range(20)][-8:]) < 0.45


@pytest.mark.parametrize("seed", [2000, 2001])
def test_it_adds_two_numbers(seed):
    values = {**RECALL, "task": "adding", "batch": 100, "input_scale": 0.3, "seed": seed}
    assert max(losses(Trainer(Experiment.from_values(values)), 10)[-4:]) < tasks()["adding"].solved_loss
