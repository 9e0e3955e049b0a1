r"""Clipping by the norm: the rule, what it works on, and where its threshold comes from."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from core.claims import Claim
from core.norms import euclidean_norm
from core.remedies.clip_norm import ClipNorm
from core.sources import PASCANU_2013
from core.topics.derivation.corrections.base import Correction
from core.topics.derivation.corrections.bounded import bounded, finite_or_why, one_pass
from core.topics.derivation.words import say
from core.topics.playground.presets import PRESETS
from core.training.experiment import Experiment
from core.training.record import StepRecord
from core.training.trainer import Trainer

CLIPPED_RUN, CURVE = 30, 40  # updates
LONGEST = 1e307  # a norm that can still be doubled
FACTORS = {"share_half": 0.5, "share_once": 1.0, "share_twice": 2.0, "share_five": 5.0,
           "share_ten": 10.0}  # times the mean norm


def min_not_max(experiment: Experiment) -> Claim:
    """Both rules on the reader's first gradient, with a threshold of half and of twice its norm."""
    small, note = bounded(experiment, lambda n, T, B: 4 * one_pass(n, T, B))
    trainer = Trainer(small)
    if (why := finite_or_why(trainer)) is not None:
        return why
    g = trainer.gradient()[0].astype(np.float64)
    norm = euclidean_norm(g)
    if norm == 0.0:
        return say("min_not_max.zero")
    if norm > LONGEST:
        return say("min_not_max.too_long")

    def after(rule: Callable[[float, float], float], threshold: float) -> float:
        return euclidean_norm(g * rule(1.0, threshold / norm))

    return say("min_not_max", {
        "norm": norm, "min_half": after(min, norm / 2), "max_half": after(max, norm / 2),
        "min_twice": after(min, norm * 2), "max_twice": after(max, norm * 2)}, note=note)


def run(experiment: Experiment, updates: int) -> list[StepRecord]:
    """So many updates, or fewer where a quantity leaves the finite numbers; the last record says so."""
    trainer, records = Trainer(experiment), []
    while len(records) < updates and not (records and records[-1].stopped):
        records.append(trainer.update())
    return records


def mean(values: list[float]) -> float:
    """Right where the sum leaves float64."""
    largest = max(values, default=0.0)
    return float(np.mean(np.array(values) / largest)) * largest if largest > 0.0 else 0.0


def works_on_the_step(experiment: Experiment) -> Claim:
    """The playground's exploding network with the reader's seed, clipped at 1 and not clipped."""
    exploding = Experiment.from_values({**PRESETS["exploding"].values, "seed": experiment.recurrence.seed})
    clipped = run(exploding.with_remedy(ClipNorm(threshold=1.0)), CLIPPED_RUN)
    free = run(exploding, CLIPPED_RUN)
    finite = [record for record in clipped if record.stopped is None]
    stays, alone = len(finite) == len(clipped), free[-1].stopped is not None
    more = {"count_free": len(free)} if alone else {}
    if stays:
        end = say("on_the_step.stays_with_it_alone" if alone else "on_the_step.stays", more)
    else:
        end = say("on_the_step.leaves_either_way" if alone else "on_the_step.leaves", more)
    return say("on_the_step", {
        "count_updates": len(finite), "mean_before": mean([r.grad_norm for r in finite]),
        "mean_after": mean([r.clipped_norm for r in finite]),
        "share_clipped": float(np.mean([r.clipped for r in finite])), **more}, end=end)


def threshold_from_the_curve(experiment: Experiment) -> Claim:
    """The norms of a short run of the reader's experiment, and what thresholds around their mean would have clipped."""
    small, note = bounded(experiment, lambda n, T, B: CURVE * one_pass(n, T, B))
    records = [record for record in run(small, CURVE) if record.stopped is None]
    if not records:
        return finite_or_why(Trainer(small))
    norms = np.array([record.grad_norm for record in records])
    average = mean(norms.tolist())
    if average == 0.0:
        return say("curve.zero")
    shares = {name: float(np.mean(norms / average > factor)) for name, factor in FACTORS.items()}
    return say("curve", {"count_updates": len(records), "mean": average, **shares},
               cut=say("curve.cut") if len(records) < CURVE else "", note=note)


CORRECTIONS = (
    Correction(
        1, "Clip with min, not max",
        r"A gradient is clipped by $g \leftarrow g \cdot \max(1, \theta / \lVert g \rVert)$.",
        r"The rule is $g \leftarrow g \cdot \min(1, \theta / \lVert g \rVert)$: it shortens a gradient that is longer "
        r"than the threshold $\theta$ and leaves the others. With max it lengthens the short ones and leaves the long.",
        PASCANU_2013, min_not_max),
    Correction(
        8, "Clipping works on the step, not on the signal",
        r"The logged gradient norm is as large with clipping as without, so clipping does nothing.",
        r"The norm that is logged is usually the one before the clip. Clipping shortens the step that is taken, "
        r"$\lVert g \rVert$ to at most $\theta$; the gradient of the next update may be as long as ever.",
        PASCANU_2013, works_on_the_step),
    Correction(
        9, "A threshold from the curve",
        r"The clipping threshold has to be found by trial and error, or is 1.",
        r"Look at the norms of a run: Pascanu et al. take the mean norm over enough updates, and values from half of "
        r"it to ten times it still converge. A higher one clips less often.",
        PASCANU_2013, threshold_from_the_curve),
)
