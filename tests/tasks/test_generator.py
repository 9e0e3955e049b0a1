"""A network whose output is its next input: the curve it has to draw, its states, its gradient and its Jacobians."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from core.bptt.backprop import run_backward, run_forward
from core.bptt.closed_loop import driven
from core.network.cells.jacobians import JoinedJacobians, PlainJacobians
from core.remedies.hooks import Hooks
from core.remedies.teacher_forcing import TeacherForcing
from core.tasks.base import tasks
from core.tasks.generator import CUE, PERIOD, TASK, baselines, curve, waveforms
from core.topics.jacobians.products import log10_product_norms
from core.training.batches import sampled
from core.training.experiment import Experiment
from core.training.replicas import Replicas, seeded
from core.training.trainer import Trainer
from tests.helpers.autograd_reference import PHI, differentiate
from tests.helpers.recorded import tell, updates

T, N, B = 18, 6, 4
M = N + 2 + 1
EPS = np.finfo(float).eps
# sums of m products over T steps there and back, 10 for what cancels in them; the fed weights are such sums themselves
TOLERANCE = 10 * 20 * T * M * EPS
MIXES = [0.0, 0.3, 1.0]
SMALL = {"task": "generator", "n_hidden": N, "seq_len": T, "batch": B, "rho": 1.1, "alpha": 0.5, "bias": 0.1,
         "input_scale": 0.5}
EACH_WAVEFORM = pytest.mark.parametrize("waveform", waveforms())
EACH_MIX = pytest.mark.parametrize("mix", MIXES)
EACH_ACTIVATION = pytest.mark.parametrize("activation", PHI)


def experiment(mix=0.0, **values):
    return Experiment.from_values({**SMALL, "teacher_forcing": mix > 0, "teacher_forcing_share": mix, **values})


class Passes:
    """Both passes of one chunk of the first batch."""

    def __init__(self, mix, k2=T, start=0, stop=T, full=False, **values):
        self.experiment = experiment(mix, **values)
        self.network = Hooks().network(self.experiment.recurrence, TASK, np.dtype(float))
        self.network.U[:, -1] = [0.3, -0.2]  # b_y is fed back as well
        self.batch, self.tape = sampled(self.experiment, 0), self.network.cell.tape(T, B, np.dtype(float))
        self.tape.load(self.batch.x)
        if start:
            run_forward(self.network, self.tape, self.batch, TASK, 0, start, mix)
        self.forward = run_forward(self.network, self.tape, self.batch, TASK, start, stop, mix)
        self.seen = run_backward(self.network, self.tape, self.forward, k2, full)
        self.oracle = differentiate(self.network, self.batch, TASK, self.experiment.recurrence.activation, start, stop,
                                    max(stop - k2, 0), mix)


def relative(found, expected):
    return np.linalg.norm(np.asarray(found) - expected) / np.linalg.norm(expected)


# -- the curve --------------------------------------------------------------------------------------------------------


@EACH_WAVEFORM
def test_over_a_period_a_channel_has_mean_0_and_variance_a_half_or_is_0(waveform):
    """A sum of 10^6 places over the period: exact for sines, to 1/N for what jumps."""
    angle = 2 * np.pi * (np.arange(10**6) + 0.5) / 10**6
    points = curve(waveform, angle)
    assert np.abs(points.mean(axis=1)).max() < 1e-6
    assert points[0].var() == pytest.approx(0.5, abs=2e-6)
    assert points[1].var() == pytest.approx(0.5 if waveform in ("eight", "circle") else 0.0, abs=2e-6)


@EACH_WAVEFORM
def test_it_repeats_after_its_period_and_not_before(waveform):
    angle = 2 * np.pi / PERIOD * (np.arange(200) + 0.3)
    points = curve(waveform, angle)
    assert np.abs(points[:, 20:] - points[:, :-20]).max() < 1e-12
    assert all(np.abs(points[:, lag:] - points[:, :-lag]).max() > 0.1 for lag in range(1, 20))


@EACH_WAVEFORM
def test_an_input_is_the_point_before_its_target(waveform):
    batch = TASK.sample(np.random.default_rng(0), T, B, waveform=waveform)
    assert batch.target_steps.tolist() == list(range(CUE + 1, T + 1))
    assert np.array_equal(batch.x[CUE + 1:], batch.target[:-1])


def test_a_sequence_goes_around_the_curve_once_in_a_period():
    batch = TASK.sample(np.random.default_rng(0), 90, B)
    assert np.abs(batch.x[int(PERIOD):] - batch.x[:-int(PERIOD)]).max() < 90 * 2 * np.pi * EPS
    x = TASK.sample(np.random.default_rng(0), 90, B, waveform="circle").x
    turned = np.unwrap(np.arctan2(x[:, 1], x[:, 0]), axis=0)
    assert turned[60] - turned[0] == pytest.approx([3 * 2 * np.pi] * B, rel=1e-12)


def test_every_sequence_begins_elsewhere_on_the_curve():
    """2000 phases, drawn evenly: the points at t = 1 have the mean and the variance of the curve; five standard
    errors."""
    first = TASK.sample(np.random.default_rng(0), T, 2000, waveform="circle").x[0]
    assert np.hypot(*first) == pytest.approx(np.ones(2000), abs=1e-12)
    assert np.abs(first.mean(axis=1)).max() < 5 * np.sqrt(0.5 / 2000)


@EACH_WAVEFORM
def test_chance_is_what_the_best_constant_misses(waveform):
    """Whole periods of 2000 sequences, five standard errors of a mean of values below 1.5 squared."""
    target = TASK.sample(np.random.default_rng(0), CUE + 40, 2000, waveform=waveform).target
    found = baselines(CUE + 40, waveform)
    assert found.chance == pytest.approx(np.mean((target - target.mean(axis=(0, 2), keepdims=True)) ** 2), abs=5e-3)
    assert found.memoryless == found.chance


def test_the_waveform_of_the_experiment_is_the_one_that_is_drawn():
    for waveform in waveforms():
        batch = sampled(experiment(waveform=waveform), 3)
        assert batch.x[:, 1].any() == (waveform in ("eight", "circle"))
    eight, circle = (sampled(experiment(waveform=name), 3).x[:, 0] for name in ("eight", "circle"))
    assert not np.allclose(eight, circle)


def test_another_task_does_without_a_waveform():
    one, two = (Trainer(Experiment.from_values({"task": "sine", "waveform": name})).update() for name in (
        "eight", "square"))
    assert one.loss == two.loss


# -- running freely ---------------------------------------------------------------------------------------------------


@EACH_ACTIVATION
@EACH_MIX
def test_the_states_and_the_loss_are_those_of_a_loop_that_reads_its_own_output(activation, mix):
    one = Passes(mix, activation=activation)
    assert relative(one.tape.h, one.oracle.h) < TOLERANCE
    assert one.seen.loss.value == pytest.approx(one.oracle.loss, rel=TOLERANCE)


def test_the_loop_in_plain_numpy():
    """The oracle's own oracle: y_{t-1} in the place of x_t from step CUE + 1 on."""
    one = Passes(0.0)
    network, h, y, miss = one.network, np.zeros((N, B)), None, []
    W_hh, W_xh, b_h = network.V[:, :N], network.V[:, N:-1], network.V[:, -1:]
    for t in range(T):
        x = one.batch.x[t] if t < CUE else y
        h = np.tanh(W_hh @ h + W_xh @ x + b_h)
        y = network.U[:, :-1] @ h + network.U[:, -1:]
        if t >= CUE:
            miss.append(y - one.batch.target[t - CUE])
    assert one.seen.loss.value == pytest.approx(np.mean(np.square(miss)), rel=TOLERANCE)


