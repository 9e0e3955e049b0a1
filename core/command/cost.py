"""What a run would cost on a page, without beginning it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from core.command.training import changes_of
from core.live.seconds import run_cost
from core.parameters import Idle
from core.remedies.base import Remedy, remedies
from core.specs.task import Task
from core.topics.playground.cost import picture_seconds
from core.training.experiment import Experiment, flat_parameters

COUNTED = {"n_hidden", "activation", "dtype", "steps", "truncation_k1", "truncation_k2", "teacher_forcing_share",
           "hessian_free_cg_iterations", *Task.parameters()} - {"waveform"}
UNCOUNTED = Idle(lambda e: True, "the cost is counted from the sizes alone")


def cost(experiment: Experiment, *, full: bool, at: str) -> Iterator[dict[str, Any]]:
    """What a run on a page holds at most, in bytes, and how many seconds an update and a picture of it take.

    Counted from the sizes before anything is allocated, with this machine's own prices; of changes during the run the
    dearest.
    """
    each = [experiment, *(change.experiment for change in changes_of(experiment, at))]
    costs = [run_cost(one) for one in each]
    yield {"bytes": int(max(one.bytes for one in costs)), "seconds_update": max(one.seconds for one in costs),
           "seconds_picture": max(map(picture_seconds, each))}


def uncounted() -> dict[str, Idle]:
    """The parameters that have no say in it."""
    names = COUNTED | {remedy.name for remedy in remedies().values() if _weighs(remedy)}
    return {name: UNCOUNTED for name in flat_parameters() if name not in names}


def _weighs(remedy: Remedy) -> bool:
    return any((remedy.cell, remedy.activation, remedy.window, remedy.feedback, remedy.solver, remedy.holds,
                remedy.seconds))
