"""The closed-form gradient against torch autograd, on a reader's own network and batch."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.network.activations import LEAK
from core.network.cells.base import Cell
from core.network.cells.leaky import Leaky
from core.tasks.base import Batch, TaskKind

if TYPE_CHECKING:
    from torch import Tensor


def autograd_gradient(theta: NDArray[np.floating], n_hidden: int, task: TaskKind, activation: str, batch: Batch, *,
                      cell: Cell | None = None, mix: float = 0.0) -> NDArray[np.float64]:
    """dL/dtheta, (P,), of the untruncated loss, by torch autograd in float64.

    Args:
        theta: V = [W_hh | W_xh | b_h], of a gated cell a block for each gate, and U = [W_hy | b_y], flat, as in
            core.network.weights.
        activation: name of phi.
        batch: inputs and targets.
        cell: what theta is of; plain units when None.
        mix: share of the teacher in the input of a task whose output is fed back.
    """
    import torch
    from torch.nn import functional as F

    phi = {
        "linear": lambda a: a, "tanh": torch.tanh, "sigmoid": torch.sigmoid, "relu": torch.relu,
        "leaky_relu": lambda a: F.leaky_relu(a, LEAK), "elu": F.elu, "gelu": F.gelu,
        "softplus": lambda a: F.softplus(a, threshold=80.0),  # above it a is ln(1 + e^a) to every digit
    }[activation]
    leaf = torch.tensor(theta, dtype=torch.float64, requires_grad=True)
    rows, columns = (n_hidden, n_hidden + task.n_in + 1) if cell is None else cell.shape
    V, U = leaf[:rows * columns].view(rows, columns), leaf[rows * columns:].view(task.n_out, n_hidden + 1)
    if cell is not None and cell.zero is not None:
        V = V * torch.from_numpy(~cell.zero)
    x = torch.tensor(batch.x, dtype=torch.float64)
    step = _step(cell, phi)
    h, c = (torch.zeros(n_hidden, x.shape[2], dtype=torch.float64) for _ in range(2))
    states = []
    for t, x_t in enumerate(x):
        if task.cue is not None and t >= task.cue:  # the output is the next input
            x_t = mix * x_t + (1.0 - mix) * (U[:, :-1] @ h + U[:, -1:])
        h, c = step(V @ torch.cat([h, x_t, torch.ones_like(h[:1])]), h, c)
        states.append(h)
    y = torch.stack([U[:, :-1] @ states[t - 1] + U[:, -1:] for t in batch.target_steps])
    target = torch.tensor(batch.target)
    loss = F.cross_entropy(y.transpose(1, 2).reshape(-1, task.n_out), target.reshape(-1)) if task.classes \
        else F.mse_loss(y, target)
    loss.backward()
    return leaf.grad.numpy()


def _step(cell: Cell | None, phi: Callable[[Tensor], Tensor],
          ) -> Callable[[Tensor, Tensor, Tensor], tuple[Tensor, Tensor]]:
    """(V [h; x; 1], h_{t-1}, c_{t-1}) -> h_t, c_t; c stays what it is where a cell has none."""
    import torch

    def lstm(a: Tensor, h: Tensor, c: Tensor) -> tuple[Tensor, Tensor]:
        g, f, i, o = a.chunk(4)
        c = f.sigmoid() * c + i.sigmoid() * phi(g)
        return o.sigmoid() * phi(c), c

    def gru(a: Tensor, h: Tensor, c: Tensor) -> tuple[Tensor, Tensor]:
        q, p, r, z = a.chunk(4)
        z = z.sigmoid()
        return (1.0 - z) * phi(p + r.sigmoid() * q) + z * h, c

    def units(a: Tensor, h: Tensor, c: Tensor) -> tuple[Tensor, Tensor]:
        return keep * h + (1.0 - keep) * phi(a), c

    keep = torch.from_numpy(1.0 - cell.leak)[:, None] if isinstance(cell, Leaky) else 0.0
    return {"lstm": lstm, "gru": gru}.get("" if cell is None else cell.name, units)


def largest_relative_difference(ours: NDArray[np.floating], reference: NDArray[np.floating]) -> float:
    """max |ours - reference| / max |reference|; 0 where both are 0."""
    scale = float(np.abs(reference).max())
    miss = float(np.abs(ours - reference).max())
    return miss / scale if scale > 0 else miss