def test_what_comes_after_the_cue_is_not_looked_at_in_a_free_run():
    one, two = Passes(0.0), Passes(0.0)
    two.tape.load(np.where(np.arange(T)[:, None, None] < CUE, two.batch.x, 99.0))
    run_forward(two.network, two.tape, two.batch, TASK, 0, T, 0.0)
    assert np.array_equal(one.tape.h, two.tape.h)


@EACH_ACTIVATION
@EACH_MIX
def test_the_gradient_of_every_weight_is_autograds(activation, mix):
    one = Passes(mix, activation=activation)
    for found, expected in zip(one.network.views(one.seen.gradient), one.network.views(one.oracle.gradient),
                               strict=True):
        assert relative(found, expected) < TOLERANCE


@EACH_ACTIVATION
@EACH_MIX
def test_dL_dh_is_autograds_on_both_sides_of_the_border_of_the_cue(activation, mix):
    one = Passes(mix, activation=activation)
    for t in range(T):
        assert relative(one.tape.G[t], one.oracle.dL_dh[t]) < TOLERANCE
    exact = np.log10(np.linalg.norm(one.oracle.dL_dh, axis=(1, 2)))
    assert np.abs(one.seen.log10_dL_dh - exact).max() < TOLERANCE


@EACH_MIX
@pytest.mark.parametrize(("start", "stop", "k2"), [
    (0, T, 3), (0, T, T - CUE - 1), (0, T, T - CUE), (0, T, T - CUE + 1), (0, T, T - 1),
    (0, CUE + 1, 1), (0, CUE + 1, 3), (0, CUE + 2, 4), (CUE, T, 7), (CUE + 3, T, 15), (3, 9, 6), (9, 14, 14)])
