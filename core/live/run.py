"""A training run that plays beside the page: play, pause, one step, rewind, changes in the middle of it.

    ready -> playing <-> paused -> finished | solved | diverged
                     <-> suspended (its browser session went away)

What its one button does next is its `deed`; `do` does it.

Nothing of a user interface is called from here: a page asks for a `view` as often as it likes. Each update takes
the process-wide slot, so many runs share the machine in turn.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.claims import Claim
from core.live.history import Curves, Frame, History
from core.live.limits import refused
from core.live.memory import frames_bytes, jacobians_bytes, tape_bytes, trainer_need
from core.live.replay import Change, begun
from core.live.slot import SLOT, UpdateSlot
from core.network.cells.jacobians import Jacobians
from core.parameters import Spec, choice, flag
from core.remedies.hooks import Hooks
from core.tasks.base import Baselines
from core.training.batches import baselines_of
from core.training.experiment import Experiment
from core.training.own_batch import OwnBatches, Steps
from core.training.record import StepRecord
from core.training.solved import SETTLED, solved
from core.training.trainer import Checkpoint, Trainer
from core.training.truncated_pairs import window_of
from core.training.whole_pass import WholePass

PACES = ("1", "2", "5", "10", "20", "30", "60", "120", "max")  # updates a second
SEQUENCES = 7  # of a batch whose Jacobians a view carries at least; odd, so that one of them is in the middle
MOST_WORK = {True: 2**20, False: 2**29}  # multiplications for a product over all of them, while a run plays or not
GATES = 50_000  # multiplications that would take as long as to put the Jacobian of a gated cell together
PICTURES = 4  # that hold Jacobians at a time: of now, of the update looked at, and what is made of them
STEPS_SECONDS = {True: 0.01, False: 1.0}  # s for measuring whether the last steps were too long, likewise


@dataclass(frozen=True, kw_only=True)
class Playback(Spec):
    """How a run is watched; it changes nothing in the numbers."""

    pace: str = choice("30", lambda: {p: p if p == "max" else f"{p} a second" for p in PACES}, label="Pace",
                       unit="updates a second", help="Slow enough to watch, up to as fast as the machine goes.")
    until_solved: bool = flag(True, label="Stop when solved",
                              help="Stop once the smoothed accuracy passes 95 %, or the smoothed loss the task's mark.")


@dataclass(frozen=True)
class Past:
    """The run before this one: its curves stay on the page until this one has made an update."""

    experiment: Experiment  # the settings of its last update
    curves: Curves


@dataclass(frozen=True)
class View:
    """Everything a page draws, taken at one moment."""

    state: str  # ready, playing, paused, finished, solved, diverged, suspended
    record: StepRecord  # the network now: the last update, or the next one measured but not applied
    jacobians: Jacobians | None  # dh_t/dh_{t-1} of the first sequences, up to the end of the record's chunk; None if
    # a state is not finite
    weights: NDArray[np.floating]  # (n, n + n_in + 1) [W_hh | W_xh | b_h] of the network of `record`
    experiment: Experiment
    curves: Curves
    frames: tuple[Frame, ...]  # evenly thinned
    baselines: Baselines
    seconds: float  # duration of the update shown, s
    applied: bool  # whether `record` is an update that was applied
    measured_at: Experiment | None = None  # settings of the last update that the curves show; None before the first
    past: Past | None = None  # what the curves showed before the settings needed another network
    way: WholePass | None = None  # of the network of `record`; None where `jacobians` are of the whole sequence

    @property
    def whole(self) -> Jacobians | None:
        """dh_t/dh_{t-1} for t = 1..T, as without truncation; None if a state is not finite."""
        return self.jacobians if self.jacobians is None or self.way is None else self.way.jacobians


class LiveRun:
    """One run; its methods may be called from any thread."""

    def __init__(self, experiment: Experiment, slot: UpdateSlot = SLOT, changes: Iterable[Change] = ()) -> None:
        """With `changes`, each is made by itself when the run comes to its update, as in the run that a link tells of.
        """
        self._lock = threading.RLock()
        self._wake = threading.Event()
        self._slot = slot
        self._thread: threading.Thread | None = None
        self.playback = Playback()
        self._refused: Claim | None = None  # why the settings asked for last were not taken; None where they were
        self._target: int | None = None  # update to hurry to, and pause at
        self._past_solved = False  # whether a task that is solved on the way there stops it
        first, changes = begun(experiment, tuple(changes))
        fits = all(map(self._fits, (first, *(change.experiment for change in changes))))
        begins = first if fits or refused("run", first, held_bytes) is None else _small(first)
        self._begin(begins, before=experiment if fits else None)
        self._due = changes if fits else ()

    def _fits(self, experiment: Experiment) -> bool:
        """Whether there is room for it; `refused` says why not."""
        self._refused = refused("run", experiment, held_bytes)
        return self._refused is None

    def _begin(self, experiment: Experiment, past: Past | None = None, before: Experiment | None = None) -> None:
        """The initial network; `before` are the settings of a run that went back to its first update."""
        self._trainer = Trainer(experiment, full=True)
        self._history = History()
        self._own = OwnBatches()
        if before not in (None, experiment):
            self._history.change(1, before, experiment)
        self._past = past
        self._due: tuple[Change, ...] = ()  # changes that the run makes by itself, oldest first
        self._record = self._trainer.measure()
        self._applied = False
        self.state = "ready" if self._record.stopped is None else "diverged"

    # -- reading ------------------------------------------------------------------------------------------

    @property
    def experiment(self) -> Experiment:
        """The settings, those that changes still to come will make."""
        due = self._due
        return due[-1].experiment if due else self._trainer.experiment

    @property
    def refused(self) -> str | None:
        """Why the settings asked for last were not taken over, and what is here instead; None where they were."""
        if self._refused is None:
            return None
        return f"{self._refused.text} What is drawn is a run that fits, with a batch of {self.experiment.task.batch}."

    @property
    def updates(self) -> int:
        """Updates recorded so far."""
        return len(self._history)

    @property
    def changed(self) -> bool:
        """Whether settings were changed since the last update."""
        with self._lock:
            return self._measured_at() not in (None, self._trainer.experiment)

    def _measured_at(self) -> Experiment | None:
        """The settings of the last update; those of now where no change since has an effect."""
        at, now = self._history.measured_at(), self._trainer.experiment
        return now if at is not None and not any(now.changes_from(at)) else at

    @property
    def deed(self) -> str:
        """What `do` will do: train, train anew (with other settings than the curves on the page), train again, go on,
        resume (after the browser was away), pause; empty where nothing can be done."""
        with self._lock:
            if self.state == "playing":
                return "pause"
            if self._refused is not None:
                return ""
            if not len(self._history):
                return "" if self.state == "diverged" else "train anew" if self._past is not None else "train"
            done = self.state == "solved" and self.playback.until_solved
            if self.state == "diverged" or done or not self._updates_left:
                return "train anew" if self.changed else "train again"
            return "resume" if self.state == "suspended" else "go on"

    @property
    def _updates_left(self) -> bool:
        return self._trainer.step <= self._trainer.experiment.training.steps

    def story(self) -> tuple[int, Experiment, tuple[Change, ...]]:
        """Updates made, the settings of the first one, and the changes since, one that acts on the next among them."""
        with self._lock:
            start, changes = self._history.story()
            return len(self._history), start or self.experiment, changes

    @property
    def players(self) -> int:
        """Runs that are playing in this process, of all sessions."""
        return self._slot.players

    def view(self) -> View:
        """A consistent picture of the run at this moment."""
        with self._lock:
            return self._view_of(self._trainer, self._record, self._applied, self._measured_at())

    def look_at(self, frame: Frame) -> View:
        """The run as it was at a recorded update, measured again on the same batch with the same weights."""
        trainer = Trainer(frame.experiment, full=True)
        trainer.restore(frame.checkpoint)
        record = trainer.measure()
        with self._lock:
            return self._view_of(trainer, record, True, frame.experiment)

    def _view_of(self, trainer: Trainer, record: StepRecord, applied: bool, measured_at: Experiment | None) -> View:
        sequences = sequences_shown(trainer.experiment, playing=self.state == "playing")
        return View(
            state=self.state, record=record,
            jacobians=trainer.jacobians(sequences) if trainer.finite_states else None,
            weights=trainer.weights, experiment=trainer.experiment, curves=self._history.curves(),
            frames=self._history.kept(), baselines=self._baselines(), seconds=record.seconds, applied=applied,
            measured_at=measured_at, past=self._past, way=trainer.whole_pass(sequences),
        )

    def steps_up_to(self, update: int, seconds: float | None = None, after: int = 0) -> Steps:
        """How many of the last updates, up to this one, made the loss of their own batch worse by their length.

        Args:
            after: updates that came before are left out, and this one: as those with other settings are.
            seconds: for measuring them; as a page has them if None. Those that there was no time for are not counted.
        """
        with self._lock:
            own, network = self._own, self._trainer.network
        seconds = STEPS_SECONDS[self.state == "playing"] if seconds is None else seconds
        return own.measured(network, range(after + 1, update + 1), seconds)

    def _baselines(self) -> Baselines:
        return baselines_of(self.experiment)

    def frame_at(self, step: int) -> Frame | None:
        """The latest frame at or before an update."""
        with self._lock:
            return self._history.frame_at(step)

    def frame_steps(self) -> list[int]:
        """Updates that can be looked at and gone back to."""
        with self._lock:
            return [frame.record.step for frame in self._history.frames()]

    def last_finite(self) -> Frame | None:
        """The latest frame in which every quantity was finite."""
        with self._lock:
            return max((f for f in self._history.frames() if f.record.stopped is None),
                       key=lambda f: f.record.step, default=None)

    def last_healthy(self) -> Frame | None:
        """The latest finite frame from which clipping still helps: its loss is near where the run began.

        A step or two later the weights are finite but ruined, and clipping from there on comes too late.
        """
        with self._lock:
            frames = list(self._history.frames())
            if not frames:
                return None
            near = 2 * max(frames[0].record.loss, self._baselines().chance)
            return next((f for f in reversed(frames) if f.record.stopped is None and f.record.loss <= near), None)

    # -- acting -------------------------------------------------------------------------------------------

    def do(self, deed: str) -> None:
        """What the button said when it was pressed; a run that has gone on to something else meanwhile is left alone.
        """
        if deed == "pause":
            self.pause()
        elif deed and deed == self.deed:
            if deed in ("train anew", "train again"):
                self.reset(keep_past=True)
            self.play()

    def play(self, to: int | None = None, *, past_solved: bool = False) -> None:
        """Go on; nothing happens where a run has diverged: rewind it first. Nor where its settings were refused.

        Args:
            to: go there as fast as the machine can, and pause at that update.
            past_solved: go all the way there, also where the task is solved before.
        """
        with self._lock:
            if self._refused or (to is not None and len(self._history) >= to):
                return
            self._target, self._past_solved = to, past_solved
            if self.state in ("playing", "diverged"):
                return
            if not self._updates_left:
                self.state = "finished"
                return
            self.state = "playing"
            self._wake.clear()
            self._thread = threading.Thread(target=self._loop, name="live-run", daemon=True)
            self._thread.start()

    def pause(self) -> None:
        with self._lock:
            if self.state == "playing":
                self.state = "paused"
                self._wake.set()

    def suspend(self) -> None:
        """Stop because the browser session went away; what was recorded stays."""
        with self._lock:
            if self.state == "playing":
                self.state = "suspended"
                self._wake.set()

    def step(self) -> None:
        """One update, then pause."""
        self.pause()
        with self._slot.promptly(), self._lock:
            if not self._refused and self.state != "diverged" and self._updates_left:
                self.state = "paused"
                self._advance()

    def reset(self, experiment: Experiment | None = None, *, keep_past: bool = False) -> None:
        """Back to the initial network, of these settings or of others, if those fit; with `keep_past` the curves stay
        as the past."""
        self.pause()
        if experiment is not None and not self._fits(experiment):
            return
        with self._slot.promptly(), self._lock:
            self._begin(experiment or self.experiment, self._as_past() if keep_past else None)

    def _as_past(self) -> Past | None:
        """This run as the past of the next one; before its first update, what was before it."""
        measured_at = self._history.measured_at()
        return self._past if measured_at is None else Past(measured_at, self._history.curves())

    def apply(self, experiment: Experiment) -> bool:
        """Take settings over: before the first update, or from the next one on where they allow it.

        Settings that would hold too much memory change nothing: `refused` says why.

        Returns:
            False if the run had to start again from a new initial network; it plays on if it was playing.
        """
        same = experiment == self.experiment  # as nearly always when a page is drawn: nobody's update is waited for
        if (same and self._refused is None) or not self._fits(experiment) or same:
            return True
        with self._slot.promptly(), self._lock:
            if experiment == self.experiment:
                return True
            self._due = ()
            if not len(self._history):
                self._begin(experiment, self._past)
                return True
            if not experiment.hot_from(self.experiment):
                playing = self.state == "playing"
                self.pause()
                self._begin(experiment, self._as_past())
                if playing:
                    self.play()
                return False
            self._change(experiment)
            if self.state in ("paused", "finished", "solved"):
                self.state = "paused" if self._updates_left else "finished"
                self._preview()
            elif self.state == "playing" and not self._updates_left:
                self.state = "finished"
            return True

    def rewind(self, frame: Frame, experiment: Experiment | None = None) -> None:
        """Continue from a recorded update, which is done again; what came after it is forgotten.

        Settings stay as they are now, or become `experiment`. At the first update the initial network is theirs.
        """
        self.pause()
        with self._slot.promptly(), self._lock:
            now = experiment or self.experiment
            if frame.record.step == 1:
                self._begin(now, before=self._history.story()[0])
                return
            self._due = ()
            self._history.cut(frame.record.step)
            self._own.cut(frame.record.step)
            self._trainer.restore(frame.checkpoint, frame.experiment)
            self.state = "paused"
            if now != frame.experiment:
                self._change(now)
            if not self._updates_left:
                self.state = "finished"
            self._preview()

    # -- inside -------------------------------------------------------------------------------------------

    def _change(self, experiment: Experiment) -> None:
        """Settings that act from the next update on; a run that has diverged comes to none before a rewind."""
        if self.state != "diverged":
            self._history.change(self._trainer.step, self._trainer.experiment, experiment)
        self._trainer.change(experiment)

    def _preview(self) -> None:
        """Measure the update that comes next, so that a paused picture shows a change at once."""
        self._record = self._trainer.measure()
        self._applied = False
        if self._record.stopped is not None:
            self.state = "diverged"

    def _advance(self) -> None:
        """One update, recorded."""
        trainer = self._trainer
        checkpoint: Checkpoint | None = trainer.checkpoint() if trainer.between_sequences else None
        before = trainer.network.theta.copy() if checkpoint is None else checkpoint.theta
        sequence = trainer.sequence
        self._record = trainer.update()
        self._applied = True
        if self._record.stopped is None:
            self._own.append(self._record.step, trainer.experiment, sequence, before, trainer.network.theta.copy())
        self._history.append(self._record, trainer.experiment, checkpoint)
        self._past = None
        if self._record.stopped is not None:
            self.state = "diverged"
            self._due = ()
            return
        stops = self._target is None or not self._past_solved or len(self._history) >= self._target
        if stops and self.playback.until_solved and self._solved():
            self.state = "solved"
        while self._due and self._due[0].step <= trainer.step:
            self._change(self._due[0].experiment)
            self._due = self._due[1:]
        if self.state != "solved" and not self._updates_left:
            self.state = "finished"

    def _solved(self) -> bool:
        """Judged over updates with the settings of now: a run that goes on with others has to solve the task anew."""
        if len(self._history) - self._history.last_change + 1 < SETTLED:
            return False
        return solved(self._trainer.task, self._history.last("loss", SETTLED), self._history.last("accuracy", SETTLED))

    def _loop(self) -> None:
        """The run's own thread: updates at the pace asked for, until the state says otherwise."""
        with self._slot.playing():
            due = time.monotonic()
            while (pace := self._next()) is not None:
                if pace == "max":
                    due = time.monotonic()
                    continue
                due = max(due + 1.0 / float(pace), time.monotonic() - 0.25)  # a late run does not race to catch up
                self._wake.wait(max(due - time.monotonic(), 0.0))

    def _next(self) -> str | None:
        """One update in turn, and the pace to the next; None when this thread is no longer to play."""
        with self._slot, self._lock:
            if self.state != "playing" or self._thread is not threading.current_thread():
                return None
            self._advance()
            if self._target is not None and len(self._history) >= self._target and self.state == "playing":
                self.state, self._target = "paused", None
            if self.state in ("paused", "finished", "solved") and self.changed:  # one that was due
                self._preview()
            return "max" if self._target is not None else self.playback.pace


