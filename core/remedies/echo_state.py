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
    equation=r"\min_{W_{hy}, b_y} \sum_t \lVert y^*_t - W_{hy} h_t - b_y \rVert^2 + \beta \lVert W_{hy} \rVert^2,\quad "
             r"W_{hh}, W_{xh} \text{ fixed}",
    product="No gradient travels through the product: it is set once, by the spectral radius and the leak, and decides "
            "only how long the states remember.",
    when="Where the past can be read off a large random reservoir with one linear map.",
    cost="Many units; radius, leak and input scale must fit the task, for they are not learnt.",
    harms="What the reservoir has lost cannot be learnt: with a leak of 1, most of what lies tens of steps back.",
    spec=EchoState, takes=("shape", "spread", "angle", "alpha", "eigenvalues"), cell=leaky, initial=reservoir,
    solver=lambda spec, training: EchoStateSolver(spec), holds=holds,
)
