"""What the derivation speaks of: the reader's own network, once reading a word and once its task's sequence."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from core.arrays import Floats
from core.network.activations import ACTIVATIONS, Activation
from core.parameters import Spec, number
from core.specs.recurrence import Recurrence
from core.topics.derivation.leak import leaky_states
from core.topics.derivation.on_task import OnTask
from core.topics.derivation.word.feedforward import FeedForward, feedforward
from core.topics.derivation.word.layer import Layer
from core.topics.derivation.word.unrolled import Reading, Unrolled, unroll
from core.training.experiment import Experiment
from core.training.truncated_pairs import truncation_map


@dataclass(frozen=True, kw_only=True)
class Place(Spec):
    """Where the reader is."""

    step: int = number(1, 1, 15, step=1, label="Step", help="Of the derivation.")
    t: int = number(12, 1, 12, step=1, label="From step", symbol="t",
                    help="The step of the word whose loss is followed back; the last letter if the word is shorter.")
    k: int = number(2, 1, 12, step=1, label="Back to", symbol="k",
                    help="The step of the word that the gradient is followed back to; never after t.")
    k2: int = number(3, 1, 12, step=1, label="Ways kept", symbol="k_2",
                     help="How many of the last terms a truncation keeps.")
    leak: float = number(0.9, 0.0, 1.0, step=0.01, label="State kept", symbol=r"\alpha",
                         help="The share of the old state that a leaky unit keeps at each step: 0 is a plain unit.")


@dataclass(frozen=True)
class OnWord:
    """A network that reads a word, and the pass through it and back, made when it is first asked for."""

    recurrence: Recurrence
    reading: Reading

    @cached_property
    def unrolled(self) -> Unrolled:
        return unroll(self.recurrence, self.reading)


@dataclass(frozen=True)
class Subject:
    """A network, a word and two of its steps."""

    on_task: OnTask
    on_word: OnWord
    t: int  # 1..T
    k: int  # 1..t
    k2: int  # 1..12
    leak: float  # 0..1

    @classmethod
    def at(cls, on_task: OnTask, reading: Reading, place: Place) -> Subject:
        """With t and k inside the word."""
        t = min(place.t, len(reading.letters))
        return cls(on_task, OnWord(on_task.experiment.recurrence, reading), t, min(place.k, t), place.k2, place.leak)

    @property
    def experiment(self) -> Experiment:
        return self.on_task.experiment

    @property
    def reading(self) -> Reading:
        return self.on_word.reading

    @property
    def lag(self) -> int:
        return self.t - self.k

    @property
    def word(self) -> Unrolled:
        """The pass through the word and back."""
        return self.on_word.unrolled

    @cached_property
    def one(self) -> FeedForward:
        """The letter at t through a layer without recurrence, and one update."""
        return feedforward(self.experiment.recurrence, self.reading, self.experiment.training.lr, self.t)

    @property
    def layer(self) -> Layer:
        """The layer that the symbols are of: the highest. Its products carry the loss; the equations hold for it
        with the state of the layer below in the place of the letter."""
        return self.word.layers[-1]

    @property
    def activation(self) -> Activation:
        return ACTIVATIONS[self.experiment.recurrence.activation]

    @cached_property
    def product(self) -> Floats:
        """dh_t/dh_k, (n, n); the identity where k = t."""
        J = self.layer.jacobians
        out = np.eye(len(J.W_hh))
        for i in range(self.t - 1, self.k - 1, -1):
            out = out @ J[i]
        return out

    def at_step(self, t: int) -> Subject:
        """The same at another step of the word; k is not after it."""
        return replace(self, t=t, k=min(self.k, t))

    @cached_property
    def slow(self) -> tuple[Floats, Floats, Floats]:
        """With leaky units, at step t: phi(a_t), h_{t-1} and h_t, (n,) each."""
        new, h = leaky_states(self.layer, self.activation, self.leak)
        return new[self.t - 1], h[self.t - 2] if self.t > 1 else np.zeros_like(h[0]), h[self.t - 1]

    @property
    def steepest(self) -> float:
        """The largest slope of a unit at step t."""
        return float(np.abs(self.layer.phi_prime[self.t - 1]).max())

    def term(self, k: int) -> Floats:
        """dL_t/dh_t dh_t/dh_k dh_k/dW_hh, (n, n)."""
        return np.outer(self.layer.dLt_da[self.t - 1, k - 1], self.layer.h_before[k - 1])

    @property
    def kept(self) -> Floats:
        """dL_t/dW_hh with the last k2 terms alone, (n, n)."""
        steps = np.arange(1, self.t + 1)
        seen = truncation_map(self.t, 1, self.k2, steps).seen(self.t, steps)
        return sum((self.term(k) for k in steps[seen]), np.zeros_like(self.product))
