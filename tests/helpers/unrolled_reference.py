"""The oracle of the unrolled network: a plain loop in torch, with a copy of the weights for every step."""

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F

from core.specs.recurrence import Recurrence
from core.topics.derivation.word.unrolled import Reading, unroll
from tests.helpers.autograd_reference import PHI

N, WORD = 7, "Neuron"


@dataclass(frozen=True)
class Copied:
    """Weights of one layer, one copy a step, and what they gave."""

    W_hh: list  # T tensors (n, n)
    W_xh: list  # T tensors (n, m)
    b_h: list  # T tensors (n,)
    a: list  # T tensors (n,)
    h: list


@dataclass(frozen=True)
class Reference:
    layers: list
    W_hy: torch.Tensor
    b_y: torch.Tensor
    y: list  # T tensors
    L_t: list  # T scalars

    def gradients(self, t, tensors):
        """dL_t/d(each tensor), zero where L_t does not depend on it, stacked."""
        found = torch.autograd.grad(self.L_t[t], tensors, retain_graph=True, allow_unused=True)
        return np.stack([np.zeros(z.shape) if g is None else g.numpy() for g, z in zip(found, tensors, strict=True)])

    def of_the_word(self, tensors):
        """dL/d(each tensor), stacked."""
        return sum(self.gradients(t, tensors) for t in range(len(self.L_t)))


def copied(array, T):
    return [torch.tensor(array, requires_grad=True) for _ in range(T)]


def reference(found, activation):
    """The same weights and letters as `found`, an Unrolled."""
    T = len(found.letters)
    reads, layers = [torch.tensor(x) for x in found.x], []
    for layer in found.layers:
        W_hh, W_xh, b_h = copied(layer.W_hh, T), copied(layer.W_xh, T), copied(layer.b_h, T)
        h, a_all, h_all = torch.zeros(len(layer.W_hh), dtype=torch.float64), [], []
        for t in range(T):
            a = W_hh[t] @ h + W_xh[t] @ reads[t] + b_h[t]
            h = PHI[activation](a)
            a_all.append(a)
            h_all.append(h)
        layers.append(Copied(W_hh, W_xh, b_h, a_all, h_all))
        reads = h_all
    W_hy, b_y = (torch.tensor(z, requires_grad=True) for z in (found.W_hy, found.b_y))
    y = [W_hy @ h + b_y for h in reads]
    L_t = [F.cross_entropy(y_t[None], torch.tensor([int(c)])) for y_t, c in zip(y, found.target, strict=True)]
    return Reference(layers, W_hy, b_y, y, L_t)


def both(activation="tanh", layers=2, word=WORD, **more):
    """Ours and torch's."""
    recurrence = Recurrence(**{"n_hidden": N, "rho": 1.1, "alpha": 0.5, "bias": 0.1, "input_scale": 0.5, "seed": 3,
                               "activation": activation} | more)
    found = unroll(recurrence, Reading(word=word, layers=layers))
    return found, reference(found, activation)


def assert_close(ours, theirs):
    """Sums of n + m products over T steps and two layers, there and back, and a factor of 10 for what cancels."""
    ours, theirs = np.asarray(ours), np.asarray(theirs)
    assert ours.shape == theirs.shape
    allowed = 10 * 2 * 2 * len(WORD) * 2 * N * np.finfo(float).eps
    assert np.linalg.norm(ours - theirs) <= allowed * np.linalg.norm(theirs)


def stacked(tensors):
    return np.stack([z.detach().numpy() for z in tensors])
