"""A place in a run from which it goes on exactly as it went on then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.training.by_hand import Deeds


@dataclass(frozen=True)
class Trained:
    """What an update left, before W_hh was changed by hand."""

    theta: NDArray[np.floating]  # (P,)
    deeds: Deeds  # what was done to it since


@dataclass(frozen=True)
class Checkpoint:
    """All that is needed to do update `step` again, at the beginning of a sequence."""

    step: int  # the update that comes next, from 1
    sequence: int  # number of the batch it starts with
    theta: NDArray[np.floating]  # (P,)
    solver: dict[str, Any]  # what the optimizer remembers: moments and counters
    trained: Trained | None = None  # what update `step - 1` left; None where it is `theta`

    @property
    def nbytes(self) -> int:
        arrays = (self.theta, self.trained and self.trained.theta, *self.solver.values())
        return sum(getattr(array, "nbytes", 0) for array in arrays)
