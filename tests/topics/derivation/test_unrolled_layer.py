"""The gradients of one layer of an unrolled word, term by term, against torch autograd."""

import numpy as np
import pytest
import torch

from core.network.activations import ACTIVATIONS
from core.specs.recurrence import Recurrence
from core.topics.derivation.word.unrolled import Reading, unroll
from core.topics.jacobians.map import jacobian_map
from tests.helpers.autograd_reference import PHI
from tests.helpers.unrolled_reference import WORD, assert_close, both

EPS = np.finfo(float).eps
EACH = pytest.mark.parametrize("activation", ACTIVATIONS)
BOTH = pytest.mark.parametrize("layer", [0, 1])


@EACH
@BOTH
def test_the_loss_of_every_step_is_carried_back_as_autograd_does(activation, layer):
    found, torchs = both(activation)
    ours, theirs = found.layers[layer], torchs.layers[layer]
    for t in range(len(WORD)):
        assert_close(ours.dLt_dh[t], torchs.gradients(t, theirs.h))
        assert_close(ours.dLt_da[t], torchs.gradients(t, theirs.a))
    assert not ours.dLt_dh[~np.tri(len(WORD), dtype=bool)].any()


@EACH
@BOTH
def test_a_term_of_the_double_sum_is_the_gradient_of_one_steps_loss_by_one_steps_copy_of_W_hh(activation, layer):
    found, torchs = both(activation)
    terms = np.stack([torchs.gradients(t, torchs.layers[layer].W_hh) for t in range(len(WORD))])
    T = len(WORD)
    with np.errstate(divide="ignore"):
        exact = np.log10(np.linalg.norm(terms, axis=(2, 3)))
    ours = found.layers[layer].log10_terms
    lower = np.tri(T, dtype=bool)
    assert np.array_equal(np.isneginf(ours), lower & (np.arange(T) == 0))  # h_0 = 0, and nothing else is
    seen = lower & (np.arange(T) > 0)
    assert np.abs(ours[seen] - exact[seen]).max() < 1e-12
    assert np.isnan(ours[~lower]).all()


@pytest.mark.parametrize("n", [2, 30])
@BOTH
def test_the_double_sum_adds_up_to_the_gradient(n, layer):
    found = unroll(Recurrence(n_hidden=n, rho=1.2, seed=1), Reading(word="abracadabra", layers=2)).layers[layer]
    terms = np.einsum("tki,kj->tkij", found.dLt_da, found.h_before)
    miss = np.linalg.norm(terms.sum(axis=(0, 1)) - found.dL_dW_hh)
    assert miss <= 11 * 11 * EPS * np.linalg.norm(terms, axis=(2, 3)).sum()


@EACH
@BOTH
def test_dh_t_dh_k_is_torchs_jacobian_for_every_pair(activation, layer):
    found, _ = both(activation)
    ours, T = found.layers[layer], len(WORD)
    W_hh, W_xh, b_h, reads = (torch.tensor(z) for z in (ours.W_hh, ours.W_xh, ours.b_h, ours.reads))

    def from_to(h, k, t):
        for i in range(k, t):
            h = PHI[activation](W_hh @ h + W_xh @ reads[i] + b_h)
        return h

    norms = jacobian_map(ours.jacobians, np.arange(1, T + 1)).log10_norm
    for k in range(1, T + 1):
        for t in range(k, T + 1):
            J = torch.func.jacrev(lambda h, k=k, t=t: from_to(h, k, t))(torch.tensor(ours.h[k - 1])).numpy()
            assert norms[t - 1, k - 1] == pytest.approx(np.log10(np.linalg.svd(J, compute_uv=False)[0]), abs=1e-11)
            if t == k + 1:
                assert_close(ours.jacobians.at(k), J)
    assert np.isnan(norms[~np.tri(T, dtype=bool)]).all()


def test_dead_units_give_exactly_zero_and_no_nan_below_the_diagonal():
    found = unroll(Recurrence(activation="relu", bias=-3.0), Reading(layers=2))
    for layer in found.layers:
        assert np.isneginf(layer.log10_terms[np.tri(6, dtype=bool)]).all()
        assert np.isnan(layer.log10_terms[~np.tri(6, dtype=bool)]).all()
