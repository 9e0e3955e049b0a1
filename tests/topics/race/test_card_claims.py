"""What the cards of the remedies say, measured: each sentence that can be wrong is tried on the engine."""

import csv
import math
import re
from itertools import pairwise

import numpy as np
import pytest

from core.bptt.update import Gradient
from core.remedies.base import remedies
from core.remedies.clip_norm import ClipNorm, clip_norm
from core.remedies.clip_value import ClipValue, clip_value
from core.remedies.costs import FILE, cost_of, costs, measured_at
from core.remedies.echo_state import ridge_solution
from core.remedies.hessian_free.gauss_newton import GaussNewton
from core.remedies.hooks import Hooks
from core.topics.jacobians.products import log10_product_norms
from core.topics.race.demos.recorded import recorded
from core.training.experiment import Experiment
from core.training.replicas import seeded
from core.training.trainer import Trainer

WILD = {"n_hidden": 16, "shape": "gaussian", "rho": 1.6, "seq_len": 30, "batch": 5}
SMALL = {"n_hidden": 6, "seq_len": 20, "batch": 4}


def says(name, *parts):
    """The card's words, all of them, and that they have these parts."""
    remedy = remedies()[name]
    words = " ".join((remedy.product, remedy.when, remedy.cost, remedy.harms, remedy.taken, remedy.equation))
    for part in parts:
        assert part in words, part


def trainer(updates=0, **values):
    made = Trainer(Experiment.from_values(values))
    for _ in range(updates):
        made.update()
    made.measure()
    return made


# -- when it helps: what 20 seeds gave --------------------------------------------------------------------------

SHOWN = {"gru": "gru_bias", "lstm": "lstm_bias"}  # the demo whose numbers a card gives, where it is not the only one


def demo_of(name):
    """The demo of a remedy that shows that it helps, as it was recorded."""
    helps = [result for result in recorded().values() if result.demo.remedy == name and result.demo.kind == "solves"]
    return recorded()[SHOWN[name]] if name in SHOWN else helps[0] if len(helps) == 1 else None


@pytest.mark.parametrize("name", remedies())
def test_when_a_remedy_helps_is_told_with_what_its_demo_gave(name):
    result, words = demo_of(name), remedies()[name].when
    assert result is not None
    assert f"{result.on.solved} of {result.on.runs} seeds" in words
    after = words.split(f"{result.on.solved} of {result.on.runs} seeds", 1)[1]
    told = re.findall(r"\b(\d+) with(?:out)?\b|without it (\d+)", after)
    assert [int(one or other) for one, other in told] == [result.off.solved]


@pytest.mark.parametrize(("name", "bias", "left", "forgets", "lost"), [
    ("lstm", "b_f", "0.4", 1.0, -7), ("gru", "b_z", "0.09", 0.0, -15)])
def test_what_the_bias_of_a_demo_leaves_over_49_steps(name, bias, left, forgets, lost):
    demo = demo_of(name).demo
    high, low = demo.on[f"{name}_bias"], demo.base[f"{name}_bias"]
    assert low == forgets
    says(name, f"{bias} = {high:g}, where sigmoid({bias})^49 is {left}", f"{bias} = {low:g}, where it is 10^{lost}")
    kept = [(1 + math.exp(-value)) ** -49.0 for value in (high, low)]
    assert f"{kept[0]:.1g}" == left
    assert round(math.log10(kept[1])) == lost
    assert Experiment.from_values(demo.base).task.seq_len - 1 == 49


def test_hessian_free_tells_the_sizes_of_its_demo():
    demo = demo_of("hessian_free").demo
    says("hessian_free", f"with {demo.base['batch']} sequences", f"in {demo.updates} updates",
         f"with {demo.base_updates:,} of SGD")


