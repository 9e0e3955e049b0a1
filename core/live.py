"""A training run that plays beside the page: play, pause, one step, rewind, changes in the middle of it.

    ready -> playing <-> paused -> finished | solved | diverged
                     <-> suspended (its browser session went away)

Nothing of a user interface is called from here: a page asks for a `view` as often as it likes. Each update takes
the process-wide slot, so many runs share the machine in turn.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.batches import baselines_of
from core.cells.jacobians import Jacobians
from core.experiment import Experiment
from core.history import Curves, Frame, History
from core.hooks import Hooks
from core.limits import refused
from core.memory import frames_bytes, jacobians_bytes, tape_bytes, trainer_need
from core.own_batch import OwnBatches, Steps
from core.parameters import Spec, choice, flag
from core.records import Baselines, StepRecord
from core.slot import SLOT, UpdateSlot
from core.solved import SETTLED, solved
from core.spelling import Claim
from core.tasks import tasks
from core.training import Checkpoint, Trainer

PACES = ("1", "2", "5", "10", "20", "30", "60", "120", "max")  # updates a second
SEQUENCES = 8  # of a batch whose Jacobians a view carries at least
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
class View:
    """Everything a page draws, taken at one moment."""

    state: str  # ready, playing, paused, finished, solved, diverged, suspended
    record: StepRecord  # the network now: the last update, or the next one measured but not applied
    jacobians: Jacobians | None  # dh_t/dh_{t-1} of the first sequences; None if a state is not finite
    weights: NDArray[np.floating]  # (n, n + n_in + 1) [W_hh | W_xh | b_h] of the network of `record`
    experiment: Experiment
    curves: Curves
    frames: tuple[Frame, ...]  # evenly thinned
    baselines: Baselines
    seconds: float  # duration of the update shown, s
    applied: bool  # whether `record` is an update that was applied


class LiveRun:
    """One run; its methods may be called from any thread."""

    def __init__(self, experiment: Experiment, slot: UpdateSlot = SLOT) -> None:
        self._lock = threading.RLock()
        self._wake = threading.Event()
        self._slot = slot
        self._thread: threading.Thread | None = None
        self.playback = Playback()
        self._refused: Claim | None = None  # why the settings asked for last were not taken; None where they were
        self._target: int | None = None  # update to hurry to, and pause at
        self._begin(experiment if self._fits(experiment) else _small(experiment))

    def _fits(self, experiment: Experiment) -> bool:
        """Whether there is room for it; `refused` says why not."""
        self._refused = refused("run", experiment, held_bytes)
        return self._refused is None

    def _begin(self, experiment: Experiment) -> None:
        self._trainer = Trainer(experiment, full=True)
        self._history = History()
        self._own = OwnBatches()
        self._record = self._trainer.measure()
        self._applied = False
        self.state = "ready" if self._record.stopped is None else "diverged"

    # -- reading ------------------------------------------------------------------------------------------

    @property
    def experiment(self) -> Experiment:
        return self._trainer.experiment

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
    def players(self) -> int:
        """Runs that are playing in this process, of all sessions."""
        return self._slot.players

    def view(self) -> View:
        """A consistent picture of the run at this moment."""
        with self._lock:
            return self._view_of(self._trainer, self._record, self._applied)

    def look_at(self, frame: Frame) -> View:
        """The run as it was at a recorded update, measured again on the same batch with the same weights."""
        trainer = Trainer(frame.experiment, full=True)
        trainer.restore(frame.checkpoint)
        record = trainer.measure()
        with self._lock:
            return self._view_of(trainer, record, True)

    def _view_of(self, trainer: Trainer, record: StepRecord, applied: bool) -> View:
        sequences = sequences_shown(trainer.experiment, playing=self.state == "playing")
        return View(
            state=self.state, record=record,
            jacobians=trainer.jacobians(sequences) if trainer.finite_states else None,
            weights=trainer.weights, experiment=trainer.experiment, curves=self._history.curves(),
            frames=self._history.kept(), baselines=self._baselines(), seconds=record.seconds, applied=applied,
        )

    def steps_up_to(self, update: int) -> Steps:
        """How many of the last updates, up to this one, made the loss of their own batch worse."""
        with self._lock:
            own, network = self._own, self._trainer.network
        return own.measured(network, update, STEPS_SECONDS[self.state == "playing"])

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

    def play(self, to: int | None = None) -> None:
        """Go on; nothing happens where a run has diverged: rewind it first. Nor where its settings were refused.

        With `to`, go there as fast as the machine can, and pause at that update.
        """
        with self._lock:
            if self._refused or (to is not None and len(self._history) >= to):
                return
            self._target = to
            if self.state in ("playing", "diverged"):
                return
            if self._trainer.step > self.experiment.training.steps:
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
            if not self._refused and self.state != "diverged" and self._trainer.step <= self.experiment.training.steps:
                self._advance()
                if self.state in ("ready", "playing", "suspended"):
                    self.state = "paused"

    def reset(self, experiment: Experiment | None = None) -> None:
        """Back to the initial network, of these settings or of others, if those fit."""
        self.pause()
        if experiment is not None and not self._fits(experiment):
            return
        with self._slot.promptly(), self._lock:
            self._begin(experiment or self.experiment)

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
            if not len(self._history):
                self._begin(experiment)
                return True
            if not experiment.hot_from(self.experiment):
                playing = self.state == "playing"
                self.pause()
                self._begin(experiment)
                if playing:
                    self.play()
                return False
            self._history.change(self._trainer.step, self.experiment, experiment)
            self._trainer.change(experiment)
            if self.state in ("finished", "solved"):
                self.state = "paused"
            if self.state == "paused":
                self._preview()
            return True

    def rewind(self, frame: Frame, experiment: Experiment | None = None) -> None:
        """Continue from a recorded update, which is done again; what came after it is forgotten.

        Settings stay as they are now, or become `experiment`.
        """
        self.pause()
        with self._slot.promptly(), self._lock:
            now = experiment or self.experiment
            self._history.cut(frame.record.step)
            self._own.cut(frame.record.step)
            self._trainer.restore(frame.checkpoint, frame.experiment)
            if now != frame.experiment:
                self._history.change(self._trainer.step, frame.experiment, now)
                self._trainer.change(now)
            self.state = "paused" if len(self._history) else "ready"
            self._preview()

    # -- inside -------------------------------------------------------------------------------------------

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
        if self._record.stopped is not None:
            self.state = "diverged"
        elif self.playback.until_solved and self._solved():
            self.state = "solved"
        elif trainer.step > trainer.experiment.training.steps:
            self.state = "finished"

    def _solved(self) -> bool:
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
            return "max" if self._target is not None else self.playback.pace


def sequences_shown(experiment: Experiment, *, playing: bool) -> int:
    """Whose Jacobians a view carries: all of a batch, or as many as a picture has time for."""
    spec = experiment.task
    cell = Hooks(experiment.remedies).cell(experiment.recurrence, tasks()[spec.task].n_in)
    work = spec.seq_len * ((cell.states * cell.n) ** 3 + (GATES if cell.blocks > 1 else 0))
    return min(spec.batch, max(SEQUENCES, MOST_WORK[playing] // work))


def held_bytes(experiment: Experiment) -> int:
    """What a run may hold: itself, the tape on which its last steps are measured, another trainer that looks at an
    earlier update or tries a threshold, and the pictures."""
    pictures = PICTURES * jacobians_bytes(experiment, sequences_shown(experiment, playing=False))
    return 2 * trainer_need(experiment).peak + tape_bytes(experiment) + pictures + frames_bytes(experiment)


def _small(experiment: Experiment) -> Experiment:
    """What is shown of a run that cannot begin: the same network on one sequence, or the defaults where even that is
    too much."""
    one = replace(experiment, task=replace(experiment.task, batch=1))
    return one if refused("run", one, held_bytes) is None else Experiment()
