"""Which quantity left the finite numbers, and where it began."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.bptt.words import say
from core.claims import Claim
from core.network.cells.tape import Tape


def left_the_finite(step: int, loss: float, norm: float, theta: NDArray[np.floating], tape: Tape, window: int,
                    stop: int) -> Claim | None:
    """For a record's `stopped`; None while all are finite.

    Args:
        step: number of the update.
        loss: of the chunk.
        norm: ||dL/dtheta||.
        theta: the parameters that the chunk was computed with.
        tape: after both passes; dL/dh of the indices window..stop-1 is this chunk's.
    """
    if np.isfinite(loss) and np.isfinite(norm):
        return None
    of_loss = not np.isfinite(loss)
    bad_state = ~np.isfinite(tape.h[:stop]).all(axis=(1, 2))
    bad_gradient = ~np.isfinite(tape.G[window:stop]).all(axis=(1, 2))
    if not np.isfinite(theta).all():
        first = say("first.weights")
    elif bad_state.any():
        first = say("first.state", {"t": int(bad_state.argmax()) + 1})
    elif not of_loss and bad_gradient.any():
        first = say("first.state_gradient", {"t": window + int(np.flatnonzero(bad_gradient)[-1]) + 1})
    else:
        first = say("first.output" if of_loss else "first.gradient")
    return say("stopped.loss" if of_loss else "stopped.gradient", {"update": step, **first.numbers}, first=first,
               value=str(loss if of_loss else norm))