@pytest.mark.parametrize("seed", range(1000, 1004))
def test_without_the_clip_one_step_is_more_than_ten_thousand_times_as_long_as_the_weights(seed):
    says("clip_norm", "one step without the clip is more than 10,000 times as long as the weights")
    made, longest = trainer(**demo_of("clip_norm").demo.base, seed=seed), 0.0
    for _ in range(3):
        before = made.network.theta.copy()
        if made.update().stopped:
            break
        with np.errstate(over="ignore"):
            longest = max(longest, np.linalg.norm(made.network.theta - before) / np.linalg.norm(before))
    assert longest > 1e4


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1000, 1005))
def test_without_the_clip_the_irnn_of_the_demo_ends_without_a_number_or_at_chance(seed):
    says("identity_relu", "without one, the first five seeds of the demo end without a number or at chance")
    demo = demo_of("identity_relu").demo
    made, right = trainer(**{**demo.base, **demo.on, "clip_norm": False}, seed=seed), []
    while len(right) < demo.updates:
        record = made.update()
        if record.stopped:
            return
        right.append(record.accuracy)
    assert np.mean(right[-20:]) < 0.35  # chance is 1/4


@pytest.mark.parametrize("seed", range(1000, 1003))
def test_with_two_sequences_hessian_free_stays_worse_than_the_mean(seed):
    says("hessian_free", "with 2 sequences for 200 the demo stays worse than the mean")
    demo = demo_of("hessian_free").demo
    made = trainer(**{**demo.base, **demo.on, "batch": 2}, seed=seed)
    losses = [made.update().loss for _ in range(demo.updates)]
    assert np.mean(losses[-20:]) > 1 / 6


@pytest.mark.parametrize(("name", "bias", "times", "words"), [
    ("lstm", 4.0, 1e3, "with ρ = 2 and b_f = 4 the product grows more than a thousandfold at the start"),
    ("gru", -3.0, 1.0, "with b_z = -3 and ρ = 2 it does at the start")])
def test_the_product_of_a_gated_cell_can_grow(name, bias, times, words):
    says(name, words)
    for seed in range(4):
        made = trainer(n_hidden=32, shape="gaussian", rho=2.0, seed=seed, **{name: True, f"{name}_bias": bias})
        assert log10_product_norms(made.jacobians(1)).max() > np.log10(times) + 0.1 * (times == 1.0)


# -- clipping and truncation ------------------------------------------------------------------------------------


@pytest.mark.parametrize("c", [0.5, 0.9, 1.3])
def test_clip_jacobian_no_factor_makes_the_vector_more_than_c_times_as_long(c):
    says("clip_jacobian", "more than c times as long", "c² at most")
    found = trainer(**WILD, clip_jacobian=True, clip_jacobian_growth=c).measure().log10_dL_dh
    growth = found[:-1] - found[1:]  # from t back to t - 1; the target is at T alone
    assert growth.max() <= np.log10(c) + 1e-12
    assert growth.max() > np.log10(c) - 1e-9 or c > 1  # and it is reached: the cap is at work
    assert (found[0] - found[-1]) <= 29 * np.log10(c) + 1e-9


@pytest.mark.parametrize(("on", "symmetric"), [(False, True), (True, False)])
def test_clip_jacobian_follows_the_gradient_of_no_loss(on, symmetric):
    """The derivative of a gradient is symmetric: it is the Hessian."""
    says("clip_jacobian", "no longer the gradient of any loss")
    made = trainer(n_hidden=2, seq_len=8, batch=1, rho=1.5, angle=60.0, input_scale=1.0, clip_jacobian=on,
                   clip_jacobian_growth=0.8, task="adding")
    theta, step = made.network.theta.copy(), 1e-6
    columns = []
    for i in range(len(theta)):
        ends = []
        for sign in (1, -1):
            made.network.theta[...] = theta
            made.network.theta[i] += sign * step
            ends.append(made.gradient()[0].copy())
        columns.append((ends[0] - ends[1]) / (2 * step))
    H = np.array(columns)
    assert (np.linalg.norm(H - H.T) < 1e-6 * np.linalg.norm(H)) is np.True_ if symmetric else (
        np.linalg.norm(H - H.T) > 1e-2 * np.linalg.norm(H))


def test_clip_norm_makes_every_sgd_step_equally_long_where_the_threshold_is_far_below():
    says("clip_norm", "every SGD step equally long")
    made, lengths = trainer(**SMALL, clip_norm=True, clip_norm_threshold=0.001, lr=0.5), []
    for _ in range(4):
        before = made.network.theta.copy()
        made.update()
        lengths.append(np.linalg.norm(made.network.theta - before))
    np.testing.assert_allclose(lengths, 0.001 * 0.5, rtol=1e-10)


