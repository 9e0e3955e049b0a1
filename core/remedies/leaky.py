"""Leaky units: each keeps a share of its state, so that the gradient has a way back that no W_hh shrinks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.network.activations import ACTIVATIONS
from core.network.cells.leaky import Leaky
from core.parameters import ParameterError, Spec, number
from core.remedies.base import Remedy
from core.sources import PASCANU_2013
from core.specs.recurrence import Recurrence
from core.spelling import plain

LEAKS = 2  # the random stream of a seed that the leaks come from


@dataclass(frozen=True, kw_only=True)
class LeakyUnits(Spec):
    """One leak, or one per unit drawn from a range."""

    slowest: float = number(0.1, 0.001, 1.0, step=0.001, label="Leak of the slowest unit", symbol=r"l_{\min}",
                            unit="share of the state a step",
                            help="1 is a plain unit; 0.1 keeps nine tenths of its state at each step. It multiplies "
                                 "what is new; the α of the derivation multiplies what is kept, α = 1 − l.")
    fastest: float = number(0.1, 0.001, 1.0, step=0.001, label="Leak of the fastest unit", symbol=r"l_{\max}",
                            unit="share of the state a step",
                            help="Where it is larger than the slowest, every unit draws its own leak between the two, "
                                 "evenly in the logarithm.")

    def check(self) -> None:
        if self.slowest > self.fastest:
            raise ParameterError(f"leaky_slowest must be at most leaky_fastest = {plain(self.fastest, 6)}, got "
                                 f"{plain(self.slowest, 6)}.")


def leaks(spec: LeakyUnits, n: int, seed: int) -> NDArray[np.float64]:
    """The leak of every unit, (n,)."""
    if spec.slowest == spec.fastest:
        return np.full(n, spec.slowest)
    rng = np.random.default_rng([seed, LEAKS])
    return np.exp(rng.uniform(np.log(spec.slowest), np.log(spec.fastest), n))


def cell(spec: LeakyUnits, n: int, n_in: int, recurrence: Recurrence) -> Leaky:
    return Leaky(n, n_in, ACTIVATIONS[recurrence.activation], leaks(spec, n, recurrence.seed))


REMEDY = Remedy(
    name="leaky", title="Leaky units", source=PASCANU_2013, helps="vanishing",
    taken="Section 3.1 prints the unit, with α for 1 − l, and names Jaeger, Lukoševičius, Popovici & Siewert 2007 for "
          "it; leaks that are drawn once, one for each unit: Goodfellow, Bengio & Courville 2016, 10.9.2.",
    equation=r"h_t = (1 - l)\,h_{t-1} + l\,\varphi(W_{hh} h_{t-1} + W_{xh} x_t + b_h)",
    product="Every factor becomes (1 − l) I + l diag(φ') W_hh: a product of them is at least (1 − l − l σ_max γ)^lag, "
            "l the largest leak, where that is above 0. It can fall faster than (1 − l)^lag where W_hh has eigenvalues "
            "below 0.",
    when="Something has to be kept over many steps, and not its exact time: in the demo, the order of two symbols, 20 "
         "of 20 seeds learn it, 0 without.",
    cost="A time scale to choose; what is quick is smoothed away.",
    harms="The task needs exact timing or quick changes: what happens within a few steps is averaged.",
    spec=LeakyUnits, cell=cell,
)
