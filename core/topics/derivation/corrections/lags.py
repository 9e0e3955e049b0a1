r"""What truncation drops, and what a gradient that is alive does not say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.bptt.gradient_by_lag import gradient_by_lag
from core.norms import euclidean_norm
from core.remedies.truncation import Truncation
from core.sources import GOODFELLOW_2016, SUTSKEVER_2013
from core.specs.recurrence import Recurrence
from core.specs.task import Task
from core.topics.derivation.corrections.base import Correction, Measurement, measured
from core.topics.derivation.corrections.bounded import bounded, finite_or_why, one_pass
from core.topics.jacobians.products import log10_product_norms
from core.training.experiment import Experiment
from core.training.trainer import Trainer

K2 = 10  # steps back where the reader has set none
SHORT = 5  # lags 0..5 are called short
NOTHING = Measurement("Your first dL/dW is exactly 0: there is nothing that truncation could drop.", {})


def truncation_does_not_cure(experiment: Experiment) -> Measurement:
    """The reader's first gradient: what lags of k2 steps and more are of it, and where dL/dh is left at exactly 0."""
    everywhere = _everywhere(experiment)
    plain = replace(experiment, remedies=(), training=replace(experiment.training, dtype="float64"))
    small, note = bounded(plain, lambda n, T, B: one_pass(n, T, B) * (3 + (T / 3 if everywhere else 0)))
    T = small.task.seq_len
    asked = next((spec.k2 for spec in experiment.remedies if isinstance(spec, Truncation)), K2)
    k2 = asked if asked < T else max(min(K2, T // 2), 1)
    trainer = Trainer(small.with_remedy(Truncation(k2=k2)), full=True)
    if (why := finite_or_why(trainer)) is not None:
        return why
    record, (_, batch) = trainer.measure(), trainer.gradient()
    rest = ("From the end back it leaves dL/dh_t exactly 0 at {count_zero} of {count_steps:count step}. Without it "
            "dL/dh_1 has norm {log10_first}.")
    numbers = {"count_k2": k2, "count_zero": np.isneginf(record.log10_dL_dh).sum(), "count_steps": T,
               "log10_first": record.log10_dL_dh_full[0]}
    if trainer.task.cue is not None:
        return _fed_back(small, trainer, rest + note, numbers)
    split = gradient_by_lag(trainer.network, batch, trainer.task, k2)
    if split.log10_whole == -np.inf:
        return NOTHING
    return measured(
        "The lags from {count_k2} on come to {ratio_dropped} times the norm of your first dL/dW; truncation with "
        "k2 = {count_k2} drops them. " + rest + note,
        ratio_dropped=10.0 ** (split.log10_dropped - split.log10_whole), **numbers)


def _fed_back(whole: Experiment, truncated: Trainer, rest: str, numbers: dict[str, float]) -> Measurement:
    """What truncation takes from dL/dW where the way back also leads through the output: the difference of the two."""
    full, cut = ((trainer.network.views(trainer.gradient()[0])[0]) for trainer in (Trainer(whole), truncated))
    norm = euclidean_norm(full.ravel())
    if norm == 0.0:
        return NOTHING
    return measured("What truncation with k2 = {count_k2} drops comes to {ratio_dropped} times the norm of your first "
                    "dL/dW. " + rest, ratio_dropped=euclidean_norm((full - cut).ravel()) / norm, **numbers)


def _everywhere(experiment: Experiment) -> bool:
    """Whether every step has a target: the work then grows with the square of T."""
    spec = experiment.task
    batch = spec.kind.sample(np.random.default_rng(0), spec.seq_len, 1)
    return len(batch.target_steps) > spec.seq_len / 2


def alive_is_not_enough(experiment: Experiment) -> Measurement:
    """A network whose gradient vanishes on the way back, on a task that asks at every step."""
    own = experiment.recurrence
    network = Recurrence(n_hidden=own.n_hidden, rho=0.8, activation=own.activation, seed=own.seed)
    trainer = Trainer(Experiment(network, Task(task="sine", seq_len=50, batch=8)))
    if (why := finite_or_why(trainer)) is not None:
        return why
    (_, batch), J = trainer.gradient(), trainer.jacobians()
    split = gradient_by_lag(trainer.network, batch, trainer.task)
    if split.log10_whole == -np.inf:
        return Measurement("The gradient of the example is exactly 0 with this activation: no unit is on.", {})
    reach = float(log10_product_norms(J, np.array([len(J) - 1]))[0])
    return measured(
        "{count_units:count unit} with ρ = 0.8 on the sine task, which asks at each of 50 steps: ||dL/dW|| is "
        "{log10_norm} before training, alive, while ||dh_T/dh_1|| is {log10_reach}. The part of dL/dW from lags 0 to 5 "
        "alone has {ratio_short} times the norm of the whole.",
        count_units=own.n_hidden, log10_norm=split.log10_whole, log10_reach=reach,
        ratio_short=10.0 ** split.log10_share[SHORT])


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
