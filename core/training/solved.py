"""When a task counts as solved: the same rule for the playground, the race and the demos."""

from __future__ import annotations

from collections.abc import Sequence

from core.tasks.base import CLASSES_SOLVED, TaskKind

SETTLED = 20  # updates that it is judged over


def solved(task: TaskKind, losses: Sequence[float], accuracies: Sequence[float | None]) -> bool:
    """Whether the mean over the last updates passes the task's mark: 95 % named right, or the loss below its own.

    Args:
        losses, accuracies: of every update so far, or of the last ones alone.
    """
    if len(losses) < SETTLED:
        return False
    if task.classes:
        return sum(accuracies[-SETTLED:]) / SETTLED > CLASSES_SOLVED
    return task.solved_loss is not None and sum(losses[-SETTLED:]) / SETTLED < task.solved_loss
