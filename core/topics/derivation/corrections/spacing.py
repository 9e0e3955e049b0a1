r"""Where float64 stops, and where learning does."""

from __future__ import annotations

import numpy as np

from core.claims import Claim
from core.sources import HIGHAM_2002
from core.specs.training import Training
from core.topics.derivation.corrections.base import Correction
from core.topics.derivation.corrections.bounded import bounded, finite_or_why, one_pass
from core.topics.derivation.words import say
from core.training.experiment import Experiment
from core.training.trainer import Trainer

UPDATE = 1e-17


def spacing_not_smallest(experiment: Experiment) -> Claim:
    """The smallest numbers, the spacing, one small update of two weights, and the reader's own first update."""
    numbers = {
        "log10_smallest_64": np.log10(np.nextafter(0.0, 1.0)),
        "log10_smallest_32": np.log10(float(np.nextafter(np.float32(0.0), np.float32(1.0)))),
        "log10_eps": np.log10(np.finfo(np.float64).eps),
        "change_of_one": 1.0 - (1.0 - UPDATE), "change_of_small": 1e-4 - (1e-4 - UPDATE),
    }
    own: Claim | str = ""
    small, note = bounded(experiment, lambda n, T, B: 4 * one_pass(n, T, B))
    trainer = Trainer(small)
    if finite_or_why(trainer) is None and trainer.hooks.solver() is None:
        alive, before = trainer.gradient()[0] != 0.0, trainer.network.theta.copy()
        if alive.any() and trainer.update().stopped is None:
            numbers["share_lost"] = float(np.mean((trainer.network.theta == before)[alive]))
            name = Training.parameters()["optimizer"].options[small.training.optimizer]
            own = say("spacing.own", numbers, optimizer=name, dtype=str(before.dtype), note=note)
    return say("spacing", numbers, own=own)


CORRECTIONS = (
    Correction(
        10, "$10^{-16}$ is not where gradients stop",
        r"Below $10^{-16}$ a gradient is lost in float64 and nothing trains any more.",
        r"$10^{-16}$ is the relative spacing of float64; its numbers reach down to $5 \cdot 10^{-324}$, those of "
        r"float32 to $1.4 \cdot 10^{-45}$. What stops learning is the size of the update relative to the weight: "
        r"$\eta\,|g|$ below about $\varepsilon\,|w|$ changes nothing.",
        HIGHAM_2002, spacing_not_smallest),
)
