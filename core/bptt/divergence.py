"""Which quantity left the finite numbers, and where it began."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.network.cells.tape import Tape


def left_the_finite(step: int, loss: float, norm: float, theta: NDArray[np.floating], tape: Tape, window: int,
                    stop: int) -> str | None:
    """In words, for a record's `stopped`; None while all are finite.

    Args:
        step: number of the update.
        loss: of the chunk.
        norm: ||dL/dtheta||.
        theta: the parameters that the chunk was computed with.
        tape: after both passes; dL/dh of the indices window..stop-1 is this chunk's.
    """
    if not np.isfinite(loss):
        quantity, value = "loss", loss
    elif not np.isfinite(norm):
        quantity, value = "the gradient", norm
    else:
        return None
    bad_state = ~np.isfinite(tape.h[:stop]).all(axis=(1, 2))
    bad_gradient = ~np.isfinite(tape.G[window:stop]).all(axis=(1, 2))
    if not np.isfinite(theta).all():
        first = "the weights, after the update before"
    elif bad_state.any():
        first = f"h at t={int(bad_state.argmax()) + 1}"
    elif quantity == "the gradient" and bad_gradient.any():
        first = f"dL/dh at t={window + int(np.flatnonzero(bad_gradient)[-1]) + 1}"
    elif quantity == "the gradient":
        first = "dL/dW"
    else:
        first = "the output"
    return f"{quantity} is {value} at update {step}; the first was {first}"
