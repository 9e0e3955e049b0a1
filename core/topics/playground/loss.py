"""The claim about the loss: where it stands, beside chance, a guess without memory, and where it began."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.claims import Claim
from core.live.history import SMOOTHING
from core.spelling import fine
from core.tasks.base import CLASSES_SOLVED
from core.topics.playground.seen import Seen
from core.topics.playground.words import say
from core.training.own_batch import LOOKED_AT
from core.training.solved import SETTLED

AT_CHANCE, LEARNT = 0.05, 0.10  # within 5 % of chance; below a tenth of it
TOO_LONG = 0.25  # share of the last updates that made the loss of their own batch worse
NEIGHBOURS = 0.9539  # median of |x - y| of two normal numbers, in standard deviations: 0.6745 sqrt 2
NOISE = 2.0  # standard deviations of the last losses by which a loss must differ from the first to have moved
FEW = 4  # differences from which on they are judged by
TIMES = 2.0  # that a loss may be of another and yet not differ from it, however much it leaps about
SURE = 3.0  # standard deviations above guessing by which a share named right is more than a guess


def loss_claim(seen: Seen) -> Claim:
    """Where the loss stands."""
    task, baselines = seen.experiment.task.kind, seen.baselines
    numbers = {"now": float(np.mean(seen.last_losses)) if seen.updates else seen.record.loss,
               "start": float(seen.curves.loss[0]) if seen.updates else seen.record.loss,
               "chance": baselines.chance, "no_memory": baselines.memoryless}
    if task.classes and seen.updates:
        numbers["accuracy"] = float(np.mean(seen.curves.accuracy[-len(seen.last_losses):]))
    state = loss_state(seen, numbers["now"], numbers["start"])
    if state == "steps_too_long":
        numbers |= {"worse": seen.steps.worse, "of": _looked_at(seen)}
    claim = _stands(seen, state, numbers | {"state": state})
    if seen.measured_at is not None and seen.updates:
        return say("loss.before_the_change", claim.numbers, claim=claim)
    return claim


def _stands(seen: Seen, state: str, numbers: dict[str, Any]) -> Claim:
    """What is said in each state."""
    task = seen.experiment.task.kind
    right = say("loss.right", numbers) if task.classes else ""
    if np.isnan(numbers["now"]):  # of a free run beside a teacher whose states are finite
        return say("loss.no_number", numbers)
    match state:
        case "untouched":
            return say("loss.untouched" if seen.updates else "loss.before_training", numbers, unit=seen.baselines.unit)
        case "solved":
            return say("loss.solved", numbers, right=right)
        case "learnt":
            if not task.classes and task.solved_loss is None:
                return say("loss.learnt_unmarked", numbers)
            mark = say("loss.mark_right", {"mark": CLASSES_SOLVED}) if task.classes else (
                say("loss.mark_below", {"mark": task.solved_loss}))
            return say("loss.learnt", numbers, right=right, mark=mark, over=SETTLED)
        case "steps_too_long":
            same = fine(numbers["now"]) == fine(numbers["start"])
            return say("loss.too_long" if seen.updates == 1 else "loss.too_long_as_at_the_start" if same else
                       "loss.too_long_since_the_start", numbers, made=_worse(seen, numbers))
        case "no_memory":
            return say("loss.no_memory", numbers, without=seen.baselines.without)
        case "chance":
            return say("loss.chance_at_first" if seen.updates == 1 else "loss.chance", numbers)
    return _moved(seen, numbers)


def loss_state(seen: Seen, now: float, start: float) -> str:
    """One word for where the loss stands; the first of these that holds."""
    chance = seen.baselines.chance
    if not seen.updates:
        return "untouched"
    if seen.solved:
        return "solved"
    if now < LEARNT * chance:
        return "learnt"
    if seen.steps.worse >= 1 and seen.steps.worse >= TOO_LONG * _looked_at(seen):
        return "steps_too_long"
    near = chance * (1.0 - AT_CHANCE) <= now <= chance * (1.0 + AT_CHANCE)
    if near and not _better_than_a_guess(seen):
        return "chance"
    risen = now - start > NOISE * _noise(seen) and fine(now) != fine(start)
    if min(seen.baselines.memoryless, chance) * (1.0 - AT_CHANCE) <= now < chance * (1.0 - AT_CHANCE) and not risen:
        return "no_memory"
    return "untouched" if seen.updates == 1 else "falling" if now < start else "above_start"


def _looked_at(seen: Seen) -> int:
    """Of so many updates, all with the same settings, the effect on their own batch is asked for."""
    return min(seen.unchanged, LOOKED_AT)


def falls(seen: Seen, loss: Claim) -> bool:
    """Whether the claim says that the loss has fallen, beyond the noise of its batches."""
    numbers = loss.numbers
    return numbers["state"] == "learnt" or (numbers["state"] == "falling" and seen.updates >= SMOOTHING
                                            and _fallen(seen, numbers["now"], numbers["start"]))


def _fallen(seen: Seen, now: float, start: float) -> bool:
    return start - now > NOISE * _noise(seen)


def _noise(seen: Seen) -> float:
    """What the loss of one update differs from that of the next by, as a standard deviation: from the median of the
    differences between neighbours, which neither a trend nor a single leap can carry; 0 while there are few."""
    with np.errstate(invalid="ignore"):  # of a free run that is infinite: then the noise is nan, and nothing exceeds it
        apart = np.abs(np.diff(seen.last_losses))
    return float(np.median(apart)) / NEIGHBOURS if len(apart) >= FEW else 0.0


def _better_than_a_guess(seen: Seen) -> bool:
    """Whether more classes are named right than guessing would, beyond what that many answers leave to luck."""
    task = seen.experiment.task.kind
    if not task.classes:
        return False
    last = len(seen.last_losses)
    right, guess = float(np.mean(seen.curves.accuracy[-last:])), 1.0 / task.n_out
    answers = last * seen.experiment.task.batch
    return right > guess + SURE * np.sqrt(guess * (1.0 - guess) / answers)


def _moved(seen: Seen, numbers: dict[str, Any]) -> Claim:
    """Above or below where it began, and whether that is more than one update differs from the next by."""
    now, start, chance = numbers["now"], numbers["start"], numbers["chance"]
    if chance * (1.0 - AT_CHANCE) <= now <= chance * (1.0 + AT_CHANCE):
        return say("loss.more_than_a_guess", numbers)
    near = start / TIMES <= now <= start * TIMES
    if (near and abs(now - start) <= NOISE * _noise(seen)) or fine(now) == fine(start):
        return say("loss.not_moved", numbers)
    return say("loss.fallen" if now < start else "loss.above", numbers)


def _worse(seen: Seen, numbers: dict[str, Any]) -> Claim:
    if seen.updates == 1:
        return say("worse.the_one")
    if seen.unchanged == 1:
        return say("worse.the_one_since")
    one = seen.steps.worse == 1
    if seen.steps.of >= _looked_at(seen):
        return say("worse.one" if one else "worse.several", numbers)
    return say("worse.at_least_one" if one else "worse.at_least_several", numbers)
