"""Hessian-free updates: exact on quadratics, honest about failure, repeatable, and better than SGD where it says so."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from core.network.activations import ACTIVATIONS
from core.remedies.base import remedies
from core.remedies.hessian_free import REMEDY
from core.remedies.hessian_free.gauss_newton import GaussNewton
from core.remedies.hessian_free.solver import FACTOR, HessianFree, HessianFreeSolver, line_search, next_damping
from core.specs.training import Training
from core.tasks.base import Batch, tasks
from core.training.experiment import Experiment
from core.training.trainer import Trainer
from tests.helpers.solver_problem import problem, problem_on

EPS = np.finfo(float).eps
ADDING = {"task": "adding", "n_hidden": 32, "seq_len": 30, "batch": 100}
SMALL = {"task": "recall", "n_hidden": 8, "seq_len": 10, "batch": 6, "hessian_free": True}


def quadratic(seed=0, task="adding", **more):
    """W_hy = 0: no gradient and no curvature but in the readout, in which the squared error is exactly quadratic."""
    found = problem(task, size=40, seed=seed, **more)
    found.network.U[:, :-1] = 0.0
    return problem_on(found.network, task, found.batch)


def least_squares(found):
    """U of the best readout from these states."""
    h = found.tape.h[found.seen.at]
    rows = np.concatenate([h, np.ones_like(h[:, :1])], axis=1).transpose(0, 2, 1).reshape(-1, h.shape[1] + 1)
    target = found.batch.target.transpose(0, 2, 1).reshape(len(rows), -1)
    return np.linalg.lstsq(rows, target, rcond=None)[0].T, np.linalg.cond(rows)


def undamped(**fields):
    solver = HessianFreeSolver(HessianFree(structural=0.0, **fields))
    solver._damping = 0.0
    return solver


def test_the_remedy_makes_the_whole_update_of_the_plain_cell_and_nothing_else():
    assert remedies()["hessian_free"] is REMEDY
    assert REMEDY.solver is not None
    assert REMEDY.plain_cell
    assert (REMEDY.cell, REMEDY.initial, REMEDY.window, REMEDY.transform_gradient) == (None, None, None, None)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("task", ["adding", "sine"])
def test_one_undamped_step_lands_on_the_least_squares_solution_of_a_quadratic(activation, task):
    """CG has as many steps as the readout has numbers, and some to spare; the weights before it do not move."""
    found = quadratic(task=task, activation=activation)
    V, (best, condition) = found.network.V.copy(), least_squares(found)
    undamped(cg_iterations=300).step(found)
    assert np.array_equal(found.network.V, V)
    misses = [problem_on(found.network, task, found.batch).seen.loss.value]
    found.network.U[...] = best
    misses.append(problem_on(found.network, task, found.batch).seen.loss.value)
    # what CG leaves is flat: the loss is at its least where the readout may still be off along condition's worst
    assert misses[0] == pytest.approx(misses[1], rel=1e-3, abs=condition * EPS)


def test_a_well_conditioned_quadratic_is_solved_to_the_digits_of_the_solution():
    """Identity-like states: inputs of one step, through linear units."""
    rng = np.random.default_rng(0)
    found = problem("sine", n_hidden=2, activation="linear", input_scale=1.0)
    found.network.U[:, :-1] = 0.0
    batch = Batch(rng.normal(size=(2, 1, 30)), np.array([1, 2]), rng.normal(size=(2, 1, 30)))
    found = problem_on(found.network, "sine", batch)
    best, condition = least_squares(found)
    undamped(cg_iterations=100).step(found)
    assert np.abs(found.network.U - best).max() <= 100 * condition**2 * EPS


@pytest.mark.parametrize("damping", [1e-3, 1.0, 100.0])
@pytest.mark.parametrize("structural", [0.0, 0.5])
def test_on_a_quadratic_the_model_foretells_the_loss_and_damping_shrinks(damping, structural):
    found = quadratic()
    before, solver = found.seen.loss.value, HessianFreeSolver(HessianFree(damping=damping, structural=structural))
    solver.step(found)
    assert solver.state()["damping"] == damping / FACTOR
    assert problem_on(found.network, "adding", found.batch).seen.loss.value < before


@pytest.mark.parametrize(("ratio", "factor"), [
    (1.0, 2 / 3), (0.7501, 2 / 3), (0.75, 1.0), (0.5, 1.0), (0.25, 1.0), (0.2499, 1.5), (0.0, 1.5), (-3.0, 1.5),
    (np.nan, 1.5), (-np.inf, 1.5), (np.inf, 2 / 3)])
def test_levenberg_and_marquardts_rule(ratio, factor):
    assert next_damping(4.0, ratio) == pytest.approx(4.0 * factor, rel=4 * EPS)


def test_damping_stays_between_its_limits_and_0_stays_0():
    high = low = 1.0
    for _ in range(200):
        high, low = next_damping(high, 0.0), next_damping(low, 1.0)
    assert (low, high) == (1e-12, 1e12)
    assert (next_damping(0.0, 1.0), next_damping(0.0, 0.0)) == (0.0, 0.0)


def test_the_line_search_takes_the_first_length_that_lowers_the_loss_enough():
    """Of a parabola with its minimum at 0.3 of the direction: 0.8^j < 0.6 / (1 - small) holds first at j = 3."""
    d = np.ones(1)

    def loss(x):
        return float((x[0] - 0.3)**2)

    assert line_search(loss, d, 0.09, -0.6, loss(d)) == pytest.approx(0.8**3)


@pytest.mark.parametrize("value", [np.inf, np.nan, 1.0])
def test_a_direction_that_lowers_nothing_is_not_taken(value):
    """theta stays bit for bit, and the next step is damped more."""
    found = problem("recall")
    solver, theta = HessianFreeSolver(HessianFree()), found.network.theta.copy()
    before = found.seen.loss.value
    solver.step(replace(found, loss=lambda theta: before * value if value == 1.0 else value))
    assert np.array_equal(found.network.theta, theta)
    assert solver.state()["damping"] == pytest.approx(FACTOR)


def test_a_gradient_of_exactly_0_moves_nothing():
    """Relu units that are all dead, and a readout that is right."""
    found = problem("adding", activation="relu", bias=-3.0, n_hidden=4, input_scale=0.0)
    batch = Batch(found.batch.x, found.batch.target_steps, np.full_like(found.batch.target, 0.1))
    found = problem_on(found.network, "adding", batch)
    theta, solver = found.network.theta.copy(), HessianFreeSolver(HessianFree())
    solver.step(found)
    assert not found.gradient.any()
    assert np.array_equal(found.network.theta, theta)
    assert solver.state()["damping"] == 1.0


@pytest.mark.parametrize("task", tasks())
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_steps_on_one_batch_lower_the_loss_every_time(task, dtype):
    found = problem(task, steps=12, size=30, dtype=dtype)
    solver, losses = HessianFreeSolver(HessianFree()), [found.seen.loss.value]
    for _ in range(5):
        solver.step(found)
        found = problem_on(found.network, task, found.batch, dtype=dtype)
        losses.append(found.seen.loss.value)
    assert found.network.theta.dtype == dtype
    assert all(after < before for before, after in pairwise(losses))


def damped_system(found, damping, mu):
    """G + lambda (1 + mu S), column by column, and its solution d."""
    matrices = GaussNewton()
    matrices.linearise(found)
    A = np.array([matrices.product(v, damping * mu) + damping * v for v in np.eye(found.network.theta.size)])
    return A, np.linalg.solve(A, -found.gradient)


def test_a_step_from_nothing_makes_nearly_all_that_the_damped_model_offers():
    """CG stops when ten steps gain less than 10 * 5e-4 of it all."""
    found = problem("adding", size=30)
    A, best = damped_system(found, 0.5, 0.3)
    solver = HessianFreeSolver(HessianFree(damping=0.5, structural=0.3))
    solver.step(found)
    d = solver.state()["direction"]
    assert 0.5 * d @ A @ d + found.gradient @ d <= 0.99 * 0.5 * found.gradient @ best


def test_cg_starts_at_95_percent_of_where_it_ended_last_time():
    """Set out so that this is the solution, a single step has nothing left to find."""
    found = problem("adding", size=30)
    _, best = damped_system(found, 0.5, 0.3)
    solver = HessianFreeSolver(HessianFree(damping=0.5, structural=0.3, cg_iterations=1))
    solver.restore({"damping": 0.5, "asked": 0.5, "direction": best / 0.95})
    solver.step(found)
    assert np.abs(solver.state()["direction"] - best).max() <= 1e-9 * np.abs(best).max()


def test_theta_moves_by_the_direction_where_the_line_search_has_nothing_to_shorten():
    found, solver = quadratic(), HessianFreeSolver(HessianFree())
    theta = found.network.theta.copy()
    solver.step(found)
    assert np.array_equal(found.network.theta, theta + solver.state()["direction"])


def test_before_the_first_step_there_is_no_state():
    assert HessianFreeSolver(HessianFree()).state() == {}


def test_a_state_is_a_copy_that_later_steps_do_not_touch():
    found, solver = problem("recall"), HessianFreeSolver(HessianFree())
    solver.step(found)
    state = solver.state()
    direction = state["direction"].copy()
    solver.step(problem_on(found.network, "recall", found.batch))
    assert np.array_equal(state["direction"], direction)
    assert not np.array_equal(solver.state()["direction"], direction)


def losses(trainer, updates):
    return [trainer.update().loss for _ in range(updates)]


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


def test_going_back_over_a_change_of_the_damping_repeats_what_was_before_it():
    before, after = (Experiment.from_values({**SMALL, "hessian_free_damping": value}) for value in (1.0, 30.0))
    trainer = Trainer(before)
    losses(trainer, 3)
    kept = trainer.checkpoint()
    first = losses(trainer, 2)
    trainer.change(after)
    losses(trainer, 2)
    trainer.restore(kept, before)
    assert losses(trainer, 2) == first


def test_a_new_damping_takes_the_place_of_the_one_reached_and_the_same_one_does_not():
    found, solver = quadratic(), HessianFreeSolver(HessianFree())
    solver.step(found)
    reached = solver.state()["damping"]
    assert reached != 1.0
    for spec, begins_at in ((HessianFree(structural=0.5), reached), (HessianFree(damping=700.0), 700.0)):
        solver.set(Training(), spec)
        solver.step(found)
        assert solver.state()["damping"] / begins_at in [pytest.approx(f, rel=1e-12) for f in (1 / FACTOR, 1, FACTOR)]


@pytest.mark.parametrize("values", [{"seq_len": 7}, {"batch": 9}, {"hessian_free_cg_iterations": 3},
                                    {"hessian_free_structural": 0.0}])
def test_what_is_hot_changes_during_a_run(values):
    trainer = Trainer(Experiment.from_values(SMALL))
    losses(trainer, 2)
    trainer.change(Experiment.from_values({**SMALL, **values}))
    assert np.isfinite(losses(trainer, 3)).all()


@pytest.mark.slow
@pytest.mark.parametrize("seed", [2000, 2001])
def test_it_learns_to_add_in_some_tens_of_updates(seed):
    """Its claim. Four losses in a row below what counts as solved, each on a batch never seen before."""
    trainer, found = Trainer(Experiment.from_values({**ADDING, "seed": seed, "hessian_free": True})), []
    while len(found) < 45 and not (len(found) >= 4 and max(found[-4:]) < tasks()["adding"].solved_loss):
        found.append(trainer.update().loss)
    assert max(found[-4:]) < tasks()["adding"].solved_loss


def test_without_structural_damping_it_is_not_there_by_then():
    without = {**ADDING, "seed": 2000, "hessian_free": True, "hessian_free_structural": 0.0}
    assert np.mean(losses(Trainer(Experiment.from_values(without)), 30)[-4:]) > 2 * tasks()["adding"].solved_loss


@pytest.mark.slow
def test_sgd_is_no_better_than_the_mean_after_as_many_gradients():
    """27 updates at 36; the mean predictor misses by 1/6."""
    trainer = Trainer(Experiment.from_values({**ADDING, "seed": 2000, "lr": 0.1}))
    assert np.mean(losses(trainer, 1000)[-20:]) > 0.12
