"""Sign descent: only the signs of the gradient are kept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.bptt.update import Gradient
from core.norms import euclidean_norm
from core.parameters import Spec, number
from core.remedies.base import Remedy


@dataclass(frozen=True, kw_only=True)
class SignOnly(Spec):
    """Every entry is made equally long."""

    size: float = number(0.01, 1e-6, 1.0, step=0.001, log=True, label="Size of an entry", hot=True,
                         help="Every entry of the gradient has this size, and keeps its sign.")


def sign_only(gradient: Gradient, spec: SignOnly) -> Gradient:
    """g <- size sign(g)."""
    flat = spec.size * np.sign(gradient.flat)
    return Gradient(flat, euclidean_norm(flat))


REMEDY = Remedy(
    name="sign_only", title="Signs alone", source=None, helps="both", taken="This app's own.",
    equation=r"g \leftarrow s\,\mathrm{sign}(g)",
    product="It leaves the product of Jacobians as it is.", when="In no demo yet.", cost="The size is lost.",
    harms="It does not tell a flat place from a steep one.", spec=SignOnly, transform_gradient=sign_only,
)
