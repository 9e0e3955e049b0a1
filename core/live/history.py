"""What is kept of a run: every update's scalars, and frames to go back to, thinned so that memory is bounded."""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from core.live.changes import in_words
from core.live.replay import Change
from core.training.by_hand import Deeds, asked, then
from core.training.checkpoint import Checkpoint
from core.training.experiment import Experiment
from core.training.record import StepRecord

MOST_FRAMES = 200
FEWEST_FRAMES = 16
MOST_BYTES = 24 * 2**20  # of the thinned frames of one run, as long as the fewest fit
RECENT = 8  # the last ones are all kept: the last finite update is among them
SMOOTHING = 20  # updates over which it is judged where the loss stands


@dataclass(frozen=True)
class Mark:
    """A change made while a run was under way."""

    step: int  # the first update that it acted on
    text: str  # a line for each setting, for example "Learning rate 0.03 → 0.1"


@dataclass(frozen=True)
class Frame:
    """One update that can be looked at and gone back to."""

    record: StepRecord
    experiment: Experiment  # the settings that it was measured with
    checkpoint: Checkpoint

    @property
    def nbytes(self) -> int:
        return self.checkpoint.nbytes + self.record.W_hh.nbytes + 2 * self.record.log10_dL_dh.nbytes


@dataclass(frozen=True)
class Curves:
    """Scalars of every update so far; all (N,)."""

    step: NDArray[np.int64]
    loss: NDArray[np.float64]
    grad_norm: NDArray[np.float64]  # before clipping
    clipped_norm: NDArray[np.float64]  # after
    accuracy: NDArray[np.float64]  # nan for tasks with real-valued targets
    marks: tuple[Mark, ...] = ()

    @property
    def clipped_share(self) -> float:
        """Share of the updates whose gradient was shortened, 0..1; nan before the first."""
        return float(np.mean(self.clipped_norm < self.grad_norm)) if len(self.step) else float("nan")

    def until(self, step: int) -> Curves:
        """The first updates, up to `step`."""
        names = ("step", "loss", "grad_norm", "clipped_norm", "accuracy")
        return Curves(**{name: getattr(self, name)[:step] for name in names},
                      marks=tuple(mark for mark in self.marks if mark.step <= step))


@dataclass(frozen=True)
class _MarkedChange:
    """All changes before one update."""

    mark: Mark
    before: Experiment
    after: Experiment
    deeds: Deeds  # what was done to W_hh, from what was asked for before
    touched: set[str]  # settings that were changed, be it only for a while
    drag: int | None = None  # by which movement of the reader's hand

    def acted(self) -> Iterator[Change]:
        """Settings that left something behind, one after the other: see `core.training.by_hand`."""
        for one in self.deeds[1:-1] if self.mark.step > 1 else ():
            yield Change(self.mark.step, replace(self.before, recurrence=replace(
                self.before.recurrence, **one._asdict())))
        yield Change(self.mark.step, self.after)


