"""Truncated BPTT: an update every k1 steps, each looking back k2 steps."""

from __future__ import annotations

from dataclasses import dataclass

from core.parameters import Spec, flag, number
from core.remedies import Remedy, Window
from core.sources import WILLIAMS_PENG_1990


@dataclass(frozen=True, kw_only=True)
class Truncation(Spec):
    """TBPTT(k1, k2). The state is carried over the borders between chunks, or begins at 0 in each."""

    k1: int = number(1000, 1, 1000, step=1, label="Steps between updates", symbol="k_1", unit="steps", hot=True,
                     help="Forward this many steps, then update. A chunk without a target makes no update.")
    k2: int = number(10, 1, 1000, step=1, label="Steps back", symbol="k_2", unit="steps", hot=True,
                     help="The gradient goes back this many steps; what lies further back gets exactly none.")
    carry: bool = flag(True, label="Carry the state over the borders", hot=True,
                       help="Off: every chunk begins with h = 0, and what came before it is forgotten.")


REMEDY = Remedy(
    name="truncation", title="Truncated BPTT (k1, k2)", source=WILLIAMS_PENG_1990, helps="exploding",
    equation=r"\frac{\partial L}{\partial W} \approx \sum_{k > t - k_2} \frac{\partial L_t}{\partial h_t}"
             r"\frac{\partial h_t}{\partial h_k}\frac{\partial h_k}{\partial W}",
    product="It ends the product of Jacobians after k2 factors; the factors stay as they are.",
    when="Sequences are long and what matters lies fewer than k2 steps back.",
    cost="Dependencies longer than k2 are not learnt: it caps the sum over lags, it does not cure vanishing.",
    harms="The task needs more than k2 steps: the gradient that would teach it is exactly 0.",
    spec=Truncation, window=lambda spec: Window(spec.k1, spec.k2, spec.carry),
)
