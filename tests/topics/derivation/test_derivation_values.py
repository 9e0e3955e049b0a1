"""The numbers below the symbols against independent calculations: torch autograd, numpy, exact values."""

from dataclasses import replace

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from core.bptt.autograd_check import autograd_gradient
from core.network.activations import ACTIVATIONS
from core.topics.derivation.subject import Place, Subject
from core.topics.derivation.symbols import SYMBOLS
from core.topics.derivation.word.unrolled import Reading
from core.training.trainer import Trainer
from tests.helpers.autograd_reference import PHI
from tests.helpers.derivation_subjects import on_task, small, subject
from tests.helpers.unrolled_reference import assert_close, reference, stacked

EPS = np.finfo(float).eps
EACH = pytest.mark.parametrize("activation", ACTIVATIONS)
LAYERS = pytest.mark.parametrize("layers", [1, 2])


def value(name, s):
    return SYMBOLS[name].value(s)


def size(name, s):
    return SYMBOLS[name].sized(s)[1]


@EACH
@LAYERS
def test_what_is_carried_back_is_torchs(activation, layers):
    s = small(activation, layers)
    torchs = reference(s.word, activation)
    top, t, k = torchs.layers[-1], s.t - 1, s.k - 1
    assert_close(value("dLt_dh", s), torchs.gradients(t, [top.h[t]])[0])
    assert_close(value("dLt_dhk", s), torchs.gradients(t, [top.h[k]])[0])
    assert_close(value("dLt_dW", s), torchs.gradients(t, top.W_hh).sum(axis=0))
    assert_close(value("dL_dW", s), torchs.of_the_word(top.W_hh).sum(axis=0))
    assert_close(s.term(s.k), torchs.gradients(t, [top.W_hh[k]])[0])


@EACH
@LAYERS
def test_the_forward_pass_is_torchs(activation, layers):
    s = small(activation, layers)
    torchs = reference(s.word, activation)
    t = s.t - 1
    for name, theirs in (("h_t", torchs.layers[-1].h[t]), ("h_before", torchs.layers[-1].h[t - 1]),
                         ("a_t", torchs.layers[-1].a[t]), ("y_t", torchs.y[t]), ("p_t", torch.softmax(torchs.y[t], 0)),
                         ("L_t", torchs.L_t[t]), ("L", sum(torchs.L_t))):
        assert_close(value(name, s), theirs.detach().numpy())
    assert -np.log(value("p_next", s)) == pytest.approx(value("L_t", s), rel=8 * EPS)


@EACH
@LAYERS
def test_the_product_and_its_factors_are_torchs_jacobians(activation, layers):
    """From h_k to h_t with what is read held still, and from what is read at t to h_t."""
    s = small(activation, layers)
    layer = s.layer
    W_hh, W_xh, b_h, reads = (torch.tensor(z) for z in (layer.W_hh, layer.W_xh, layer.b_h, layer.reads))

    def onwards(h, start, stop):
        for i in range(start, stop):
            h = PHI[activation](W_hh @ h + W_xh @ reads[i] + b_h)
        return h

    jacobian = torch.autograd.functional.jacobian
    h = torch.tensor(np.concatenate([np.zeros_like(layer.h[:1]), layer.h]))
    assert_close(value("product", s), jacobian(lambda z: onwards(z, s.k, s.t), h[s.k]).numpy())
    assert_close(value("factor", s), jacobian(lambda z: onwards(z, s.t - 1, s.t), h[s.t - 1]).numpy())
    down = jacobian(lambda x: PHI[activation](W_hh @ h[s.t - 1] + W_xh @ x + b_h), reads[s.t - 1])
    assert_close(value("down", s), down.numpy())
    assert_close(value("slopes", s) @ value("W_hh", s), value("factor", s))


@EACH
@LAYERS
def test_what_an_equation_says_holds_for_its_numbers(activation, layers):
    s = small(activation, layers)
    v = {name: value(name, s) for name in SYMBOLS}
    assert_close(v["a_t"], v["W_hh"] @ v["h_before"] + v["W_xh"] @ v["x_t"] + v["b_h"])
    assert_close(v["y_t"], v["W_hy"] @ v["h_t"] + v["b_y"])
    assert_close(v["dLt_dhk"], v["dLt_dh"] @ v["product"])
    assert_close(v["dLt_dW"], sum(s.term(k) for k in range(1, s.t + 1)))
    assert v["norm_factor"] <= v["norm_slopes"] * v["norm_W"] * (1 + 8 * EPS)
    assert v["norm_slopes"] * v["norm_W"] <= v["gamma"] * v["sigma"] * (1 + 8 * EPS)
    assert v["norm"] <= v["bound"] * (1 + 8 * EPS)
    assert_close(v["slow_h"], v["alpha"] * v["slow_before"] + (1 - v["alpha"]) * v["slow_new"])