def sequences_shown(experiment: Experiment, *, playing: bool) -> int:
    """Whose Jacobians a view carries: all of a batch, or as many as a picture has time for."""
    spec = experiment.task
    cell = Hooks(experiment.remedies).cell(experiment.recurrence, spec.kind.n_in)
    work = spec.seq_len * ((cell.states * cell.n) ** 3 + (GATES if cell.blocks > 1 else 0))
    return min(spec.batch, max(SEQUENCES, MOST_WORK[playing] // work))


def held_bytes(experiment: Experiment) -> int:
    """What a run may hold: itself, the tape on which its last steps are measured, another trainer that looks at an
    earlier update or tries a threshold, and the pictures; of chunks also those of the whole sequence, on a tape of
    their own."""
    window = window_of(experiment)
    passes = 1 if window is None or window.k1 >= experiment.task.seq_len else 2
    pictures = PICTURES * passes * jacobians_bytes(experiment, sequences_shown(experiment, playing=False))
    return 2 * trainer_need(experiment).peak + passes * tape_bytes(experiment) + pictures + frames_bytes(experiment)


def _small(experiment: Experiment) -> Experiment:
    """What is shown of a run that cannot begin: the same network on one sequence, or the defaults where even that is
    too much."""
    one = replace(experiment, task=replace(experiment.task, batch=1))
    return one if refused("run", one, held_bytes) is None else Experiment()
