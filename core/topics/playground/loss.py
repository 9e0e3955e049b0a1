"""The claim about the loss: where it stands, beside chance, a guess without memory, and where it began."""

from __future__ import annotations

import numpy as np

from core.experiment import Experiment
from core.history import SMOOTHING
from core.own_batch import Steps
from core.remedies import remedy_of
from core.solved import SETTLED
from core.spelling import Claim
from core.tasks import CLASSES_SOLVED, tasks
from core.topics.playground.seen import Seen

AT_CHANCE, LEARNT = 0.05, 0.10  # within 5 % of chance; below a tenth of it
TOO_LONG = 0.25  # share of the last updates that made the loss of their own batch worse
NOISE = 2.0  # standard deviations of the last losses by which a loss must differ from the first to have moved
SURE = 3.0  # standard deviations above guessing by which a share named right is more than a guess


def loss_claim(seen: Seen) -> Claim:
    """Where the loss stands."""
    task, baselines = tasks()[seen.experiment.task.task], seen.baselines
    numbers = {"now": seen.curves.smoothed_loss() if seen.updates else seen.record.loss,
               "start": float(seen.curves.loss[0]) if seen.updates else seen.record.loss,
               "chance": baselines.chance, "no_memory": baselines.memoryless}
    if task.classes and seen.updates:
        numbers["accuracy"] = float(np.mean(seen.curves.accuracy[-SMOOTHING:]))
    state = loss_state(seen, numbers["now"], numbers["start"])
    if state == "steps_too_long":
        numbers |= {"worse": seen.steps.worse, "of": seen.steps.of}
    text = _loss_text(seen, state, numbers)
    if seen.measured_at is not None and seen.updates:
        text = f"Measured before the settings changed: {text[0].lower()}{text[1:]}"
    return Claim("loss", text, numbers | {"state": state})


def _loss_text(seen: Seen, state: str, numbers: dict[str, float]) -> str:
    """The template of each state."""
    task = tasks()[seen.experiment.task.task]
    right = ", and {accuracy:share} are named right" if task.classes else ""
    match state:
        case "untouched":
            return f"Loss before training {{now:fine}} {seen.baselines.unit}, chance {{chance:fine}}."
        case "solved":
            return f"Solved: over the last updates the loss is {{now:fine}} (chance {{chance:fine}}){right}."
        case "learnt":
            mark = f"when {CLASSES_SOLVED:.0%} are named right" if task.classes else f"below {task.solved_loss:g}"
            return (f"The loss has fallen to {{now:fine}}, below a tenth of chance, {{chance:fine}}{right}; it counts "
                    f"as solved {mark} over {SETTLED} updates.")
        case "steps_too_long":
            return (f"{_worse(seen.steps)} worse: {_too_long(seen.experiment)}. The loss is {{now:fine}} (at the start "
                    "{start:fine}, chance {chance:fine}).")
        case "above_start":
            return "The loss, {now:fine}, is above where it began, {start:fine}; chance is {chance:fine}."
        case "no_memory":
            return (f"The loss, {{now:fine}}, is no better than a guess without {seen.baselines.without}, "
                    "{no_memory:fine}.")
        case "chance":
            return "The loss sits at chance, {chance:fine} ({now:fine} over the last updates)."
    return _falling(seen, numbers)


def loss_state(seen: Seen, now: float, start: float) -> str:
    """One word for where the loss stands; the first of these that holds."""
    chance = seen.baselines.chance
    if not seen.updates:
        return "untouched"
    if seen.solved:
        return "solved"
    if now < LEARNT * chance:
        return "learnt"
    if seen.steps.of and seen.steps.share >= TOO_LONG:
        return "steps_too_long"
    if now > chance * (1.0 + AT_CHANCE):
        return "above_start" if now > start + NOISE * _noise(seen) else "falling"
    if now < min(seen.baselines.memoryless, chance) * (1.0 - AT_CHANCE):
        return "falling"
    if now < chance * (1.0 - AT_CHANCE):
        return "no_memory"
    return "falling" if _better_than_a_guess(seen) else "chance"


def falls(seen: Seen, loss: Claim) -> bool:
    """Whether the claim says that the loss has fallen, beyond the noise of its batches."""
    numbers = loss.numbers
    return numbers["state"] == "learnt" or (numbers["state"] == "falling" and seen.updates >= SMOOTHING
                                            and _fallen(seen, numbers["now"], numbers["start"]))


def _fallen(seen: Seen, now: float, start: float) -> bool:
    return start - now > NOISE * _noise(seen)


def _noise(seen: Seen) -> float:
    """Standard deviation of the last losses: of one batch to the next."""
    last = seen.curves.loss[-SMOOTHING:]
    largest = max(float(last.max()), 1e-300)  # squares of losses may leave float64
    return float(np.std(last / largest)) * largest


def _better_than_a_guess(seen: Seen) -> bool:
    """Whether more classes are named right than guessing would, beyond what that many answers leave to luck."""
    task = tasks()[seen.experiment.task.task]
    if not task.classes:
        return False
    right, guess = float(np.mean(seen.curves.accuracy[-SMOOTHING:])), 1.0 / task.n_out
    answers = min(seen.updates, SMOOTHING) * seen.experiment.task.batch
    return right > guess + SURE * np.sqrt(guess * (1.0 - guess) / answers)


def _falling(seen: Seen, numbers: dict[str, float]) -> str:
    now, start, chance = numbers["now"], numbers["start"], numbers["chance"]
    if seen.updates == 1:
        return "The loss at the first update is {now:fine}; chance is {chance:fine}."
    if chance * (1.0 - AT_CHANCE) <= now <= chance * (1.0 + AT_CHANCE):
        return ("The loss, {now:fine}, is near chance, {chance:fine}, and yet {accuracy:share} are named right, more "
                "than a guess.")
    if seen.updates >= SMOOTHING and not _fallen(seen, now, start):
        return "The loss has hardly moved: {start:fine} at the start, {now:fine} now; chance is {chance:fine}."
    if now < start:
        return "The loss has fallen from {start:fine} to {now:fine} (chance {chance:fine})."
    return "The loss is {now:fine}, {start:fine} at the start; chance is {chance:fine}."


def _worse(steps: Steps) -> str:
    if steps.of == 1:
        return "The one update made the loss of its own batch"
    return "{worse} of the last {of:count update} made the loss of their own batch"


def _too_long(experiment: Experiment) -> str:
    """What such a step is: too long; or, where a remedy bends it away from the gradient of the loss, perhaps that."""
    bent = [remedy_of(spec).title for spec in experiment.remedies if any(
        getattr(remedy_of(spec), hook) is not None for hook in ("penalty", "transform_vector", "window", "constrain"))]
    words = "the steps are too long"
    return f"{words}, or {' and '.join(bent)} turns them away from the gradient" if bent else words
