"""Whether the gradient points somewhere: how alike those of several batches are, at the initial weights.

A gradient that says which way the loss falls is much the same for every batch. Where the states are chaotic each batch
has its own: its length is no longer all that is wrong with it, and shortening it brings no direction back.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.claims import Claim
from core.norms import euclidean_norm
from core.remedies.hooks import Hooks
from core.topics.derivation.corrections.bounded import bounded, one_pass
from core.training.course import Course
from core.training.experiment import Experiment

BATCHES = 8


@dataclass(frozen=True)
class Directions:
    """Of the gradients of the first batches, before any remedy changes them."""

    cosine: float  # mean over all pairs, -1..1
    batches: int
    note: Claim | str  # what is to be said about the experiment that was measured; "" where it is the reader's


def directions(experiment: Experiment) -> Directions | None:
    """On fewer or shorter sequences where it would take long; None where a gradient is not finite or exactly 0."""
    small, note = bounded(experiment, lambda n, T, B: BATCHES * one_pass(n, T, B))
    network = Hooks(small.remedies).network(small.recurrence, small.task.kind, np.dtype(np.float64))
    course, found = Course(small, network), []
    for number in range(BATCHES):
        course.restart(number)
        g = course.measure().found.gradient
        norm = euclidean_norm(g)
        if not 0.0 < norm < np.inf:
            return None
        found.append(g / norm)
    cosines = np.stack(found) @ np.stack(found).T
    return Directions(float(np.mean(cosines[np.triu_indices(BATCHES, 1)])), BATCHES, note)
