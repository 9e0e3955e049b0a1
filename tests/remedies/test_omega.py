"""Omega: value and gradient against autograd with h and dL/dh held constant, and what descent along it does."""

import numpy as np
import pytest
import torch

from core.network.activations import ACTIVATIONS
from core.remedies.hooks import Hooks
from core.remedies.omega import Omega, omega
from core.specs.recurrence import Recurrence
from core.specs.task import Task
from core.tasks.base import Batch, tasks
from core.training.batches import sampled
from core.training.course import Course
from core.training.experiment import Experiment
from core.training.replicas import Replicas, seeded
from core.training.trainer import Trainer
from tests.helpers.autograd_reference import PHI

T, N, B = 20, 6, 4
SMALL = {"n_hidden": N, "seq_len": T, "batch": B, "rho": 1.2, "alpha": 0.5, "input_scale": 0.4, "bias": 0.1}
EACH_ACTIVATION = pytest.mark.parametrize("activation", ACTIVATIONS)
# D is a product of three, W^T D a sum of n of them, r two norms over n, and the slope a sum over T B outer products
TOLERANCE = 20 * T * B * N * np.finfo(float).eps
CASES = {
    "a target at the end": {"task": "recall"},
    "targets at the last steps": {"task": "copy"},
    "a target at every step": {"task": "sine"},
    "fed back": {"task": "generator"},
    "half fed back": {"task": "generator", "teacher_forcing": True, "teacher_forcing_share": 0.5},
    "a short window": {"task": "recall", "truncation": True, "truncation_k2": 7},
    "a chunk that ends before the others": {"task": "sine", "truncation": True, "truncation_k1": 9,
                                            "truncation_k2": 4},
    "a window that begins at the border of the cue": {"task": "generator", "truncation": True, "truncation_k2": 15},
    "clipped on the way back": {"task": "sine", "clip_jacobian": True, "clip_jacobian_growth": 0.5},
    "clipped on the way back, fed back": {"task": "generator", "clip_jacobian": True, "clip_jacobian_growth": 0.5},
}
EACH_CASE = pytest.mark.parametrize("case", CASES.values(), ids=CASES)


class Watched(Hooks):
    """The hooks of an experiment; keeps what a penalty is shown."""

    def pulls(self, sweep):
        self.seen = sweep()
        return super().pulls(sweep)


class First:
    """The first chunk of an experiment's first batch."""

    def __init__(self, dtype="float64", scale=1.0, change=None, **values):
        self.experiment = e = Experiment.from_values({**SMALL, **values, "dtype": dtype})
        self.kind, self.hooks = tasks()[e.task.task], Watched(e.remedies)
        self.network = self.hooks.network(e.recurrence, self.kind, np.dtype(dtype))
        if change is not None:
            change(self.network)
        self.network.U[...] *= scale
        batch = sampled(e, 0)
        self.batch = Batch(batch.x, batch.target_steps, batch.target if self.kind.classes else batch.target * scale)
        self.tape = self.network.cell.tape(T, B, np.dtype(dtype))
        self.tape.load(self.batch.x)
        self.course = Course(e, self.network)
        self.course.hooks, self.course.batch, self.course.tape = self.hooks, self.batch, self.tape
        self.passes()

    def passes(self):
        self.gradient = self.course.measure().found.gradient
        return self

    @property
    def sweep(self):
        return self.hooks.seen


def slope(weight=1.0, **values):
    """What Omega adds to dL/dtheta, and how large the whole is."""
    one, two = First(**values), First(**values, omega=True, omega_weight=weight)
    return two.gradient - one.gradient, np.linalg.norm(two.gradient) + np.linalg.norm(one.gradient)


