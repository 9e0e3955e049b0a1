"""What a reader may guess before a step is revealed, the measured answer, and how close the guess was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.spelling import amount, count, power, share
from core.topics.derivation.powers import SEARCHED, steps_until_small
from core.topics.derivation.subject import Subject
from core.topics.jacobians.verdict import fed_bound

STEADY = np.log10(2.0)  # log10: within a factor of 2 a norm is said to stay
WAYS = ("It shrinks", "It stays within a factor of 2", "It grows")
NEVER = "never"
BOUNDS = ("It must vanish", "It cannot grow; whether it shrinks is left open", "It may grow, but need not")
ONE = 1e-9  # sigma_max gamma within this of 1 is 1
NOT_FINITE = "The states of this network are not finite: there is nothing to compare with."


@dataclass(frozen=True)
class Guess:
    """One question."""

    name: str
    question: str  # Markdown with TeX
    options: tuple[str, ...]  # empty: a number of steps is asked for, or NEVER
    told: Callable[[Subject, object], str]  # (subject, the guess) -> how close it was, with the measured answer
    of: Callable[[Subject], object]  # what the answer depends on: where it changes, the question is asked again
    hides: tuple[str, ...] = ()  # symbols whose numbers would tell


def way(log10: float) -> str:
    """The right option for a norm."""
    return WAYS[0] if log10 < -STEADY else WAYS[2] if log10 > STEADY else WAYS[1]


def _told_way(subject: Subject, guess: object) -> str:
    measured = subject.on_task.log10_reach
    if measured is None:
        return NOT_FINITE
    right, steps = way(measured), subject.on_task.T - 1
    found = f"Measured over {count(steps, 'step')} of the task, the norm comes to {power(measured)}."
    return f"Right. {found}" if guess == right else f"Not so: {right[0].lower()}{right[1:]}. {found}"


def _told_steps(subject: Subject, guess: object) -> str:
    W, rho = subject.layer.W_hh, subject.layer.spectrum.rho
    measured = steps_until_small(W, rho)
    if measured is None:
        why = f"ρ = {rho:.4g}, and ‖W_hh^l‖ is never below ρ^l." if rho >= 1.0 - ONE else (
            f"not within {count(SEARCHED, 'step')}, and later is as good as never.")
        return f"Right: {why}" if guess == NEVER else f"It never does: {why} You said {guess:,}."
    steps = count(measured, "step")
    if guess == NEVER:
        return f"It does: it takes {steps}. With ρ = {rho:.4g} < 1 it must."
    if guess == measured:
        return f"Exactly: {steps}."
    far, side = max(guess, measured) / min(guess, measured), "many" if guess > measured else "few"
    if far <= 1.25:
        return f"Close: it takes {steps}, you said {guess:,}, {share(abs(guess - measured) / measured)} too {side}."
    close = "Not far off" if far <= 2.0 else "Far off"
    return f"{close}: it takes {steps}, you said {guess:,}, {amount(float(np.log10(far)))} times too {side}."


def what_the_bound_says(rate: float) -> str:
    """The right option for sigma_max gamma."""
    return BOUNDS[0] if rate < 1.0 - ONE else BOUNDS[2] if rate > 1.0 + ONE else BOUNDS[1]


def _told_bound(subject: Subject, guess: object) -> str:
    rates, reach, steps = subject.on_task.rates, subject.on_task.log10_reach, subject.on_task.T - 1
    right = what_the_bound_says(rates.bound)
    with np.errstate(divide="ignore"):
        bound = power(steps * float(np.log10(rates.bound)))
    measured = "; the states are not finite, so there is no norm" if reach is None else f", the norm {power(reach)}"
    found = (f"{rates.bound_name} = {rates.bound:.4g}{fed_bound(rates)}. Over {count(steps, 'step')} the bound is "
             f"{bound}{measured}.")
    return f"Right. {found}" if guess == right else f"Not so: {right[0].lower()}{right[1:]}. {found}"


GUESSES = {guess.name: guess for guess in (
    Guess("way", r"Before you look: carried back over the whole sequence of your task, which way will "
                 r"$\lVert\partial h_T/\partial h_1\rVert$ go?", WAYS, _told_way,
          lambda s: (s.experiment.recurrence, s.experiment.task), ("product",)),
    Guess("steps", r"Before you look: without the nonlinearity, after how many steps $l$ has "
                   r"$\lVert W_{hh}^{\,l} \rVert$ fallen to $10^{-3}$?", (), _told_steps,
          lambda s: (s.experiment.recurrence, s.reading.layers), ("Lambda_lag",)),
    Guess("bound", r"Before you look: what does the bound say of $\lVert\partial h_T/\partial h_1\rVert$ in your "
                   r"network?", BOUNDS, _told_bound,
          lambda s: (s.experiment.recurrence, s.experiment.task), ("norm", "bound")),
)}
