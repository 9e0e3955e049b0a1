"""The closed-form gradient against torch autograd, on a reader's own network and batch."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.activations import LEAK
from core.tasks import Batch, TaskKind


def autograd_gradient(theta: NDArray[np.floating], n_hidden: int, task: TaskKind, activation: str,
                      batch: Batch) -> NDArray[np.float64]:
    """dL/dtheta, (P,), of the untruncated loss, by torch autograd in float64.

    Args:
        theta: V = [W_hh | W_xh | b_h] and U = [W_hy | b_y], flat, as in core.network.
        batch: inputs and targets.
    """
    import torch
    from torch.nn import functional as F

    phi = {
        "linear": lambda a: a, "tanh": torch.tanh, "sigmoid": torch.sigmoid, "relu": torch.relu,
        "leaky_relu": lambda a: F.leaky_relu(a, LEAK), "elu": F.elu, "softplus": lambda a: F.softplus(a, threshold=1e9),
        "gelu": F.gelu,
    }[activation]
    leaf = torch.tensor(theta, dtype=torch.float64, requires_grad=True)
    columns = n_hidden + task.n_in + 1
    V, U = leaf[:n_hidden * columns].view(n_hidden, columns), leaf[n_hidden * columns:].view(task.n_out, n_hidden + 1)
    x = torch.tensor(batch.x, dtype=torch.float64)
    h, states = torch.zeros(n_hidden, x.shape[2], dtype=torch.float64), []
    for t, x_t in enumerate(x):
        if task.cue is not None and t >= task.cue:
            x_t = U[:, :-1] @ h + U[:, -1:]  # the output is the next input
        h = phi(V[:, :n_hidden] @ h + V[:, n_hidden:-1] @ x_t + V[:, -1:])
        states.append(h)
    y = torch.stack([U[:, :-1] @ states[t - 1] + U[:, -1:] for t in batch.target_steps])
    target = torch.tensor(batch.target)
    loss = F.cross_entropy(y.transpose(1, 2).reshape(-1, task.n_out), target.reshape(-1)) if task.classes \
        else F.mse_loss(y, target)
    loss.backward()
    return leaf.grad.numpy()


def largest_relative_difference(ours: NDArray[np.floating], reference: NDArray[np.floating]) -> float:
    """max |ours - reference| / max |reference|; 0 where both are 0."""
    scale = float(np.abs(reference).max())
    miss = float(np.abs(ours - reference).max())
    return miss / scale if scale > 0 else miss
