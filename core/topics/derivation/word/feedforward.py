r"""One step of learning without recurrence: a letter in, the next one out, and the chain rule once.

    a = W_xh x + b_h,    h = phi(a),    y = W_hy h + b_y,    L = -ln softmax(y)[next letter]
    dL/dW_xh = (W_hy^T dL/dy * phi'(a)) x^T,    W_xh <- W_xh - lr dL/dW_xh

Each weight is used once, so each gradient is one product. With recurrence the same weights are used at every step,
and the gradient is a sum of products as long as the way back.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.network.activations import ACTIVATIONS
from core.specs.recurrence import Recurrence
from core.topics.derivation.word.unrolled import Reading, softmax_loss, unroll

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class FeedForward:
    """One letter through one layer, back, and after one step of gradient descent. m letters, n units."""

    letter: str  # read
    next_letter: str  # to be named
    x: Floats  # (m,) one-hot
    W_xh: Floats  # (n, m) before the step
    W_hy: Floats  # (m + 1, n)
    a: Floats  # (n,)
    h: Floats  # (n,)
    phi_prime: Floats  # (n,) phi'(a)
    y: Floats  # (m + 1,)
    p: Floats  # (m + 1,) softmax of y
    loss: float  # L, nats
    dL_dy: Floats  # (m + 1,)
    dL_dh: Floats  # (n,)
    dL_da: Floats  # (n,)
    dL_dW_xh: Floats  # (n, m): a column for the letter read, 0 elsewhere
    dL_dW_hy: Floats  # (m + 1, n)
    loss_after: float  # L on the same letter after W_xh, b_h, W_hy and b_y have taken the step, nats


def feedforward(recurrence: Recurrence, reading: Reading, lr: float, step: int = 1) -> FeedForward:
    """The letter at `step`, 1..T, through the weights of the unrolled network without W_hh.

    Args:
        lr: learning rate of the one step.

    Raises:
        ValueError: if the word has no such step.
    """
    if not 1 <= step <= len(reading.letters):
        raise ValueError(f"step must be a whole number from 1 to {len(reading.letters)}, got {step}.")
    whole = unroll(recurrence, Reading(word=reading.word))
    activation, layer = ACTIVATIONS[recurrence.activation], whole.layers[0]
    x, target = whole.x[step - 1], whole.target[step - 1:step]

    def through(W_xh: Floats, b_h: Floats, W_hy: Floats, b_y: Floats) -> tuple[Floats, Floats, Floats]:
        a = W_xh @ x + b_h
        h = activation.phi(a, np.empty_like(a))
        return a, h, W_hy @ h + b_y

    a, h, y = through(layer.W_xh, layer.b_h, whole.W_hy, whole.b_y)
    slopes = activation.phi_prime(a, h, np.empty_like(a))
    p, L, dL_dy = (found[0] for found in softmax_loss(y[None], target))
    dL_dh = whole.W_hy.T @ dL_dy
    dL_da = dL_dh * slopes
    dL_dW_xh, dL_dW_hy = np.outer(dL_da, x), np.outer(dL_dy, h)
    *_, y_after = through(layer.W_xh - lr * dL_dW_xh, layer.b_h - lr * dL_da, whole.W_hy - lr * dL_dW_hy,
                          whole.b_y - lr * dL_dy)
    return FeedForward(
        whole.letters[step - 1], whole.next_letters[step - 1], x, layer.W_xh, whole.W_hy, a, h, slopes, y, p, float(L),
        dL_dy, dL_dh, dL_da, dL_dW_xh, dL_dW_hy, float(softmax_loss(y_after[None], target)[1][0]))
