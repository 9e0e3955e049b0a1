"""What a panel shows, from top to bottom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from core.parameters import Number, Parameter
from pages._panel.fields import described, ticks


@dataclass(frozen=True)
class Field:
    """The one control of a parameter."""

    name: str  # flat, of the parameter
    parameter: Parameter
    value: Any
    of: str = ""  # whose value: the prefix of the values that it is one of
    label: str = ""  # in words
    heard: str = ""  # what a screen reader calls it; its label if ""
    words: str = ""  # its name alone, without a letter or a unit; as it is heard if ""
    short: str = ""  # beside its value, where there is little room; what is heard if ""
    help: str = ""  # HTML
    note: str = ""  # HTML, below: why it has no effect
    refused: str = ""  # below: why what was typed is not its value
    locked: bool = False  # whether no value has any effect
    ticks: tuple[tuple[float, str], ...] = ()  # of a number's slider: where something happens, and what
    typed: bool = False  # a number without its slider
    bare: bool = False  # without its label, which is heard only
    pills: bool = False  # a choice whose options stand side by side
    switch: Field | None = None  # in front of it: that of the remedy whose number it is; moving it switches that on

    def told(self) -> dict[str, Any]:
        found = described(self.parameter, self.value) | {
            "id": f"{self.of}{self.name}", "name": self.name, "of": self.of, "label": self.label,
            "heard": self.heard or self.label, "words": self.words or self.heard or self.label,
            "short": self.short or self.heard or self.label, "help": self.help, "note": self.note,
            "refused": self.refused, "locked": self.locked, "bare": self.bare, "pills": self.pills}
        if isinstance(self.parameter, Number):
            found["ticks"] = ticks(self.ticks, self.parameter)
            found["typed"] |= self.typed
        if self.switch is not None:
            found["switch"] = self.switch.told()
        return found


@dataclass(frozen=True)
class Prose:
    """Words between fields."""

    html: str

    def told(self) -> dict[str, Any]:
        return {"kind": "words", "html": self.html}


@dataclass(frozen=True)
class Heading:
    """Over the rows that follow."""

    html: str

    def told(self) -> dict[str, Any]:
        return {"kind": "heading", "html": self.html}


@dataclass(frozen=True)
class Button:
    """Sets these texts, {name: text}, when it is pressed."""

    label: str
    sets: Mapping[str, str]
    of: str = ""
    help: str = ""  # HTML
    on: bool | None = None  # of a switch: how it stands; None for a button

    def told(self) -> dict[str, Any]:
        return {"kind": "button", "id": f"{self.of}{self.label}", "of": self.of, "label": self.label, "on": self.on,
                "help": self.help, "sets": dict(self.sets)}


@dataclass(frozen=True)
class Fold:
    """Rows that are folded away."""

    key: str
    title: str
    rows: tuple[Row, ...]
    line: str = ""  # below its title while it is closed, HTML: what is in it, and what is not as it is by default
    open: bool = False  # at first

    def told(self) -> dict[str, Any]:
        return {"kind": "fold", "id": self.key, "title": self.title, "line": self.line, "open": self.open,
                "rows": told(self.rows)}


Row: TypeAlias = Field | Prose | Heading | Button | Fold


def told(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """As the browser is told of them."""
    return [row.told() for row in rows]