def test_windows_before_at_and_across_the_border_are_autograds_with_the_state_detached(mix, start, stop, k2):
    one, cut = Passes(mix, k2, start, stop), max(stop - k2, 0)
    for found, expected in zip(one.network.views(one.seen.gradient), one.network.views(one.oracle.gradient),
                               strict=True):
        assert np.linalg.norm(found - expected) <= TOLERANCE * np.linalg.norm(one.oracle.gradient)
    exact = np.log10(np.linalg.norm(one.oracle.dL_dh[cut:], axis=(1, 2)))
    assert np.abs(one.seen.log10_dL_dh[cut:stop] - exact).max() < TOLERANCE
    assert np.all(one.seen.log10_dL_dh[:cut] == -np.inf)


@EACH_MIX
@pytest.mark.parametrize("k2", [3, T - CUE, T - 2])
def test_asked_for_it_the_full_gradient_is_told_beside_the_cut_one(mix, k2):
    one, whole = Passes(mix, k2, full=True), Passes(mix)
    assert np.abs(one.seen.log10_dL_dh_full - whole.seen.log10_dL_dh).max() < TOLERANCE


def test_a_difference_quotient_of_the_free_loss_is_the_gradient():
    """Central differences with e = eps^(1/3): e^2 of a third derivative."""
    one, losses = Passes(0.0), []
    direction = np.random.default_rng(1).normal(size=one.network.theta.shape)
    direction /= np.linalg.norm(direction)
    e, theta = EPS ** (1 / 3), one.network.theta.copy()
    for sign in (1, -1):
        one.network.theta[...] = theta + sign * e * direction
        losses.append(run_forward(one.network, one.tape, one.batch, TASK, 0, T, 0.0).loss.value)
    assert (losses[0] - losses[1]) / (2 * e) == pytest.approx(one.seen.gradient @ direction, abs=1e4 * e**2)


# -- Jacobians --------------------------------------------------------------------------------------------------------


def trainer(mix=0.0, **values):
    run = Trainer(experiment(mix, **values))
    run.network.U[:, -1] = [0.3, -0.2]
    return run


def jacrev(run, mix, t, b):
    """dh_t/dh_{t-1} at index t of sequence b by torch, the input of the step made of the output before it."""
    V, U = torch.tensor(run.network.V), torch.tensor(run.network.U)
    x, phi = torch.tensor(run.course.batch.x[t, :, b]), PHI[run.experiment.recurrence.activation]

    def step(h):
        y = U[:, :-1] @ h + U[:, -1]
        read = x if t < CUE else mix * x + (1 - mix) * y
        return phi(V[:, :N] @ h + V[:, N:-1] @ read + V[:, -1])

    before = torch.tensor(run.course.tape.h[t - 1, :, b]) if t else torch.zeros(N, dtype=V.dtype)
    return torch.func.jacrev(step)(before).numpy()


