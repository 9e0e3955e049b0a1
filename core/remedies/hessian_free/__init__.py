"""Hessian-free optimization: the whole update from a damped Gauss-Newton model of the loss. It may use what a remedy
may."""

from __future__ import annotations

from core.remedies.base import Remedy
from core.remedies.hessian_free.solver import HessianFree, HessianFreeSolver, holds, seconds
from core.sources import MARTENS_2011

REMEDY = Remedy(
    name="hessian_free", title="Hessian-free optimization", source=MARTENS_2011, helps="vanishing",
    taken="Structural damping: with the weight λμ a step pays for moving the hidden states, here for the square of the "
          "move. Read were the abstract and two implementations, theano-hf and hf-rnn; the rule for λ is hf-rnn's.",
    equation=r"\left(G + \lambda\,(I + \mu S)\right) d = -\nabla L,\quad G = J^\top H_L J,\quad "
             r"S = \tfrac{1}{B} J_h^\top J_h,\quad \theta \leftarrow \theta + s\,d,\; 0 \le s \le 1",
    product="It leaves the product as it is. Where a direction has a tiny gradient and a tinier curvature, dividing "
            "one by the other makes the step along it long.",
    when="A gradient that is small but not 0, and large batches: in the demo, with 200 sequences, 20 of 20 seeds "
         "learn in 60 updates, and 0 with 1,500 of SGD.",
    cost="Up to 51 products with G for an update, and two dampings to set.",
    harms="A small batch is fitted together with its noise: with 2 sequences for 200 the demo stays worse than the "
          "mean. Where the gradient is exactly 0, no curvature helps.",
    spec=HessianFree, plain_cell=True, solver=lambda spec: HessianFreeSolver(spec),
    holds=holds, seconds=seconds,
)
