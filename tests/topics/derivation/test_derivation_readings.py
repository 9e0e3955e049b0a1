"""What each step of the derivation says of the reader's network, with every number computed once more."""

import re
from functools import cache

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.network.activations import ACTIVATIONS
from core.spelling import power, share
from core.spelling import tex_number as tex
from core.topics.derivation.directions import Directions
from core.topics.derivation.on_task import OnTask
from core.topics.derivation.readings import READINGS, headline
from core.topics.derivation.subject import Place, Subject
from core.topics.derivation.word.unrolled import Reading
from core.training.experiment import Experiment
from core.training.trainer import Trainer
from tests.helpers.autograd_reference import PHI, differentiate
from tests.helpers.derivation_subjects import on_task, small, subject


def said(step, s):
    return READINGS[step](s).text


@cache
def losses():
    """At each letter of the word, by torch."""
    s = small()
    W_hy, b_y = torch.tensor(s.word.W_hy), torch.tensor(s.word.b_y)
    W, W_xh, b_h, reads = (torch.tensor(z) for z in (s.layer.W_hh, s.layer.W_xh, s.layer.b_h, s.layer.reads))
    h, out = torch.zeros(7, dtype=torch.float64), []
    for target, read in zip(s.word.target, reads, strict=True):
        h = PHI["tanh"](W @ h + W_xh @ read + b_h)
        out.append(float(-torch.log_softmax(W_hy @ h + b_y, 0)[int(target)]))
    return out


def test_the_word_is_counted_with_its_letters():
    text = said("unroll", subject(word="AaA"))
    assert text.startswith("Your word has 3 steps and 1 different letter. The same 16 × 16 numbers of $W_{hh}$ are "
                           "used at each of the 3 steps.")
    assert "2 different letters" in said("unroll", subject(word="abab"))
    assert said("unroll", subject(layers=2)).endswith("Each of the two layers has its own.")


def test_the_update_tells_the_loss_before_and_after():
    s = small()
    x = torch.tensor(s.word.x[s.t - 1])
    weights = [torch.tensor(z).requires_grad_() for z in (s.one.W_xh, np.full(7, 0.1), s.one.W_hy, s.word.b_y)]

    def loss():
        W_xh, b_h, W_hy, b_y = weights
        y = W_hy @ torch.tanh(W_xh @ x + b_h) + b_y
        return torch.logsumexp(y, 0) - y[int(s.word.target[s.t - 1])]

    before = loss()
    before.backward()
    with torch.no_grad():
        for weight in weights:
            weight -= 0.03 * weight.grad
    assert f"from ${before.item():.4g}$ to ${loss().item():.4g}$ nats." in said("update", s)
    assert said("update", s).startswith("Read “o”, name “n”: with $\\eta = 0.03$ one update")


def test_the_past_and_the_letter_are_told_apart():
    s = small()
    layer = s.layer
    past, letter = (np.sqrt(sum(v * v for v in W @ z)) for W, z in
                    ((layer.W_hh, layer.h[s.t - 2]), (layer.W_xh, layer.reads[s.t - 1])))
    assert past != pytest.approx(letter, rel=0.05)
    assert said("forward", s) == (f"At $t = 5$ the past adds $\\lVert W_{{hh}} h_{{t-1}} \\rVert = {tex(past)}$, the "
                                  f"state below $\\lVert W_{{xh}} x_t \\rVert = {tex(letter)}$.")
    assert ", the letter $" in said("forward", small(layers=1))


def test_the_largest_probability_is_told_with_its_letter_and_that_of_the_next_one():
    s = small()
    exp = np.exp(s.word.W_hy @ s.layer.h[s.t - 1] + s.word.b_y)
    p = exp / exp.sum()
    best, target = int(p.argmax()), s.word.outputs.index("n")
    text = said("output", s)
    assert text.startswith(f"After “neuro” the largest probability, {share(p[best])}, is that of ")
    name = "the end" if best == len(p) - 1 else f"“{s.word.outputs[best]}”"
    assert f"is that of {name}" in text
    assert best == target or text.endswith(f"what comes next is “n”, with {share(p[target])}.")


def test_the_loss_of_the_word_is_told_a_step_and_beside_knowing_nothing():
    whole = sum(losses())
    assert said("loss", small()) == (f"The word costs ${whole:.4g}$ nats, ${whole / 6:.4g}$ a step; knowing nothing "
                                     f"costs $\\ln 6 = {np.log(6):.4g}$ a step.")


