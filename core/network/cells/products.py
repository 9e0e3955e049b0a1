"""Products with the weights of a cell, and the sums of products over time that make its weight gradient."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from core.arrays import Array
from core.breath import breathe, steps_a_piece
from core.network.activations import MANY
from core.network.cells.tape import Tape

BLOCK = 64  # steps whose products are summed at a time
NARROW = 8  # sequences up to which the steps of replicas are laid side by side for that


def multiply_by(V: Array) -> Callable[[Array, Array], Array]:
    """The quickest (x, out) -> V x for this V: `dot` of one matrix, `matmul` of replicas."""
    return V.dot if V.ndim == 2 else partial(np.matmul, V)


def transposed(W: Array) -> Array:
    """W^T, contiguous, which the products of the backward pass are quicker with."""
    return np.ascontiguousarray(np.swapaxes(W, -1, -2))


def stacked(part: Callable[[slice], Array], steps: int, numbers: int) -> Array:
    """What is made of each step for itself, (steps, ...), a piece at a time.

    Args:
        part: some steps -> what is made of them.
        numbers: that a step works on.
    """
    piece = steps_a_piece(numbers)
    if steps <= piece:
        return part(slice(steps))
    out = None
    for first in range(0, steps, piece):
        made = part(slice(first, first + piece))
        out = np.empty((steps, *made.shape[1:]), made.dtype) if out is None else out
        out[first:first + piece] = made
        breathe()
    return out


def with_reads(tape: Tape, start: int, stop: int, reads: Sequence[Array]) -> Array:
    """[h_{t-1} + reads; x_t; 1] of the indices start..stop-1, (stop - start, [R,] m, B)."""
    Z = tape.Z[start:stop]
    if reads:
        own, Z = Z, tape.spare("Z with reads", Z.shape)
        np.copyto(Z, own)
        for more in reads:
            Z[..., :tape.n, :] += more
    return Z


def sum_of_products(D: Array, Z: Array) -> Array:
    """sum over time and batch of D_t Z_t^T: (T, [R,] rows, B), (T, [R,] m, B) -> ([R,] rows, m)."""
    # the results of replicas with few sequences are larger than what they are made of: there one product for all
    # steps, another order of the sum, where it is worth a last digit
    narrow = D.ndim == 4 and D.shape[-1] <= NARROW and D[0].size >= MANY
    block_of = _in_one_product if narrow else _step_by_step
    out = block_of(D[:BLOCK], Z[:BLOCK])
    for t in range(BLOCK, len(D), BLOCK):  # a product for each step of a long sequence would not fit in the cache
        out += block_of(D[t:t + BLOCK], Z[t:t + BLOCK])
        breathe()
    return out


def _step_by_step(D: Array, Z: Array) -> Array:
    Z_T = np.swapaxes(Z, -1, -2)
    return stacked(lambda now: np.matmul(D[now], Z_T[now]), len(D), Z[0].size).sum(axis=0)


def _in_one_product(D: Array, Z: Array) -> Array:
    """With the steps of a replica side by side."""
    left, right = (np.ascontiguousarray(X.transpose(1, 0, 3, 2)).reshape(X.shape[1], -1, X.shape[2])
                   for X in (D, Z))  # (R, T B, rows) and (R, T B, m)
    return np.matmul(np.swapaxes(left, -1, -2), right)
