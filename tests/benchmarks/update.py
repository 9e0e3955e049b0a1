"""One update with every ||dL/dh_t||, against torch's nn.RNN + autograd + SGD that records nothing.

    python tests/benchmarks/update.py [rnn] [lstm] [gru]

Budgets (n = 32, B = 32, one thread, the same dtype): of nn.RNN at most 0.30 at T = 50 and 0.18 at T = 200; of nn.LSTM
and nn.GRU, with every ||dL/dc_t|| too, at most 1 at T = 50 and 1/1.5 at T = 200. In float32 nn.LSTM is one fused
kernel (oneDNN), and the engine does not reach it.

The engine is numpy, because the same algorithm in torch (no_grad, out=), `torch_update` below, loses to it
everywhere. Medians of 15 rounds in one run, as ratios to nn.RNN + autograd (machine and spread in README.md):

                         T=50 float64  float32   T=200 float64  float32
    numpy, the engine    0.33          0.27      0.30           0.23
    the same in torch    0.45          0.36      0.46           0.38
"""

from __future__ import annotations

import sys

import core  # noqa: F401  first: one thread

import numpy as np  # isort: skip
import torch
from machine import machine, side_by_side, spread

from core.training.experiment import Experiment
from core.training.trainer import Trainer

N, B = 32, 32
MODULES = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}
ROWS = {"rnn": ([0], [0]), "lstm": ([2, 1, 0, 3], [2, 1, 0, 3]), "gru": ([2, 3, 0], [2, 3, 1])}  # to h, to x: torch's


def trainer_of(T: int, dtype: str, cell: str) -> Trainer:
    """The gates start half open, so that no gradient becomes denormal, which one side may be slower with."""
    gated = {} if cell == "rnn" else {cell: True, f"{cell}_bias": 3.0}
    return Trainer(Experiment.from_values(
        {"n_hidden": N, "batch": B, "seq_len": T, "dtype": dtype, "lr": 1e-5, **gated}))


def ours(T: int, dtype: str, cell: str):
    """The app's own trainer: update and StepRecord, norms at every t, SGD through torch.optim."""
    return trainer_of(T, dtype, cell).update


def autograd(T: int, dtype: str, cell: str):
    """torch's module + Linear + cross-entropy + SGD, on the same kind of batch, nothing recorded."""
    trainer = trainer_of(T, dtype, cell)
    kind = getattr(torch, dtype)
    rnn, out = MODULES[cell](trainer.task.n_in, N, dtype=kind), torch.nn.Linear(N, trainer.task.n_out, dtype=kind)
    V = trainer.network.V.reshape(-1, N, trainer.network.V.shape[1])
    h, x = (torch.from_numpy(V[rows].reshape(-1, V.shape[2])) for rows in ROWS[cell])
    with torch.no_grad():  # the same network: what it does to denormals and saturation is the same
        rnn.weight_hh_l0.copy_(h[:, :N])
        rnn.weight_ih_l0.copy_(x[:, N:-1])
        rnn.bias_ih_l0.copy_(x[:, -1])
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
    for cell in sys.argv[1:] or MODULES:
        for T, repeat in ((50, 20), (200, 8)):
            for dtype in ("float64", "float32"):
                reference = f"nn.{cell.upper()} + autograd"
                functions = {"engine (numpy)": ours(T, dtype, cell), reference: autograd(T, dtype, cell)}
                if cell == "rnn":
                    functions["closed form in torch"] = torch_update(T, dtype)
                else:
                    functions["engine, plain cell"] = ours(T, dtype, "rnn")
                found = side_by_side(functions, 15, repeat)
                for name, seconds in found.items():
                    ratios = [a / b for a, b in zip(seconds, found[reference], strict=True)]
                    print(f"{cell:4s} T={T:3d} {dtype}  {name:22s} {spread([1e3 * s for s in seconds])} ms   "
                          f"ratio {spread(ratios)}")
