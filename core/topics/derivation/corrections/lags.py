r"""What truncation drops, and what a gradient that is alive does not say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.bptt.gradient_by_lag import gradient_by_lag
from core.claims import Claim
from core.norms import euclidean_norm
from core.remedies.truncation import Truncation
from core.sources import GOODFELLOW_2016, SUTSKEVER_2013
from core.specs.recurrence import Recurrence
from core.specs.task import Task
from core.topics.derivation.corrections.base import Correction
from core.topics.derivation.corrections.bounded import bounded, finite_or_why, one_pass
from core.topics.derivation.words import say
from core.topics.jacobians.products import log10_product_norms
from core.training.experiment import Experiment
from core.training.first_sequence import without_remedies
from core.training.trainer import Trainer

K2 = 10  # steps back where the reader has set none
SHORT = 5  # lags 0..5 are called short
NOTHING = say("dropped.nothing")


def truncation_does_not_cure(experiment: Experiment) -> Claim:
    """The reader's first gradient: what lags of k2 steps and more are of it, and where dL/dh is left at exactly 0."""
    everywhere = _everywhere(experiment)
    whole = without_remedies(replace(experiment, training=replace(experiment.training, dtype="float64")))
    small, note = bounded(whole, lambda n, T, B: one_pass(n, T, B) * (3 + (T / 3 if everywhere else 0)))
    T = small.task.seq_len
    asked = next((spec.k2 for spec in experiment.remedies if isinstance(spec, Truncation)), K2)
    k2 = asked if asked < T else max(min(K2, T // 2), 1)
    trainer = Trainer(small.with_remedy(Truncation(k2=k2)), full=True)
    if (why := finite_or_why(trainer)) is not None:
        return why
    record, (_, batch) = trainer.measure(), trainer.gradient()
    numbers = {"count_k2": k2, "count_zero": int(np.isneginf(record.log10_dL_dh).sum()), "count_steps": T,
               "log10_first": float(record.log10_dL_dh_full[0])}
    left = say("dropped.left", numbers)
    if trainer.task.cue is not None:
        dropped = _fed_back(small, trainer)
        return NOTHING if dropped is None else say("dropped.fed_back", {"ratio_dropped": dropped, **numbers},
                                                    left=left, note=note)
    split = gradient_by_lag(trainer.network, batch, trainer.task, k2)
    if split.log10_whole == -np.inf:
        return NOTHING
    ratio = 10.0 ** (split.log10_dropped - split.log10_whole)
    return say("dropped.lags", {"ratio_dropped": ratio, **numbers}, left=left, note=note)


def _fed_back(whole: Experiment, truncated: Trainer) -> float | None:
    """What truncation takes from dL/dW where the way back also leads through the output, the difference of the two, as
    a share of its norm; None where that is 0."""
    full, cut = ((trainer.network.views(trainer.gradient()[0])[0]) for trainer in (Trainer(whole), truncated))
    norm = euclidean_norm(full.ravel())
    return euclidean_norm((full - cut).ravel()) / norm if norm else None


def _everywhere(experiment: Experiment) -> bool:
    """Whether every step has a target: the work then grows with the square of T."""
    spec = experiment.task
    batch = spec.kind.sample(np.random.default_rng(0), spec.seq_len, 1)
    return len(batch.target_steps) > spec.seq_len / 2


def alive_is_not_enough(experiment: Experiment) -> Claim:
    """A network whose gradient vanishes on the way back, on a task that asks at every step."""
    own = experiment.recurrence
    network = Recurrence(n_hidden=own.n_hidden, rho=0.8, activation=own.activation, seed=own.seed)
    trainer = Trainer(Experiment(network, Task(task="sine", seq_len=50, batch=8)))
    if (why := finite_or_why(trainer)) is not None:
        return why
    (_, batch), J = trainer.gradient(), trainer.jacobians()
    split = gradient_by_lag(trainer.network, batch, trainer.task)
    if split.log10_whole == -np.inf:
        return say("alive.zero")
    reach = float(log10_product_norms(J, np.array([len(J) - 1]))[0])
    return say("alive", {"count_units": own.n_hidden, "log10_norm": split.log10_whole, "log10_reach": reach,
                         "ratio_short": 10.0 ** split.log10_share[SHORT]})


CORRECTIONS = (
    Correction(
        5, "Truncation does not cure vanishing",
        r"Truncated back-propagation solves the vanishing gradient.",
        r"It caps the sum. $\partial L_t/\partial W = \sum_{k \le t} (\cdot)$ keeps the terms with $t - k < k_2$ as "
        r"they are, large or vanished, and drops all others: what lies further back gets no gradient at all.",
        SUTSKEVER_2013, truncation_does_not_cure),
    Correction(
        7, r"A gradient that is alive may have vanished all the same",
        r"The norm of $\partial L/\partial W$ is not small, so the gradient does not vanish.",
        r"$\partial L/\partial W$ is a sum over all lags, and the short ones mask the long ones. What vanishes is "
        r"$\lVert \partial h_t/\partial h_k \rVert$ for a large lag $t - k$.",
        GOODFELLOW_2016, alive_is_not_enough),
)