@pytest.mark.parametrize("layers", [1, 2])
def test_the_gradient_is_told_from_the_last_letter_to_the_first(layers):
    s = small(layers=layers)
    ends = [(np.linalg.norm(layer.dL_dh[-1]), np.linalg.norm(layer.dL_dh[0])) for layer in s.word.layers]
    assert ends[0][0] != pytest.approx(ends[0][1], rel=0.01)
    goes = [f"from ${tex(last)}$ to ${tex(first)}$" for last, first in ends]
    expected = f"goes {goes[0]}." if layers == 1 else f"goes {goes[1]} in the upper layer and {goes[0]} in the lower."
    assert said("sum", s).endswith(expected)


def test_the_shortest_and_the_longest_way_are_not_exchanged():
    s = small(layers=1)
    terms = [np.linalg.norm(np.outer(s.layer.dLt_da[4, k - 1], s.layer.h_before[k - 1]), 2) for k in range(1, 6)]
    whole = np.linalg.norm(sum(np.outer(s.layer.dLt_da[4, k], s.layer.h_before[k]) for k in range(5)), 2)
    assert said("terms", s) == (
        f"At $t = 5$ the shortest way, $k = t$, has a term of ${tex(terms[4])}$, the longest that can be other than 0, "
        f"$k = 2$, one of ${tex(terms[1])}$. Together they are ${tex(whole)}$.")
    assert said("terms", small(layers=1, t=1, k=1)).startswith("At $t = 1$ there is one way")
    two = np.linalg.norm(np.outer(s.layer.dLt_da[1, 1], s.layer.h_before[1]), 2)
    assert said("terms", small(layers=1, t=2, k=1)).endswith(f"that of $k = 2$: its norm is ${tex(two)}$.")


def test_factors_are_counted_and_their_norms_multiplied():
    s = small(layers=1)
    J = np.asarray(s.layer.jacobians)
    norms = np.prod([np.linalg.svd(J[i], compute_uv=False)[0] for i in (2, 3, 4)])
    product = np.linalg.svd(J[4] @ J[3] @ J[2], compute_uv=False)[0]
    assert said("product", s) == (f"In your word 3 factors lie between $k = 2$ and $t = 5$. Their norms multiply to "
                                  f"${tex(norms)}$; the norm of their product is ${tex(product)}$.")
    assert "1 factor lies between $k = 4$ and $t = 5$" in said("product", small(layers=1, t=5, k=4))
    assert said("product", small(t=5, k=5)).startswith("$k = t$: there is no factor")


@pytest.mark.parametrize(("network", "end"), [
    ("default", "Your eigenvectors are orthogonal: the rate says all."),
    ("defective", "Your $W_{hh}$ has too few eigenvectors to be written so, or nearly: the norm may grow first."),
    ("non-normal", "the norm may be up to so many times more than the rate says.")])
def test_eigenvalues_are_told_with_the_rate_over_the_lag(network, end):
    s = subject(network, t=5, k=2)
    sizes = np.abs(np.linalg.eigvals(s.layer.W_hh))
    text = said("eigen", s)
    assert text.endswith(end)
    low, high, rate = re.match(r"Your \$\|\\lambda\|\$ go from \$(.*?)\$ to \$\\rho = (.*?)\$; over 3 steps, from "
                               r"\$k = 2\$ to \$t = 5\$, \$\\rho\$ comes to \$(.*?)\$\. ", text).groups()
    near = 1e-3 if network == "defective" else 1e-8  # a defective eigenvalue moves by the fourth root of rounding
    assert float(low) == pytest.approx(sizes.min(), abs=1e-4 + near)
    assert float(high) == pytest.approx(sizes.max(), rel=1e-3)
    assert float(rate) == pytest.approx(sizes.max() ** 3, rel=1e-2)
    assert "over 1 step, from" in said("eigen", subject(network, t=5, k=4))


def test_every_preset_of_a_normal_matrix_is_told_as_one():
    for values in ({"angle": 0.0}, {"shape": "identity"}, {"n_hidden": 32, "angle": 180.0},
                   {"n_hidden": 4, "eigenvalues": (-0.5, -0.5, 0.9, 0.9)}):
        s = Subject.at(OnTask(Experiment.from_values(values)), Reading(), Place())
        assert said("eigen", s).endswith("Your eigenvectors are orthogonal: the rate says all.")


