"""How a run came to its end, in one sentence."""

from __future__ import annotations

import numpy as np

from core.claims import Claim
from core.live.view import View
from core.live.words import say
from core.tasks.base import CLASSES_SOLVED
from core.training.solved import SETTLED


def ending(view: View) -> Claim | None:
    """What ended the run; None while it has not come to an end."""
    updates = len(view.curves.step)
    if view.state == "solved":
        return _solved(view, updates)
    if view.state == "finished":
        return say("finished", {"updates": updates, "steps": view.experiment.training.steps})
    if view.state == "diverged":
        return say("diverged", {"update": updates}) if updates else say("diverged.at_first")
    return None


def _solved(view: View, updates: int) -> Claim:
    """With the mean that passed the task's mark, in so many digits that it does not read like the mark itself."""
    over, task = {"update": updates, "over": SETTLED}, view.experiment.task.kind
    if task.classes:
        return say("solved.right", over | {"right": float(np.mean(view.curves.accuracy[-SETTLED:])),
                                           "mark": CLASSES_SOLVED})
    return say("solved.loss", over | {"loss": float(np.mean(view.curves.loss[-SETTLED:])), "mark": task.solved_loss})
