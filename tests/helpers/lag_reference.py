"""The split of dL/dV by lag as plain matrices: ours, the closed form of a chunk, and autograd's, step by step."""

import numpy as np
import torch
import torch.nn.functional as F

from core.bptt.backprop import run_backward, run_forward
from core.bptt.gradient_by_lag import lag_parts
from core.remedies.hooks import Hooks
from core.specs.recurrence import Recurrence
from core.tasks.base import tasks
from tests.helpers.autograd_reference import PHI

T, N, B = 10, 5, 3


def setting(task="sine", activation="tanh", T=T, dtype=float, **more):
    """Network, batch, kind."""
    kind = tasks()[task]
    recurrence = Recurrence(**{"n_hidden": N, "alpha": 0.5, "bias": 0.1, "activation": activation, "seed": 1} | more)
    network = Hooks().network(recurrence, kind, np.dtype(dtype))
    return network, kind.sample(np.random.default_rng(0), T, B), kind


def parts_of(network, batch, kind):
    """C_0 .. C_{T-1} as plain matrices, (T, n, m)."""
    tape = network.cell.tape(len(batch.x), batch.x.shape[2], np.dtype(float))
    tape.load(batch.x)
    seen = run_forward(network, tape, batch, kind, 0, len(batch.x))
    return np.stack([np.ldexp(part.mantissa, part.exponent) for part in lag_parts(network, tape, seen.loss, seen.at)])


def terms_of(network, batch, kind, activation):
    """The gradient of each step's loss by each step's own copy of V, by autograd: (T, T, n, m), row t, column k."""
    steps, _, B = batch.x.shape
    V = [torch.tensor(network.V, dtype=torch.float64, requires_grad=True) for _ in range(steps)]
    U, h = torch.tensor(network.U, dtype=torch.float64), torch.zeros(network.n, B, dtype=torch.float64)
    out, targets = np.zeros((steps, steps, *network.V.shape)), dict(zip(batch.target_steps, batch.target, strict=True))
    for t in range(1, steps + 1):
        h = PHI[activation](V[t - 1] @ torch.cat([h, torch.tensor(batch.x[t - 1]), torch.ones(1, B)]))
        if t in targets:
            y, target = U[:, :-1] @ h + U[:, -1:], torch.tensor(targets[t])
            loss = (F.cross_entropy(y.T, target) if kind.classes else F.mse_loss(y, target)) / len(targets)
            out[t - 1, :t] = [g.numpy() for g in torch.autograd.grad(loss, V[:t], retain_graph=True)]
    return out


def assert_close(ours, theirs):
    """Sums of m products over T steps there and back, 2 T m eps, and a factor of 10 for what cancels."""
    allowed = 20 * T * ours.shape[-1] * np.finfo(float).eps
    assert np.linalg.norm(ours - theirs) <= allowed * np.linalg.norm(theirs)


def closed_form(network, batch, kind, start=0, stop=T, k2=T):
    """dL/dV of a chunk."""
    tape = network.cell.tape(T, B, np.dtype(float))
    tape.load(batch.x)
    run_forward(network, tape, batch, kind, 0, start)
    seen = run_forward(network, tape, batch, kind, start, stop)
    return 0.0 if seen is None else network.views(run_backward(network, tape, seen, k2).gradient)[0]
