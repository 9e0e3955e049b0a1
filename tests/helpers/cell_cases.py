"""Every cell on one small batch, and the same cell as a plain loop in torch, differentiated by autograd."""

from dataclasses import dataclass
from functools import partial

import numpy as np
import torch

from core.network.activations import ACTIVATIONS
from core.network.cells.gru import GRU
from core.network.cells.leaky import Leaky
from core.network.cells.lstm import LSTM
from core.network.cells.vanilla import Vanilla
from tests.helpers.autograd_reference import PHI

T, N, N_IN, B = 12, 5, 3, 4
M = N + N_IN + 1
LEAKS = np.linspace(0.1, 1.0, N)
TARGETS = (2, 6, 7, T - 1)  # indices with a loss of their own; BLOCK steps of the gated cells end between them
HAS_TARGET = [t in TARGETS for t in range(T)]
TANH = ACTIVATIONS["tanh"]
CELLS = {"vanilla": lambda: Vanilla(N, N_IN, TANH), "leaky": lambda: Leaky(N, N_IN, TANH, LEAKS),
         "lstm": lambda: LSTM(N, N_IN, 1.0), "gru": lambda: GRU(N, N_IN, 1.0)}
GATED = {"lstm": LSTM, "gru": GRU}
OTHERS = [name for name in ACTIVATIONS if name != "tanh"]  # of the gated cells: tanh is what they have unasked
CELLS |= {f"{name} {phi}": partial(cell, N, N_IN, 1.0, ACTIVATIONS[phi]) for name, cell in GATED.items()
          for phi in OTHERS}


def vanilla_step(V, s, z):
    return torch.tanh(V @ z)


def leaky_step(V, s, z):
    leak = torch.from_numpy(LEAKS).to(s.dtype).reshape(-1, *[1] * (s.dim() - 1))
    return (1 - leak) * s + leak * torch.tanh(V @ z)


def lstm_step(V, s, z, phi=torch.tanh):
    g, f, i, o = torch.chunk(V @ z, 4)
    c = torch.sigmoid(f) * s[len(s) // 2:] + torch.sigmoid(i) * phi(g)
    return torch.cat([torch.sigmoid(o) * phi(c), c])


def gru_step(V, s, z, phi=torch.tanh):
    q, p, r, update = torch.chunk(V @ z, 4)
    update = torch.sigmoid(update)
    return (1 - update) * phi(p + torch.sigmoid(r) * q) + update * s


STEPS = {"vanilla": vanilla_step, "leaky": leaky_step, "lstm": lstm_step, "gru": gru_step}
STEPS |= {f"{name} {phi}": partial(STEPS[name], phi=PHI[phi]) for name in GATED for phi in OTHERS}


def step(name, V, s, x):
    """s_t from s_{t-1}, (states n, ...), and x_t, (n_in, ...)."""
    n = V.shape[1] - len(x) - 1
    return STEPS[name](V, s, torch.cat([s[:n], x, torch.ones_like(x[:1])]))


@dataclass(frozen=True)
class Case:
    """A cell whose weights are all different from 0 (those too that a task leaves at 0), and what it reads."""

    name: str
    cell: object
    V: np.ndarray  # ([R,] rows, m)
    tape: object
    x: np.ndarray  # (T, [R,] n_in, B)
    direct: np.ndarray  # (S, [R,] n, B) dL_t/dh_t where there is a target

    def forward(self, *borders):
        for start, stop in zip((0, *borders), (*borders, T), strict=True):
            self.cell.forward(self.V, self.tape, start, stop)
        return self

    def backward(self, *borders, carry=None):
        """With one step done by `link` at every border."""
        for t, g in zip(TARGETS, self.direct, strict=True):
            self.tape.G[t] = g
        for start, stop in reversed(list(zip((0, *borders), (*borders, T), strict=True))):
            self.cell.backward(self.V, self.tape, start, stop, HAS_TARGET, carry)
            if start:
                self.cell.link(self.V, self.tape, start, HAS_TARGET[start - 1], carry)
        return self

    def replica(self, r):
        """One of the replicas, by itself."""
        alone = made(self.name, self.V.dtype, V=self.V[r], x=self.x[:, r])
        return Case(self.name, alone.cell, alone.V, alone.tape, alone.x, np.ascontiguousarray(self.direct[:, r]))


def made(name, dtype="float64", replicas=(), seed=0, V=None, x=None, gain=1.0):
    """Entries N(0, gain^2 / m) of V, so that the gates are neither open nor shut."""
    rng, cell = np.random.default_rng(seed), CELLS[name]()
    V = rng.normal(0, gain / np.sqrt(M), (*replicas, *cell.shape)).astype(dtype) if V is None else V
    x = rng.normal(size=(T, *replicas, N_IN, B)).astype(dtype) if x is None else x
    direct = rng.normal(size=(len(TARGETS), *replicas, N, B)).astype(dtype)
    tape = cell.tape(T, B, np.dtype(dtype), replicas)
    tape.load(x)
    return Case(name, cell, V, tape, x, direct)


@dataclass(frozen=True)
class Oracle:
    s: np.ndarray  # (T, states, B)
    dL_ds: np.ndarray  # (T, states, B) the whole derivative by each part of s_t
    dL_dV: np.ndarray  # (rows, m)


def oracle(case):
    """Of sum over targets of <direct, h_t>, by autograd in the case's number type."""
    V, x = torch.tensor(case.V, requires_grad=True), torch.tensor(case.x)
    s, states = torch.zeros(case.cell.states * N, B, dtype=V.dtype), []
    for t in range(T):
        s = step(case.name, V, s, x[t])
        states.append(s)
    loss = sum((states[t][:N] * torch.tensor(g)).sum() for t, g in zip(TARGETS, case.direct, strict=True))
    gradients = torch.autograd.grad(loss, [V, *states])
    return Oracle(*(np.stack([part.detach().numpy() for part in parts]) for parts in (states, gradients[1:])),
                  gradients[0].numpy())


def tolerance(dtype="float64"):
    """There and back an entry is a sum of m products at each of T steps; 10 for sums that are smaller than their
    parts, and 4 for the gates in a row that a step goes through."""
    return 10 * 4 * 2 * T * M * np.finfo(dtype).eps


def relative(found, expected):
    """||found - expected|| / ||expected||, in float64."""
    difference = np.asarray(found, np.float64) - expected
    return np.linalg.norm(difference) / np.linalg.norm(np.asarray(expected, np.float64))


def jacobian(case, t, b, s):
    """ds_t/ds_{t-1} of sequence b at index t by torch.func.jacrev, from the states s before, (T + 1, states, B)."""
    V, x = torch.tensor(case.V, dtype=torch.float64), torch.tensor(case.x[t, :, b], dtype=torch.float64)
    return torch.func.jacrev(lambda state: step(case.name, V, state, x))(torch.tensor(s[t, :, b])).numpy()


def states_before(case):
    """s_0 .. s_{T-1}, (T, states, B), float64, by torch."""
    s = oracle(case).s
    return np.concatenate([np.zeros_like(s[:1]), s[:-1]]).astype(np.float64)
