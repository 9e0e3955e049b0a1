"""What W_hh and phi are in a gated cell, in words; the plain cell has one of each, and nothing to explain."""

from __future__ import annotations

from collections.abc import Iterable

PHI_ACTS = {
    "lstm": r"In the LSTM $\varphi$ acts in the candidate $g_t$ and in the output $h_t = o_t\,\varphi(c_t)$",
    "gru": r"In the GRU $\varphi$ acts in the candidate $N_t$",
}


def gated(active: Iterable[str]) -> str | None:
    """The gated cell among the names of the active remedies; None where the cell is another."""
    return next((name for name in active if name in PHI_ACTS), None)


def where_phi_acts(active: Iterable[str]) -> str:
    """One sentence beside the control of the activation, with TeX between dollars; "" for a cell with one phi.

    Args:
        active: names of the active remedies.
    """
    cell = gated(active)
    return "" if cell is None else PHI_ACTS[cell] + r", as published tanh. $W_{hh}$ is the candidate's."


def why_no_bound(active: Iterable[str]) -> str | None:
    """Why no power of sigma_max or rho stands beside a product of Jacobians; None where one does."""
    cell = gated(active)
    return None if cell is None else (
        f"the gates of {cell} change with every input, and W_hh is its candidate's alone: (sigma_max gamma)^lag bounds "
        "nothing here, and rho^lag is no rate")