@EACH_MIX
@pytest.mark.parametrize("activation", ["tanh", "relu", "softplus"])
def test_the_jacobians_are_torchs_before_and_after_the_border(mix, activation):
    run = trainer(mix, activation=activation)
    run.measure()
    J = run.jacobians(B)
    assert isinstance(J, JoinedJacobians)
    assert (J.shape, J.samples) == ((T, N, N), B)
    for t in range(T):
        for b in (0, B - 1):
            assert np.abs(J.at(t, b) - jacrev(run, mix, t, b)).max() < TOLERANCE


@EACH_MIX
def test_every_way_to_ask_for_them_gives_the_same(mix):
    run = trainer(mix)
    run.measure()
    J, X = run.jacobians(B), np.random.default_rng(0).normal(size=(3, N))
    whole, out = np.asarray(J.of(2)), np.empty((3, N))
    assert whole.shape == (T, N, N)
    assert np.array_equal(whole, [J.at(t, 2) for t in range(T)])
    assert [J.between(t, t, 2).shape for t in (0, CUE, T)] == [(0, N, N)] * 3
    assert np.array_equal(J.between(CUE - 1, CUE + 2, 2), whole[CUE - 1:CUE + 2])
    assert np.array_equal(J.first(1)[-1], J.at(T - 1, 0))
    assert np.array_equal(J.select(slice(1, 3)).at(CUE, 1), whole[CUE])
    assert np.array_equal(np.asarray(J.of(2).until(CUE + 1)), whole[:CUE + 1])
    assert np.array_equal(np.asarray(J.of(2).until(2)), whole[:2])
    carry = J.carrier(2)
    for t in range(T):
        carry(t, X, out)
        assert relative(out, X @ whole[t].T) < TOLERANCE


def test_after_an_update_they_are_still_those_of_the_network_that_was_measured():
    run = trainer(0.3)
    run.measure()
    announced = np.asarray(run.jacobians())
    run.update()
    assert np.array_equal(run.jacobians(), announced)


def test_with_phi_prime_1_a_factor_is_W_before_the_border_and_W_plus_the_way_through_the_output_after_it():
    run = trainer()
    run.measure()
    V, U = run.network.V, run.network.U
    J = run.jacobians().linear()
    assert np.array_equal(J[CUE - 1], V[:, :N])
    assert np.abs(J[CUE] - (V[:, :N] + V[:, N:-1] @ U[:, :N])).max() < 10 * EPS


@EACH_MIX
def test_no_product_is_longer_than_the_bound_of_its_factors(mix):
    run = trainer(mix)
    run.measure()
    bound, rate = run.jacobians().per_step(1.0)
    lag = np.arange(1, T + 1)
    assert np.all(log10_product_norms(run.jacobians()) <= lag * np.log10(bound) + T * N * 10 * EPS)
    fed = driven(run.network, CUE, mix).fed[:, :N]
    assert rate == pytest.approx(np.abs(np.linalg.eigvals(fed)).max(), rel=1e-9)


def test_a_teacher_with_all_the_say_leaves_the_plain_factors():
    run = trainer(1.0)
    run.measure()
    found = run.jacobians()
    assert isinstance(found.after, PlainJacobians)
    assert np.array_equal(found.after.W_hh, run.network.W_hh)


# -- teacher forcing --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mix", [0.3, 1.0])
def test_the_loss_shown_is_that_of_the_free_run(mix):
    run = trainer(mix)
    for _ in range(4):
        free = differentiate(run.network, sampled(run.experiment, run.sequence), TASK, "tanh", mix=0.0)
        forced = differentiate(run.network, sampled(run.experiment, run.sequence), TASK, "tanh", mix=mix)
        record = run.update()
        assert record.loss == pytest.approx(free.loss, rel=TOLERANCE)
        assert record.grad_norm == pytest.approx(np.linalg.norm(forced.gradient), rel=TOLERANCE)


def test_a_share_of_0_is_the_free_run_bit_for_bit():
    one, two = Trainer(experiment()), Trainer(experiment().with_remedy(TeacherForcing(share=0.0)))
    assert tell(updates(one, 8)) == tell(updates(two, 8))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@EACH_MIX
