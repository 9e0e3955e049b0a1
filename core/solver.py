"""What makes an update of a measured gradient: an optimizer, or a remedy that makes the whole update itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from core.backprop import Pass
from core.cells import Cell, Tape
from core.network import Network
from core.specs import Training
from core.tasks import Batch, TaskKind


@dataclass(frozen=True)
class Problem:
    """What one update may look at. The network is changed in place, the rest is read."""

    network: Network  # theta (P,)
    tape: Tape  # filled by the forward and backward pass of this batch
    batch: Batch
    task: TaskKind
    seen: Pass  # weights, loss, target steps and dL/dtheta before any remedy
    gradient: NDArray[np.floating]  # (P,) dL/dtheta after every remedy that changes it
    loss: Callable[[NDArray[np.floating]], float]  # theta (P,) -> loss on this batch; inf or nan where a state is

    @property
    def cell(self) -> Cell:
        return self.network.cell


class Solver(Protocol):
    """Holds what it remembers between two updates."""

    def step(self, problem: Problem) -> None:
        """One update of `problem.network.theta`, in place."""

    def set(self, training: Training, spec: Any) -> None:
        """Settings that may change during a run: those of the training, and the remedy's own spec if it has one."""

    def state(self) -> dict[str, Any]:
        """A copy of what is remembered; {} before the first step."""

    def restore(self, state: dict[str, Any]) -> None:
        """Back to a copy that `state` gave."""
