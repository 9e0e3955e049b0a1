"""Damped units."""

from __future__ import annotations

from dataclasses import dataclass

from core.network.cells.damped import Damped

from core.network.activations import ACTIVATIONS
from core.parameters import Spec
from core.remedies.base import Remedy


@dataclass(frozen=True, kw_only=True)
class DampedUnits(Spec):
    """No fields."""


REMEDY = Remedy(
    name="damped", title="Damped units", source=None, helps="vanishing", taken="This app's own.",
    equation=r"h_t = \dots",
    product="Half of it.", when="In no demo yet.", cost="None.", harms="Never tried.", spec=DampedUnits,
    cell=lambda spec, n, n_in, recurrence: Damped(n, n_in, ACTIVATIONS[recurrence.activation]),
)
