"""How the landscape of one unit is looked at: the two descents across it, and the window that is drawn."""

from __future__ import annotations

from dataclasses import dataclass

from core.parameters import Spec, choice, number

MOST_UPDATES = 300


def views() -> dict[str, str]:
    return {"map": "map", "surface": "surface in 3-D"}


def shades() -> dict[str, str]:
    return {"error": "error", "log_error": "error, as a power of 10", "gradient": "norm of its gradient"}


@dataclass(frozen=True, kw_only=True)
class Descending(Spec):
    """Two descents from (w, b), the same but for the clipping of the gradient."""

    lr: float = number(0.03, 1e-4, 10.0, step=0.0001, log=True, label="Learning rate", symbol=r"\eta",
                       help="Size of the step along the (clipped) gradient.")
    threshold: float = number(1.0, 1e-3, 100.0, step=0.001, log=True, label="Clip threshold", unit="gradient norm",
                              help="The clipped descent shortens a gradient that is longer to this norm.")
    updates: int = number(100, 1, MOST_UPDATES, step=1, label="Updates",
                          help="How many steps both descents make.")
    shown: int = number(MOST_UPDATES, 0, MOST_UPDATES, step=1, label="Updates shown",
                        help="Both ways are drawn up to here; all of them, if there are fewer.")


@dataclass(frozen=True, kw_only=True)
class Region(Spec):
    """What part of the landscape is drawn, and how."""

    view: str = choice("map", views, label="Drawn as", help="A map from above, or a surface that can be turned.")
    shade: str = choice("error", shades, label="Colour and height", help="On a scale that is the same in all windows.")
    width: float = number(3.0, 0.001, 40.0, step=0.001, log=True, label="Width of the window",
                          help="Of the weights and of the biases that are drawn.")
    w_mid: float = number(5.0, -10.0, 10.0, step=0.01, label="Weight in the middle")
    b_mid: float = number(-2.5, -10.0, 10.0, step=0.01, label="Bias in the middle")

    @property
    def w_span(self) -> tuple[float, float]:
        """The smallest and the largest weight drawn."""
        return self.w_mid - 0.5 * self.width, self.w_mid + 0.5 * self.width

    @property
    def b_span(self) -> tuple[float, float]:
        """The smallest and the largest bias drawn."""
        return self.b_mid - 0.5 * self.width, self.b_mid + 0.5 * self.width
