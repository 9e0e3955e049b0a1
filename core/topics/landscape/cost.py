"""What a surface of one unit costs, foretold from the sizes."""

from __future__ import annotations

from core.cost import Cost, Prices, prices
from core.live.memory import PHI
from core.network.activations import ACTIVATIONS
from core.topics.landscape.one_unit import BLOCK, OneUnit, finest

ROWS = 6  # arrays that a step works on
PASSES = 9  # operations on each number beside phi and phi'


def surface_cost(spec: OneUnit, points: int | None = None, at: Prices | None = None) -> Cost:
    """Of so many points; of as many as a slider can wait for if None."""
    points = finest(spec)**2 if points is None else points
    own, rates = (at or prices()).of(8, 1, 0), ACTIVATIONS[spec.activation].rates
    step = own.each(min(points, BLOCK), PASSES) + sum(own.function(rate, min(points, BLOCK)) for rate in rates)
    blocks = max(points / BLOCK, 1.0)
    return Cost((8 * ROWS + PHI) * min(points, BLOCK) + 64 * points, blocks * spec.steps * step)
