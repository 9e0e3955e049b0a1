"""Clipping on the way back: the carried gradient may grow only so much at one step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from core.arrays import Array
from core.network.cells.base import Carry
from core.norms import column_norms
from core.parameters import Idle, Spec, number
from core.remedies.base import Passes, Remedy
from core.specs.first_factors import no_way_back

NOT_CARRIED = "truncation carries nothing back beyond one step"
NO_WAY_BACK = Idle(no_way_back, "nothing is carried back through W_hh = 0", upto="gradient")


def _one_step(e: Any) -> bool:
    cut = e.active("truncation")
    return cut is not None and cut.k2 == 1


@dataclass(frozen=True, kw_only=True)
class ClipJacobian(Spec):
    """A cap on the growth of dL/dh at one step back."""

    growth: float = number(1.0, 0.1, 100.0, step=0.01, log=True, label="Largest growth a step", symbol="c",
                           unit="times", hot=True, idle=(Idle(_one_step, NOT_CARRIED), NO_WAY_BACK),
                           help="dL/dh_{t-1}, as it comes back from step t, is shortened to at most this times "
                                "dL/dh_t, in each sequence by itself.")


def carry(spec: ClipJacobian) -> Carry:
    """v <- v min(1, growth ||g|| / ||v||) for each sequence, v = J_t^T g.

    A vector that is inf or nan stays so: the trainer stops on it.
    """
    def cap(carried: Array, g: Array) -> None:
        allowed, length = spec.growth * column_norms(g), column_norms(carried)
        longer = (length > allowed) & np.isfinite(length)
        if longer.any():
            carried *= np.divide(allowed, length, out=np.ones_like(length), where=longer)[..., None, :]

    return cap


def seconds(spec: ClipJacobian, passes: Passes) -> float:
    """Two norms of every column at each step back, and the shortening."""
    prices = passes.prices
    return passes.steps_back * (prices.each(passes.sizes.n * passes.B, 4) + prices.each(passes.B, 20))


REMEDY = Remedy(
    name="clip_jacobian", title="Clipping of each step back", source=None, helps="exploding",
    taken="No text that proposes this rule was read.",
    equation=r"v = \left(\frac{\partial h_t}{\partial h_{t-1}}\right)^{\!\top}\! g_t, \quad "
             r"g_{t-1} = v\,\min\left(1,\; c\,\lVert g_t \rVert / \lVert v \rVert\right)",
    product="No factor makes the vector that it carries more than c times as long: over two steps it is stretched by "
            "c² at most, and so on.",
    when="The gradient explodes on its way back, and the last few steps are enough, as for a sine: in the demo 19 of "
         "20 seeds learn it, 1 without.",
    cost="What is followed is no longer the gradient of any loss; the norms of two vectors at every step back.",
    harms="A product that grows and then shrinks is cut while it grows; it does nothing for what has vanished.",
    spec=ClipJacobian, transform_vector=carry, seconds=seconds,
    idle=(Idle(_one_step, NOT_CARRIED, locks=False), NO_WAY_BACK),
)
