r"""What bounds the Jacobian product, and what follows from a bound above and below 1."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.claims import Claim
from core.network.activations import ACTIVATIONS
from core.network.cells.jacobians import Jacobians, PlainJacobians
from core.plotting.thinning import evenly
from core.sources import PASCANU_2013
from core.topics.derivation.corrections.base import Correction
from core.topics.derivation.corrections.bounded import bounded, finite_or_why
from core.topics.derivation.words import say
from core.topics.jacobians.map import exceeded, jacobian_map
from core.topics.jacobians.products import log10_product_norms
from core.topics.jacobians.rates import Rates, rates_of
from core.topics.jacobians.verdict import fed_bound
from core.training.experiment import Experiment
from core.training.first_sequence import without_remedies
from core.training.record import Exceeded
from core.training.trainer import Trainer

JORDAN, STEPS = np.array([[0.5, 4.0], [0.0, 0.5]]), 30  # grows before it shrinks: its eigenvalues are 0.5 twice
RHO = 1.5
APART = np.log10(1.01)  # log10: less is no difference worth a sentence


def times_looked_at(n: int) -> int:
    """Rows and columns of a map whose norms take some 60 ms: each costs n^2."""
    return int(np.clip(2200 // n, 10, 51))


def over(J: Jacobians, rates: Rates) -> tuple[Exceeded, Exceeded]:
    """Pairs (t, k) above (rho gamma)^(t-k), and above (sigma_max gamma)^(t-k)."""
    found = jacobian_map(J, evenly(0, len(J), times_looked_at(J.shape[1])))
    return exceeded(found, rates.rate), exceeded(found, rates.bound)


def singular_value_not_eigenvalue(experiment: Experiment) -> Claim:
    """How often each would-be bound fails: on a Jordan block, and over all pairs of steps of the reader's network."""
    one = without_remedies(replace(experiment, task=replace(experiment.task, batch=1)))
    small, note = bounded(one, lambda n, T, B: T * times_looked_at(n) * n**3 / 2)
    trainer = Trainer(small)
    if (why := finite_or_why(trainer)) is not None:
        return why
    example, own = PlainJacobians(np.ones((STEPS, 2, 1)), JORDAN), trainer.jacobians()
    rates = rates_of(own, trainer.activation.gamma, trainer.spectrum)
    (jordan_rate, jordan_bound), (rate, bound) = over(example, rates_of(example, 1.0)), over(own, rates)
    return say("singular_value", {
        "share_example": jordan_rate.share, "log10_example": jordan_rate.most, "share_own": rate.share,
        "count_pairs": rate.pairs, "share_bound": bound.share, "share_example_bound": jordan_bound.share,
    }, fed=say("singular_value.fed") if rates.fed else "", note=note)


def necessary_not_sufficient(experiment: Experiment) -> Claim:
    """A Gaussian W_hh with rho = 1.5: with tanh on the reader's task, and without any nonlinearity."""
    recurrence = replace(experiment.recurrence, shape="gaussian", rho=RHO, eigenvalues=(), activation="tanh")
    one = without_remedies(replace(experiment, recurrence=recurrence, task=replace(experiment.task, batch=1)))
    small, note = bounded(one, lambda n, T, B: T * n**3)
    trainer = Trainer(small)
    if (why := finite_or_why(trainer)) is not None:
        return why
    J = trainer.jacobians()
    lag = np.array([len(J) - 1])
    reach, free = (float(log10_product_norms(product, lag)[0]) for product in (J, J.linear()))
    so = say("sufficient.nothing_exploded") if reach <= 0.0 else (
        say("sufficient.part") if reach < free - APART else "")
    return say("sufficient", {
        "count_units": J.shape[1], "sigma_gamma": J.per_step(ACTIVATIONS["tanh"].gamma)[0], "count_steps": len(J) - 1,
        "log10_tanh": reach, "log10_linear": free,
    }, fed=fed_bound(trainer.task.cue is not None), so=so, note=note)


CORRECTIONS = (
    Correction(
        2, "The largest singular value bounds, not the largest eigenvalue",
        r"$\lVert \partial h_t / \partial h_{t-1} \rVert \le \rho(W_{hh})\,\gamma$, with the largest eigenvalue of "
        r"$W_{hh}$.",
        r"$\lVert \partial h_t / \partial h_k \rVert \le (\sigma_{\max}(W_{hh})\,\gamma)^{t-k}$, with the largest "
        r"singular value. The eigenvalue is the rate of $W_{hh}^{l}$ in the long run; it bounds nothing unless "
        r"$W_{hh}$ is normal. Determinants say nothing: that of $\mathrm{diag}(2, 0.1)$ is 0.2, and its powers "
        r"explode.",
        PASCANU_2013, singular_value_not_eigenvalue),
    Correction(
        3, "Below 1 it must vanish; above 1 it need not explode",
        r"With a spectral radius above 1 the gradient explodes.",
        r"$\sigma_{\max}\gamma < 1$ is sufficient for vanishing; $\sigma_{\max}\gamma > 1$ is necessary for exploding, "
        r"not sufficient: where tanh saturates, $\varphi'$ is small, and every factor "
        r"$\mathrm{diag}(\varphi'(a_t))\,W_{hh}$ with it.",
        PASCANU_2013, necessary_not_sufficient),
)