@LAYERS
def test_norms_are_those_of_what_they_are_the_norms_of(layers):
    s = small(layers=layers)
    for norm, of in (("norm", "product"), ("norm_factor", "factor"), ("norm_slopes", "slopes"), ("norm_W", "W_hh"),
                     ("sigma", "W_hh")):
        assert value(norm, s) == pytest.approx(np.linalg.svd(value(of, s))[1][0], rel=50 * EPS)


@EACH
def test_the_one_update_without_recurrence_is_torchs(activation):
    s = small(activation)
    one = s.one
    W_xh, W_hy = (torch.tensor(z, requires_grad=True) for z in (one.W_xh, one.W_hy))
    b_h = torch.full((len(one.h),), 0.1, dtype=torch.float64, requires_grad=True)
    b_y = torch.zeros(len(one.y), dtype=torch.float64, requires_grad=True)
    letter, target = s.word.x[s.t - 1], torch.tensor([int(s.word.target[s.t - 1])])

    def loss():
        return F.cross_entropy((W_hy @ PHI[activation](W_xh @ torch.tensor(letter) + b_h) + b_y)[None], target)

    loss().backward()
    assert_close(value("one_dL_dW", s), W_xh.grad.numpy())
    assert_close(value("one_dL_dy", s), b_y.grad.numpy())
    assert size("one_dL_dW", s) == pytest.approx(np.linalg.norm(one.dL_da), rel=50 * EPS)
    with torch.no_grad():
        for weight in (W_xh, W_hy, b_h, b_y):
            weight -= value("eta", s) * weight.grad
    assert one.loss_after == pytest.approx(loss().item(), rel=1e-13)


def test_the_norm_of_dh_dW_is_that_of_the_jacobian_by_all_entries_of_W():
    s = small()
    h, slopes, n = s.layer.h_before[s.k - 1], s.layer.phi_prime[s.k - 1], len(s.layer.W_hh)
    tensor = np.einsum("i,j,ik->kij", slopes, h, np.eye(n)).reshape(n, n * n)  # dh_k'/dW_ij
    assert size("dhk_dW", s) == pytest.approx(np.linalg.norm(tensor, 2), rel=50 * EPS)


def test_the_eigenvalues_are_shown_by_magnitude_and_raised_to_the_lag():
    s = subject("non-normal", t=5, k=2)
    exact = np.sort(np.abs(np.linalg.eigvals(s.layer.W_hh)))
    assert np.sort(np.diag(value("Lambda", s))) == pytest.approx(exact, abs=1e-12)
    assert np.sort(np.diag(value("Lambda_lag", s))) == pytest.approx(exact**3, abs=1e-12)
    assert size("Q", s) == pytest.approx(np.linalg.cond(s.layer.eigen.eigenvectors), rel=1e-9)
    assert size("phi", s) == s.activation.gamma


def test_the_gradient_of_the_first_update_is_torchs():
    s = subject()
    trainer = Trainer(s.experiment)
    _, batch = trainer.gradient()
    theirs = autograd_gradient(trainer.network.theta, trainer.network.n, trainer.task, "tanh", batch)
    assert value("g", s) == pytest.approx(float(np.linalg.norm(theirs)), rel=1e-12)


def test_t_and_k_stay_inside_the_word():
    s = Subject.at(on_task(), Reading(word="no"), Place(t=12, k=12))
    assert (s.t, s.k, s.lag) == (2, 2, 0)
    assert np.array_equal(s.product, np.eye(16))
    assert (s.at_step(1).t, s.at_step(1).k) == (1, 1)


def test_what_a_truncation_keeps_and_drops_is_the_whole():
    s = small(t=6, k=1)
    whole = value("dLt_dW", s)
    dropped = sum(s.term(k) for k in range(1, s.t - s.k2 + 1))
    assert_close(s.kept + dropped, whole)
    assert_close(replace(s, k2=12).kept, whole)


def test_two_layers_are_spoken_of_by_the_upper_one():
    s = small(layers=2)
    assert_close(value("x_t", s), stacked(reference(s.word, "tanh").layers[0].h)[s.t - 1])
    assert s.layer is s.word.layers[1]


def test_units_that_leak_nothing_are_plain_units():
    s = small()
    still = replace(s, leak=0.0)
    assert_close(value("slow_h", still), value("h_t", s))
    assert_close(value("slow_before", still), value("h_before", s))
