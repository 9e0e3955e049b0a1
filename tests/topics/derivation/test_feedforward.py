"""One letter through one layer: the chain rule once, against autograd."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from core.network.activations import ACTIVATIONS
from core.specs.recurrence import Recurrence
from core.topics.derivation.word.feedforward import feedforward
from core.topics.derivation.word.unrolled import END, Reading, unroll
from tests.helpers.autograd_reference import PHI

RECURRENCE = Recurrence(n_hidden=6, bias=0.1, input_scale=0.5, seed=2)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("step", [1, 3, 6])
def test_the_gradients_and_the_loss_after_the_step_are_autograds(activation, step):
    recurrence = Recurrence(n_hidden=6, bias=0.1, input_scale=0.5, seed=2, activation=activation)
    lr = 0.1
    found, whole = feedforward(recurrence, Reading(), lr, step), unroll(recurrence, Reading())
    weights = [torch.tensor(z, requires_grad=True) for z in (whole.layers[0].W_xh, whole.layers[0].b_h, whole.W_hy,
                                                             whole.b_y)]

    def loss(W_xh, b_h, W_hy, b_y):
        y = W_hy @ PHI[activation](W_xh @ torch.tensor(found.x) + b_h) + b_y
        return F.cross_entropy(y[None], torch.tensor([int(whole.target[step - 1])]))

    before = loss(*weights)
    before.backward()
    with torch.no_grad():
        after = loss(*(w - lr * w.grad for w in weights))
    allowed = 10 * 2 * 12 * np.finfo(float).eps  # sums of 6 products there and back
    for ours, theirs in ((found.dL_dW_xh, weights[0].grad), (found.dL_da, weights[1].grad),
                         (found.dL_dy, weights[3].grad)):
        assert np.linalg.norm(ours - theirs.numpy()) <= allowed * np.linalg.norm(theirs.numpy())
    assert found.loss == pytest.approx(float(before.detach()), rel=allowed)
    assert found.loss_after == pytest.approx(float(after), rel=allowed)
    assert found.loss_after < found.loss


def test_the_first_letter_is_the_first_step_of_the_recurrent_network():
    found, whole = feedforward(RECURRENCE, Reading(), 0.1), unroll(RECURRENCE, Reading())
    assert np.array_equal(found.h, whole.layers[0].h[0])
    assert found.loss == pytest.approx(whole.L_t[0], rel=1e-15)
    assert (found.letter, found.next_letter) == ("n", "e")


def test_the_weights_of_the_letters_that_were_not_read_get_no_gradient():
    found = feedforward(RECURRENCE, Reading(), 0.1, 2)
    assert np.flatnonzero(found.dL_dW_xh.any(axis=0)).tolist() == [found.x.argmax()]


def test_the_last_letter_is_followed_by_the_end():
    assert feedforward(RECURRENCE, Reading(), 0.1, 6).next_letter == END


@pytest.mark.parametrize("step", [0, 7])
def test_a_step_outside_the_word_is_refused(step):
    with pytest.raises(ValueError, match=f"^step must be a whole number from 1 to 6, got {step}"):
        feedforward(RECURRENCE, Reading(), 0.1, step)
