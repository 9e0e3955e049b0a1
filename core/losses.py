"""Loss and its derivative with respect to the output, for a stack of target steps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]


@dataclass(frozen=True)
class Loss:
    """Of one batch."""

    value: float  # mean over target steps and batch (and output units, for values)
    dL_dy: Array  # (S, n_out, B)
    accuracy: float | None  # share named right; None for values


def cross_entropy(y: Array, target: NDArray[np.int64]) -> Loss:
    """-mean log softmax(y)[target], in nats.

    Args:
        y: outputs before the softmax, (S, n_out, B).
        target: class numbers, (S, B).
    """
    steps, _, B = y.shape
    at = (np.arange(steps)[:, None], target, np.arange(B))
    shifted = y - y.max(axis=1, keepdims=True)
    p = np.exp(shifted)
    total = p.sum(axis=1, keepdims=True)
    value = float(np.mean(np.log(total[:, 0]) - shifted[at]))
    p /= total
    accuracy = float(np.mean(y.argmax(axis=1) == target))
    p[at] -= 1.0
    p /= steps * B
    return Loss(value, p, accuracy)


def squared_error(y: Array, target: Array) -> Loss:
    """mean (y - target)^2, both (S, n_out, B)."""
    miss = y - target.astype(y.dtype, copy=False)
    return Loss(float(np.mean(miss**2)), miss * (2.0 / miss.size), None)
