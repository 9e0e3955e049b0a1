"""What the derivation and its corrections say of a reader's network is what the trainer measures of it, on every task
with its options, with and without a teacher, and with remedies beside it: those change the network that is trained, not
the plain one whose way back is followed.

Norms of products are taken here by plain matrix products and numpy's SVD, gradients by torch.
"""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from core.bptt.autograd_check import autograd_gradient
from core.network.activations import ACTIVATIONS
from core.network.weights import BATCHES
from core.tasks.base import tasks
from core.tasks.generator import waveforms
from core.topics.derivation.corrections.base import corrections
from core.topics.derivation.on_task import OnTask
from core.training.experiment import Experiment
from core.training.trainer import Trainer

N, T = 5, 14
NETWORK = {"n_hidden": N, "seq_len": T, "batch": 3, "rho": 1.1, "alpha": 0.5, "bias": 0.1, "input_scale": 0.7,
           "seed": 2, "activation": "gelu"}
GENERATOR = [{"task": "generator", "waveform": waveform, **teacher} for waveform in waveforms() for teacher in (
    {}, {"teacher_forcing": True, "teacher_forcing_share": 0.4}, {"teacher_forcing": True})]
TASKS = [{"task": name} for name in tasks() if name != "generator"] + GENERATOR
BESIDE = [{"lstm": True}, {"gru": True}, {"leaky": True}, {"identity_relu": True}, {"orthogonal_init": True},
          {"truncation": True, "truncation_k1": 5, "truncation_k2": 3}, {"clip_jacobian": True, "clip_norm": True}]
WITH = [{**task, **remedy} for task in ({"task": "adding"}, GENERATOR[0], GENERATOR[4]) for remedy in BESIDE]


def named(values):
    return ", ".join(f"{name}={value}" for name, value in values.items())


EACH_TASK = pytest.mark.parametrize("values", TASKS, ids=named)
EACH = pytest.mark.parametrize("values", TASKS + WITH, ids=named)


def plain(values):
    """Without what the derivation leaves out: all remedies but the teacher."""
    return {name: value for name, value in values.items() if name in ("task", "waveform") or "teacher" in name}


def spec(values, **more):
    return Experiment.from_values({**NETWORK, **values, **more})


def mix(values):
    return values.get("teacher_forcing_share", 1.0) if values.get("teacher_forcing") else 0.0


def trained(values, **more):
    """A trainer with its first update measured."""
    trainer = Trainer(spec(values, **more))
    trainer.measure()
    return trainer


def norms(J):
    """||dh_T/dh_{T-l}||, l = 1..T."""
    product, out = np.eye(N), []
    for factor in np.asarray(J)[::-1]:
        product = product @ factor
        out.append(np.linalg.norm(product, 2))
    return np.array(out)


def matrices(trainer, values):
    """W_hh, and what takes its place where the output is fed back."""
    V, U = trainer.network.V, trainer.network.U
    if trainer.task.cue is None:
        return V[:, :N], V[:, :N]
    return V[:, :N], V[:, :N] + (1.0 - mix(values)) * V[:, N:-1] @ U[:, :N]


def numbers(number, values, **more):
    return corrections()[number].measure(spec(values, **more)).numbers


def by_torch(trainer, number=0):
    """dL/dtheta of a batch, without truncation."""
    e = trainer.experiment
    options = {name: getattr(e.task, name) for name in trainer.task.options}
    batch = trainer.task.sample(np.random.default_rng([e.recurrence.seed, BATCHES, number]), T, e.task.batch, **options)
    return autograd_gradient(trainer.network.theta, N, trainer.task, trainer.activation.name, batch,
                             cell=trainer.network.cell, mix=mix(e.values()))


