"""What the page of truncation and clipping has for itself: how a threshold is proposed, and how long it is tried."""

from __future__ import annotations

from dataclasses import dataclass

from core.parameters import Spec, choice, number


def centres() -> dict[str, str]:
    return {"mean": "mean of the recorded norms", "median": "median: one explosion does not move it"}


@dataclass(frozen=True, kw_only=True)
class TruncationView(Spec):
    """The threshold adviser."""

    centre: str = choice("mean", centres, label="Start from the",
                         help="Pascanu et al. 2013 look at the average norm over many updates.")
    factor: float = number(1.0, 0.5, 10.0, step=0.1, log=True, label="Times", symbol=r"\theta / \mathrm{mean}",
                           help="Values from half to ten times the average can still converge (Pascanu et al. 2013).")
    reruns: int = number(200, 10, 2000, step=10, label="Updates of a re-run", unit="updates",
                         help="The search trains again from the same seed, so many updates for each threshold.")
