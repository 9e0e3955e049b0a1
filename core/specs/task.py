"""The task that a reader sets: which one, how long, how many sequences."""

from __future__ import annotations

from dataclasses import dataclass

from core.parameters import Idle, ParameterError, Spec, choice, idle_beyond, number
from core.specs.first_factors import FIXED, UNREAD, alone_first, first_end, fixed_factors, same_for_tasks
from core.tasks.base import task_titles, tasks
from core.tasks.generator import waveforms


@dataclass(frozen=True, kw_only=True)
class Task(Spec):
    """What the network has to learn."""

    task: str = choice("recall", task_titles, label="Task", acts="sequence",
                       idle=(Idle(same_for_tasks, "no Jacobian depends on what is read", upto="Jacobians"),),
                       help="What has to be remembered, and for how long.")
    seq_len: int = number(50, 2, 1000, step=1, label="Sequence length", symbol="T", unit="steps", hot=True,
                          acts="sequence",
                          idle=(idle_beyond(first_end, "the first chunk ends there", "Jacobians"),),
                          help="Steps in one sequence; during a run it acts from the next batch on.")
    batch: int = number(32, 1, 256, step=1, label="Batch size", symbol="B", unit="sequences", hot=True,
                        acts="sequence",
                        idle=(Idle(fixed_factors, FIXED, upto="sequence"),
                              Idle(alone_first, "the first sequence is the same in a batch of any size",
                                   upto="sequence")),
                        help="Sequences in one batch; every update draws a fresh one.")

    waveform: str = choice("eight", waveforms, label="Waveform", acts="sequence",
                           idle=(Idle(lambda e: "waveform" not in tasks()[e.task.task].options,
                                      "the task draws no waveform"),
                                 Idle(fixed_factors, FIXED, upto="Jacobians"), UNREAD),
                           help="What the generator has to draw; the other tasks do without.")

    def check(self) -> None:
        kind = tasks()[self.task]
        if not kind.shortest <= self.seq_len <= kind.longest:
            raise ParameterError(
                f"seq_len must be a whole number from {kind.shortest} to {kind.longest} for the task {kind.name} "
                f"({kind.limit_reason}), got {self.seq_len}.")