@EACH
def test_the_way_back_and_what_bounds_it(values):
    found, trainer = OnTask(spec(values)), trained(plain(values))
    exact = np.log10(norms(trainer.jacobians()))
    np.testing.assert_allclose(found.flow.log10_norm[np.argsort(found.flow.lag)], exact, rtol=0, atol=1e-11)
    assert found.log10_reach == pytest.approx(exact[T - 2], abs=1e-11)
    assert found.peak.log10_norm == pytest.approx(exact.max(), abs=1e-11)
    both, gamma = matrices(trainer, values), ACTIVATIONS["gelu"].gamma
    assert found.rates.bound == pytest.approx(max(np.linalg.norm(W, 2) for W in both) * gamma, rel=1e-12)
    assert found.rates.rate == pytest.approx(np.abs(np.linalg.eigvals(both[1])).max() * gamma, rel=1e-9)


@EACH
@pytest.mark.parametrize("alpha", [0.0, 0.7])
def test_units_that_leak(values, alpha):
    leak = {"leaky": True, "leaky_slowest": 1.0 - alpha, "leaky_fastest": 1.0 - alpha}
    lags, found = OnTask(spec(values)).leaky(alpha)
    exact = np.log10(norms(trained({**plain(values), **leak}).jacobians()))
    np.testing.assert_allclose(found, exact[lags - 1], rtol=0, atol=1e-11)


@EACH
def test_the_first_gradients_are_those_that_training_takes(values):
    """Their norms and their directions; those of truncation and of a cap on the way back as the trainer has them."""
    found = OnTask(spec(values))
    trainer = Trainer(spec(values))
    if "truncation" in values or "clip_jacobian" in values:
        gradients, begin = [], trainer.checkpoint()
        for number in range(8):
            trainer.restore(replace(begin, sequence=number))
            gradients.append(trainer.gradient()[0].copy())
    else:
        gradients = [by_torch(trainer, number) for number in range(8)]
    sizes = [np.linalg.norm(g) for g in gradients]
    assert found.record.grad_norm == pytest.approx(sizes[0], rel=1e-10)
    assert numbers(1, values)["norm"] == pytest.approx(sizes[0], rel=1e-10)
    pairs = [a @ b / np.linalg.norm(a) / np.linalg.norm(b) for i, a in enumerate(gradients) for b in gradients[i + 1:]]
    assert found.directions.cosine == pytest.approx(np.mean(pairs), abs=1e-10)


@EACH_TASK
def test_2_in_how_many_pairs_each_would_be_bound_fails(values):
    trainer = trained(plain(values), batch=1)
    J, both, gamma = np.asarray(trainer.jacobians()), matrices(trainer, values), ACTIVATIONS["gelu"].gamma
    rate = np.abs(np.linalg.eigvals(both[1])).max() * gamma
    over = [norms(J[k:t])[-1] > rate ** (t - k) * (1 + 1e-9) for t in range(1, T + 1) for k in range(t)]
    seen = numbers(2, values)
    assert (seen["share_own"], seen["count_pairs"]) == (np.mean(over), len(over))
    assert seen["share_bound"] == 0.0


@EACH_TASK
def test_3_a_gaussian_matrix_with_tanh_and_without(values):
    trainer = trained(plain(values), batch=1, shape="gaussian", rho=1.5, activation="tanh")
    both, seen = matrices(trainer, values), numbers(3, values)
    assert seen["sigma_gamma"] == pytest.approx(max(np.linalg.norm(W, 2) for W in both), rel=1e-12)
    assert seen["log10_tanh"] == pytest.approx(np.log10(norms(trainer.jacobians())[T - 2]), abs=1e-11)
    border = T if trainer.task.cue is None else trainer.task.cue
    free = norms(np.stack([both[t >= border] for t in range(T)]))[T - 2]
    assert seen["log10_linear"] == pytest.approx(np.log10(free), abs=1e-11)


