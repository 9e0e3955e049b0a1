"""What W_hh and phi are in a gated cell, in words; the plain cell has one of each, and nothing to explain."""

from __future__ import annotations

from collections.abc import Iterable

from core.network.cells.words import say

PHI_ACTS = {"lstm": "phi.lstm", "gru": "phi.gru"}


def gated(active: Iterable[str]) -> str | None:
    """The gated cell among the names of the active remedies; None where the cell is another."""
    return next((name for name in active if name in PHI_ACTS), None)


def where_phi_acts(active: Iterable[str]) -> str:
    """One sentence beside the control of the activation; "" for a cell with one phi.

    Args:
        active: names of the active remedies.
    """
    cell = gated(active)
    return "" if cell is None else say(PHI_ACTS[cell]).text


def why_no_bound(active: Iterable[str]) -> str | None:
    """Why no power of sigma_max or rho stands beside a product of Jacobians; None where one does."""
    cell = gated(active)
    return None if cell is None else say("no_bound", cell=cell).text
