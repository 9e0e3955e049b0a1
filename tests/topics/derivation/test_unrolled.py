"""Every number of the unrolled word against torch autograd, with a copy of the weights for each step."""

import time
from dataclasses import replace

import numpy as np
import pytest
import torch

from core.network.activations import ACTIVATIONS
from core.parameters import ParameterError
from core.remedies.hooks import Hooks
from core.specs.recurrence import Recurrence
from core.tasks.base import tasks
from core.topics.derivation.word.unrolled import END, Reading, unroll
from tests.helpers.unrolled_reference import N, assert_close, both, stacked

EPS = np.finfo(float).eps
EACH = pytest.mark.parametrize("activation", ACTIVATIONS)
LAYERS = pytest.mark.parametrize("layers", [1, 2])


# -- what is read ---------------------------------------------------------------------------------------------


def test_a_word_is_read_letter_by_letter_over_its_own_sorted_alphabet():
    found = unroll(Recurrence(), Reading(word="Neuron"))
    assert (found.letters, found.alphabet) == (tuple("neuron"), tuple("enoru"))
    assert [found.alphabet[i] for i in found.x.argmax(axis=1)] == list("neuron")
    assert np.array_equal(found.x.sum(axis=1), np.ones(6))


def test_the_next_letter_is_to_be_named_and_the_end_after_the_last():
    found = unroll(Recurrence(), Reading(word="neuron"))
    assert found.next_letters == (*"euron", END)
    assert [found.outputs[i] for i in found.target] == [*"euron", END]


@pytest.mark.parametrize("word", ["ß" * 12, "слово", "ñandú", "ŉa"])
def test_every_letter_is_one_step_whatever_its_small_form(word):
    assert len(unroll(Recurrence(), Reading(word=word)).letters) == len(word)


def test_a_word_of_one_letter_repeated_still_has_something_to_learn():
    found = unroll(Recurrence(), Reading(word="aa"))
    assert found.loss > 0.5
    assert np.isfinite(found.layers[0].log10_terms[1, 1])


@pytest.mark.parametrize("fields", [{"word": "a"}, {"word": "a" * 13}, {"word": "a b"}, {"layers": 0}, {"layers": 3}])
def test_another_word_or_number_of_layers_is_refused(fields):
    with pytest.raises(ParameterError, match=f"^{next(iter(fields))} must be "):
        Reading(**fields)


@pytest.mark.parametrize("shape", ["spectrum", "gaussian", "identity"])
def test_the_weights_are_those_of_the_network_of_every_task(shape):
    recurrence = Recurrence(n_hidden=5, shape=shape, rho=0.9, bias=0.2, seed=4)
    found = unroll(recurrence, Reading())
    kind = replace(tasks()["recall"], n_in=len(found.alphabet), n_out=len(found.outputs))
    network, layer = Hooks().network(recurrence, kind, np.dtype(float)), found.layers[0]
    assert np.array_equal(np.column_stack([layer.W_hh, layer.W_xh, layer.b_h]), network.V)
    assert np.array_equal(np.column_stack([found.W_hy, found.b_y]), network.U)


def test_a_second_layer_has_weights_of_its_own_and_leaves_the_first_as_it_was():
    one, two = (unroll(Recurrence(), Reading(layers=layers)) for layers in (1, 2))
    assert np.array_equal(one.layers[0].h, two.layers[0].h)
    assert np.array_equal(one.W_hy, two.W_hy)
    assert not np.allclose(two.layers[0].W_hh, two.layers[1].W_hh)
    assert np.array_equal(two.layers[1].reads, two.layers[0].h)


# -- forward --------------------------------------------------------------------------------------------------


@EACH
@LAYERS
def test_the_forward_pass_is_torchs(activation, layers):
    found, torchs = both(activation, layers)
    for ours, theirs in zip(found.layers, torchs.layers, strict=True):
        assert_close(ours.a, stacked(theirs.a))
        assert_close(ours.h, stacked(theirs.h))
    assert_close(found.y, stacked(torchs.y))
    assert_close(found.p, torch.softmax(torch.stack(torchs.y), dim=1).detach().numpy())
    assert_close(found.L_t, stacked(torchs.L_t))
    assert found.loss == found.L_t.sum()


@EACH
def test_the_slope_is_torchs(activation):
    found, torchs = both(activation, 1)
    slopes = [torch.autograd.grad(h.sum(), a, retain_graph=True)[0].numpy()
              for a, h in zip(torchs.layers[0].a, torchs.layers[0].h, strict=True)]
    assert_close(found.layers[0].phi_prime, slopes)


def test_a_softmax_sums_to_1_and_its_gradient_to_0():
    found, _ = both(input_scale=3.0)
    assert np.abs(found.p.sum(axis=1) - 1.0).max() <= 8 * EPS
    assert np.abs(found.dL_dy.sum(axis=1)).max() <= 16 * EPS


# -- gradients ------------------------------------------------------------------------------------------------


@EACH
@LAYERS
def test_every_gradient_of_the_word_is_autograds(activation, layers):
    found, torchs = both(activation, layers)
    assert_close(found.dL_dy, torchs.of_the_word(torchs.y))
    assert_close(found.dL_dU[:, :-1], torchs.of_the_word([torchs.W_hy])[0])
    assert_close(found.dL_dU[:, -1], torchs.of_the_word([torchs.b_y])[0])
    for ours, theirs in zip(found.layers, torchs.layers, strict=True):
        assert_close(ours.dL_dh, torchs.of_the_word(theirs.h))
        assert_close(ours.dL_da, torchs.of_the_word(theirs.a))
        assert_close(ours.dL_dW_hh, torchs.of_the_word(theirs.W_hh).sum(axis=0))
        assert_close(ours.dL_dV[:, N:-1], torchs.of_the_word(theirs.W_xh).sum(axis=0))
        assert_close(ours.dL_dV[:, -1], torchs.of_the_word(theirs.b_h).sum(axis=0))


@pytest.mark.parametrize("activation", ["linear", "relu", "softplus"])
def test_nothing_leaves_float64_at_the_edges_of_the_settings(activation):
    recurrence = Recurrence(n_hidden=128, rho=2.0, alpha=3.0, bias=3.0, input_scale=3.0, activation=activation)
    found = unroll(recurrence, Reading(word="abcdefghijkl", layers=2))
    assert np.isfinite(found.loss)
    assert all(np.isfinite(layer.dL_dW_hh).all() for layer in found.layers)


def test_the_largest_network_and_the_longest_word_follow_a_slider():
    """50 ms is what a slider may take."""
    spent = []
    for seed in range(5):
        began = time.perf_counter()
        unroll(Recurrence(n_hidden=128, seed=seed), Reading(word="abcdefghijkl", layers=2))
        spent.append(time.perf_counter() - began)
    assert min(spent) < 0.05
