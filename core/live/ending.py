"""How a run came to its end, in one sentence."""

from __future__ import annotations

import numpy as np

from core.live.view import View
from core.spelling import Claim
from core.tasks.base import CLASSES_SOLVED, tasks
from core.training.solved import SETTLED


def ending(view: View) -> Claim | None:
    """What ended the run; None while it has not come to an end."""
    updates = len(view.curves.step)
    if view.state == "solved":
        return _solved(view, updates)
    if view.state == "finished":
        return Claim("finished", "All updates made: {updates:count} of {steps:count}.",
                     {"updates": updates, "steps": view.experiment.training.steps})
    if view.state == "diverged" and updates:
        return Claim("diverged", "Diverged at update {update:count}.", {"update": updates})
    if view.state == "diverged":
        return Claim("diverged", "The initial network is not finite.")
    return None


def _solved(view: View, updates: int) -> Claim:
    """With the mean that passed the task's mark, in so many digits that it does not read like the mark itself."""
    over, task = {"update": updates, "over": SETTLED}, tasks()[view.experiment.task.task]
    if task.classes:
        return Claim("solved", "Solved at update {update:count}: {right:.2%} right, more than {mark:share}, over the "
                               "last {over:count update}.",
                     over | {"right": float(np.mean(view.curves.accuracy[-SETTLED:])), "mark": CLASSES_SOLVED})
    return Claim("solved", "Solved at update {update:count}: mean loss {loss:fine}, below {mark:plain}, over the last "
                           "{over:count update}.",
                 over | {"loss": float(np.mean(view.curves.loss[-SETTLED:])), "mark": task.solved_loss})