def test_clip_norm_keeps_the_direction_and_clip_value_turns_it_towards_the_signs():
    says("clip_norm", "its direction kept")
    says("clip_value", "little more than their signs", "corners of a cube")
    g = np.random.default_rng(0).normal(size=500)
    before = Gradient(g, float(np.linalg.norm(g)))
    cosine = [float(flat @ g) / np.linalg.norm(flat) / np.linalg.norm(g) for flat in (
        clip_norm(before, ClipNorm(threshold=0.1)).flat, clip_value(before, ClipValue(limit=0.01)).flat)]
    assert cosine[0] == pytest.approx(1.0, abs=1e-12)
    assert cosine[1] < 0.9
    cut = clip_value(before, ClipValue(limit=0.01)).flat
    assert np.mean(cut == 0.01 * np.sign(g)) > 0.98


@pytest.mark.parametrize("k2", [1, 2, 7, 19, 20])
def test_truncation_has_products_of_k2_minus_1_factors_and_what_lies_k2_steps_back_gets_none(k2):
    says("truncation", "k2 − 1 factors", "k2 steps back or more gets no gradient")
    assert "k2 steps back or more gets exactly none" in remedies()["truncation"].spec.parameters()["k2"].help
    found = trainer(**SMALL, truncation=True, truncation_k2=k2).measure().log10_dL_dh
    back = 20 - np.arange(1, 21)
    np.testing.assert_array_equal(np.isfinite(found), back < k2)


# -- penalties --------------------------------------------------------------------------------------------------


def penalty(name, **fields):
    """(W_hh, what the remedy adds to the gradient of W_hh)."""
    plain, other = (trainer(**SMALL, shape="gaussian", **on) for on in ({}, {name: True, **fields}))
    n, shape = 6, plain.network.V.shape
    added = (other.gradient()[0] - plain.gradient()[0])[:plain.network.V.size].reshape(shape)
    assert np.abs(added[:, n:]).max() == 0.0
    return plain.network.V[:, :n], added[:, :n]


def test_l1_pulls_every_entry_by_the_same_amount_and_l2_in_proportion():
    says("l1", "every entry of W_hh towards 0 by the same amount")
    says("l2", "in proportion to each entry")
    W, added = penalty("l1", l1_weight=0.25)
    np.testing.assert_allclose(added, 0.25 * np.sign(W), rtol=1e-12)
    W, added = penalty("l2", l2_weight=0.25)
    np.testing.assert_allclose(added, 0.5 * W, rtol=1e-12)


@pytest.mark.parametrize(("name", "fields"), [("l1", {"l1_weight": 0.05}), ("l2", {"l2_weight": 0.1})])
def test_a_penalty_shrinks_the_factors_and_the_gradient_vanishes(name, fields):
    says(name, "the gradient vanishes")
    base = {"n_hidden": 32, "angle": 180.0, "optimizer": "adam", "lr": 0.003, "clip_norm": True}
    ends = [trainer(80, **base, **on) for on in ({}, {name: True, **fields})]
    plain, other = (made.measure() for made in ends)
    assert other.sigma_max < 0.8 * plain.sigma_max
    flow = [log10_product_norms(made.jacobians(1))[-1] for made in ends]
    assert flow[1] < flow[0] - 1.5
    if name == "l1":
        says("l1", "most entries become small, none exactly 0")
        assert np.median(np.abs(other.W_hh)) < 0.1 * np.median(np.abs(plain.W_hh))
        assert (other.W_hh != 0.0).all()


@pytest.mark.parametrize("weight", [2.0, 20.0])
def test_a_large_weight_of_omega_outvotes_the_task(weight):
    says("omega", "The weight is large: the loss of the task is outvoted.")
    made = trainer(n_hidden=32, shape="gaussian", rho=0.7, clip_norm=True, optimizer="momentum", omega=True,
                   omega_weight=weight)
    right = [made.update().accuracy for _ in range(300)][-20:]
    assert np.mean(right) > 0.95 if weight == 2.0 else np.mean(right) < 0.8


