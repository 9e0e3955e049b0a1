"""A place in a run from which it goes on exactly as it went on then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Checkpoint:
    """All that is needed to do update `step` again, at the beginning of a sequence."""

    step: int  # the update that comes next, from 1
    sequence: int  # number of the batch it starts with
    theta: NDArray[np.floating]  # (P,)
    solver: dict[str, Any]  # what the optimizer remembers: moments and counters
    trained: NDArray[np.floating] | None = None  # (P,) theta as update `step - 1` left it; None where it is `theta`

    @property
    def nbytes(self) -> int:
        arrays = (self.theta, self.trained, *self.solver.values())
        return sum(getattr(array, "nbytes", 0) for array in arrays)
