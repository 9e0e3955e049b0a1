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

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.arrays import Floats
from core.bptt.losses import cross_entropy, softmax
from core.network.cells.vanilla import Vanilla
from core.network.weights import WEIGHTS, Network
from core.parameters import Spec, number, word
from core.remedies.hooks import Hooks
from core.specs.recurrence import Recurrence, asked_eigenvalues, initial_W_hh
from core.topics.derivation.word.layer import Layer, carried_back, ran

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
    def next_letters(self) -> tuple[str, ...]:
        """To be named at each step."""
        return (*self.letters[1:], END)

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
    U: Floats  # [W_hy | b_y], (m + 1, n + 1)
    y: Floats  # (T, m + 1) output before the softmax
    p: Floats  # (T, m + 1) softmax of it
    L_t: Floats  # (T,) loss at each step, nats
    dL_dy: Floats  # (T, m + 1) dL/dy_t = dL_t/dy_t = p_t - one-hot of the target

    @property
    def outputs(self) -> tuple[str, ...]:
        """(m + 1,) the order of the outputs."""
        return (*self.alphabet, END)

    @property
    def W_hy(self) -> Floats:
        """(m + 1, n)"""
        return self.U[:, :-1]

    @property
    def b_y(self) -> Floats:
        """(m + 1,)"""
        return self.U[:, -1]

    @property
    def loss(self) -> float:
        """L = sum_t L_t, nats."""
        return float(self.L_t.sum())

    @property
    def dL_dU(self) -> Floats:
        """sum_t dL_t/dy_t [h_t; 1]^T, (m + 1, n + 1)."""
        return np.column_stack([self.dL_dy.T @ self.layers[-1].h, self.dL_dy.sum(axis=0)])


def unroll(recurrence: Recurrence, reading: Reading) -> Unrolled:
    """The word forward and back through a network with the initial weights of `recurrence`.

    A second layer draws its own from the same seed. Nothing leaves float64 within 12 steps; a gradient below 1e-308
    (|eigenvalues| below 1e-25) reads as exactly zero.
    """
    network = initial_network(recurrence, reading)
    layers = [(network.cell, network.V)]
    for layer in range(2, reading.layers + 1):
        cell = Vanilla(network.n, network.n, network.cell.activation)
        V, rng = np.zeros(cell.shape), np.random.default_rng([recurrence.seed, WEIGHTS, layer])
        cell.initialise(V, initial_W_hh(recurrence, rng), recurrence.input_scale, recurrence.bias, rng)
        layers.append((cell, V))
    found, asked = there_and_back(layers, network.U, reading), asked_eigenvalues(recurrence)
    return replace(found, layers=tuple(replace(layer, asked=asked) for layer in found.layers))


def initial_network(recurrence: Recurrence, reading: Reading) -> Network:
    """Of one layer, which reads the letters of the word and names one of them or the end."""
    m, hooks = len(reading.alphabet), Hooks()
    network = Network(hooks.cell(recurrence, m), m + 1, np.dtype(np.float64))
    hooks.draw(network, recurrence)
    return network


def there_and_back(layers: Sequence[tuple[Vanilla, Floats]], U: Floats, reading: Reading,
                   steps: slice = slice(None)) -> Unrolled:
    """Letters of the word one after the other, from h_0 = 0, and the loss of each back.

    Args:
        layers: cells and their weights V, from the input up.
        U: [W_hy | b_y], (m + 1, n + 1).
        steps: which letters; all of them are the word.
    """
    letters, next_letters, alphabet = reading.letters[steps], reading.next_letters[steps], reading.alphabet
    x = np.eye(len(alphabet))[[alphabet.index(letter) for letter in letters]]
    target = np.array([(*alphabet, END).index(letter) for letter in next_letters])
    tapes, reads = [], x
    for cell, V in layers:
        tapes.append(ran(cell, V, reads))
        reads = tapes[-1].h[:, :, 0]
    y = np.matmul(U[:, :-1], tapes[-1].h[:, :, :1]) + U[:, -1:]  # (T, m + 1, 1)
    losses = [cross_entropy(y[[t]], target[[t], None]) for t in range(len(x))]
    dL_dy = np.concatenate([loss.dL_dy for loss in losses])
    arriving = np.matmul(U[:, :-1].T, dL_dy) * np.eye(len(x))[:, None]  # at each step, of that step's loss alone
    found: list[Layer] = []
    for (cell, V), tape in zip(reversed(layers), reversed(tapes), strict=True):
        found.insert(0, carried_back(cell, V, tape, arriving))
        arriving = np.matmul(V[:, cell.n:-1].T, tape.D)
    return Unrolled(letters, alphabet, next_letters, target, x, tuple(found), U, y[:, :, 0], softmax(y)[0][:, :, 0],
                    np.array([loss.value for loss in losses]), dL_dy[:, :, 0])
