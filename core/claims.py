"""What a person should take from the numbers: claims, each a sentence with the numbers that carry it.

    say = Words({"half_life": "Half of it is gone after {lag:count step}."})  # words.py of the room that says it
    say("half_life", {"lag": 2}).text                                         # where it is decided

A room's sentences stand in its words.py alone, each under the name of its statement, with every number named and
followed by how it is spelled; what decides names the statement and gives the numbers. So a sentence can say no number
that it does not carry: a page, a chart's text alternative and the headless command print the same text, and a test
computes the same numbers. Another language would be a second table with the same names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core.spelling import filled


class Words:
    """What one room says: statement -> template."""

    def __init__(self, templates: Mapping[str, str]) -> None:
        self.templates = dict(templates)

    def __call__(self, statement: str, numbers: Mapping[str, Any] | None = None, /, **names: Any) -> Claim:
        """Its claim, named by what stands before the statement's first dot: "loss.solved" is one of those called loss.

        Args:
            numbers: the claim's own, as it is told with them.
            names: what else stands in the template: names of things, and other claims as parts of this one.

        Raises:
            KeyError: if the room has no such statement.
        """
        self.template(statement)
        return Claim(statement.partition(".")[0], statement, numbers or {}, names, self)

    def template(self, statement: str) -> str:
        """Its words; here alone a language would be chosen."""
        return self.templates[statement]


@dataclass(frozen=True)
class Claim:
    """One sentence, or a part of one, and the numbers that carry it."""

    name: str  # "product", "half_life", ...: what it speaks of
    statement: str  # what it says of that, a name in the table of words
    numbers: Mapping[str, Any]  # by name; log10 of what may leave float64
    names: Mapping[str, Any] = field(default_factory=dict)  # what else is filled in: names, and claims as parts
    words: Words = field(default_factory=lambda: Words({}), compare=False, repr=False)

    @property
    def text(self) -> str:
        return filled(self.words.template(self.statement), {**self.numbers, **self.names})

    def __str__(self) -> str:
        return self.text

    def told(self) -> dict[str, Any]:
        """As the headless command prints it."""
        return {"claim": self.name, "text": self.text, "numbers": dict(self.numbers)}


@dataclass(frozen=True)
class Verdict:
    """What a person should take from the numbers."""

    kind: str  # vanishing, healthy, exploding, held, cut, diverged, ...: gives the colour and the sign
    title: Claim  # the same in a word or two, never told by colour alone
    claims: tuple[Claim, ...]

    @property
    def headline(self) -> str:
        return self.title.text

    @property
    def sentence(self) -> str:
        """All claims, one after the other."""
        return " ".join(claim.text for claim in self.claims)

    def claim(self, name: str) -> Claim | None:
        """The claim of this name; None where it does not apply."""
        return next((claim for claim in self.claims if claim.name == name), None)
