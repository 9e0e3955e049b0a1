"""The reader's experiment, small enough to be measured at once, and what is said where there is nothing to measure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from core.claims import Claim
from core.live.host import allowed_bytes
from core.live.memory import trainer_need
from core.topics.derivation.words import say
from core.training.experiment import Experiment
from core.training.trainer import Trainer

FEWEST, SHORTEST = 4, 50  # sequences and steps that are always kept
MOST = 1.5e9  # multiplications, about a quarter of a second


def one_pass(n: int, T: int, B: int) -> float:
    """Multiplications of a pass forward and back."""
    return 3.0 * (n + 50) * n * T * B + 5e4 * T  # 50: what phi costs a unit, 5e4: what a step costs however small


def bounded(experiment: Experiment, work: Callable[[int, int, int], float] = one_pass,
            ) -> tuple[Experiment, Claim | str]:
    """With fewer sequences, then with fewer steps, until work and memory are bounded.

    Args:
        work: multiplications for n units, T steps, B sequences.

    Returns:
        The experiment, and what is to be said about it: "" where nothing was changed.
    """
    n, T, B = experiment.recurrence.n_hidden, experiment.task.seq_len, experiment.task.batch
    allowed = allowed_bytes()

    def too_much() -> bool:
        small = replace(experiment, task=replace(experiment.task, seq_len=T, batch=B))
        return work(n, T, B) > MOST or trainer_need(small).peak > allowed

    while B > FEWEST and too_much():
        B = max(B // 2, FEWEST)
    while T > SHORTEST and too_much():
        T = max(T // 2, SHORTEST)
    task = replace(experiment.task, seq_len=T, batch=B)
    sizes = [say(changed, {"now": now, "asked": asked}) for changed, now, asked in
             (("smaller.sequences", B, experiment.task.batch), ("smaller.steps", T, experiment.task.seq_len))
             if now != asked]
    return replace(experiment, task=task), say("smaller", sizes=sizes) if sizes else ""


def finite_or_why(trainer: Trainer) -> Claim | None:
    """None where the first loss and gradient are finite, else one sentence that says they are not."""
    record = trainer.measure()
    if record.stopped is None and trainer.finite_states:
        return None
    return say("not_finite", why=record.stopped or say("not_finite.state"))
