"""The oracle: the same network as a plain loop in torch, differentiated by autograd."""

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F

from core.network.activations import LEAK

PHI = {
    "linear": lambda a: a * 1.0,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "relu": torch.relu,
    "leaky_relu": lambda a: F.leaky_relu(a, LEAK),
    "elu": F.elu,
    "softplus": lambda a: F.softplus(a, threshold=700.0),  # torch's default leaves out log1p(exp(-a)) beyond 20
    "gelu": F.gelu,
}


@dataclass(frozen=True)
class Differentiated:
    loss: float
    h: np.ndarray  # (T, n, B)
    gradient: np.ndarray  # (P,) in the order of theta
    dL_dh: np.ndarray  # (T, n, B)


def differentiate(network, batch, kind, activation, start=0, stop=None, cut=0, mix=0.0):
    """The loss of the targets in (start, stop], with the weights held constant for the steps up to `cut`.

    Of a task whose output is fed back, `mix` is the share of the given input after the cue.
    """
    V, U = (torch.tensor(M, requires_grad=True) for M in (network.V, network.U))
    x = torch.tensor(batch.x, dtype=V.dtype)
    T, _, B = x.shape
    stop = stop or T
    h, one, states = torch.zeros(network.n, B, dtype=V.dtype), torch.ones(1, B, dtype=V.dtype), []
    for t in range(stop):
        weights, out = (V.detach(), U.detach()) if t < cut else (V, U)
        read = x[t] if kind.cue is None or t < kind.cue else mix * x[t] + (1 - mix) * (out[:, :-1] @ h + out[:, -1:])
        h = PHI[activation](weights @ torch.cat([h, read, one]))
        if h.requires_grad:
            h.retain_grad()
        else:
            h.requires_grad_()
        states.append(h)
        if t < cut:
            h = h.detach()
    inside = (batch.target_steps > start) & (batch.target_steps <= stop)
    y = torch.stack([U[:, :-1] @ states[t - 1] + U[:, -1:] for t in batch.target_steps[inside]])
    target = torch.tensor(batch.target[inside])
    loss = F.cross_entropy(y, target) if kind.classes else F.mse_loss(y, target.to(V.dtype))
    loss.backward()
    zero = torch.zeros_like(h)
    return Differentiated(
        float(loss.detach()), torch.stack(states).detach().numpy(),
        torch.cat([V.grad.flatten(), U.grad.flatten()]).numpy(),
        torch.stack([zero if state.grad is None else state.grad for state in states]).numpy())