def test_one_step_is_told_with_sigma_gamma_and_rho_gamma():
    s = small("gelu", layers=1)
    gamma, W = ACTIVATIONS["gelu"].gamma, s.layer.W_hh
    step = np.linalg.svd(np.asarray(s.layer.jacobians)[4], compute_uv=False)[0]
    sigma, rho = np.linalg.svd(W, compute_uv=False)[0], np.abs(np.linalg.eigvals(W)).max()
    assert gamma > 1.1
    assert said("bound", s).startswith(
        f"At $t = 5$ a step stretches up to ${tex(step)}$ times; $\\sigma_{{\\max}}\\gamma = {tex(sigma * gamma)}$, "
        f"$\\rho\\gamma = {tex(rho * gamma)}$.")
    assert ("The eigenvalue is exceeded" in said("bound", s)) == (step > rho * gamma)


def test_slopes_are_told_from_the_smallest_to_the_largest():
    s = small("gelu", layers=1)
    found = s.layer.phi_prime[4]
    assert said("gamma", s) == (f"At $t = 5$ the slopes of your 7 units go from ${tex(min(found))}$ to "
                                f"${tex(max(found))}$; $\\gamma = 1.13$.")


def test_truncation_tells_what_stays_and_what_is_dropped():
    s = small(layers=1)
    terms = [np.outer(s.layer.dLt_da[4, k], s.layer.h_before[k]) for k in range(5)]
    kept, whole, gone = (np.linalg.norm(sum(part), 2) for part in (terms[2:], terms, terms[:2]))
    assert said("truncate", s) == (
        f"$k_2 = 3$ keeps 3 of the 5 terms at $t = 5$: ${tex(kept)}$ of it stays where the whole is ${tex(whole)}$, "
        f"and what is dropped is ${tex(gone)}$.")
    assert said("truncate", small(layers=1, t=1, k=1)) == (
        "$k_2 = 3$ keeps the one term at $t = 1$, and nothing is dropped.")
    assert said("truncate", small(layers=1, t=3, k=1)) == (
        "$k_2 = 3$ keeps all 3 terms at $t = 3$, and nothing is dropped.")


def test_leaky_units_are_told_beside_plain_ones():
    s = subject("2 units", leak=0.3)
    ends = []
    for leak in ({}, {"leaky": True, "leaky_slowest": 0.7, "leaky_fastest": 0.7}):
        trainer = Trainer(Experiment.from_values({"n_hidden": 2, **leak}))
        trainer.measure()
        product = np.eye(2)
        for J in np.asarray(trainer.jacobians()):
            product = J @ product
        ends.append(float(np.log10(np.linalg.norm(product, 2))))
    spelled = [tex(10.0**end) if abs(end) < 2.99 else rf"10^{{{end:.1f}}}" for end in ends]
    assert said("vanishing", s) == (f"Over the 50 steps of your task the norm is ${spelled[0]}$ without a leak and "
                                    f"${spelled[1]}$ with $\\alpha = 0.3$.")


def clipped(norm, threshold=1.0, cosine=0.5, stopped=None):
    """A subject with a gradient of this norm."""
    class Task:
        record = type("Record", (), {"grad_norm": norm, "stopped": stopped})
        note, directions = "", Directions(cosine, 8, "")
    Task.threshold = threshold
    return type("S", (), {"on_task": Task})


@pytest.mark.parametrize(("norm", "words"), [
    (0.7, "has norm $0.7$, not above $\\theta = 1$: it is left as it is."),
    (1.0, "not above $\\theta = 1$: it is left as it is."), (2.0, "it is shortened to 50% of its length."),
    (1.0001, "it is shortened to more than 99% of its length."), (50.0, "it is shortened to 2% of its length."),
    (4000.0, "it is shortened to $2.5 \\cdot 10^{-4}$ of its length.")])
def test_a_clip_is_told_by_the_length_that_it_leaves(norm, words):
    assert words in said("clip", clipped(norm))


@pytest.mark.parametrize(("cosine", "words"), [
    (0.99, "they point the same way"), (0.7, "they point the same way"),
    (0.69, "they share a direction, and differ in more"), (0.2, "they share a direction, and differ in more"),
    (0.19, "each points another way, and a clip does not change that"), (-0.09, "each points another way")])
def test_whether_a_gradient_points_somewhere_is_told_by_the_cosine(cosine, words):
    text = said("clip", clipped(3.0, cosine=cosine))
    assert f"Between the gradients of your first 8 batches the cosine is {cosine:.2f} on average: {words}" in text


