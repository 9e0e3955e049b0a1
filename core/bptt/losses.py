"""Loss and its derivative with respect to the output, for a stack of target steps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.arrays import Array


@dataclass(frozen=True)
class Loss:
    """Of one batch, or of one a replica."""

    value: float | NDArray[np.float64]  # ([R]) mean over target steps and batch (and output units, for values)
    dL_dy: Array  # (S, [R,] n_out, B)
    accuracy: float | NDArray[np.float64] | None  # ([R]) share named right; None for values


def softmax(y: Array, axis: int = -2) -> tuple[Array, Array, Array]:
    """p = softmax(y); y less its largest entry; and the sum of the exponentials of that, whose axis is kept."""
    shifted = y - y.max(axis=axis, keepdims=True)
    p = np.exp(shifted)
    total = p.sum(axis=axis, keepdims=True)
    p /= total
    return p, shifted, total


def cross_entropy(y: Array, target: NDArray[np.int64]) -> Loss:
    """-mean log softmax(y)[target], in nats.

    Args:
        y: outputs before the softmax, (S, [R,] n_out, B).
        target: class numbers, (S, [R,] B).
    """
    S, B = len(y), y.shape[-1]
    sequence = np.arange(B)  # the places of the right answers: (S, [R,] B) of each axis
    at = (np.arange(S)[:, None], target, sequence) if y.ndim == 3 else (
        np.arange(S)[:, None, None], np.arange(y.shape[1])[:, None], target, sequence)
    p, shifted, total = softmax(y)
    value = _mean(np.log(total) - shifted[at][..., None, :])
    accuracy = _mean((y.argmax(axis=-2) == target)[..., None, :])
    p[at] -= 1.0
    p /= S * B
    return Loss(value, p, accuracy)


def squared_error(y: Array, target: Array) -> Loss:
    """mean (y - target)^2, both (S, [R,] n_out, B)."""
    miss = y - target.astype(y.dtype, copy=False)
    return Loss(_mean(miss**2), miss * (2.0 / (len(y) * y.shape[-2] * y.shape[-1])), None)


def _mean(x: NDArray) -> float | NDArray[np.float64]:
    """Over all axes but that of the replicas."""
    if x.ndim == 3:
        return float(np.mean(x))
    return np.swapaxes(x, 0, 1).reshape(x.shape[1], -1).mean(axis=1, dtype=np.float64)
