r"""The vanishing-gradient regulariser: each step back should keep the length of the gradient it carries.

    Omega = mean over t and sequences of (r - 1)^2,    r = ||W_hh^T D_t|| / ||dL/dh_t||,    D_t = dL/dh_t * phi'(a_t)

With h and dL/dh held constant, as in section 3.3 there, its gradient is closed: with both divided by ||dL/dh_t||,

    dOmega/dW_hh = mean of 2 (r - 1)/r D_t (W_hh^T D_t)^T
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.arrays import Array
from core.bptt.backprop import Pull, Sweep
from core.network.cells.products import sum_of_products
from core.norms import column_norms
from core.parameters import Idle, Spec, number
from core.remedies.base import Held, Passes, Remedy, Sizes
from core.sources import PASCANU_2013
from core.specs.first_factors import CARRIES_NOTHING, carries_nothing

# a norm below this, or above its inverse, has a square that loses digits or leaves the type
SMALL = {np.dtype(np.float64): 1e-140, np.dtype(np.float32): 1e-15}
NOT_CARRIED = Idle(carries_nothing, CARRIES_NOTHING, upto="gradient")


@dataclass(frozen=True, kw_only=True)
class Omega(Spec):
    """Its weight."""

    weight: float = number(1.0, 0.0, 20.0, step=0.1, label="Weight of Omega", symbol=r"\alpha_\Omega", hot=True,
                           idle=(NOT_CARRIED,),
                           help="The loss grows by this times Omega, the mean of (r - 1)^2.")


def terms(sweep: Sweep) -> tuple[Array, Array, Array]:
    """W_hh^T D_t, (T', [R,] n, B), and its norm and that of dL/dh_t, (T', [R,] B), for every step but the first.

    Where a step has no target, W_hh^T D_t is what the backward pass has left as dL/dh_{t-1}.
    """
    n, first, stop = sweep.cell.n, max(sweep.start, 1), sweep.stop  # h_0 = 0 is nobody's weight
    norms = column_norms(sweep.tape.G[max(first - 1, 0):stop])
    back, before, norm = sweep.tape.G[first - 1:stop - 1], norms[:-1], norms[1:]
    again = np.arange(first, stop) if sweep.capped else sweep.at[(sweep.at >= first - 1) & (sweep.at < stop - 1)] + 1
    if first == sweep.start:  # the window ends there: the backward pass went no further
        again = np.union1d(again, [first])
    if len(again):
        back, before = back.copy(), before.copy()
        for V, low, high in sweep.drive.parts(first, stop):
            t = again[(again >= low) & (again < high)]
            back[t - first] = np.matmul(np.swapaxes(V[..., :n], -1, -2), sweep.tape.D[t])
        before[again - first] = column_norms(back[again - first])
    return back, before, norm


def ratio(before: Array, norm: Array) -> Array:
    """r; 1 where there is no gradient to carry."""
    return np.divide(before, norm, out=np.ones_like(norm), where=norm > 0.0)


def omega(sweep: Sweep) -> Array:
    """Omega, ([R])."""
    _, before, norm = terms(sweep)
    return np.mean((ratio(before, norm) - 1.0) ** 2, axis=(0, -1)) if len(norm) else np.zeros(norm.shape[1:-1])


def gradient(sweep: Sweep, spec: Omega) -> Pull:
    """weight dOmega/dW_hh: each column of W_hh^T D_t, times 2 (r - 1)/(r ||dL/dh_t||^2), is read beside h_{t-1}."""
    back, before, norm = terms(sweep)
    r = ratio(before, norm)
    count = max(r.shape[0] * r.shape[-1], 1)
    least = SMALL[norm.dtype]
    extreme = min(norm.min(initial=1.0), before.min(initial=1.0)) < least or norm.max(initial=1.0) > 1.0 / least
    size = np.ones_like(norm) if extreme else norm
    factor = np.divide(2.0 * spec.weight / count * (r - 1.0), r * size * size, out=np.zeros_like(r),
                       where=(r > 0.0) & (norm > 0.0))
    if not extreme:
        reads = sweep.tape.spare("reads of Omega", (sweep.stop - sweep.start, *back.shape[1:]))
        reads[:len(reads) - len(back)] = 0.0
        np.multiply(back, factor[..., None, :], out=reads[len(reads) - len(back):])
        return Pull(reads=reads)
    # both are brought to length 1 first, by division: 1 / ||dL/dh_t|| may be inf
    length = np.where(norm > 0.0, norm, 1.0)[..., None, :]
    D = sweep.tape.D[sweep.stop - len(back):sweep.stop] / length
    return Pull(direct=sum_of_products(D, back / length * factor[..., None, :]))


def holds(sizes: Sizes) -> Held:
    """Its reads, and [h + reads; x; 1]; while it works W_hh^T D_t and what that is made of."""
    return Held(kept=sizes.number * sizes.back * (2 * sizes.n + sizes.n_in + 1),
                work=sizes.number * sizes.back * 4 * sizes.n)


def seconds(spec: Omega, passes: Passes) -> float:
    """Norms, their ratio and what is read of it; W_hh^T D_t once more where a step has a target."""
    sizes, prices, numbers = passes.sizes, passes.prices, passes.sizes.n * passes.B
    again = min(sizes.targets, passes.steps_back) * (prices.product(sizes.n, sizes.n, passes.B) + prices.each(numbers))
    return again + passes.steps_back * (prices.each(numbers, 4) + prices.each(numbers + sizes.n_in * passes.B))


REMEDY = Remedy(
    name="omega", title="Vanishing-gradient regulariser", source=PASCANU_2013, helps="vanishing", plain_cell=True,
    taken="Section 3.3, equation 9, as a mean over steps and sequences in the place of their sum over steps; h and "
          "dL/dh are held constant, as there.",
    equation=r"\Omega = \mathrm{mean}_t \left(\frac{\lVert \frac{\partial L}{\partial h_t}"
             r"\frac{\partial h_t}{\partial h_{t-1}} \rVert}{\lVert \frac{\partial L}{\partial h_t} \rVert}"
             r" - 1\right)^{\!2}, \qquad L \leftarrow L + \alpha_\Omega\,\Omega",
    product="It pulls the length of the gradient after each factor towards what it was before.",
    when="The gradient vanishes in the directions that matter for the error: in the demo 19 of 20 seeds learn with "
         "it, 0 without.",
    cost="One more hyper-parameter, and up to one more matrix product a step; the paper needs the clip beside it.",
    harms="The weight is large: the loss of the task is outvoted.",
    spec=Omega, penalty=gradient, holds=holds, seconds=seconds,
    idle=(Idle(lambda e: e.active("omega").weight == 0.0, "its weight is 0", locks=False), NOT_CARRIED),
)