# -- teacher, reservoir, curvature ------------------------------------------------------------------------------


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_teacher_forcing_leaves_1_minus_s_of_the_way_through_the_output(share):
    says("teacher_forcing", "it leaves 1 − s in every factor after the cue")
    made = trainer(task="generator", n_hidden=5, seq_len=12, batch=2, activation="linear", teacher_forcing=True,
                   teacher_forcing_share=share)
    V, U = made.network.V, made.network.U
    through = V[:, 5:7] @ U[:, :5]
    for t, J in enumerate(np.array(made.jacobians(1)), start=1):
        np.testing.assert_allclose(J, V[:, :5] + (1 - share) * through * (t > 5), atol=1e-13)


@pytest.mark.parametrize("task", ["temporal_order", "sine"])
def test_an_echo_state_network_learns_its_readout_alone_times_a_sharpness_for_classes(task):
    says("echo_state", "training changes none of it", r"W_{hy} = c\,W,\; b_y = c\,b", "which changes no answer")
    made = trainer(task=task, n_hidden=12, seq_len=20, batch=16, echo_state=True)
    V = made.network.V.copy()
    for _ in range(6):
        made.update()
    np.testing.assert_array_equal(made.network.V, V)
    state = made.checkpoint().solver
    solution = ridge_solution(state["R"], 1e-6, 12)
    np.testing.assert_allclose(made.network.U, state["sharpness"] * solution, rtol=1e-10)
    assert (state["sharpness"] == 1.0) == (task == "sine")
    assert state["sharpness"] > 0.0


def test_the_symbols_of_the_echo_state_s_demo_lie_25_to_44_steps_back():
    says("echo_state", "with a leak of 1, no seed of 20", "25 to 44 steps back")
    result = recorded()["echo_state_forgets"]
    assert (result.on.solved, result.on.runs) == (0, 20)
    batch = trainer(task="temporal_order", batch=256, seq_len=50).gradient()[1]
    special = batch.x[:, :2].sum(axis=1) > 0  # (T, B)
    back = {50 - t for t in np.flatnonzero(special.any(axis=1)) + 1}
    assert (min(back), max(back)) == (25, 44)


def test_structural_damping_is_a_mean_over_the_batch():
    """v' S v = 1/B sum over t and sequences of the squared move of h_t, by finite differences."""
    says("hessian_free", r"S = \tfrac{1}{B} J_h^\top J_h", r"(I + \mu S)")
    made = trainer(**SMALL, hessian_free=True)
    chunk, _, judged = made._measured()
    problem = made.problem(chunk, judged)
    v = np.random.default_rng(3).normal(size=made.network.theta.shape)
    matrix = GaussNewton()
    matrix.linearise(problem)
    found = v @ (matrix.product(v, 2.0) - matrix.product(v, 0.0)) / 2.0
    theta, step, ends = made.network.theta.copy(), 1e-6, []
    for sign in (1, -1):
        made.network.theta[...] = theta + sign * step * v
        made.gradient()
        ends.append(made.course.tape.h[-20:].copy())
    move = (ends[0] - ends[1]) / (2 * step)
    assert found == pytest.approx(np.sum(move**2) / 4, rel=1e-6)


def test_hessian_free_makes_up_to_51_products_and_a_step_no_longer_than_d(monkeypatch):
    says("hessian_free", "Up to 51 products with G", r"0 \le s \le 1")
    made, counts, product = trainer(task="adding", n_hidden=8, seq_len=30, batch=32, hessian_free=True), [], None
    product = GaussNewton.product
    monkeypatch.setattr(GaussNewton, "product", lambda self, *a: (counts.append(1), product(self, *a))[1])
    most = 0
    for _ in range(12):
        counts.clear()
        before = made.network.theta.copy()
        made.update()
        most = max(most, len(counts))
        d = made.checkpoint().solver["direction"]
        moved = made.network.theta - before
        share = float(moved @ d) / float(d @ d)
        assert -1e-12 <= share <= 1.0 + 1e-12
        np.testing.assert_allclose(moved, share * d, atol=1e-9)
    assert 11 < most <= 51