@pytest.mark.parametrize("cell", [{}, {"leaky": True}, {"lstm": True}, {"gru": True}])
def test_a_gated_or_leaky_cell_runs_freely_too(dtype, mix, cell):
    """By a difference quotient of the loss that its gradient is of, with a step for the type's digits."""
    run = Trainer(experiment(mix, dtype=dtype, **cell))
    gradient, batch = run.gradient()
    network, theta = run.network, run.network.theta.copy()
    direction = np.random.default_rng(1).normal(size=theta.shape)
    if network.cell.zero is not None:
        network.views(direction)[0][network.cell.zero] = 0.0
    direction /= np.linalg.norm(direction)
    eps = float(np.finfo(dtype).eps)
    e, losses = eps ** (1 / 3), []
    for sign in (1, -1):
        network.theta[...] = theta + (sign * e * direction).astype(dtype)
        losses.append(run_forward(network, run.course.tape, batch, TASK, 0, T, mix).loss.value)
    slope = (losses[0] - losses[1]) / (2 * e)
    assert slope == pytest.approx(float(gradient.astype(float) @ direction), abs=200 * e**2)
    assert slope != 0.0


@EACH_MIX
@pytest.mark.parametrize("cell", [{}, {"leaky": True}, {"lstm": True}, {"gru": True}])
def test_several_seeds_at_once_are_each_seed_by_itself(mix, cell):
    base = experiment(mix, lr=0.05, **cell)
    together, each = Replicas(base, (5, 0, 2)), [Trainer(seeded(base, seed)) for seed in (5, 0, 2)]
    for _ in range(4):
        for found, run in zip(together.update(), each, strict=True):
            alone = run.update()
            assert (found.loss, found.grad_norm) == pytest.approx((alone.loss, alone.grad_norm), rel=10 * TOLERANCE)
            assert np.allclose(found.log10_dL_dh, alone.log10_dL_dh, rtol=0, atol=10 * TOLERANCE)
    for r, run in enumerate(each):
        assert relative(together.jacobians(r), np.asarray(run.jacobians())) < 10 * TOLERANCE


@pytest.mark.slow
@pytest.mark.parametrize("seed", [21, 22, 23])
def test_with_a_teacher_it_learns_the_circle_in_updates_that_are_too_few_without(seed):
    """32 units, Adam, clip 1: the loss of the free run after 150 updates."""
    def reached(*specs):
        base = Experiment.from_values({"task": "generator", "waveform": "circle", "n_hidden": 32, "seq_len": 60,
                                       "optimizer": "adam", "lr": 0.003, "clip_norm": True, "rho": 0.9, "seed": seed,
                                       "input_scale": 0.3})
        run = Trainer(replace(base, remedies=(*base.remedies, *specs)))
        return np.mean([record.loss for record in updates(run, 150)][-20:])

    assert reached(TeacherForcing()) < 0.5 * reached()


def test_the_registry_has_it_with_a_cue():
    assert tasks()["generator"] is TASK
    assert TASK.cue == CUE
    assert TASK.shortest > CUE


def test_a_network_without_w_hh_that_reads_its_own_output_draws_the_circle():
    """x_{t+1} is x_t turned by 2 pi/20: the output is a memory by itself, and the best guess is without both."""
    values = {"task": "generator", "waveform": "circle", "n_hidden": 2, "seq_len": 45, "batch": 4,
              "activation": "linear"}
    trainer = Trainer(Experiment.from_values(values))
    angle = 2 * np.pi / PERIOD
    trainer.network.V[...] = np.hstack([np.zeros((2, 2)), np.eye(2), np.zeros((2, 1))])
    trainer.network.U[...] = [[np.cos(angle), -np.sin(angle), 0.0], [np.sin(angle), np.cos(angle), 0.0]]
    assert trainer.measure().loss < 1e-28
    assert TASK.baselines(45, "circle").without == "memory and feedback"
    assert [task.baselines(20).without for name, task in tasks().items() if name != "generator"] == ["memory"] * 6
