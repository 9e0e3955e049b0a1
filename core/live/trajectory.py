"""The updates of one run, made and to come: its trainer, what is kept of it, and the changes that are still due.

It knows neither a thread nor a clock.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from copy import copy

from core.live.history import Frame, History
from core.live.replay import Change
from core.live.view import Past, View, sequences_shown
from core.training.batches import baselines_of
from core.training.checkpoint import Checkpoint
from core.training.experiment import Experiment
from core.training.own_batch import OwnBatches
from core.training.record import StepRecord
from core.training.solved import SETTLED, solved
from core.training.trainer import Trainer

LONG = 0.05  # s that an update took last, from which on the next one is made in pieces
Computing = Callable[[], AbstractContextManager[None]]  # what is put around all that may take long


class Trajectory:
    """It begins at the initial network, whose first update is measured and not yet applied."""

    def __init__(self, experiment: Experiment, past: Past | None = None, before: Experiment | None = None,
                 due: tuple[Change, ...] = ()) -> None:
        """
        Args:
            past: the run before this one.
            before: settings of a run that went back to its first update.
            due: changes that it makes by itself, oldest first.
        """
        self.trainer = Trainer(experiment, full=True)
        self.history = History()
        self.own = OwnBatches()
        if before not in (None, experiment):
            self.history.change(1, before, experiment)
        self.past, self.due = past, due
        self.preview()

    # -- reading ------------------------------------------------------------------------------------------

    @property
    def experiment(self) -> Experiment:
        """The settings, those that changes still to come will make."""
        due = self.due
        return due[-1].experiment if due else self.trainer.experiment

    @property
    def updates_left(self) -> bool:
        return self.trainer.step <= self.trainer.experiment.training.steps

    @property
    def takes_long(self) -> bool:
        """Whether the next update is expected to."""
        return self.record.seconds > LONG or self.trainer.solves

    @property
    def measured_at(self) -> Experiment | None:
        """The settings of the last update; those of now where no change since has an effect."""
        at, now = self.history.measured_at(), self.trainer.experiment
        return now if at is not None and (at == now or not any(now.changes_from(at))) else at

    @property
    def changed(self) -> bool:
        """Whether settings were changed since the last update."""
        return self.measured_at not in (None, self.trainer.experiment)

    @property
    def solved(self) -> bool:
        """Judged over updates with the settings of now: a run that goes on with others has to solve the task anew."""
        if len(self.history) - self.history.last_change + 1 < SETTLED:
            return False
        return solved(self.trainer.task, self.history.last("loss", SETTLED), self.history.last("accuracy", SETTLED))

    def as_past(self) -> Past | None:
        """As the past of the next one; before its first update, what was before it."""
        measured_at = self.history.measured_at()
        return self.past if measured_at is None else Past(measured_at, self.history.curves())

    def as_if(self, experiment: Experiment) -> Trajectory:
        """What this one would be with other settings, which it could take over; this one stays as it is."""
        twin = copy(self)
        twin.trainer, twin.history = self.trainer.twin(), self.history.twin()
        twin.due = ()
        twin.change(experiment)
        twin.preview()
        return twin

    def view(self, state: str) -> View:
        return self.drawn(self.trainer, self.record, self.measured_at, state)

    def drawn(self, trainer: Trainer, record: StepRecord, measured_at: Experiment | None, state: str) -> View:
        """With the network of a trainer: of its own, or of another that looks at an earlier update."""
        sequences = sequences_shown(trainer.experiment, playing=state == "playing")
        return View(
            state=state, record=record, jacobians=trainer.jacobians(sequences) if trainer.finite_states else None,
            weights=trainer.weights, experiment=trainer.experiment, curves=self.history.curves(),
            frames=self.history.kept(), baselines=baselines_of(self.experiment), seconds=record.seconds,
            measured_at=measured_at, past=self.past, way=trainer.whole_pass(sequences),
        )

    # -- going on -----------------------------------------------------------------------------------------

    def advance(self, computing: Computing = nullcontext) -> None:
        """One update, recorded; where it is given up nothing has changed."""
        trainer = self.trainer
        checkpoint: Checkpoint | None = trainer.checkpoint() if trainer.between_sequences else None
        before = trainer.network.theta.copy() if checkpoint is None else checkpoint.theta
        sequence = trainer.sequence
        with computing():
            record = trainer.update()
        self._take(record)
        if self.stopped:
            self.due = ()
        else:
            known = self.record.loss if trainer.measured_whole else None
            self.own.append(self.record.step, trainer.experiment, sequence, before, trainer.network.theta.copy(), known)
        self.history.append(self.record, trainer.experiment, checkpoint)
        self.past = None

    def preview(self, computing: Computing = nullcontext) -> None:
        """Measure the update that comes next, so that a paused picture shows a change at once."""
        with computing():
            record = self.trainer.measure()
        self._take(record)

    def _take(self, record: StepRecord) -> None:
        self.record, self.stopped = record, record.stopped is not None

    def change(self, experiment: Experiment, drag: int | None = None) -> None:
        """Settings that act from the next update on; where it has stopped it comes to none before it goes back."""
        if not self.stopped:
            self.history.change(self.trainer.step, self.trainer.experiment, experiment, drag)
        self.trainer.change(experiment)

    def change_as_due(self) -> None:
        """The changes that act from the next update on."""
        while self.due and self.due[0].step <= self.trainer.step:
            self.change(self.due[0].experiment)
            self.due = self.due[1:]

    def back_to(self, frame: Frame, experiment: Experiment, computing: Computing = nullcontext) -> None:
        """To a recorded update but the first, which is made again with these settings; what came after is forgotten."""
        self.history.cut(frame.record.step)
        self.own.cut(frame.record.step)
        self.trainer.restore(frame.checkpoint, frame.experiment)
        self.stopped, self.due = False, ()
        if experiment != frame.experiment:
            self.change(experiment)
        self.preview(computing)
