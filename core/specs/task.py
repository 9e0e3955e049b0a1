"""The task that a reader sets: which one, how long, how many sequences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.parameters import Choice, Idle, ParameterError, Spec, choice, declare, idle_beyond, number
from core.specs.first_factors import FIXED, UNREAD, alone_first, first_end, fixed_factors, same_for_tasks
from core.tasks.base import TaskKind, task_kind, task_titles
from core.tasks.generator import waveforms


@dataclass(frozen=True, kw_only=True)
class TaskChoice(Choice):
    """One of the registry by its name, or one that is in no registry as it is."""

    def check(self, name: str, value: Any) -> str | TaskKind:
        if not isinstance(value, TaskKind):
            return super().check(name, value)
        if value.name not in self.options:
            return value
        if value is not task_kind(value.name):
            raise ParameterError(f"{name} must have a name of its own, got another {value.name}.")
        return value.name

    def spell(self, value: str | TaskKind) -> str:
        return task_kind(value).name


@dataclass(frozen=True, kw_only=True)
class Task(Spec):
    """What the network has to learn."""

    task: str | TaskKind = declare(TaskChoice(
        default="recall", names=task_titles, label="Task", acts="sequence",
        idle=(Idle(same_for_tasks, "no Jacobian depends on what is read", upto="Jacobians"),),
        help="What has to be remembered, and for how long."))
    seq_len: int = number(50, 2, 1000, step=1, log=True, label="Sequence length", symbol="T", unit="steps", hot=True,
                          acts="sequence",
                          idle=(idle_beyond(first_end, "the first chunk ends there", "Jacobians"),),
                          help="Steps in one sequence; during a run it acts from the next batch on.")
    batch: int = number(32, 1, 256, step=1, log=True, label="Batch size", symbol="B", unit="sequences", hot=True,
                        acts="sequence",
                        idle=(Idle(fixed_factors, FIXED, upto="sequence"),
                              Idle(alone_first, "the first sequence is the same in a batch of any size",
                                   upto="sequence")),
                        help="Sequences in one batch; every update draws a fresh one.")

    waveform: str = choice("eight", waveforms, label="Waveform", acts="sequence",
                           idle=(Idle(lambda e: "waveform" not in e.task.kind.options,
                                      "the task draws no waveform"),
                                 Idle(fixed_factors, FIXED, upto="Jacobians"), UNREAD),
                           help="What the generator has to draw; the other tasks do without.")

    @property
    def kind(self) -> TaskKind:
        """What the network has to learn."""
        return task_kind(self.task)

    def check(self) -> None:
        kind = self.kind
        if not kind.shortest <= self.seq_len <= kind.longest:
            raise ParameterError(
                f"seq_len must be a whole number from {kind.shortest} to {kind.longest} for the task {kind.name} "
                f"({kind.limit_reason}), got {self.seq_len}.")
