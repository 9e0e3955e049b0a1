"""What a reader may guess before a step is revealed, the measured answer, and how close the guess was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.claims import Claim
from core.topics.derivation.linear_product import SEARCHED, steps_until_small
from core.topics.derivation.subject import Subject
from core.topics.derivation.words import say
from core.topics.jacobians.verdict import fed_bound

STEADY = np.log10(2.0)  # log10: within a factor of 2 a norm is said to stay
WAYS = (say("way.shrinks").text, say("way.stays").text, say("way.grows").text)
NEVER = "never"
BOUNDS = (say("must.vanish").text, say("must.not_grow").text, say("must.nothing").text)
ONE = 1e-9  # sigma_max gamma within this of 1 is 1
NOT_FINITE = say("guess.not_finite")


@dataclass(frozen=True)
class Guess:
    """One question."""

    name: str
    question: Claim  # Markdown with TeX
    options: tuple[str, ...]  # empty: a number of steps is asked for, or NEVER
    told: Callable[[Subject, object], Claim]  # (subject, the guess) -> how close it was, with the measured answer
    of: Callable[[Subject], object]  # what the answer depends on: where it changes, the question is asked again
    hides: tuple[str, ...] = ()  # symbols whose numbers would tell


def way(log10: float) -> str:
    """The right option for a norm."""
    return WAYS[0] if log10 < -STEADY else WAYS[2] if log10 > STEADY else WAYS[1]


def _told_way(subject: Subject, guess: object) -> Claim:
    measured = subject.on_task.log10_reach
    if measured is None:
        return NOT_FINITE
    found = say("guess.way", {"steps": subject.on_task.T - 1, "log10": measured})
    return _judged(guess, way(measured), found)


def _judged(guess: object, right: str, found: Claim) -> Claim:
    return say("guess.right", found=found) if guess == right else say("guess.wrong", right=right, found=found)


def _told_steps(subject: Subject, guess: object) -> Claim:
    W, rho = subject.layer.W_hh, subject.layer.spectrum.rho
    measured = steps_until_small(W, rho)
    if measured is None:
        why = say("steps.rho", {"rho": rho}) if rho >= 1.0 - ONE else say("steps.searched", {"searched": SEARCHED})
        return say("steps.never", why=why) if guess == NEVER else say("steps.not_never", {"guess": guess}, why=why)
    if guess == NEVER:
        return say("steps.does", {"steps": measured, "rho": rho})
    numbers = {"steps": measured, "guess": guess}
    if guess == measured:
        return say("steps.exactly", numbers)
    far, many = max(guess, measured) / min(guess, measured), guess > measured
    if far <= 1.25:
        return say("steps.close_many" if many else "steps.close_few",
                   numbers | {"off": abs(guess - measured) / measured})
    numbers |= {"log10_off": float(np.log10(far))}
    if far <= 2.0:
        return say("steps.near_many" if many else "steps.near_few", numbers)
    return say("steps.far_many" if many else "steps.far_few", numbers)


def what_the_bound_says(rate: float) -> str:
    """The right option for sigma_max gamma."""
    return BOUNDS[0] if rate < 1.0 - ONE else BOUNDS[2] if rate > 1.0 + ONE else BOUNDS[1]


def _told_bound(subject: Subject, guess: object) -> Claim:
    rates, reach, steps = subject.on_task.rates, subject.on_task.log10_reach, subject.on_task.T - 1
    with np.errstate(divide="ignore"):
        numbers = {"per_step": rates.bound, "steps": steps, "log10_bound": steps * float(np.log10(rates.bound))}
    names = {"bound": rates.bound_name, "fed": fed_bound(rates.fed)}
    found = say("guess.bound_alone", numbers, **names) if reach is None else (
        say("guess.bound", numbers | {"log10": reach}, **names))
    return _judged(guess, what_the_bound_says(rates.bound), found)


GUESSES = {guess.name: guess for guess in (
    Guess("way", say("question.way"), WAYS, _told_way,
          lambda s: (s.experiment.recurrence, s.experiment.task), ("product",)),
    Guess("steps", say("question.steps"), (), _told_steps,
          lambda s: (s.experiment.recurrence, s.reading.layers), ("Lambda_lag",)),
    Guess("bound", say("question.bound"), BOUNDS, _told_bound,
          lambda s: (s.experiment.recurrence, s.experiment.task), ("norm", "bound")),
)}