def test_a_gradient_that_is_not_finite_has_no_clip_that_helps():
    assert said("clip", clipped(np.inf, stopped="the loss is nan")).endswith("no clip helps here.")


def test_the_demo_of_a_clip_that_is_not_enough_is_told_so_in_the_derivation():
    values = {"task": "adding", "n_hidden": 32, "shape": "gaussian", "rho": 2.0, "lr": 0.1}
    text = said("clip", Subject.at(OnTask(Experiment.from_values(values)), Reading(), Place()))
    assert "the cosine is -0.09 on average: each points another way" in text


def test_the_gradient_and_its_threshold_are_those_of_the_first_update():
    experiment = on_task().experiment
    trainer = Trainer(experiment)
    batch = trainer.gradient()[1]
    norm = np.linalg.norm(differentiate(trainer.network, batch, trainer.task, "tanh").gradient)
    assert said("clip", subject()).startswith(f"Your first gradient has norm ${tex(norm)}$, ")


RANDOM = st.fixed_dictionaries({
    "activation": st.sampled_from(sorted(ACTIVATIONS)), "n_hidden": st.integers(2, 6), "seq_len": st.integers(7, 30),
    "task": st.sampled_from(["recall", "adding", "sine", "copy", "generator"]), "seed": st.integers(0, 99),
    "rho": st.sampled_from([0.3, 0.9, 1.0, 1.2, 2.0]), "alpha": st.sampled_from([0.0, 0.5, 3.0]),
    "waveform": st.sampled_from(["eight", "circle", "square"]), "input_scale": st.sampled_from([0.1, 1.0]),
    "batch": st.integers(1, 3)})


@settings(max_examples=40, deadline=None, derandomize=True)
@given(RANDOM)
def test_the_headline_holds_on_random_networks(values):
    on = OnTask(Experiment.from_values(values))
    verdict = headline(Subject.at(on, Reading(), Place()))
    trainer = Trainer(on.experiment)
    trainer.measure()
    if not trainer.finite_states:
        assert verdict.kind == "diverged"
        return
    J, product, size, logs = trainer.jacobians(), np.eye(values["n_hidden"]), 0.0, []
    for lag in range(1, values["seq_len"] + 1):
        product = product @ J[values["seq_len"] - lag]
        largest = np.abs(product).max()
        size = size + np.log10(largest) if largest > 0 else -np.inf
        product = product / (largest or 1.0)
        logs.append(size + np.log10(np.linalg.norm(product, 2)) if largest > 0 else -np.inf)
    V, U, n = trainer.network.V, trainer.network.U, values["n_hidden"]
    matrices = [V[:, :n]] + ([V[:, :n] + V[:, n:-1] @ U[:, :n]] if values["task"] == "generator" else [])
    gamma = ACTIVATIONS[values["activation"]].gamma
    bound = max(np.linalg.svd(W, compute_uv=False)[0] for W in matrices) * gamma
    far, steps = logs[-2], values["seq_len"] - 1
    assert verdict.claim("per_step").numbers["per_step"] == pytest.approx(bound, rel=1e-9)
    told = verdict.claim("product").numbers
    assert (told["lag"], told["log10"]) == (steps, pytest.approx(far, abs=1e-6))
    assert told["log10_bound"] == pytest.approx(steps * np.log10(bound), abs=1e-6)
    assert max(logs[-2], -300) <= told["log10_bound"] + 1e-9
    hump = max(logs) > max(0.0, far) + 0.5
    assert (verdict.claim("hump") is not None) == hump
    if hump:
        found = verdict.claim("hump").numbers
        assert (found["lag"], found["log10"]) == (int(np.argmax(logs)) + 1, pytest.approx(max(logs), abs=1e-6))
    expected = "exploding" if far >= 1 or (hump and max(logs) >= 1) else "vanishing" if far <= -2 else "healthy"
    assert verdict.kind == expected
    assert power(told["log10"]) in verdict.sentence
    says = "must vanish" if bound < 1 - 1e-9 else "may grow, but need not" if bound > 1 + 1e-9 else "cannot grow"
    assert says in verdict.claim("per_step").text
    assert ("with its output fed back" in verdict.sentence) == (values["task"] == "generator")


def test_the_headline_of_one_step_is_in_the_singular():
    assert "Over 1 step of your task the bound is" in headline(subject("T = 2")).sentence
