"""One run of the published experiment: train, test on fresh sequences now and then, stop at success."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from core.network.weights import Network
from core.tasks.base import TaskKind
from core.topics.race.published.base import SUCCESS, Outcome, Published, Run, experiment
from core.training.checkpoint import Checkpoint
from core.training.trainer import Trainer

TESTS = 77  # the random stream of the test sequences, apart from those of weights and batches
AT_ONCE = 250  # test sequences side by side


@dataclass(frozen=True)
class State:
    """A run between two updates, and what its last test said."""

    run: Run
    checkpoint: Checkpoint | None  # None where the run has ended
    error: float  # share of test sequences answered wrong, 0..1; nan before the first test
    seconds: float  # s, so far
    stopped: str = ""

    @property
    def updates(self) -> int:
        return 0 if self.checkpoint is None else self.checkpoint.step - 1


def trained(spec: Published, run: Run, state: State | None = None) -> Iterator[State | Outcome]:
    """A State after every test that is not passed, and at last the Outcome.

    Args:
        spec: sizes.
        run: which one.
        state: where to go on; None to begin. What follows is the same, bit for bit, but for the seconds.
    """
    trainer = Trainer(experiment(spec, run))
    before, error = 0.0, float("nan")
    if state is not None:
        trainer.restore(state.checkpoint)
        before, error = state.seconds, state.error
    began = time.perf_counter()
    while trainer.step <= spec.updates:
        record = trainer.update()
        made = record.step
        if record.stopped is not None:
            yield Outcome(*run, False, made - 1, before + time.perf_counter() - began, error, record.stopped.text)
            return
        if made % spec.check_every and made < spec.updates:
            continue
        error = share_wrong(trainer.network, trainer.task, run, made, spec.test_sequences)
        seconds = before + time.perf_counter() - began
        if error < SUCCESS or made == spec.updates:
            yield Outcome(*run, error < SUCCESS, made, seconds, error)
            return
        yield State(run, trainer.checkpoint(), error, seconds)


def share_wrong(network: Network, task: TaskKind, run: Run, update: int, sequences: int) -> float:
    """Share of fresh sequences whose class the network names wrong, 0..1.

    It stops counting as soon as so many are wrong that the test cannot be passed any more; what it returns is then
    the share of those that it tried, and never below SUCCESS.

    Args:
        network: of one run.
        task: whose last step has the target.
        run, update: decide the sequences, with no others in common.
        sequences: at most.
    """
    wrong = tried = 0
    tape = None
    while tried < sequences and wrong < SUCCESS * sequences:
        count = min(AT_ONCE, sequences - tried)
        rng = np.random.default_rng([run.seed, TESTS, run.length, update, tried])
        batch = task.sample(rng, run.length, count)
        if tape is None or count != tape.B:
            tape = network.cell.tape(run.length, count, network.theta.dtype)
        tape.load(batch.x)
        network.cell.forward(network.V, tape, 0, run.length)
        y = network.U[:, :-1] @ tape.h[-1] + network.U[:, -1:]
        wrong += int((y.argmax(axis=0) != batch.target[-1]).sum())
        tried += count
    return wrong / tried
