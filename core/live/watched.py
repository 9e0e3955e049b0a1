"""A run as a page sees it: views of it, what its button does, and what can be looked at and gone back to."""

from __future__ import annotations

from core.live.history import Frame
from core.live.player import Player
from core.live.replay import Change
from core.live.trajectory import Trajectory
from core.live.view import View
from core.live.words import say
from core.training.batches import baselines_of
from core.training.experiment import Experiment
from core.training.own_batch import Overshoots
from core.training.trainer import Trainer

STEPS_SECONDS = {True: 0.01, False: 1.0}  # s for measuring whether the last steps were too long, while it plays or not


class WatchedRun(Player):
    """What is read of a run, each at one moment."""

    _trajectory: Trajectory
    _kept: View | None = None  # how the run stood before what is computed now, or was given up; None where that is seen

    @property
    def experiment(self) -> Experiment:
        """The settings, those that changes still to come will make."""
        return self._trajectory.experiment

    @property
    def refused(self) -> str | None:
        """Why the settings asked for last were not taken over, and what is here instead; None where they were."""
        if self._refused is None:
            return None
        return say("refused", {"batch": self.experiment.task.batch}, why=self._refused).text

    @property
    def updates(self) -> int:
        """Updates recorded so far."""
        return len(self._trajectory.history)

    @property
    def changed(self) -> bool:
        """Whether settings were changed since the last update."""
        with self._lock:
            return self._trajectory.changed

    @property
    def deed(self) -> str:
        """What `do` will do: train, train anew (with other settings than the curves on the page), train again, go on,
        resume (after the browser was away), pause; empty where nothing can be done."""
        with self._lock:
            if self.state == "playing":
                return "pause"
            if self._refused is not None:
                return ""
            if not self.updates:
                past = self._trajectory.past
                return "" if self.state == "diverged" else "train" if past is None else "train anew"
            done = self.state == "solved" and self.playback.until_solved
            if self.state == "diverged" or done or not self._updates_left:
                return "train anew" if self.changed else "train again"
            return "resume" if self.state == "suspended" else "go on"

    @property
    def _updates_left(self) -> bool:
        return self._trajectory.updates_left

    def story(self) -> tuple[int, Experiment, tuple[Change, ...]]:
        """Updates made, the settings of the first one, and the changes since, one that acts on the next among them."""
        with self._lock:
            start, changes = self._trajectory.history.story()
            return self.updates, start or self.experiment, changes

    def view(self) -> View:
        """A consistent picture of the run at this moment."""
        with self._lock:
            return self._trajectory.view(self.state) if self._kept is None else self._kept.at(self.state)

    def look_at(self, frame: Frame) -> View:
        """The run as it was at a recorded update, measured again on the same batch with the same weights."""
        trainer = Trainer(frame.experiment, full=True)
        trainer.restore(frame.checkpoint)
        record = trainer.measure()
        with self._lock:
            return self._trajectory.drawn(trainer, record, frame.experiment, self.state)

    def steps_up_to(self, update: int, seconds: float | None = None, after: int = 0) -> Overshoots:
        """How many of the last updates, up to this one, made the loss of their own batch worse by their length.

        Args:
            after: this update and those before it are left out, as those with other settings are.
            seconds: for measuring them; as a page has them if None. Those that there was no time for are not counted.
        """
        with self._lock:
            own, network = self._trajectory.own, self._trajectory.trainer.network
        seconds = STEPS_SECONDS[self.state == "playing"] if seconds is None else seconds
        return own.measured(network, range(after + 1, update + 1), seconds)

    def frame_at(self, step: int) -> Frame | None:
        """The latest frame at or before an update."""
        with self._lock:
            return self._trajectory.history.frame_at(step)

    def frame_steps(self) -> list[int]:
        """Updates that can be looked at and gone back to."""
        with self._lock:
            return [frame.record.step for frame in self._trajectory.history.frames()]

    def last_finite(self) -> Frame | None:
        """The latest frame in which every quantity was finite."""
        with self._lock:
            return self._trajectory.history.last_finite()

    def last_healthy(self) -> Frame | None:
        """The latest finite frame from which clipping still helps: its loss is near where the run began.

        A step or two later the weights are finite but ruined, and clipping from there on comes too late.
        """
        with self._lock:
            history = self._trajectory.history
            first = next(history.frames(), None)
            if first is None:
                return None
            return history.last_finite(2 * max(first.record.loss, baselines_of(self.experiment).chance))