def reference(first):
    """Omega and its derivative by theta in torch, phi' and dL/dh as numbers; r = 1 where there is no gradient."""
    sweep, tape = first.sweep, first.tape
    V, U = (torch.tensor(M, requires_grad=True) for M in (first.network.V, first.network.U))
    phi, share, parts = PHI[first.experiment.recurrence.activation], 1.0 - sweep.drive.mix, []
    for t in range(max(sweep.start, 1), sweep.stop):  # h_0 = 0: no W_hh is at work before the first step
        W = V[:, :N] if t < sweep.drive.border else V[:, :N] + share * V[:, N:-1] @ U[:, :N]
        a = torch.tensor(tape.A[t], requires_grad=True)
        (phi_prime,) = torch.autograd.grad(phi(a).sum(), a)
        for b in range(B):
            g = torch.tensor(tape.G[t, :, b])
            r = torch.linalg.norm(W.T @ (phi_prime[:, b] * g)) / torch.linalg.norm(g) if g.any() else torch.ones(())
            parts.append((r - 1) ** 2)
    value = torch.stack(parts).mean()
    gradients = torch.autograd.grad(value, [V, U], allow_unused=True, materialize_grads=True)
    return float(value.detach()), torch.cat([part.flatten() for part in gradients]).numpy()


def assert_is_the_reference(**values):
    first = First(**values)
    value, expected = reference(first)
    assert omega(first.sweep) == pytest.approx(value, rel=TOLERANCE)
    found, size = slope(**values)
    assert np.linalg.norm(found - expected) < TOLERANCE * size
    assert np.linalg.norm(expected) > 1e6 * TOLERANCE * size  # and it is there to be seen


@EACH_CASE
def test_value_and_gradient_are_autograds_with_h_and_dL_dh_held_constant(case):
    assert_is_the_reference(**case)


@EACH_ACTIVATION
@pytest.mark.parametrize("task", ["recall", "sine", "generator"])
def test_so_they_are_with_every_activation(activation, task):
    assert_is_the_reference(task=task, activation=activation)


def test_the_weight_multiplies_it():
    (one, size), (more, _) = slope(task="sine"), slope(task="sine", weight=2.5)
    assert np.linalg.norm(more - 2.5 * one) < 4 * TOLERANCE * size
    assert not slope(task="sine", weight=0.0)[0].any()


@pytest.mark.parametrize("power", [-400, -250, -100, 100, 250, 400])
def test_the_size_of_the_gradient_does_not_matter(power):
    """Readout and targets times 2^p make every dL/dh_t 4^p times what it was. The slope is then taken by itself: beside
    that of the loss it would be lost, or the other way round."""
    plain, scaled = First(task="sine"), First(task="sine", scale=2.0**power)
    assert np.array_equal(scaled.tape.G, plain.tape.G * 4.0**power)
    assert omega(scaled.sweep) == pytest.approx(omega(plain.sweep), rel=TOLERANCE)
    one, two = (alone(first) for first in (plain, scaled))
    assert np.linalg.norm(two - one) < TOLERANCE * np.linalg.norm(one)


def alone(first, weight=1.0):
    """dOmega/dW_hh, (n, n), as the remedy hands it over."""
    (pull,) = Hooks([Omega(weight=weight)]).pulls(lambda: first.sweep)
    out = np.zeros((N, N)) if pull.direct is None else pull.direct.astype(float)
    if pull.reads is not None:
        D = first.tape.D[first.sweep.start:first.sweep.stop]
        out += np.einsum("tib,tjb->ij", D.astype(float), pull.reads.astype(float))
    return out


@pytest.mark.parametrize(("dtype", "power"), [("float32", -68), ("float64", -530)])
def test_a_gradient_below_the_normal_numbers_still_has_a_finite_omega(dtype, power):
    """Its entries have few digits left there, and 1 over its norm is inf."""
    first = First(task="sine", scale=2.0**power, dtype=dtype)
    assert 0 < np.abs(first.tape.G).max() < np.finfo(dtype).tiny
    assert np.isfinite(omega(first.sweep))
    assert np.isfinite(alone(first)).all()


def test_a_run_in_float32_whose_gradient_vanishes_is_not_taken_for_one_that_diverged():
    """rho = 0.2 over 80 steps: 1e-45 is reached, then 0."""
    trainer = Trainer(Experiment.from_values({"task": "recall", "seq_len": 80, "n_hidden": 8, "rho": 0.2,
                                              "dtype": "float32", "omega": True}))
    assert trainer.update().stopped is None
    assert np.isfinite(trainer.network.theta).all()
    assert not trainer.course.tape.G[0].any()