class History:
    """Grows by one record an update; `cut` forgets the end when a run goes back."""

    def __init__(self) -> None:
        self._scalars = {name: array("d") for name in ("loss", "grad_norm", "clipped_norm", "accuracy")}
        self._changes: list[_MarkedChange] = []
        self._frames: list[Frame] = []
        self._recent: deque[Frame] = deque(maxlen=RECENT)
        self._start: Experiment | None = None  # of the first update
        self._stride = 1  # a frame is kept of every stride-th update; doubled when there are too many

    def __len__(self) -> int:
        return len(self._scalars["loss"])

    def append(self, record: StepRecord, experiment: Experiment, checkpoint: Checkpoint | None) -> None:
        """One update; the checkpoint is None in the middle of a sequence, where a run cannot be taken up again."""
        if not len(self):
            self._start = self._changes[0].before if self._changes else experiment
        for name, values in self._scalars.items():
            value = getattr(record, name)
            values.append(np.nan if value is None else value)
        if checkpoint is None:
            return
        frame = Frame(record, experiment, checkpoint)
        self._recent.append(frame)
        if not self._frames or record.step - self._frames[-1].record.step >= self._stride:
            self._frames.append(frame)
            while len(self._frames) > min(MOST_FRAMES, max(MOST_BYTES // frame.nbytes, FEWEST_FRAMES)):
                self._stride *= 2
                self._frames = self._thinned()

    def _thinned(self) -> list[Frame]:
        """The frames that are at least a stride apart, from the first on."""
        kept: list[Frame] = []
        for frame in self._frames:
            if not kept or frame.record.step - kept[-1].record.step >= self._stride:
                kept.append(frame)
        return kept

    def last(self, name: str, updates: int) -> Sequence[float]:
        """One scalar of the last updates."""
        return self._scalars[name][-updates:]

    def change(self, step: int, before: Experiment, after: Experiment, drag: int | None = None) -> None:
        """Settings that act from update `step` on. Several changes before one update are one, from what was before the
        first to what is after the last: a slider that is dragged passes many values, and may come back.

        Args:
            drag: numbers the movement of the hand that makes it: all changes of one have one mark.
        """
        touched, deeds = {name for name, _, _ in after.changes_from(before)}, (asked(before.recurrence),)
        if self._changes and self._changes[-1].mark.step == step:
            first = self._changes.pop()
            before, touched, deeds = first.before, touched | first.touched, first.deeds
        deeds = then(deeds, asked(after.recurrence))
        if (text := in_words(before, after, touched)) or after != before:  # without effect today, and perhaps not later
            self._changes.append(_MarkedChange(Mark(step, text), before, after, deeds, touched, drag))

    def twin(self) -> History:
        """One whose changes are its own, to tell of one that was not made here."""
        twin = copy(self)
        twin._changes = list(self._changes)
        return twin

    @property
    def last_change(self) -> int:
        """The update that the latest change acts on first; 1 where there was none."""
        return next((change.mark.step for change in reversed(self._changes) if change.mark.text), 1)

    def story(self) -> tuple[Experiment | None, tuple[Change, ...]]:
        """The settings that the run began with, None before its first update, and all changes that acted, in order. A
        change at the first update is one after a rewind to it."""
        return self._start if len(self) else None, tuple(one for change in self._changes for one in change.acted())

    def measured_at(self) -> Experiment | None:
        """The settings of the last update; None before the first."""
        start, changes = self.story()
        return next((one.experiment for one in reversed(changes) if one.step <= len(self)), start)

    def cut(self, step: int) -> None:
        """Forget update `step` and all later ones."""
        for values in self._scalars.values():
            del values[step - 1:]
        self._changes = [change for change in self._changes if change.mark.step <= step]
        self._frames = [frame for frame in self._frames if frame.record.step < step]
        self._recent = deque((frame for frame in self._recent if frame.record.step < step), maxlen=RECENT)

    def curves(self) -> Curves:
        """A copy of the scalars."""
        return Curves(np.arange(1, len(self) + 1), **{name: np.array(values) for name, values in self._scalars.items()},
                      marks=self._marks())

    def _marks(self) -> tuple[Mark, ...]:
        """One for each change; of all that one movement of the hand made one, where it began, from first to last."""
        marks: list[Mark] = []
        for _, drawn in groupby(enumerate(self._changes), key=lambda one: one[1].drag or -1 - one[0]):
            changes = [change for _, change in drawn]
            text = changes[0].mark.text if len(changes) == 1 else in_words(
                changes[0].before, changes[-1].after, set().union(*(change.touched for change in changes)))
            if text:
                marks.append(Mark(changes[0].mark.step, text))
        return tuple(marks)

    def kept(self) -> tuple[Frame, ...]:
        """The evenly thinned frames, oldest first: what a map over updates shows."""
        return tuple(self._frames)

    def frames(self) -> Iterator[Frame]:
        """All frames that can be gone back to, oldest first."""
        all_kept = {frame.record.step: frame for frame in (*self._frames, *self._recent)}
        yield from (all_kept[step] for step in sorted(all_kept))

    def last_finite(self, loss: float = np.inf) -> Frame | None:
        """The latest frame in which every quantity was finite, and the loss at most so high."""
        return max((f for f in self.frames() if f.record.stopped is None and f.record.loss <= loss),
                   key=lambda f: f.record.step, default=None)

    def frame_at(self, step: int) -> Frame | None:
        """The latest frame at or before update `step`."""
        return max((f for f in self.frames() if f.record.step <= step), key=lambda f: f.record.step, default=None)
