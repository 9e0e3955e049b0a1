r"""One step of learning without recurrence: a letter in, the next one out, and the chain rule once.

    a = W_xh x + b_h,    h = phi(a),    y = W_hy h + b_y,    L = -ln softmax(y)[next letter]
    dL/dW_xh = (W_hy^T dL/dy * phi'(a)) x^T,    W_xh <- W_xh - lr dL/dW_xh

Each weight is used once, so each gradient is one product. With recurrence the same weights are used at every step,
and the gradient is a sum of products as long as the way back.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.arrays import Floats
from core.specs.recurrence import Recurrence
from core.topics.derivation.word.unrolled import Reading, initial_network, there_and_back


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
    loss_after: float  # L on the same letter after W_xh, b_h, W_hy and b_y have taken the step, nats


def feedforward(recurrence: Recurrence, reading: Reading, lr: float, step: int = 1) -> FeedForward:
    """The letter at `step`, 1..T, as the one letter that the unrolled network reads: h_0 = 0, and W_hh has no part.

    Args:
        lr: learning rate of the one step.

    Raises:
        ValueError: if the word has no such step.
    """
    if not 1 <= step <= len(reading.letters):
        raise ValueError(f"step must be a whole number from 1 to {len(reading.letters)}, got {step}.")
    network, alone = initial_network(recurrence, reading), slice(step - 1, step)
    one = there_and_back([(network.cell, network.V)], network.U, reading, alone)
    layer = one.layers[0]
    after = there_and_back([(network.cell, network.V - lr * layer.dL_dV)], network.U - lr * one.dL_dU, reading, alone)
    return FeedForward(
        one.letters[0], one.next_letters[0], one.x[0], layer.W_xh, one.W_hy, layer.a[0], layer.h[0],
        layer.phi_prime[0], one.y[0], one.p[0], one.loss, one.dL_dy[0], layer.dL_dh[0], layer.dL_da[0],
        layer.dL_dV[:, network.n:-1], after.loss)
