"""Both lanes of a demo on some seeds. A run ends when it is solved, when it diverges, or with its last update."""

from __future__ import annotations

import time
from statistics import median

from core.topics.race.demos.base import Demo, LaneResult, Result
from core.training.experiment import Experiment
from core.training.replicas import seeded
from core.training.solved import SETTLED, solved
from core.training.trainer import Trainer


def run_demo(demo: Demo, seeds: range) -> Result:
    """Baseline and remedy, each on the same seeds and batches."""
    return Result(demo, seeds, run_lane(demo.experiment(on=False), demo.off_updates, seeds),
                  run_lane(demo.experiment(on=True), demo.updates, seeds))


def run_lane(experiment: Experiment, updates: int, seeds: range) -> LaneResult:
    """One lane, seed by seed: what came of a seed does not depend on which others were asked for."""
    began = time.perf_counter()
    ends = [_end(experiment, updates, seed) for seed in seeds]
    solved_at = [update for word, update in ends if word == "solved"]
    return LaneResult(len(ends), len(solved_at), median(solved_at) if solved_at else None,
                sum(word == "diverged" for word, _ in ends), time.perf_counter() - began)


def _end(experiment: Experiment, updates: int, seed: int) -> tuple[str, int]:
    """How a run ends (solved, diverged or unsolved), and at which update."""
    trainer = Trainer(seeded(experiment, seed))
    losses: list[float] = []
    accuracies: list[float | None] = []
    for made in range(1, updates + 1):
        record = trainer.update()
        if record.stopped is not None:
            return "diverged", made
        losses.append(record.loss)
        accuracies.append(record.accuracy)
        if solved(trainer.task, losses[-SETTLED:], accuracies[-SETTLED:]):
            return "solved", made
    return "unsolved", updates
