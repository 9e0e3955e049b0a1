"""L2 on the recurrent weights: a pull towards 0 in proportion to each entry."""

from __future__ import annotations

from dataclasses import dataclass

from core.bptt.backprop import Pull, Sweep
from core.parameters import Idle, Spec, number
from core.remedies.base import Remedy
from core.sources import PASCANU_2013
from core.specs.first_factors import NOT_PULLED


@dataclass(frozen=True, kw_only=True)
class L2(Spec):
    """lambda sum W_hh^2."""

    weight: float = number(0.01, 0.0, 1.0, step=0.001, label="L2 weight", symbol=r"\lambda_2", hot=True,
                           idle=(NOT_PULLED,),
                           help="The loss grows by this times the sum of the squares of W_hh.")


def gradient(sweep: Sweep, spec: L2) -> Pull:
    """2 lambda W_hh."""
    V = sweep.drive.V[..., :sweep.cell.n]
    return Pull(direct=V.dtype.type(2.0 * spec.weight) * V)


REMEDY = Remedy(
    name="l2", title="L2 on the recurrent weights", source=PASCANU_2013, helps="exploding",
    taken="Section 3.1 names it against exploding gradients.",
    equation=r"L \leftarrow L + \lambda_2 \sum_{ij} (W_{hh})_{ij}^2",
    product="It pulls W_hh towards 0 in proportion to each entry, and with it every factor of the product.",
    when="W_hh is larger than the task needs, and a short memory is enough: in the demo 17 of 20 seeds learn with it, "
         "1 without.",
    cost="One more hyper-parameter; the network forgets sooner.",
    harms="The task has a long memory: with W_hh pulled towards 0 the gradient vanishes.",
    spec=L2, penalty=gradient,
    idle=(Idle(lambda e: e.active("l2").weight == 0.0, "its weight is 0", locks=False), NOT_PULLED),
)
