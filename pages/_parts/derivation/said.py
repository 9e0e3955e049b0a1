"""What a reader of the derivation has said, and what follows from it: what may be shown, which symbol is told of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.topics.derivation.guesses import GUESSES, Guess
from core.topics.derivation.steps import Step
from core.topics.derivation.subject import Subject
from core.topics.derivation.symbols import SYMBOLS
from pages._parts.derivation.equations import names_in


@dataclass(frozen=True)
class Said:
    """Up to now."""

    guesses: Mapping[str, tuple[object, object]] = field(default_factory=dict)  # by name: of what, the answer
    symbol: str = ""  # the one that was clicked

    def answered(self, guess: Guess, subject: Subject) -> bool:
        """Whether this question was answered, or skipped, for this network."""
        return guess.name in self.guesses and self.guesses[guess.name][0] == guess.of(subject)

    def hidden(self, step: Step, subject: Subject) -> tuple[str, ...]:
        """Names of the symbols whose values would tell what is to be guessed; none once it was."""
        return () if self.revealed(step, subject) else GUESSES[step.guess].hides

    def revealed(self, step: Step, subject: Subject) -> bool:
        """Whether there is nothing to be guessed before the step may be shown."""
        guess = GUESSES.get(step.guess)
        return guess is None or self.answered(guess, subject)

    def chosen(self, step: Step, subject: Subject) -> str:
        """The symbol that was clicked; the first of the step until one of its own is, and where that would tell."""
        names, hidden = names_in(step.equations), self.hidden(step, subject)
        open_ones = [name for name in names if name not in hidden]
        return self.symbol if self.symbol in open_ones else next(
            (name for name in open_ones if not SYMBOLS[name].bare), "W_hh")
