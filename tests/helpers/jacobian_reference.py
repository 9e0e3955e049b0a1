"""What the Jacobians page says, computed again by plain products, one pair after the other."""

import mpmath
import numpy as np

from core.training.experiment import Experiment
from core.training.trainer import Trainer


def first_update(**values):
    """Trainer with its first update measured."""
    trainer = Trainer(Experiment.from_values(values))
    trainer.measure()
    assert trainer.finite_states
    return trainer


def log10_norms(factors):
    """log10 of the norm of each product of the first 1, 2, ... factors, newest on the left; -inf where it is 0."""
    product, size, out = np.eye(len(factors[0])), 0.0, []
    for factor in factors:
        product = factor @ product
        largest = np.abs(product).max()
        size += np.log10(largest) if largest > 0 else -np.inf
        product = product / largest if largest > 0 else product
        out.append(size + np.log10(np.linalg.svd(product, compute_uv=False)[0]) if largest > 0 else -np.inf)
    return out


def exact_log10_norms(factors):
    """The same with 60 digits."""
    with mpmath.workdps(60):
        product, out = mpmath.eye(len(factors[0])), []
        for factor in factors:
            product = mpmath.matrix(factor.tolist()) * product
            norm = mpmath.svd_r(product, compute_uv=False)[0] if any(product) else 0
            out.append(float(mpmath.log10(norm)) if norm else -np.inf)
    return out


def pair_norms(J, norms=log10_norms):
    """{(t, k): [log10 ||dh_t/dh_k|| of each sequence]} for all pairs k < t."""
    out = {}
    for sample in range(J.samples):
        factors = [J.at(t, sample) for t in range(len(J))]
        for k in range(len(factors)):
            for t, value in enumerate(norms(factors[k:]), start=k + 1):
                out.setdefault((t, k), []).append(value)
    return out


def means(norms):
    """The mean of those that are finite, -inf where none is, for each pair."""
    return {pair: np.mean([v for v in values if v > -np.inf]) if max(values) > -np.inf else -np.inf
            for pair, values in norms.items()}