@EACH_TASK
def test_4_the_factor_and_the_two_orders(values):
    """At the step that it names, from the trainer's own slopes; the differences find the factor to a few digits."""
    trainer, seen = trained(plain(values), batch=1), numbers(4, values)
    t, slopes = seen["count_t"] = int(seen["count_t"]), trainer.course.tape.P[:, :, 0]
    border = T if trainer.task.cue is None else trainer.task.cue
    W = matrices(trainer, values)[t > border]
    J = np.asarray(trainer.jacobians())[t - 1]
    np.testing.assert_allclose(J, slopes[t - 1][:, None] * W, rtol=1e-12)
    theirs, printed = W * slopes[t - 2], W.T * slopes[t - 2]
    assert max(seen["off_right"], seen["off_theirs"]) < 1e-8
    for name, exact in (("off_printed", theirs), ("off_transposed", theirs.T)):
        assert seen[name] == pytest.approx(np.linalg.norm(printed - exact) / np.linalg.norm(exact), rel=1e-6)
        assert seen[name] > 0.01


def kept_by_lag(values, k2):
    """dL/dV with the lags below k2 alone: of every loss its own last k2 steps, all with the initial weights."""
    trainer = Trainer(spec(plain(values), truncation=True, truncation_k1=1, truncation_k2=k2))
    theta, found = trainer.network.theta.copy(), []
    while not found or not trainer.between_sequences:
        found.append(trainer.network.views(trainer.gradient()[0])[0])
        trainer.update()
        trainer.network.theta[...] = theta
    return sum(found) / len(found)


@EACH
def test_5_what_truncation_drops(values):
    """Of a task whose output is fed back, all that it drops; else the lags that it drops of every loss."""
    k2, fed = values.get("truncation_k2", 10), values["task"] == "generator"
    whole, cut = (trained(plain(values), **more) for more in ({}, {"truncation": True, "truncation_k2": k2}))
    full, kept = (trainer.network.views(trainer.gradient()[0])[0] for trainer in (whole, cut))
    kept, seen = kept if fed else kept_by_lag(values, k2), numbers(5, values)
    assert seen["ratio_dropped"] == pytest.approx(np.linalg.norm(full - kept) / np.linalg.norm(full), rel=1e-9)
    assert (seen["count_k2"], seen["count_zero"], seen["count_steps"]) == (k2, T - k2, T)
    assert seen["log10_first"] == pytest.approx(whole.measure().log10_dL_dh[0], abs=1e-11)


@cache
def forgets(task, alpha):
    """Steps until ||dh_t/dh_0|| < 1e-3 in a trainer's network of leaky units whose W_hh is made small, over as many
    repetitions of the first sequence as that takes; each input is given, as by a teacher."""
    values = {"task": task} | ({"teacher_forcing": True} if task == "generator" else {})
    leak = {} if alpha == 0.0 else {"leaky": True, "leaky_slowest": 1 - alpha, "leaky_fastest": 1 - alpha}
    trainer = Trainer(spec(values, batch=1, **leak))
    trainer.network.W_hh[...] *= 0.5 / ACTIVATIONS["gelu"].gamma / np.linalg.norm(trainer.network.W_hh, 2)
    state, product, t = np.zeros((N, 1)), np.eye(N), 0
    tape = trainer.network.cell.tape(T, 1, np.dtype(float))
    trainer.measure()
    while True:
        tape.load(trainer.course.batch.x)
        tape.Z[0, :N] = state
        trainer.network.cell.forward(trainer.network.V, tape, 0, T)
        for factor in np.asarray(trainer.network.cell.jacobians(trainer.network.V, tape)):
            product, t = factor @ product, t + 1
            if np.linalg.norm(product, 2) < 1e-3:
                return t
        state = tape.h[-1].copy()


@pytest.mark.parametrize("task", tasks())
def test_6_how_long_a_state_is_remembered(task):
    seen = numbers(6, {"task": task})
    assert [seen[name] for name in ("count_plain", "count_printed", "count_slow")] == [
        forgets(task, alpha) for alpha in (0.0, 0.1, 0.9)]


@EACH_TASK
def test_9_the_norms_of_a_short_run(values):
    trainer = Trainer(spec(values))
    found = [trainer.update().grad_norm for _ in range(40)]
    seen = numbers(9, values)
    assert seen["mean"] == pytest.approx(np.mean(found), rel=1e-12)
    assert seen["share_once"] == np.mean(found > np.mean(found))
