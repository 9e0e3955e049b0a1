"""L1 on the recurrent weights: a constant pull of every entry towards 0."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.bptt.backprop import Pull, Sweep
from core.parameters import Idle, Spec, number
from core.remedies.base import Remedy
from core.sources import PASCANU_2013
from core.specs.first_factors import NOT_PULLED


@dataclass(frozen=True, kw_only=True)
class L1(Spec):
    """lambda sum |W_hh|."""

    weight: float = number(0.001, 0.0, 1.0, step=0.0001, label="L1 weight", symbol=r"\lambda_1", hot=True,
                           idle=(NOT_PULLED,),
                           help="The loss grows by this times the sum of |W_hh|.")


def gradient(sweep: Sweep, spec: L1) -> Pull:
    """lambda sign(W_hh); 0 where an entry is 0."""
    V = sweep.drive.V[..., :sweep.cell.n]
    return Pull(direct=V.dtype.type(spec.weight) * np.sign(V))


REMEDY = Remedy(
    name="l1", title="L1 on the recurrent weights", source=PASCANU_2013, helps="exploding",
    taken="Section 3.1 names it against exploding gradients.",
    equation=r"L \leftarrow L + \lambda_1 \sum_{ij} \left|(W_{hh})_{ij}\right|",
    product="It pulls every entry of W_hh towards 0 by the same amount, and with it every factor of the product: most "
            "entries become small, none exactly 0.",
    when="W_hh is larger than the task needs, and a short memory is enough. In the demo 13 of 20 seeds learn with it, "
         "1 without.",
    cost="One more hyper-parameter; whatever W_hh stores fades.",
    harms="The task has a long memory: with W_hh pulled towards 0 the gradient vanishes.",
    spec=L1, penalty=gradient,
    idle=(Idle(lambda e: e.active("l1").weight == 0.0, "its weight is 0", locks=False), NOT_PULLED),
)
