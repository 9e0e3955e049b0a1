"""What makes an update of a measured gradient: an optimizer, or a remedy that makes the whole update itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from core.arrays import Array
from core.bptt.backprop import Pass
from core.network.cells.base import Cell
from core.network.cells.tape import Tape
from core.network.weights import Network
from core.tasks.base import Batch, TaskKind


@dataclass(frozen=True)
class Gradient:
    """dL/dtheta over all parameters of one network."""

    flat: Array  # (P,), owned by the caller: a hook returns a new one or this one unchanged
    norm: float  # ||flat||_2


@dataclass(frozen=True)
class Problem:
    """What one update may look at. The network is changed in place, the rest is read."""

    network: Network  # theta (P,)
    tape: Tape  # filled by the forward and backward pass of this batch
    batch: Batch
    task: TaskKind
    seen: Pass  # weights, loss, target steps and dL/dtheta before any remedy
    gradient: Array  # (P,) dL/dtheta after every remedy that changes it
    loss: Callable[[Array], float]  # theta (P,) -> loss on this batch; inf or nan where a state is

    @property
    def cell(self) -> Cell:
        return self.network.cell


class Solver(Protocol):
    """Holds what it remembers between two updates."""

    def step(self, problem: Problem) -> None:
        """One update of `problem.network.theta`, in place."""

    def set(self, lr: float, spec: Any) -> None:
        """Settings that may change during a run: the learning rate, and the remedy's own spec if it has one."""

    def state(self) -> dict[str, Any]:
        """A copy of what is remembered; {} before the first step."""

    def restore(self, state: dict[str, Any]) -> None:
        """Back to a copy that `state` gave."""
