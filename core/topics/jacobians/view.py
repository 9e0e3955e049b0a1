"""How the page of Jacobians is looked at; it changes nothing in the numbers."""

from __future__ import annotations

from dataclasses import dataclass

from core.parameters import Spec, choice, number


def colour_ranges() -> dict[str, str]:
    return {"fixed": "10⁻⁶ to 10⁶, always", "recent": "as far as this map goes"}


@dataclass(frozen=True, kw_only=True)
class JacobianView(Spec):
    """What is averaged, how it is coloured, and which row, column and factor are drawn by themselves."""

    sequences: int = number(3, 1, 8, step=1, label="Sequences averaged", symbol="S", unit="sequences",
                            help="The map is the mean of log10 over those of the batch's first sequences in which the "
                                 "norm is not exactly 0.")
    colours: str = choice("fixed", colour_ranges, label="Range of the colours",
                          help="Never renormalised row by row: the same colour is the same norm everywhere on the map.")
    t: int = number(1000, 1, 1000, step=1, label="Row: back from step", symbol="t", unit="steps",
                    help="The row that is drawn as a curve, and the factor that is looked into; the last step if the "
                         "sequence is shorter, and of a long one the nearest before it that the map has. A click on "
                         "the map chooses it.")
    k: int = number(0, 0, 999, step=1, label="Column: on from step", symbol="k", unit="steps",
                    help="The column that is drawn as a curve. A click on the map chooses it.")
