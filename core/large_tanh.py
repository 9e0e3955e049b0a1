"""tanh of many numbers at once, for networks that run side by side.

In float64 numpy takes 15 to 20 ns a number on processors without AVX-512, torch half of that, both within one unit in
the last place; a call of torch costs more, and pays from some hundreds of numbers on. The two may differ in the last
digit: a network alone, whose curves are the same bit for bit whatever is loaded, keeps to numpy.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.activations import Activation, Array

ENOUGH = 768  # numbers


def for_many(activation: Activation) -> Activation:
    """The same activation with the quicker phi, where there is one."""
    return replace(activation, phi=large_tanh) if activation.name == "tanh" else activation


def large_tanh(a: Array, out: Array) -> Array:
    """tanh a, of any size and type."""
    if out.size < ENOUGH or out.dtype != np.float64:
        return np.tanh(a, out)
    import torch  # by now loaded: the optimizer of the networks is torch's

    torch.tanh(torch.from_numpy(a), out=torch.from_numpy(out))
    return out
