"""A training run that plays beside the page: one step, changes in the middle of it, going back."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from copy import copy
from dataclasses import replace

from core.breath import Stopped
from core.live.history import Frame
from core.live.in_pieces import InPieces
from core.live.limits import refused
from core.live.player import Player, Turn
from core.live.replay import Change, begun
from core.live.seconds import run_cost
from core.live.slot import SLOT, UpdateSlot
from core.live.trajectory import Trajectory
from core.training.experiment import Experiment

SOON = 1.0  # s that a single step is waited for


class LiveRun(InPieces):
    """One run; its methods may be called from any thread."""

    begins_again = frozenset({"train anew", "train again"})

    def __init__(self, experiment: Experiment, slot: UpdateSlot = SLOT, changes: Iterable[Change] = ()) -> None:
        """With `changes`, each is made by itself when the run comes to its update, as in the run that a link tells of.
        """
        super().__init__(slot)
        self._forgotten: tuple[complex, ...] = ()  # moves of eigenvalues that were made on a way that is no more
        self._past_solved = False  # whether a task that is solved on the way to the target stops it
        first, changes = begun(experiment, tuple(changes))
        if all(map(self._fits, (first, *(change.experiment for change in changes)))):
            self._begin(Trajectory(first, before=experiment, due=changes))
        else:
            self._begin(Trajectory(first if refused(first, run_cost) is None else _small(first)))

    def _fits(self, experiment: Experiment) -> bool:
        """Whether there is room for it; `refused` says why not."""
        self._refused = refused(experiment, run_cost)
        return self._refused is None

    def _begin(self, trajectory: Trajectory) -> None:
        self._goes_on_with(trajectory)
        self.state = "diverged" if trajectory.stopped else "ready"

    # -- acting -------------------------------------------------------------------------------------------

    def play(self, to: int | None = None, *, past_solved: bool = False) -> None:
        """Go on; nothing happens where a run has diverged: rewind it first. Nor where its settings were refused.

        Args:
            to: go there as fast as the machine can, and pause at that update.
            past_solved: go all the way there, also where the task is solved before.
        """
        with self._lock:
            if to is None or self.updates < to:
                self._past_solved = past_solved
                super().play(to)

    def step(self, seconds: float | None = SOON) -> None:
        """One update, then pause.

        Args:
            seconds: that one which takes long is waited for; as long as it takes if None.
        """
        self.pause()
        with self._changing():
            long = self._trajectory.takes_long
            if not long and self._refused is None and self.state != "diverged" and self._updates_left:
                self.state = "paused"
                self._advance()
        if long:  # it can be paused
            self.play(self.updates + 1, past_solved=False)
            if self._thread is not None:
                self._thread.join(seconds)
        self.news.ring()

    def reset(self, experiment: Experiment | None = None, *, keep_past: bool = False) -> None:
        """Back to the initial network, of these settings or of others, if those fit; with `keep_past` the curves stay
        as the past. Moves of eigenvalues that were made on the way are forgotten with it."""
        self.pause()
        if experiment is None or self._fits(experiment):
            with suppress(Stopped), self._changing():
                past = self._trajectory.as_past() if keep_past else None
                first = experiment or self._as_begun(self.experiment)
                self._begin(self._made(lambda: Trajectory(first, past)))
        self.news.ring()

    def _begin_again(self) -> None:
        self.reset(keep_past=True)

    def apply(self, experiment: Experiment, drag: int | None = None) -> bool:
        """Take settings over: before the first update, or from the next one on where they allow it.

        Settings that would hold too much memory change nothing: `refused` says why.

        Args:
            drag: numbers the movement of the reader's hand that makes this change: all of one have one mark.

        Returns:
            False if the run had to start again from a new initial network; it plays on if it was playing.
        """
        asked, experiment = experiment, self._remembered(experiment)
        if asked is experiment:  # the page knows by now
            self._forgotten = ()
        same = experiment == self.experiment  # as nearly always when a page is drawn: nobody's update is waited for
        if same and self._refused is None:
            return True
        try:
            return not self._fits(experiment) or same or self._apply(experiment, drag)
        except Stopped:  # nobody is there any more
            return True
        finally:
            self.news.ring()

    def _apply(self, experiment: Experiment, drag: int | None) -> bool:
        with self._changing():
            if experiment == self.experiment:
                return True
            self._trajectory.due = ()
            if not self.updates or not experiment.hot_from(self.experiment):
                return self._apply_anew(experiment)
            rests = self.state in ("paused", "finished", "solved")
            if rests:
                self._keep()
            self._trajectory.change(experiment, drag)
            self._under_way = None
            if rests:
                self.state = "paused" if self._updates_left else "finished"
                with suppress(Stopped):  # it plays by now
                    self._preview()
            elif self.state == "playing" and not self._updates_left:
                self.state = "finished"
            return True

    def _apply_anew(self, experiment: Experiment) -> bool:
        """From the initial network; False where there were updates."""
        playing, past = self.state == "playing", self._trajectory.as_past()
        first = self._as_begun(experiment) if self.updates else experiment
        self.pause()
        trajectory, untouched = self._made(lambda: Trajectory(first, past)), not self.updates
        self._begin(trajectory)
        if playing:
            self.play()
        return untouched

    def refusal(self, experiment: Experiment) -> str | None:
        """Why an eigenvalue of the trained W_hh cannot be moved as these settings ask; None where it can."""
        if experiment.recurrence.moved == self.experiment.recurrence.moved:
            return None
        with self._slot.promptly(), self._lock:
            hot = self.updates and experiment.hot_from(self.experiment)
            return self._trajectory.trainer.refusal(experiment) if hot else None

    def as_if(self, experiment: Experiment) -> LiveRun:
        """One beside this one, that rests where this one would be at rest with these settings, for a picture of it;
        this one where they do not fit, or where one that is meant comes in between. A reader's hand tries many values
        before that."""
        experiment = self._remembered(experiment)
        if experiment == self.experiment or refused(experiment, run_cost) is not None:
            return self
        with suppress(Stopped), self._seen() as wanted:
            made, past = self._trajectory, self._trajectory.as_past()
            hot = self.updates and experiment.hot_from(self.experiment)
            beside = copy(self)
            Player.__init__(beside, self._slot)
            beside.playback = self.playback
            beside._begin(self._made(lambda: made.as_if(experiment) if hot else Trajectory(experiment, past), wanted))
            if hot and beside.state == "ready":
                beside.state = "paused" if beside._updates_left else "finished"
            return beside
        return self

    def rewind(self, frame: Frame, experiment: Experiment | None = None) -> None:
        """Continue from a recorded update, which is done again; what came after it is forgotten.

        Settings stay as they are now, or become `experiment`; moves of eigenvalues are those of then. At the first
        update the initial network is theirs.
        """
        self.pause()
        with suppress(Stopped), self._changing():
            now = self._moved_as_in(frame.experiment, experiment or self.experiment)
            if frame.record.step == 1:
                start = self._trajectory.history.story()[0]
                self._begin(self._made(lambda: Trajectory(now, before=start)))
            else:
                self._keep()
                self._under_way = None
                self._trajectory.back_to(frame, now, self._computing)
                self.state = "diverged" if self._trajectory.stopped else "paused" if self._updates_left else "finished"
        self.news.ring()

    # -- inside -------------------------------------------------------------------------------------------

    def _as_begun(self, experiment: Experiment) -> Experiment:
        """Settings for an initial network, which knows nothing of what was moved in a trained one."""
        start, _ = self._trajectory.history.story()
        same = experiment.recurrence.moved == self.experiment.recurrence.moved
        return experiment if start is None or not same else self._moved_as_in(start, experiment)

    def _moved_as_in(self, then: Experiment, experiment: Experiment) -> Experiment:
        self._forgotten = experiment.recurrence.moved
        return replace(experiment, recurrence=replace(experiment.recurrence, moved=then.recurrence.moved))

    def _remembered(self, experiment: Experiment) -> Experiment:
        """Settings of a page that does not know yet what was forgotten."""
        moved = experiment.recurrence.moved
        return self._moved_as_in(self.experiment, experiment) if moved and moved == self._forgotten else experiment

    def _turn(self) -> Turn | None:
        return Turn(self._update, paced=True) if self.state == "playing" else None

    def _update(self) -> None:
        """One update in turn; one that is overtaken by a pause, or by a change, is not made."""
        with suppress(Stopped), self._slot, self._lock:
            if self.state != "playing":  # it changed while the slot was waited for
                return
            self._advance()
            self._stop_at_target(self.updates)
            if self.state in ("paused", "finished", "solved") and self.changed:  # one that was due
                self._preview()

    def _preview(self) -> None:
        self._trajectory.preview(self._computing)
        if self._trajectory.stopped:
            self.state = "diverged"

    def _advance(self) -> None:
        """One update, and how the run stands after it."""
        made = self._trajectory
        made.advance(self._computing)
        if made.stopped:
            self.state = "diverged"
            return
        hurries_on = self._past_solved and self._target is not None and self.updates < self._target
        if self.playback.until_solved and not hurries_on and made.solved:
            self.state = "solved"
        made.change_as_due()
        if self.state != "solved" and not self._updates_left:
            self.state = "finished"


def _small(experiment: Experiment) -> Experiment:
    """What is shown of a run that cannot begin: the same network on one sequence, or the defaults where even that is
    too much."""
    one = replace(experiment, task=replace(experiment.task, batch=1))
    return one if refused(one, run_cost) is None else Experiment()
