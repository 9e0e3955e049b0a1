"""What the commands print that train: the record of each update, and what the playground says of the run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from core.cost import Cost
from core.live.limits import check
from core.live.memory import trainer_need
from core.live.replay import Change, acting, begun, read, replayed
from core.parameters import ParameterError
from core.specs.training import Training
from core.topics.playground.view import verdict_after
from core.training.experiment import Experiment
from core.training.record import StepRecord


def training(experiment: Experiment, *, full: bool, at: str) -> Iterator[dict[str, Any]]:
    """One StepRecord a line; the last one says in `stopped` why a run ended early."""
    changes = changes_of(experiment, at)
    for one in (experiment, *(change.experiment for change in changes)):
        check(one, lambda one: Cost(trainer_need(one).peak, 0.0))
    for record in replayed(experiment, changes, full=full):
        yield step_record(record)


def told(experiment: Experiment, *, steps: int, at: str) -> Iterator[dict[str, Any]]:
    """What the playground says of a run after so many updates (0: of the untouched network), with its numbers."""
    made = _with_steps(experiment, steps)
    yield verdict_after(made, changes_of(made, at), untouched=steps == 0)


def _with_steps(experiment: Experiment, steps: int) -> Experiment:
    return replace(experiment, training=replace(experiment.training, steps=max(steps, 1)))


def begun_with(experiment: Experiment, own: dict[str, Any]) -> tuple[Experiment, list[Experiment]]:
    """The settings of the first update, and those of later ones."""
    if not own.get("at"):
        return experiment, []
    first, changes = begun(experiment, changes_of(
        experiment if "steps" not in own else _with_steps(experiment, own["steps"]), own["at"]))
    return first, [change.experiment for change in changes]


def changes_of(experiment: Experiment, at: str) -> tuple[Change, ...]:
    """The changes that the text spells; raises ParameterError where one is not usable or comes too late."""
    changes, problems = read(at, experiment, Training.parameters()["steps"].high)
    late = next((change for change in changes if change not in acting(changes)), None)
    if problems or late is not None:
        raise ParameterError(problems[0].removesuffix(" It was ignored.") if problems else
                             f"at must name updates up to the last, {late.experiment.training.steps}, got {late.step}.")
    return tuple(changes)


def step_record(record: StepRecord) -> dict[str, Any]:
    """All fields of a StepRecord, W_hh as its spectrum."""
    return {
        "step": record.step, "loss": record.loss, "grad_norm": record.grad_norm, "clipped_norm": record.clipped_norm,
        "log10_dL_dh": record.log10_dL_dh, "log10_dL_dh_full": record.log10_dL_dh_full,
        "log10_dL_dc": record.log10_dL_dc, "log10_dL_dh_held": record.log10_dL_dh_held, "rho": record.rho,
        "sigma_max": record.sigma_max, "eigenvalues": record.eigenvalues, "accuracy": record.accuracy,
        "seconds": record.seconds, "stopped": record.stopped and record.stopped.text,
    }
