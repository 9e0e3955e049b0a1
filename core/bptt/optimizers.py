"""torch.optim on one flat parameter vector that numpy and torch share.

torch is imported here, when the first update is applied, and nowhere else in the engine: the pictures of the
initial network do not wait for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.bptt.update import Problem

if TYPE_CHECKING:
    import torch

MOMENTUM = 0.9


class Optimizer:
    """sgd, momentum, rmsprop or adam over theta, in place."""

    def __init__(self, name: str, theta: NDArray[np.floating], lr: float) -> None:
        import torch

        torch.set_num_threads(1)  # more never helped matrices of this size
        self.parameter = torch.from_numpy(theta)
        kinds = {
            "sgd": lambda p: torch.optim.SGD(p, lr=lr),
            "momentum": lambda p: torch.optim.SGD(p, lr=lr, momentum=MOMENTUM),
            "rmsprop": lambda p: torch.optim.RMSprop(p, lr=lr),
            "adam": lambda p: torch.optim.Adam(p, lr=lr),
        }
        self._optimizer: torch.optim.Optimizer = kinds[name]([self.parameter])
        self._torch = torch

    def set_lr(self, lr: float) -> None:
        self._optimizer.param_groups[0]["lr"] = lr

    def step(self, gradient: NDArray[np.floating]) -> None:
        """theta <- theta - (what the optimizer makes of the gradient)."""
        self.parameter.grad = self._torch.from_numpy(gradient)
        self._optimizer.step()

    def state(self) -> dict[str, Any]:
        """A copy of the moments and counters; {} before the first step."""
        state = self._optimizer.state.get(self.parameter, {})
        return {key: value.clone() if hasattr(value, "clone") else value for key, value in state.items()}

    def restore(self, state: dict[str, Any]) -> None:
        """Back to a copy that `state` gave."""
        self._optimizer.state.clear()
        if state:
            self._optimizer.state[self.parameter] = {
                key: value.clone() if hasattr(value, "clone") else value for key, value in state.items()}


class FirstOrder:
    """An optimizer as a solver: it steps along the gradient that the remedies leave."""

    def __init__(self, name: str, theta: NDArray[np.floating], lr: float) -> None:
        self._optimizer = Optimizer(name, theta, lr)

    def set(self, lr: float, spec: None) -> None:
        self._optimizer.set_lr(lr)

    def step(self, problem: Problem) -> None:
        self._optimizer.step(problem.gradient)

    def state(self) -> dict[str, Any]:
        return self._optimizer.state()

    def restore(self, state: dict[str, Any]) -> None:
        self._optimizer.restore(state)