def test_where_no_gradient_is_left_nothing_is_asked_of_the_weights():
    """One sequence whose output is right, so that its dL/dh is 0 at every step; r counts as 1 there."""
    values = {"task": "sine", "activation": "linear", "input_scale": 0.0, "bias": 0.0}  # h = 0, y = b_y = 0
    first = First(**values)
    first.batch.target[:, :, 1] = 0.0
    first.passes()
    assert not first.tape.G[:, :, 1].any()
    value, expected = reference(first)
    assert omega(first.sweep) == pytest.approx(value, rel=TOLERANCE)
    assert np.linalg.norm(alone(first) - first.network.views(expected)[0][:, :N]) < TOLERANCE * np.linalg.norm(expected)


@pytest.mark.parametrize("silence", ["no gradient", "dead units", "one step"])
def test_where_there_is_nothing_to_carry_back_there_is_no_slope(silence):
    first = {
        "no gradient": lambda: First(task="sine", scale=0.0),
        "dead units": lambda: First(task="sine", activation="relu", bias=-3.0),
        "one step": lambda: First(task="sine", truncation=True, truncation_k1=1, truncation_k2=1),
    }[silence]()
    assert omega(first.sweep) == (1.0 if silence == "dead units" else 0.0)
    assert not alone(first).any()


@EACH_CASE
def test_replicas_have_each_their_own(case):
    base = Experiment.from_values({**SMALL, **case, "omega": True, "omega_weight": 3.0})
    together, each = Replicas(base, (4, 1)), [Trainer(seeded(base, seed)) for seed in (4, 1)]
    for _ in range(2):
        for found, trainer in zip(together.update(), each, strict=True):
            record = trainer.update()
            assert found.grad_norm == pytest.approx(record.grad_norm, rel=10 * TOLERANCE)
            assert np.abs(found.W_hh - record.W_hh).max() < 10 * TOLERANCE


@EACH_ACTIVATION
def test_through_an_orthogonal_matrix_r_is_1_but_for_phi(activation):
    """r = ||Q^T (phi' * g)|| / ||g|| = ||phi' * g|| / ||g||."""
    first = First(task="recall", activation=activation, orthogonal_init=True)
    G, P = first.tape.G[1:], first.tape.P[1:]
    r = np.linalg.norm(G * P, axis=1) / np.linalg.norm(G, axis=1)
    assert omega(first.sweep) == pytest.approx(np.mean((r - 1) ** 2), rel=TOLERANCE, abs=TOLERANCE**2)


def test_descent_along_it_alone_brings_r_to_1():
    """The loss is left out: from a network whose gradient shrinks to half at every step."""
    first, seen = First(task="recall", rho=0.5, alpha=0.0, bias=0.0), []
    for _ in range(400):
        seen.append(omega(first.passes().sweep))
        first.network.W_hh[...] -= 0.3 * alone(first)
    assert seen[0] == pytest.approx(0.25, abs=0.05)
    assert seen[-1] < 0.03 * seen[0]
    norms = np.linalg.norm(first.tape.G, axis=1)
    assert norms[0].min() > 0.3 * norms[-1].min()  # and 0.5^19 at the start


@pytest.mark.parametrize("seed", [11, 12])
def test_with_it_the_gradient_reaches_further_back_than_without(seed):
    """Recall over 50 steps from a Gaussian matrix of radius 0.7, momentum with clipping."""
    def reached(weight):
        trainer = Trainer(Experiment.from_values({
            "task": "recall", "n_hidden": 32, "shape": "gaussian", "rho": 0.7, "optimizer": "momentum", "lr": 0.03,
            "clip_norm": True, "omega": True, "omega_weight": weight, "seed": seed, "input_scale": 0.3}))
        for _ in range(40):
            record = trainer.update()
        return record.log10_dL_dh[0] - record.log10_dL_dh[-1]

    assert reached(2.0) > reached(0.0) + 3


def test_on_a_task_without_feedback_it_changes_the_gradient_of_W_hh_and_no_other():
    base = Experiment(Recurrence(n_hidden=N), Task(task="sine", seq_len=T, batch=B))
    with_it, plain = Trainer(base.with_remedy(Omega())), Trainer(base)
    (one, _), (two, _) = with_it.gradient(), plain.gradient()
    dV, dU = plain.network.views(one - two)
    assert dV[:, :N].all()
    assert not dV[:, N:].any()
    assert not dU.any()
