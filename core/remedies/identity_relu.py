"""Identity and ReLU (IRNN): without input the state stays exactly what it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.arrays import Array
from core.parameters import Spec, number
from core.remedies.base import Remedy
from core.sources import LE_2015
from core.specs.recurrence import Recurrence


@dataclass(frozen=True, kw_only=True)
class IdentityRelu(Spec):
    """W_hh = scale I with ReLU."""

    scale: float = number(1.0, 0.01, 2.0, step=0.01, label="Scale", symbol="s",
                          help="The initial W_hh is this times the identity; below 1 the units forget.")


def initial(spec: IdentityRelu, recurrence: Recurrence, rng: np.random.Generator) -> Array:
    """scale I, (n, n)."""
    return spec.scale * np.eye(recurrence.n_hidden)


REMEDY = Remedy(
    name="identity_relu", title="Identity and ReLU (IRNN)", source=LE_2015, helps="vanishing",
    taken="Its abstract: rectified linear units, and W_hh begun as the identity or a multiple of it.",
    equation=r"W_{hh} = s\,I, \qquad \varphi(a) = \max(0, a)",
    product="At the start every factor is s times the identity on the units that are on, and 0 on those that are off.",
    when="A symbol has to be kept over many steps: in the demo, over 49, 20 of 20 seeds learn it, 0 without.",
    cost="It wants the clip beside it: without one, the first five seeds of the demo end without a number or at "
         "chance.",
    harms="If W_hh grows a little beyond the identity the gradient may explode, for ReLU does not saturate.",
    spec=IdentityRelu, draws=False, initial=initial, activation=lambda spec: "relu",
)
