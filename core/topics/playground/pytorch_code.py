"""A run as a script in plain PyTorch: the same network, loss, optimizer and clip, differentiated by autograd.

Initial weights and batches come from this project, so that the script prints the same losses. Where torch would do
something else (a second bias, a clip in the gradient's own number type, a softplus that is cut short) the script does
what the run does, and says so. A remedy that it leaves out is named in it.
"""

from __future__ import annotations

from collections.abc import Iterator

from core.bptt.backprop import Window
from core.parameters import Spec
from core.remedies.base import remedy_of
from core.remedies.clip_norm import ClipNorm
from core.remedies.clip_value import ClipValue
from core.remedies.hooks import Hooks
from core.remedies.l1 import L1
from core.remedies.l2 import L2
from core.remedies.truncation import Truncation
from core.tasks.base import TaskKind
from core.topics.playground.pytorch_cells import LOOP, recurrent_code
from core.topics.playground.pytorch_loop import in_chunks, whole_sequences
from core.training.experiment import Experiment

OPTIMIZERS = {
    "sgd": "SGD(trained, lr={lr!r})", "momentum": "SGD(trained, lr={lr!r}, momentum=0.9)",
    "rmsprop": "RMSprop(trained, lr={lr!r})", "adam": "Adam(trained, lr={lr!r})",
}
PENALTIES = {L1: " + {weight!r} * recurrent.abs().sum()", L2: " + {weight!r} * recurrent.square().sum()"}
WITHIN = (ClipNorm, ClipValue, *PENALTIES)  # what the script has as the run has it
# hooks that act in training; the others make the network, which comes from this project
ACTS = ("solver", "penalty", "feedback", "transform_gradient", "transform_vector", "constrain")


def pytorch_code(experiment: Experiment) -> str:
    """The script. It prints update, loss and ||g|| before any clip, to the last update or where the run stops.

    "" for a cell that is not written in PyTorch.
    """
    kind = experiment.task.kind
    window = _window(experiment)
    cell = Hooks(experiment.remedies).cell(experiment.recurrence, kind.n_in)
    if cell.name not in LOOP:
        return ""
    return "\n".join([
        _head(experiment), *(f"# {line}\n" for line in _left_out(experiment)),
        recurrent_code(cell.name, experiment.activation.name), _readout(experiment), "",
        _learn(experiment, kind), "",
        in_chunks(experiment, kind, window) if window else whole_sequences(experiment, kind)])


def _window(experiment: Experiment) -> Window | None:
    """The truncation that the script has; None for whole sequences.

    It has none where a chunk looks back into the one before: there the states are those of older weights.
    """
    T = experiment.task.seq_len
    window = Hooks(experiment.remedies).window(T)
    last = (T - 1) % window.k1 + 1  # steps of the last chunk
    inside = window.k1 == T or not window.carry or window.k2 <= min(window.k1, last)
    fed = experiment.task.kind.cue is not None
    return window if (window.k1, window.k2) != (T, T) and inside and not fed else None


def _spec(experiment: Experiment, kind: type[Spec]) -> Spec | None:
    return next((spec for spec in experiment.remedies if isinstance(spec, kind)), None)


def _head(experiment: Experiment) -> str:
    values = experiment.values()
    told = "".join(f"\n    {name!r}: {values[name]!r}," for name in experiment.spelled())
    return f'''"""The same run in PyTorch, by autograd. Weights and batches are this project's: run it in its folder."""

import math

import torch
from torch import nn

from core import Experiment, Trainer, sampled

torch.set_num_threads(1)
dtype = torch.{experiment.training.dtype}
experiment = Experiment.from_values({{{told}{chr(10) if told else ""}}})
network = Trainer(experiment).network  # before its first update
n, n_in, n_out = network.n, network.n_in, network.n_out
V = torch.from_numpy(network.V.copy())  # [to h | to x | bias]; of a gated cell a block of n rows each
U = torch.from_numpy(network.U.copy())  # [W_hy | b_y]
'''


def _left_out(experiment: Experiment) -> Iterator[str]:
    """One line for each active remedy that acts in the run and not in the script."""
    T = experiment.task.seq_len
    for spec in experiment.remedies:
        remedy = remedy_of(spec)
        if isinstance(spec, Truncation):
            left = _window(experiment) is None and min(spec.k1, spec.k2) < T
        else:
            left = not isinstance(spec, WITHIN) and any(getattr(remedy, hook) for hook in ACTS)
        if left:
            instead = f"; it steps with {experiment.training.optimizer} instead" if remedy.solver else ""
            yield f"{remedy.name} is left out: the run has it, this script has not{instead}. Their losses part."


def _readout(experiment: Experiment) -> str:
    training = experiment.training
    return f'''out = nn.Linear(n, n_out, dtype=dtype)
with torch.no_grad():
    out.weight.copy_(U[:, :-1])
    out.bias.copy_(U[:, -1])
trained = [p for p in (*rnn.parameters(), *out.parameters()) if p.requires_grad]
optimizer = torch.optim.{OPTIMIZERS[training.optimizer].format(lr=training.lr)}
'''


def _learn(experiment: Experiment, kind: TaskKind) -> str:
    """One update, as a function."""
    loss = ("nn.functional.cross_entropy(y.flatten(0, 1), target.flatten())" if kind.classes
            else "nn.functional.mse_loss(y, target)")
    terms = [term.format(weight=spec.weight) for kind_of, term in PENALTIES.items()
             if (spec := _spec(experiment, kind_of)) is not None]
    whole = f"(loss{''.join(terms)})" if terms else "loss"
    clip, cut = _spec(experiment, ClipNorm), _spec(experiment, ClipValue)
    by_norm = "" if clip is None else f'''
        # not by nn.utils.clip_grad_norm_: it divides by the norm + 1e-6, and takes the norm in the gradient's own
        # number type, where float32 entries of 1e20 make it inf and every gradient 0
        if norm > {clip.threshold!r}:
            for p in trained:
                p.grad *= {clip.threshold!r} / norm'''
    by_value = "" if cut is None else f"\n        nn.utils.clip_grad_value_(trained, {cut.limit!r})"
    return f'''def learn(y, target):
    """One update. Returns the loss and ||g|| before any clip; where one is not finite the run stops."""
    loss = {loss}
    optimizer.zero_grad()
    {whole}.backward()
    g = torch.cat([p.grad.flatten() for p in trained]).double()
    largest = g.abs().max()
    norm = (largest * (g / largest).norm() if 0 < largest < math.inf else largest).item()
    if math.isfinite(loss.item()) and math.isfinite(norm):{by_norm}{by_value}
        optimizer.step()
    return loss.item(), norm
'''