def test_hessian_free_makes_no_step_where_the_gradient_is_exactly_0():
    says("hessian_free", "Where the gradient is exactly 0, no curvature helps")
    made = trainer(n_hidden=4, seq_len=8, batch=4, activation="relu", bias=-3.0, hessian_free=True)
    assert np.abs(made.gradient()[0][:made.network.V.size]).max() == 0.0
    before = made.network.V.copy()
    made.update()
    np.testing.assert_array_equal(made.network.V, before)


# -- cells and matrices -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("s", [0.5, 1.0, 1.5])
def test_every_first_factor_of_the_irnn_is_s_times_the_identity_on_the_units_that_are_on(s):
    says("identity_relu", "s times the identity on the units that are on, and 0 on those that are off")
    for J in np.array(trainer(**SMALL, identity_relu=True, identity_relu_scale=s).jacobians(1)):
        assert np.abs(J - np.diag(np.diag(J))).max() == 0.0
        assert set(np.diag(J)) <= {0.0, s}


def test_the_gradient_of_the_irnn_may_explode_a_little_beyond_the_identity():
    says("identity_relu", "the gradient may explode")
    found = trainer(n_hidden=16, identity_relu=True, identity_relu_scale=1.06)
    assert log10_product_norms(found.jacobians(1))[-1] > 1.0


@pytest.mark.parametrize("seed", range(12))
def test_a_product_of_leaky_units_is_not_below_its_bound(seed):
    says("leaky", "at least (1 − l − l σ_max γ)^lag, l the largest leak")
    rng = np.random.default_rng(seed)
    slowest, fastest = sorted(rng.uniform(0.01, 0.4, size=2))
    made = trainer(**SMALL, shape="gaussian", rho=float(rng.uniform(0.3, 1.3)), seed=int(seed), leaky=True,
                   leaky_slowest=float(slowest), leaky_fastest=float(fastest))
    floor = 1 - fastest * (1 + made.measure().sigma_max)  # tanh: gamma = 1
    norms = log10_product_norms(made.jacobians(1))
    if floor > 0:
        assert (norms >= np.arange(1, 21) * np.log10(floor) - 1e-12).all()


def test_a_product_of_leaky_units_can_fall_faster_than_the_leak():
    says("leaky", "It can fall faster than (1 − l)^lag where W_hh has eigenvalues below 0")
    made = trainer(n_hidden=4, eigenvalues="-1.5,-1.4,-1.3,-1.2", leaky=True, leaky_slowest=0.4, leaky_fastest=0.4,
                   activation="linear", seq_len=50)
    assert log10_product_norms(made.jacobians(1))[48] < 49 * np.log10(0.6) - 30


def test_the_weights_of_the_gated_cells_are_those_that_the_cards_say():
    says("lstm", "Four times the weights of the recurrent layer")
    says("gru", "Three times the weights of the recurrent layer, and one more bias")
    plain, lstm, gru = (np.count_nonzero(made.gradient()[0][:made.network.V.size]) for made in (
        trainer(**SMALL, task="sine", **on) for on in ({}, {"lstm": True}, {"gru": True})))
    assert plain == 6 * (6 + 1 + 1)  # W_hh, W_xh, b_h; those that the gradient moves
    assert (lstm, gru) == (4 * plain, 3 * plain + 6)


@pytest.mark.parametrize("bias", [0.0, 1.0, 4.0])
def test_at_the_start_an_open_gate_keeps_about_sigmoid_of_its_bias(bias):
    """The part of ds_t/ds_{t-1} that the gate makes by itself: its diagonal, less what W_hh adds on the average."""
    says("lstm", "sigmoid(b_f) to the power of the lag", "With a bias of 0 half of c goes at every step")
    says("gru", "sigmoid(b_z) to the power of the lag", "With a bias of 0 half of the state goes")
    kept = 1 / (1 + np.exp(-bias))
    for name in ("lstm", "gru"):
        made = trainer(n_hidden=32, shape="gaussian", rho=0.7, seq_len=50, **{name: True, f"{name}_bias": bias})
        J = np.array(made.jacobians(1))
        diagonal = np.mean([np.diag(one)[-32:].mean() for one in J])  # of c, or of h
        assert diagonal == pytest.approx(kept, rel=0.1)


