"""Files that a command reads and writes: a parameter that names one, and tables written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from core.parameters import Parameter, ParameterError, shown
from core.tables import as_csv


@dataclass(frozen=True, kw_only=True)
class FileName(Parameter):
    """A file that can be written, whether it exists or not; empty for none."""

    allowed: ClassVar[str] = "the name of a file in a folder that can be written"

    def check(self, name: str, value: Any) -> str:
        if not isinstance(value, str):
            raise self.refuse(name, value)
        if value == self.default:
            return value
        try:
            path = Path(value)
            usable = ("\0" not in value and path.name != "" and os.access(path.parent, os.W_OK)
                      and (not path.exists() or (path.is_file() and os.access(path, os.R_OK | os.W_OK))))
        except (OSError, ValueError):  # a name that is too long, say
            usable = False
        if not usable:
            raise self.refuse(name, value)
        return value

    def parse(self, name: str, text: str) -> str:
        if not text:  # the default means none; a reader who spells nothing has made a mistake
            raise self.refuse(name, text)
        return self.check(name, text)

    def illegal(self) -> Iterable[Any]:
        return (None, 3, ".", "/", "no/such/folder/file.csv", "a\0b", "x" * 10_000)


def write_table(path: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """A CSV, written beside its place and then moved there. Raises ParameterError."""
    beside = Path(f"{path}.part")
    try:
        beside.write_text(as_csv(header, rows, end="\n"), newline="")
        beside.replace(path)
    except OSError as error:
        raise ParameterError(f"{shown(path)} cannot be written: {error.strerror}.") from None
