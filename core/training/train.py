"""A whole run, for a script: one record an update, and changes that are sent between two."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence

from core.parameters import Spec
from core.specs.recurrence import Recurrence
from core.specs.task import Task
from core.specs.training import Training
from core.training.experiment import Experiment
from core.training.record import StepRecord
from core.training.trainer import Trainer


def train(
    recurrence: Recurrence, task: Task, training: Training, remedies: Iterable[Spec] = (), *, full: bool = False,
) -> Generator[StepRecord, Experiment | Sequence[Experiment] | None, None]:
    """One StepRecord an update, until `training.steps` or until a quantity leaves the finite numbers.

    Send an Experiment between two updates to change what may change during a run (lr, thresholds, k1, k2, seq_len,
    batch, rho, remedies), or several that act one after the other; send returns the next record.

        run = train(Recurrence(), Task(), Training(), [ClipNorm(threshold=1.0)])
        first = next(run)
        second = run.send(replace(experiment, training=Training(lr=0.1)))
    """
    trainer = Trainer(Experiment(recurrence, task, training, tuple(remedies)), full=full)
    while trainer.step <= trainer.experiment.training.steps:
        record = trainer.update()
        changed = yield record
        if record.stopped is not None:
            return
        for after in (changed,) if isinstance(changed, Experiment) else changed or ():
            trainer.change(after)
