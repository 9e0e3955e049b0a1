"""What an experiment asks of its task: batches, numbered, each from the seed alone; and what its loss is worth."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.experiment import Experiment
from core.network import BATCHES
from core.records import Baselines
from core.tasks import Batch, tasks


def sampled(experiment: Experiment, number: int) -> Batch:
    """Batch `number` of the experiment, 0 for the first: the same for every remedy."""
    spec = experiment.task
    kind = tasks()[spec.task]
    rng = np.random.default_rng([experiment.recurrence.seed, BATCHES, number])
    return kind.sample(rng, spec.seq_len, spec.batch, **_options(experiment))


def baselines_of(experiment: Experiment) -> Baselines:
    """What the loss of its task is worth when nothing is remembered."""
    spec = experiment.task
    return tasks()[spec.task].baselines(spec.seq_len, **_options(experiment))


def _options(experiment: Experiment) -> dict[str, Any]:
    """What the spec says that this kind of task takes."""
    return {name: getattr(experiment.task, name) for name in tasks()[experiment.task.task].options}
