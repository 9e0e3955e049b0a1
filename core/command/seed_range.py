"""A parameter that spells consecutive seeds: 1000:1020 is 1000, 1001, ..., 1019."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from core.parameters import Parameter
from core.specs.recurrence import SEED_MAX


@dataclass(frozen=True, kw_only=True)
class SeedRange(Parameter):
    """Like Python's range: the end is not among them."""

    most: int = 1000

    @property
    def allowed(self) -> str:  # type: ignore[override]
        return f"first:end with 1 to {self.most} seeds from 0 to {SEED_MAX}, such as 1000:1020"

    def check(self, name: str, value: Any) -> range:
        if isinstance(value, str):
            return self.parse(name, value)
        if not isinstance(value, range) or value.step != 1:
            raise self.refuse(name, value)
        if not (value.start >= 0 and 1 <= value.stop - value.start <= self.most and value.stop <= SEED_MAX + 1):
            raise self.refuse(name, self.spell(value))
        return value

    def parse(self, name: str, text: str) -> range:
        found = re.fullmatch(r"([0-9]{1,10}):([0-9]{1,10})", text) if isinstance(text, str) else None
        if found is None:
            raise self.refuse(name, text)
        return self.check(name, range(int(found[1]), int(found[2])))

    def spell(self, value: range) -> str:
        return f"{value.start}:{value.stop}"

    def legal(self) -> Iterable[Any]:
        return (self.default, range(0, 1), range(SEED_MAX, SEED_MAX + 1), range(self.most), "3:5")

    def illegal(self) -> Iterable[Any]:
        return ("", "5", "5:", ":5", "5:5", "6:5", "-1:5", "1:2:3", "a:b", "1.5:3", "0:1e3", "٣:٥", None, 3,
                range(0, 10, 2), range(self.most + 1), range(SEED_MAX, SEED_MAX + 2))
