r"""Where torch's own functions and modules do something else than what is printed of them."""

from __future__ import annotations

from dataclasses import replace
from math import exp, inf

import numpy as np
from numpy.typing import NDArray

from core.bptt.update import Gradient
from core.claims import Claim
from core.norms import euclidean_norm
from core.remedies.clip_norm import ClipNorm, clip_norm
from core.remedies.lstm import LSTMGates
from core.sources import TORCH
from core.specs.recurrence import Recurrence
from core.specs.task import Task
from core.tasks.base import Batch
from core.topics.derivation.corrections.base import Correction
from core.topics.derivation.corrections.bounded import bounded, finite_or_why, one_pass
from core.topics.derivation.words import say
from core.topics.playground.pytorch_cells import MODULES
from core.training.experiment import Experiment, network_alone
from core.training.trainer import Trainer

LARGEST = 1e20  # its square leaves float32
NAMES = {"vanilla": "nn.RNN", "lstm": "nn.LSTM", "gru": "nn.GRU"}
ROWS = {"vanilla": ([0], [0]), "lstm": ([2, 1, 0, 3], [2, 1, 0, 3]), "gru": ([2, 3, 0], [2, 3, 1])}  # to h, to x
NOTICED = 0.001  # a bias that its sentence spells with its sign


def norm_in_its_own_type(experiment: Experiment) -> Claim:
    """The reader's first gradient in float32, with a largest entry of 1e20, clipped at 1 by torch and by the rule."""
    import torch

    small, note = bounded(experiment)
    trainer = Trainer(small)
    if (why := finite_or_why(trainer)) is not None:
        return why
    g = trainer.gradient()[0].astype(np.float64)
    if not g.any():
        return say("own_type.zero")
    g = (g * (LARGEST / np.abs(g).max())).astype(np.float32)
    parameter = torch.nn.Parameter(torch.zeros(len(g)))

    def by_torch(gradient: NDArray[np.float32]) -> tuple[float, NDArray[np.float32]]:
        parameter.grad = torch.from_numpy(gradient.copy())
        return torch.nn.utils.clip_grad_norm_([parameter], 1.0).item(), parameter.grad.numpy()

    its_norm, left = by_torch(g)
    broken = g.copy()
    broken[np.abs(g).argmax()] = np.inf
    no_number = np.isnan(by_torch(broken)[1])
    rule = clip_norm(Gradient(g, euclidean_norm(g)), ClipNorm(threshold=1.0))
    alive = g != 0.0
    found = say("own_type.infinite") if its_norm == inf else say("own_type.norm", {"norm": its_norm})
    return say("own_type", {
        "share_zero": float(np.mean(left[alive] == 0.0)), "log10_norm": float(np.log10(euclidean_norm(g))),
        "norm_left": rule.norm, "count_broken": int(no_number.sum()), "count_entries": len(g)}, found=found, note=note)


def two_biases(experiment: Experiment) -> Claim:
    """||dL/dtheta|| of the reader's network with one bias, and as torch's module, which trains two."""
    own = network_alone(experiment)
    whose, network = "biases.yours", own
    trainer = Trainer(own)
    cell, phi = trainer.network.cell.name, trainer.activation.name
    if phi not in MODULES.get(cell, ()) or trainer.task.cue is not None:
        whose, cell, phi = "biases.example", "lstm", "tanh"
        network = Experiment(Recurrence(n_hidden=own.recurrence.n_hidden, seed=own.recurrence.seed),
                             Task(seq_len=50, batch=8), remedies=(LSTMGates(),))
    network = replace(network, training=replace(network.training, dtype="float64"))
    small, note = bounded(network, lambda n, T, B: 8 * one_pass(n, T, B))
    trainer = Trainer(small)
    if (why := finite_or_why(trainer)) is not None:
        return why
    gradient, batch = trainer.gradient()
    one = euclidean_norm(gradient)
    if one == 0.0:
        return say("biases.zero")
    two = _norm_by_torch(trainer, cell, phi, batch)
    bias, gate, more = getattr(trainer.network.cell, "bias", 0.0), "", {}
    if abs(bias) >= NOTICED:
        more = {"bias_each": bias, "share_one": _sigmoid(bias), "share_two": _sigmoid(2.0 * bias)}
        gate = say("biases.gate", more)
    return say("biases", {"norm_two": two, "share_longer": two / one - 1.0, "norm_one": one, **more},
               whose=say(whose, module=NAMES[cell]), gate=gate, note=note)


def _sigmoid(a: float) -> float:
    return 1.0 / (1.0 + exp(-a))


def _norm_by_torch(trainer: Trainer, cell: str, phi: str, batch: Batch) -> float:
    """||dL/dtheta|| over everything that torch's module and a Linear train, the second bias beginning at 0."""
    import torch
    from torch import nn

    network, task = trainer.network, trainer.task
    n, kind = network.n, {"dtype": torch.float64}
    blocks = torch.from_numpy(network.V.copy()).view(-1, n, network.V.shape[1])
    to_h, to_x = (blocks[rows].reshape(-1, blocks.shape[2]) for rows in ROWS[cell])
    U = torch.from_numpy(network.U.copy())
    rnn = nn.RNN(task.n_in, n, nonlinearity=phi, **kind) if cell == "vanilla" else (
        nn.LSTM if cell == "lstm" else nn.GRU)(task.n_in, n, **kind)
    out = nn.Linear(n, task.n_out, **kind)
    with torch.no_grad():
        rnn.weight_hh_l0.copy_(to_h[:, :n])
        rnn.weight_ih_l0.copy_(to_x[:, n:-1])
        rnn.bias_ih_l0.copy_(to_x[:, -1])
        rnn.bias_hh_l0.zero_()
        if cell == "gru":  # of the candidate there are two in both
            rnn.bias_hh_l0[2 * n:] = to_h[2 * n:, -1]
        out.weight.copy_(U[:, :-1])
        out.bias.copy_(U[:, -1])
    y = out(rnn(torch.from_numpy(batch.x).transpose(1, 2))[0][batch.target_steps - 1])
    target = torch.from_numpy(batch.target)
    loss = nn.functional.cross_entropy(y.flatten(0, 1), target.flatten()) if task.classes else (
        nn.functional.mse_loss(y, target.transpose(1, 2)))
    loss.backward()
    return euclidean_norm(np.concatenate([p.grad.numpy().ravel() for p in (*rnn.parameters(), *out.parameters())]))


CORRECTIONS = (
    Correction(
        11, "clip_grad_norm_ is not the rule where the norm leaves the number type",
        r"clip_grad_norm_ scales the gradient by $\min(1, \theta / \lVert g \rVert)$.",
        r"It divides by $\lVert g \rVert + 10^{-6}$, and takes $\lVert g \rVert$ in the gradient's own number type: in "
        r"float32 the squares of entries above $10^{19}$ are infinite, the factor is 0 and the step is lost; one "
        r"infinite entry becomes no number. The norm in float64, or error_if_nonfinite=True, says so.",
        TORCH, norm_in_its_own_type),
    Correction(
        12, "nn.RNN, nn.LSTM and nn.GRU have two biases",
        r"nn.LSTM computes the printed equations, with one $b_f$, so that its gradient has the printed norm.",
        r"bias_ih and bias_hh stand in the same sum and get the same gradient: the network is the same, "
        r"$\lVert \partial L/\partial \theta \rVert$ is longer, a clip shortens more, and $b_f = 1$ in both is 2. (A "
        r"GRU's candidate needs both: the reset gate acts on one.)",
        TORCH, two_biases),
)
