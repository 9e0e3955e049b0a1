"""Gradient norm clipping: shorten a gradient that is longer than the threshold."""

from __future__ import annotations

from dataclasses import dataclass

from core.bptt.update import Gradient
from core.norms import euclidean_norm
from core.parameters import Spec, number
from core.remedies.base import Remedy
from core.sources import PASCANU_2013


@dataclass(frozen=True, kw_only=True)
class ClipNorm(Spec):
    """Clipping by the global norm."""

    threshold: float = number(1.0, 1e-4, 1e4, step=0.0001, log=True, label="Clip threshold", symbol=r"\theta",
                              unit="gradient norm", hot=True,
                              help="A gradient longer than this is shortened to it; its direction stays.")


def clip_norm(gradient: Gradient, spec: ClipNorm) -> Gradient:
    """g <- g min(1, threshold / ||g||). Pascanu et al. 2013, algorithm 1.

    The published rule to the letter: nothing is added to the norm, and a gradient at or below the threshold is
    returned as it is, bit for bit. An inf or nan gradient never gets here: the trainer stops on it.
    """
    if gradient.norm <= spec.threshold:
        return gradient
    flat = gradient.flat * (spec.threshold / gradient.norm)
    return Gradient(flat, euclidean_norm(flat))


REMEDY = Remedy(
    name="clip_norm", title="Gradient norm clipping", source=PASCANU_2013, helps="exploding",
    taken="Section 3.2, algorithm 1.",
    equation=r"g \leftarrow g\,\min\left(1, \theta / \lVert g \rVert\right)",
    product="It leaves the product of Jacobians as it is, and shortens the step that is made of it.",
    when="The gradient explodes: in the demo one step without the clip is more than 10,000 times as long as the "
         "weights. With it 20 of 20 seeds learn, without it 0.",
    cost="One more hyper-parameter; the size of a long gradient is lost, its direction kept.",
    harms="A threshold far below the usual norm makes every SGD step equally long, the threshold times the learning "
          "rate; it does nothing for what has vanished.",
    torch="clip_grad_norm_ divides by the norm + 1e-6, and takes the norm in the gradient's own number type: in "
          "float32, entries of 1e20 make it infinite and every gradient exactly 0, and an infinite entry becomes nan. "
          "Here the norm is taken in float64, and a run stops where a gradient is not finite.",
    spec=ClipNorm, transform_gradient=clip_norm,
)
