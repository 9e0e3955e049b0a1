"""One update with every ||dL/dh_t||, against torch's nn.RNN + autograd + SGD that records nothing.

    python tests/benchmarks/update.py

Budget: at most 0.30 of it at T = 50 and 0.18 at T = 200 (n = 32, B = 32, one thread, the same dtype).

The engine is numpy, because the same algorithm in torch (no_grad, out=), `torch_update` below, loses to it
everywhere. Medians of 15 rounds in one run, as ratios to nn.RNN + autograd (machine and spread in README.md):

                         T=50 float64  float32   T=200 float64  float32
    numpy, the engine    0.33          0.27      0.30           0.23
    the same in torch    0.45          0.36      0.46           0.38
"""

from __future__ import annotations

import core  # noqa: F401  first: one thread

import numpy as np  # isort: skip
import torch
from machine import machine, side_by_side, spread

from core.experiment import Experiment
from core.training import Trainer

N, B = 32, 32


def ours(T: int, dtype: str):
    """The app's own trainer: update and StepRecord, norms at every t, SGD through torch.optim."""
    return Trainer(Experiment.from_values({"n_hidden": N, "batch": B, "seq_len": T, "dtype": dtype, "lr": 1e-5})).update


def autograd(T: int, dtype: str):
    """nn.RNN + Linear + cross-entropy + SGD, on the same kind of batch, nothing recorded."""
    trainer = Trainer(Experiment.from_values({"n_hidden": N, "batch": B, "seq_len": T, "dtype": dtype}))
    kind = getattr(torch, dtype)
    rnn, out = torch.nn.RNN(trainer.task.n_in, N, dtype=kind), torch.nn.Linear(N, trainer.task.n_out, dtype=kind)
    with torch.no_grad():  # the same network: what it does to denormals and saturation is the same
        rnn.weight_hh_l0.copy_(torch.from_numpy(trainer.network.W_hh.copy()))
        rnn.weight_ih_l0.copy_(torch.from_numpy(trainer.network.V[:, N:-1].copy()))
        rnn.bias_ih_l0.zero_()
        rnn.bias_hh_l0.zero_()
    optimizer = torch.optim.SGD([*rnn.parameters(), *out.parameters()], lr=1e-5)
    loss_of = torch.nn.CrossEntropyLoss()

    def update():
        batch = trainer.task.sample(np.random.default_rng([0, 1, 2]), T, B)
        x, target = torch.from_numpy(batch.x).to(kind).transpose(1, 2), torch.from_numpy(batch.target[0])
        optimizer.zero_grad()
        loss = loss_of(out(rnn(x)[0][-1]), target)
        loss.backward()
        optimizer.step()

    return update


def torch_update(T: int, dtype: str):
    """The closed form in torch with no_grad and out=: forward, backward, dL/dh_t norms, weight gradient, SGD."""
    kind = getattr(torch, dtype)
    trainer = Trainer(Experiment.from_values({"n_hidden": N, "batch": B, "seq_len": T, "dtype": dtype}))
    V, U = (torch.from_numpy(part.copy()) for part in (trainer.network.V, trainer.network.U))
    n_in = trainer.task.n_in
    Z = torch.ones(T + 1, N + n_in + 1, B, dtype=kind)
    Z[0, :N] = 0
    A, P, G, D = (torch.zeros(T, N, B, dtype=kind) for _ in range(4))
    Zs, As, Ps, Gs, Ds, Hs = list(Z), list(A), list(P), list(G), list(D), [Z[t + 1, :N] for t in range(T)]

    @torch.no_grad()
    def update():
        batch = trainer.task.sample(np.random.default_rng([0, 1, 2]), T, B)
        Z[:-1, N:-1] = torch.from_numpy(batch.x)
        for t in range(T):
            torch.mm(V, Zs[t], out=As[t])
            torch.tanh(As[t], out=Hs[t])
        torch.mul(Z[1:, :N], Z[1:, :N], out=P)
        torch.sub(1.0, P, out=P)
        p = torch.softmax(U[:, :-1] @ Hs[-1] + U[:, -1:], 0)
        p[torch.from_numpy(batch.target[0]), torch.arange(B)] -= 1
        p /= B
        torch.mm(U[:, :-1].T, p, out=Gs[-1])
        W_T = V[:, :N].T.contiguous()
        for t in range(T - 1, 0, -1):
            torch.mul(Gs[t], Ps[t], out=Ds[t])
            torch.mm(W_T, Ds[t], out=Gs[t - 1])
        torch.mul(Gs[0], Ps[0], out=Ds[0])
        V.sub_(torch.bmm(D, Z[:-1].transpose(1, 2)).sum(0), alpha=1e-5)
        U[:, :-1].sub_(p @ Hs[-1].T, alpha=1e-5)
        return (G * G).sum((1, 2)).log10()

    return update


if __name__ == "__main__":
    torch.set_num_threads(1)
    print(machine())
    for T, repeat in ((50, 20), (200, 8)):
        for dtype in ("float64", "float32"):
            found = side_by_side({"engine (numpy)": ours(T, dtype), "closed form in torch": torch_update(T, dtype),
                                  "nn.RNN + autograd": autograd(T, dtype)}, 15, repeat)
            reference = found["nn.RNN + autograd"]
            for name, seconds in found.items():
                ratios = [a / b for a, b in zip(seconds, reference, strict=True)]
                print(f"T={T:3d} {dtype}  {name:22s} {spread([1e3 * s for s in seconds])} ms   "
                      f"ratio {spread(ratios)}")
