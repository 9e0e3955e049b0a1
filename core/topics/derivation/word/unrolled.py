r"""A recurrent network that reads one word, a letter a step, unrolled: every symbol of the derivation with its number.

    a_t = W_hh h_{t-1} + W_xh x_t + b_h,    h_t = phi(a_t),    h_0 = 0
    y_t = W_hy h_t + b_y,    p_t = softmax(y_t),    L_t = -ln p_t[next letter],    L = sum_t L_t

x_t is the letter at step t, one-hot over the word's own letters. To be named at step t is the next letter, and at the
last step the end of the word: in "neuron" an n is followed by e the first time and by the end the second time, and only
a state with a memory can tell. A second layer reads h_t of the first as its input, with weights of its own.

Sources: Elman 1990, Finding structure in time (the letters of words, one after the other); Pascanu, Mikolov & Bengio
2013, eqs. 3-5 (loss as a sum over steps).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.bptt.losses import softmax
from core.network.activations import ACTIVATIONS
from core.network.weights import WEIGHTS
from core.parameters import Spec, number, word
from core.specs.recurrence import Recurrence, asked_eigenvalues, initial_W_hh
from core.topics.derivation.word.layer import Layer, carried_back, run_layer
from core.topics.jacobians.products import log10_spectral

Floats = NDArray[np.float64]
END = "∎"  # what is to be named after the last letter


@dataclass(frozen=True, kw_only=True)
class Reading(Spec):
    """What the network reads, and in how many layers."""

    word: str = word("neuron", shortest=2, longest=12, label="Word",
                     help="Read one letter a step; at each step the next letter is to be named.")
    layers: int = number(1, 1, 2, step=1, label="Layers",
                         help="Two: the second reads the state of the first, and the gradient also runs downwards.")

    @property
    def letters(self) -> tuple[str, ...]:
        """One for each step, large and small letters alike."""
        return tuple(letter.casefold() for letter in self.word)

    @property
    def alphabet(self) -> tuple[str, ...]:
        """The distinct letters, sorted."""
        return tuple(sorted(set(self.letters)))


@dataclass(frozen=True)
class Unrolled:
    """One pass through the word and back. Index t of an array is step t + 1; T steps, m letters in the alphabet."""

    letters: tuple[str, ...]  # (T,) read
    alphabet: tuple[str, ...]  # (m,) the order of the inputs; the outputs have END after it
    next_letters: tuple[str, ...]  # (T,) to be named
    target: NDArray[np.int64]  # (T,) their index among the outputs
    x: Floats  # (T, m) one-hot
    layers: tuple[Layer, ...]  # from the input up
    W_hy: Floats  # (m + 1, n)
    b_y: Floats  # (m + 1,)
    y: Floats  # (T, m + 1) output before the softmax
    p: Floats  # (T, m + 1) softmax of it
    L_t: Floats  # (T,) loss at each step, nats
    dL_dy: Floats  # (T, m + 1) dL/dy_t = dL_t/dy_t = p_t - one-hot of the target
    gamma: float  # sup |phi'|

    @property
    def outputs(self) -> tuple[str, ...]:
        """(m + 1,) the order of the outputs."""
        return (*self.alphabet, END)

    @property
    def loss(self) -> float:
        """L = sum_t L_t, nats."""
        return float(self.L_t.sum())

    @property
    def dL_dW_hy(self) -> Floats:
        """sum_t dL_t/dy_t h_t^T, (m + 1, n)."""
        return self.dL_dy.T @ self.layers[-1].h

    @property
    def dL_db_y(self) -> Floats:
        """(m + 1,)"""
        return self.dL_dy.sum(axis=0)

    @property
    def vertical(self) -> Floats | None:
        """dh_t/dh_t between the layers, diag(phi'(a_t)) W_xh of the second, (T, n, n); None with one layer."""
        return self.layers[1].phi_prime[:, :, None] * self.layers[1].W_xh if len(self.layers) > 1 else None

    @cached_property
    def log10_vertical(self) -> Floats | None:
        """log10 of its spectral norm at each step, (T,); -inf where it is exactly zero. None with one layer."""
        if self.vertical is None:
            return None
        largest = np.abs(self.vertical).max(axis=(1, 2))
        scale = np.where(largest > 0.0, largest, 1.0)
        with np.errstate(divide="ignore"):
            return log10_spectral(self.vertical / scale[:, None, None]) + np.log10(scale)


def unroll(recurrence: Recurrence, reading: Reading) -> Unrolled:
    """The word forward and back through a network with the initial weights of `recurrence`.

    The weights are those of core.network.weights: W_hh as the spec shapes it, W_xh ~ N(0, input_scale^2), b_h = bias,
    W_hy ~ N(0, 1/n), b_y = 0. The second layer draws its own from the same seed. Nothing leaves float64 within 12
    steps; a gradient below 1e-308 (|eigenvalues| below 1e-25) reads as exactly zero.
    """
    alphabet, n = reading.alphabet, recurrence.n_hidden
    index = {letter: i for i, letter in enumerate((*alphabet, END))}
    next_letters = (*reading.letters[1:], END)
    x = np.eye(len(alphabet))[[index[letter] for letter in reading.letters]]
    target = np.array([index[letter] for letter in next_letters])
    activation, asked = ACTIVATIONS[recurrence.activation], asked_eigenvalues(recurrence)

    rng = np.random.default_rng([recurrence.seed, WEIGHTS])
    below = [run_layer(*_weights(recurrence, x.shape[1], rng), x, activation, asked)]
    W_hy, b_y = rng.normal(0.0, 1.0 / np.sqrt(n), (len(index), n)), np.zeros(len(index))
    for layer in range(2, reading.layers + 1):
        own = np.random.default_rng([recurrence.seed, WEIGHTS, layer])
        below.append(run_layer(*_weights(recurrence, n, own), below[-1].h, activation, asked))

    y = below[-1].h @ W_hy.T + b_y
    p, L_t, dL_dy = softmax_loss(y, target)
    layers = carried_back(below, dL_dy @ W_hy)
    return Unrolled(reading.letters, alphabet, next_letters, target, x, layers, W_hy, b_y, y, p, L_t, dL_dy,
                    activation.gamma)


def _weights(recurrence: Recurrence, n_in: int, rng: np.random.Generator) -> tuple[Floats, Floats, Floats]:
    """W_hh, W_xh, b_h of one layer, drawn in the order of core.network.weights."""
    n = recurrence.n_hidden
    W_hh = initial_W_hh(recurrence, rng)
    W_xh = rng.normal(0.0, 1.0, (n, n_in)) * recurrence.input_scale
    return W_hh, W_xh, np.full(n, recurrence.bias)


def softmax_loss(y: Floats, target: NDArray[np.int64]) -> tuple[Floats, Floats, Floats]:
    """p = softmax(y), L_t = -ln p_t[target_t] in nats, and dL_t/dy_t = p_t - one-hot(target_t).

    Args:
        y: (T, outputs).
        target: (T,) class numbers.
    """
    steps = np.arange(len(y))
    p, shifted, total = softmax(y, axis=1)
    dL_dy = p.copy()
    dL_dy[steps, target] -= 1.0
    return p, np.log(total[:, 0]) - shifted[steps, target], dL_dy
