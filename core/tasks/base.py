"""Tasks: one file each, found by scanning this folder. A file defines `TASK`.

A task makes batches from a random generator, and knows what its loss is worth when nothing is remembered. It draws
what is random, and composes sequences of that, each column for itself: batches of several generators are composed
together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.claims import Claim
from core.registry import entries
from core.sources import Source


@dataclass(frozen=True)
class Batch:
    """Sequences side by side."""

    x: NDArray[np.float64]  # (T, [R,] n_in, B) inputs, x[t-1] is read at step t
    target_steps: NDArray[np.int64]  # (S,) steps with a target, 1..T, ascending
    target: NDArray  # (S, [R,] B) class numbers, or (S, [R,] n_out, B) values


@dataclass(frozen=True)
class Baselines:
    """What a task's loss is worth when nothing is remembered."""

    chance: float  # loss of the best constant answer
    memoryless: float  # loss of the best answer from the current input alone
    unit: str  # of the loss
    without: str = "memory"  # what that answer does without


@dataclass(frozen=True)
class Dependency:
    """How far back an answer has to look: t - k, from its step t to the farthest step k that it depends on."""

    shortest: int  # steps, in the sequences of the task where that is nearest
    longest: int  # steps, in those where it is farthest
    words: Claim | str  # what lies there


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class TaskKind:
    """One task of the field, or one that a session brings: it need not be in the registry. Equal to itself alone."""

    name: str
    title: str
    source: Source | None  # the text that it was read in, in a form like this; None where it is this app's own
    about: str  # one sentence: what has to be remembered for how long
    n_in: int
    n_out: int
    classes: bool  # targets are class numbers (cross-entropy), else values (mean squared error)
    draw: Callable[..., tuple[NDArray, ...]]  # (rng, T, B, **options) -> what is random, each array (..., B)
    compose: Callable[..., Batch]  # (T, *drawn, **options): column b of everything from column b of what was drawn
    baselines: Callable[..., Baselines]  # of the sequence length T and the options
    solved_loss: float | None = None  # solved when the smoothed loss falls below; for classes, 95 % named right
    shortest: int = 2  # sequence length, steps
    longest: int = 1000
    limit_reason: str = ""  # why these, for the error text
    cue: int | None = None  # steps whose input is given, the output being fed back after them; None: all are
    options: tuple[str, ...] = ()  # fields of the task's spec that these functions take by name
    dependency: Callable[[int], Dependency] | None = None  # of the sequence length T; None where it is not known

    def __repr__(self) -> str:
        """As a script spells a task: by its name."""
        return repr(self.name)

    def sample(self, rng: np.random.Generator, T: int, B: int, **options: Any) -> Batch:
        """B sequences of T steps."""
        return self.compose(T, *self.draw(rng, T, B, **options), **options)

    def sample_each(self, rngs: Sequence[np.random.Generator], T: int, B: int, **options: Any) -> Batch:
        """B sequences of each generator, bit for bit what `sample` makes of it: x (T, R, n_in, B)."""
        drawn = zip(*(self.draw(rng, T, B, **options) for rng in rngs), strict=True)
        batch = self.compose(T, *(np.concatenate(arrays, axis=-1) for arrays in drawn), **options)
        return Batch(_parted(batch.x, len(rngs)), batch.target_steps, _parted(batch.target, len(rngs)))

    @property
    def order(self) -> int:
        return ORDER.index(self.name) if self.name in ORDER else len(ORDER)


ORDER = ["recall", "temporal_order", "adding", "copy", "sine", "generator"]  # in a menu; others follow
CLASSES_SOLVED = 0.95  # smoothed accuracy


@cache
def tasks() -> dict[str, TaskKind]:
    """Name -> task, all that the folder holds."""
    return {task.name: task for task in sorted(entries("core.tasks", "TASK"), key=lambda task: (task.order, task.name))}


def task_kind(task: str | TaskKind) -> TaskKind:
    """The task that a flat value stands for: the registry's of that name, or one of a session's own as it is."""
    return task if isinstance(task, TaskKind) else tasks()[task]


def task_titles() -> dict[str, str]:
    return {name: task.title for name, task in tasks().items()}


def one_hot(symbols: NDArray[np.int64], n: int) -> NDArray[np.float64]:
    """(T, B) numbers -> (T, n, B)."""
    return np.ascontiguousarray(np.moveaxis(np.eye(n)[symbols], -1, 1))


def _parted(columns: NDArray, parts: int) -> NDArray:
    """(T, ..., parts * B) -> (T, parts, ..., B)."""
    apart = columns.reshape(*columns.shape[:-1], parts, -1)
    return np.ascontiguousarray(np.moveaxis(apart, -2, 1))
