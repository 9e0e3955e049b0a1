"""The eigenvalues one by one: what a control of one of them shows, and the list that it writes."""

from __future__ import annotations

import cmath
import math
import re
from collections.abc import Mapping
from typing import Any

from core.network.spectrum import listed_blocks, shaped_blocks
from core.parameters import Number
from core.training.experiment import flat_parameters

MOST = 2.0  # magnitude
SIZE = Number(default=1.0, low=0.0, high=MOST, step=0.01, label="Size")
ANGLE = Number(default=90.0, low=1.0, high=179.0, step=1.0, label="Angle", unit="degrees")  # 0 and 180: two real ones
VALUE = Number(default=1.0, low=-MOST, high=MOST, step=0.01, label="Real eigenvalue")
PARTS = {"size": SIZE, "angle": ANGLE, "value": VALUE}
NAME = re.compile(r"eigenvalue_\d{1,3}_(size|angle|value)")


def parts(values: Mapping[str, Any]) -> list[tuple[str, int, str, float]]:
    """(name, number from 1, which of PARTS, what it is now) of each number: magnitude and phase of each pair, value of
    each real eigenvalue.

    Raises:
        ParameterError: if the list is longer than there are hidden units.
    """
    found = []
    for i, (z, size) in enumerate(listed_blocks(values["eigenvalues"], values["n_hidden"]), start=1):
        each = {"value": z.real} if size == 1 else {"size": round(min(abs(z), MOST), 4), "angle": _phase(z)}
        found += [(f"eigenvalue_{i}_{part}", i, part, now) for part, now in each.items()]
    return found


def listed(values: Mapping[str, Any], texts: Mapping[str, str]) -> dict[str, str]:
    """Texts of parameters: those of single eigenvalues, in the order in which they are given, become the list. One of
    an eigenvalue that there is not, as a late message may have it, becomes nothing.

    Raises:
        ParameterError: where one is not allowed, or the list does not fit.
    """
    written, now = {}, dict(values)
    for name, text in texts.items():
        if NAME.fullmatch(name) is None:
            written[name] = text
            continue
        numbers = {each: (number, part) for each, number, part, _ in parts(now)} if now["eigenvalues"] else {}
        if name in numbers:
            number, part = numbers[name]
            blocks = [complex(z.real, abs(z.imag)) for z, _ in listed_blocks(now["eigenvalues"], now["n_hidden"])]
            blocks[number - 1] = _moved(blocks[number - 1], part, PARTS[part].parse(name, text))
            now["eigenvalues"] = tuple(_short(z) for z in blocks)
            written["eigenvalues"] = flat_parameters()["eigenvalues"].spell(now["eigenvalues"])
    return written


def shaped(values: Mapping[str, Any]) -> str:
    """The list of those that radius, spread and angle make, as text."""
    blocks = shaped_blocks(values["n_hidden"], values["rho"], values["spread"], values["angle"])
    each = tuple(_short(z) for z, size in blocks for _ in range(size if z.imag == 0 else 1))
    return flat_parameters()["eigenvalues"].spell(each)


def _moved(z: complex, part: str, to: float) -> complex:
    if part == "value":
        return complex(to)
    return cmath.rect(to, math.radians(_phase(z))) if part == "size" else cmath.rect(abs(z), math.radians(to))


def _phase(z: complex) -> float:
    """In degrees, inside the slider's range."""
    return round(min(max(abs(math.degrees(cmath.phase(z))), ANGLE.low), ANGLE.high), 3)


def _short(z: complex) -> complex:
    """Short enough for a link, and inside the allowed disc after rounding."""
    z = complex(z)
    z = complex(round(z.real, 6), round(z.imag, 6))
    return z if abs(z) <= MOST else z * (1 - 1e-6)
