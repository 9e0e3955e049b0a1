"""How a network is trained, as a reader sets it."""

from __future__ import annotations

from dataclasses import dataclass

from core.parameters import Idle, Spec, choice, number
from core.specs.first_factors import CARRIED, no_matrix


def optimizer_titles() -> dict[str, str]:
    return {"sgd": "SGD", "momentum": "SGD + momentum 0.9", "rmsprop": "RMSprop", "adam": "Adam"}


def dtypes() -> dict[str, str]:
    return {"float64": "float64", "float32": "float32"}


@dataclass(frozen=True, kw_only=True)
class Training(Spec):
    """How it is trained."""

    optimizer: str = choice("sgd", optimizer_titles, label="Optimizer", acts="update", made_by="solver",
                            help="torch.optim with its default settings.")
    lr: float = number(0.03, 1e-5, 10.0, step=0.0001, log=True, label="Learning rate", symbol=r"\eta", hot=True,
                       acts="update", made_by="solver",
                       help="Size of the step along the (clipped) gradient.")
    steps: int = number(500, 1, 20000, step=1, log=True, label="Updates", unit="updates", hot=True, acts="update",
                        help="The run stops after this many.")
    dtype: str = choice("float64", dtypes, label="Precision", acts="W_hh",
                        idle=(Idle(no_matrix, "0 is 0 in every type", upto="W_hh"), CARRIED),
                        help="float32 loses small gradients at 10^-45 already, and is slower near it.")
