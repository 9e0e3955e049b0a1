"""Hessian-free optimization: the whole update from a damped Gauss-Newton model of the loss."""

from __future__ import annotations

from dataclasses import dataclass

from core.hessian_free import HessianFreeSolver, holds
from core.parameters import Spec, number
from core.remedies import Remedy
from core.sources import MARTENS_2011


@dataclass(frozen=True, kw_only=True)
class HessianFree(Spec):
    """Hessian-free optimization."""

    damping: float = number(1.0, 1e-6, 1e4, step=1e-6, log=True, label="Initial damping", symbol=r"\lambda", hot=True,
                            help="Shortens the step where the quadratic model is not to be trusted. It follows how "
                                 "well the model foretells the loss; moving the slider starts it anew from there.")
    structural: float = number(0.03, 0.0, 10.0, step=0.01, label="Structural damping", symbol=r"\mu", hot=True,
                               help="What a move of the hidden states costs, in units of lambda. At 0 a step that is "
                                    "short in the weights may still carry the states far away.")
    cg_iterations: int = number(50, 1, 300, step=1, label="Most CG iterations", unit="products", hot=True,
                                help="Conjugate gradients stop here at the latest. Each is one product with G: "
                                     "a sweep forward and one back.")


REMEDY = Remedy(
    name="hessian_free", title="Hessian-free optimization", source=MARTENS_2011, helps="vanishing",
    taken="The method with structural damping; the line search and the rule for lambda are of Martens 2010.",
    equation=r"\left(G + \lambda\,(I + \mu S)\right) d = -\nabla L,\quad G = J^\top H_L J,\quad "
             r"S = \tfrac{1}{B} J_h^\top J_h,\quad \theta \leftarrow \theta + s\,d,\; 0 \le s \le 1",
    product="It leaves the product as it is. Where a direction has a tiny gradient and a tinier curvature, dividing "
            "one by the other makes the step along it long.",
    when="Where a small gradient still points the right way, with batches large enough to show the curvature.",
    cost="Up to 51 products with G for an update, and two dampings to set.",
    harms="A small batch is fitted together with its noise; where the gradient is exactly 0, no curvature helps.",
    spec=HessianFree, plain_cell=True, solver=lambda spec, training: HessianFreeSolver(spec),
    holds=holds,
)
