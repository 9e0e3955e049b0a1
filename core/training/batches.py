"""What an experiment asks of its task: batches, numbered, each from the seed alone; and what its loss is worth."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from core.network.weights import BATCHES
from core.tasks.base import Baselines, Batch
from core.training.experiment import Experiment


def sampled(experiment: Experiment, number: int) -> Batch:
    """Batch `number` of the experiment, 0 for the first: the same for every remedy."""
    spec = experiment.task
    rng, = _generators([experiment.recurrence.seed], number)
    return spec.kind.sample(rng, spec.seq_len, spec.batch, **_options(experiment))


def sampled_each(experiment: Experiment, seeds: Sequence[int], number: int) -> Batch:
    """That batch of the experiment with each of these seeds, along an axis of replicas."""
    spec = experiment.task
    return spec.kind.sample_each(_generators(seeds, number), spec.seq_len, spec.batch, **_options(experiment))


def _generators(seeds: Sequence[int], number: int) -> list[np.random.Generator]:
    """default_rng([seed, BATCHES, number]) of each seed; an array is taken apart in a third less time than a list."""
    return [np.random.default_rng(key) for key in np.array([(seed, BATCHES, number) for seed in seeds], np.uint32)]


@lru_cache(maxsize=64)  # asked for once a frame
def baselines_of(experiment: Experiment) -> Baselines:
    """What the loss of its task is worth when nothing is remembered."""
    spec = experiment.task
    return spec.kind.baselines(spec.seq_len, **_options(experiment))


def _options(experiment: Experiment) -> dict[str, Any]:
    """What the spec says that this kind of task takes."""
    return {name: getattr(experiment.task, name) for name in experiment.task.kind.options}