def test_orthogonal_initialisation_has_all_singular_values_s_and_holds_at_the_start_alone():
    says("orthogonal_init", "all singular values of W_hh are s", "It holds at the start alone",
         "Training leaves the orthogonal matrices at once")
    made = trainer(**SMALL, orthogonal_init=True, orthogonal_init_scale=0.7)
    np.testing.assert_allclose(np.linalg.svd(made.network.V[:, :6], compute_uv=False), 0.7, rtol=1e-12)
    one = trainer(**SMALL, orthogonal_init=True, lr=0.1)
    assert one.measure().orthogonality < 1e-12
    one.update()
    assert one.measure().orthogonality > 1e-4


@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid", "leaky_relu", "elu", "softplus", "linear"])
def test_kept_orthogonal_the_product_cannot_grow_where_no_output_is_fed_back(activation):
    says("orthogonal_kept", "All singular values of W_hh are 1 at every update", "the product cannot grow")
    made = trainer(8, **SMALL, activation=activation, orthogonal_kept=True, lr=0.3, clip_norm=True)
    np.testing.assert_allclose(np.linalg.svd(made.network.V[:, :6], compute_uv=False), 1.0, atol=1e-10)
    norms = log10_product_norms(made.jacobians(1))
    assert all(b <= a + 1e-9 for a, b in pairwise([0.0, *norms]))


@pytest.mark.parametrize("values", [{"activation": "gelu", "bias": 1.0, "n_hidden": 16},
                                    {"task": "generator", "n_hidden": 16}])
def test_kept_orthogonal_it_can_grow_with_gelu_and_on_the_generator(values):
    says("orthogonal_kept", "GELU (1.13) and the generator's feedback can make it grow")
    says("orthogonal_init", "GELU, up to 1.13")
    base = Experiment.from_values({**values, "orthogonal_kept": True})
    grown = []
    for seed in range(6):
        made = Trainer(seeded(base, seed))
        made.measure()
        grown.append(log10_product_norms(made.jacobians(1)).max())
    assert max(grown) > 0.1
    assert f"{Hooks(()).activation(Experiment.from_values({'activation': 'gelu'}).recurrence).gamma:.2f}" == "1.13"


def test_the_recurrence_can_mirror_as_well_as_rotate():
    says("orthogonal_kept", "rotate and mirror")
    signs = {round(float(np.linalg.det(trainer(**SMALL, orthogonal_kept=True, seed=seed).network.V[:, :6])))
             for seed in range(8)}
    assert signs == {-1, 1}


# -- what an update costs ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", remedies())
def test_the_times_of_a_card_are_the_lowest_and_the_highest_that_were_measured(name):
    with FILE.open(newline="") as file:
        lines = [line for line in csv.reader(file) if line[0] == name]
    times = [float(line[6]) for line in lines]
    found = cost_of(name)
    assert found.numbers == {"low": min(times), "high": max(times)}
    about = max(times) <= 1.1 and min(times) >= 0.9
    low, high = (f"{v:.2f}" if about else f"{v:.2g}" for v in (min(times), max(times)))
    assert f"An update takes {low} to {high} times as long as a plain one" in found.text
    assert ("no more than the measurement tells apart" in found.text) == about


@pytest.mark.parametrize("name", remedies())
def test_the_settings_of_the_times_are_told(name):
    words, mine = measured_at(name), [cost for cost in costs() if cost.remedy == name]
    assert {cost.n_hidden for cost in mine} == {16, 32, 64, 128}
    assert {(cost.seq_len, cost.batch, cost.dtype) for cost in mine} == {
        (T, 32, dtype) for T in (50, 200) for dtype in ("float64", "float32")}
    task = {"teacher_forcing": "generator", "hessian_free": "adding"}.get(name, "recall")
    assert words == f"{task}; n = 16 to 128, T = 50 and 200, B = 32, float64 and float32, one thread"
