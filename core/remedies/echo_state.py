"""Echo state network: a fixed recurrence that remembers, and a readout by ridge regression."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.activations import ACTIVATIONS
from core.cells.leaky import Leaky
from core.echo_state import EchoStateSolver, holds
from core.parameters import Idle, Spec, number
from core.remedies import Remedy
from core.sources import JAEGER_2007
from core.specs import Recurrence
from core.spectrum import initial_W_hh, rescaled

if TYPE_CHECKING:
    from core.experiment import Experiment


def _nothing_to_scale(experiment: Experiment) -> bool:
    r = experiment.recurrence
    return bool(r.eigenvalues) and not any(r.eigenvalues) and r.alpha == 0.0


@dataclass(frozen=True, kw_only=True)
class EchoState(Spec):
    """Echo state network."""

    rho: float = number(0.99, 0.01, 2.0, step=0.01, label="Spectral radius of the reservoir", symbol=r"\rho(W_{hh})",
                        idle=(Idle(_nothing_to_scale, "all eigenvalues are 0"),),
                        help="W_hh is rescaled to it once, at the start. Near 1 the reservoir remembers longest.")
    leak: float = number(0.1, 0.001, 1.0, step=0.001, label="Leak of the reservoir", symbol=r"\ell",
                         acts="states",
                         help="Share of each unit's state that is replaced at a step: a small one remembers long. "
                              "1 is the plain cell.")
    ridge: float = number(1e-6, 1e-12, 100.0, step=1e-12, log=True, label="Ridge", symbol=r"\beta", hot=True,
                          acts="update",
                          help="What the readout's weights cost, beside the summed squared error over all states seen.")


def reservoir(spec: EchoState, recurrence: Recurrence, rng: np.random.Generator) -> NDArray[np.float64]:
    """W_hh of the shape that was asked for, at the reservoir's spectral radius, (n, n)."""
    return rescaled(initial_W_hh(replace(recurrence, rho=spec.rho), rng), spec.rho)


def leaky(spec: EchoState, n: int, n_in: int, recurrence: Recurrence) -> Leaky:
    return Leaky(n, n_in, ACTIVATIONS[recurrence.activation], np.full(n, spec.leak))


REMEDY = Remedy(
    name="echo_state", title="Echo state network", source=JAEGER_2007, helps="both",
    taken="Networks of leaky units whose readout alone is learnt. The sharpness is this app's.",
    equation=r"\min_{W, b} \sum_t \lVert y^*_t - W h_t - b \rVert^2 + \beta \lVert W \rVert^2,\quad "
             r"W_{hy} = c\,W,\; b_y = c\,b\;\, (c = 1 \text{ for values}),\quad W_{hh}, W_{xh} \text{ fixed}",
    product="No gradient travels through the product. Spectral radius, leak and how far the units are saturated decide "
            "how long the states remember, and training changes none of it.",
    when="Where the past can be read off a large random reservoir with one linear map. For classes the readout is "
         "multiplied by one positive number, the sharpness c, which changes no answer.",
    cost="Many units; radius, leak and input scale must fit the task, for they are not learnt.",
    harms="What the reservoir has lost cannot be read: in the demo, with a leak of 1, no seed of 20 names the order of "
          "two symbols that lie 25 to 44 steps back.",
    spec=EchoState, takes=("shape", "spread", "angle", "alpha", "eigenvalues"), cell=leaky, initial=reservoir,
    solver=lambda spec, training: EchoStateSolver(spec), holds=holds,
)
