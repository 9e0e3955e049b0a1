"""Numbers in words: each spelling by its name, and templates that name their numbers."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from string import Formatter
from typing import Any


def power(log10: float) -> str:
    """A size by its logarithm: 0.31, 10^-7.2, exactly 0, or infinite."""
    if not math.isfinite(log10):
        return "exactly 0" if log10 == -math.inf else "infinite" if log10 == math.inf else "no number"
    return f"{10.0**log10:.2g}" if abs(log10) < 1 else f"10^{log10:.1f}"


def plain(value: float, digits: int = 3) -> str:
    """A number as 0.123 or 1234, or as a power of ten where it is far from 1."""
    if not math.isfinite(value):
        return {math.inf: "infinite", -math.inf: "minus infinite"}.get(value, "no number")
    if value == 0.0 or 1e-3 <= abs(value) < 1e4:
        return f"{value:.{4 if abs(value) >= 999.5 else digits}g}"
    return ("-" if value < 0 else "") + power(math.log10(abs(value)))


def fine(value: float) -> str:
    """The same with four digits, for numbers that are compared with one another: 1.386 and 1.391."""
    return plain(value, 4)


def number(value: float, digits: str = "10") -> str:
    """A number as somebody chose it or a type holds it, to ten digits or so many: 0.9900000095, 20,000, 1.5·10^-6."""
    text = f"{value:,.{digits}g}"
    if "e" not in text:
        return text
    if 1.0 <= abs(value) < 1e6:
        return f"{value:,.0f}"
    size, exponent = text.split("e")
    return f"{'' if size == '1' else f'{size}·'}10^{int(exponent)}"


def amount(log10: float) -> str:
    """A size by its logarithm, as a number wherever it can be read as one: 20,959, 4.06, 0.0616, 4.3·10^-5."""
    if not math.isfinite(log10):
        return power(log10)
    if -3.0 <= log10 < 6.0:
        value = 10.0**log10
        return f"{value:,.0f}" if value >= 999.5 else f"{value:.3g}"
    exponent = math.floor(log10)
    digits = f"{10.0 ** (log10 - exponent):.1f}"
    return f"{digits}·10^{exponent}" if digits != "10.0" else f"1.0·10^{exponent + 1}"


def signed(value: float, digits: int | str = 4) -> str:
    """A place on an axis, which may be negative: -2.436, 0, and 6.7·10^-7 where zeros would have to be counted."""
    return _raised(f"{value + 0.0:.{digits}g}")


def _raised(text: str) -> str:
    """6.7e-07 with a power of ten."""
    return re.sub(r"\.?e([+-])0*(\d+)", lambda m: f"·10^{m[1].strip('+')}{m[2]}", text)


def steady(value: float) -> str:
    """Four digits always, for a legend whose width stays as its number changes: 1.000, 0.9500, 4.684·10^121."""
    return _raised(f"{value:#.4g}").removesuffix(".")


def fixed(value: float, decimals: int | str = 1) -> str:
    """So many decimals always, for numbers that stand in a column: 15.9, 0.0."""
    return f"{value:.{decimals}f}"


def as_told(value: float, digits: int = 4) -> float:
    """To the digits that are told of it, so that what is decided by it agrees with what is read."""
    return float(f"{value:.{digits}g}")


def tex(log10: float) -> str:
    """`amount` in TeX."""
    if not math.isfinite(log10):
        return {math.inf: r"\infty", -math.inf: "0"}.get(log10, r"\text{no number}")
    return in_tex(amount(log10))


def in_tex(words: str) -> str:
    """A number that is spelled already, 20,959 or 4.3·10^-5, in TeX."""
    return re.sub(r"10\^(-?\d+)", r"10^{\1}", words).replace("·", r" \cdot ").replace(",", "{,}")


def signed_tex(value: float, digits: int | str = 4) -> str:
    """`signed` in TeX."""
    return in_tex(signed(value, digits))


def tex_number(value: float, digits: int | str = 3) -> str:
    """A number in TeX, to three digits; as a power of ten where it is far from 1.

    Args:
        digits: of a number near 1.
    """
    if math.isnan(value):
        return r"\text{not a number}"
    if math.isinf(value):
        return r"\infty" if value > 0 else r"-\infty"
    if value == 0.0 or 1e-3 <= abs(value) < 999.5:
        return f"{value:.{digits}g}"
    mantissa, exponent = f"{value:.1e}".split("e")
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}"


def tex_power(log10: float) -> str:
    """The same of a number given by its log10; it may be far outside of float64."""
    if log10 == -math.inf:
        return "0"
    return tex_number(10.0**log10) if abs(log10) < 2.99 else rf"10^{{{log10:.1f}}}"


def share(part: float, digits: int | str = 0) -> str:
    """A share 0..1 in percent: 0% is none and 100% is all, exactly; what lies between is never rounded to them.

    Args:
        digits: behind the point of the percent.
    """
    words, least = f"{part:.{digits}%}", 10.0 ** (-2 - int(digits))
    if part > 0.0 and words == f"{0.0:.{digits}%}":
        return f"less than {least:.{digits}%}"
    if part < 1.0 and words == f"{1.0:.{digits}%}":
        return f"more than {1.0 - least:.{digits}%}"
    return words


def count(number: int, noun: str = "", plural: str = "") -> str:
    """1 step, 1,234 steps; a plural of its own where an s does not make it."""
    words = f" {noun if number == 1 else plural or f'{noun}s'}" if noun else ""
    return f"{number:,}{words}"


def memory(size: float, rounded: str = "up") -> str:
    """Bytes as 412 MB or 9.2 GB, rounded up, or down: what is too much never reads like what is allowed."""
    unit, scale, digits = ("GB", 1e9, 10) if size >= 1e9 else ("MB", 1e6, 1)
    whole = (math.floor if rounded == "down" else math.ceil)(size / scale * digits)
    return f"{whole / digits:.1f} {unit}" if digits > 1 else f"{whole} {unit}"


def lasting(seconds: float, rounded: str = "up") -> str:
    """How long something takes: 0.04 s, 1.4 s, 14 s, 3 min, 2 h; rounded up, or down, as memory is."""
    unit, scale = next(((unit, scale) for unit, scale, to in (("s", 1.0, 120.0), ("min", 60.0, 7200.0))
                        if seconds <= to), ("h", 3600.0))
    decimals = 2 if seconds < 1.0 else 1 if seconds < 10.0 else 0
    whole = (math.floor if rounded == "down" else math.ceil)(round(seconds / scale * 10**decimals, 9))
    return f"{whole / 10**decimals:.{decimals}f} {unit}"


def place(value: complex, digits: int | str = 3) -> str:
    """A place in the complex plane, in a label: 0.94, 0.078 + 0.832i, 2·10⁻⁵."""
    z = complex(value)
    real = signed(z.real, digits)
    return raised(f"{real} {'-' if z.imag < 0 else '+'} {signed(abs(z.imag), digits)}i" if z.imag else real)


def setting(value: Any) -> str:
    """What a setting is set to, in a label: a number to six digits, 2·10⁻⁵, and anything else as it is."""
    return raised(number(value, "6")) if isinstance(value, float) else str(value)


def often(number: int) -> str:
    """never, once, twice, 3 times."""
    return ("never", "once", "twice")[number] if number <= 2 else count(number, "time")


def capital(words: object) -> str:
    """At the beginning of a sentence."""
    text = str(words)
    return f"{text[:1].upper()}{text[1:]}"


def small(words: object) -> str:
    """A sentence in the midst of another."""
    text = str(words)
    return f"{text[:1].lower()}{text[1:]}"


def each(parts: Iterable[object], between: str = ", ") -> str:
    """One after the other: {parts:each ; } has a semicolon between two, {parts:each  and } a word."""
    return between.join(map(str, parts))


SPELLINGS: dict[str, Callable[..., str]] = {
    "power": power, "plain": plain, "fine": fine, "number": number, "amount": amount, "tex": tex, "share": share,
    "count": count, "often": often, "memory": memory, "lasting": lasting, "signed": signed, "setting": setting,
    "place": place, "steady": steady, "fixed": fixed,
    "signed_tex": signed_tex,
    "tex_number": tex_number, "tex_power": tex_power, "capital": capital, "small": small, "each": each}


def filled(template: str, numbers: Mapping[str, Any]) -> str:
    """The template with each number spelled as it says: `{name:power}`, `{name:count step}`, `{name:count
    letter|letters}`, or one of Python's own format codes."""
    return "".join(words if name is None else words + _spelled(numbers[name], *how)
                   for words, name, how in _parts(template))


def _spelled(value: Any, how: str, nouns: tuple[str, ...]) -> str:
    return SPELLINGS[how](value, *nouns) if how in SPELLINGS else format(value, how)


@cache  # a sentence is said many times a second, and its template stands in a table
def _parts(template: str) -> tuple[tuple[str, str | None, tuple[str, tuple[str, ...]]], ...]:
    """(words, the name of what follows them or None, how that is spelled), ..."""
    def way(code: str) -> tuple[str, tuple[str, ...]]:
        how, _, nouns = code.partition(" ")
        return (how, tuple(nouns.split("|")) if nouns else ()) if how in SPELLINGS else (code, ())

    return tuple((words, name, way(code or "")) for words, name, code, _ in Formatter().parse(template))


def raised(text: str) -> str:
    """Words for a label, which takes neither HTML nor TeX: 2·10⁻⁵."""
    return re.sub(r"10\^(-?\d+)", lambda m: f"10{m[1].translate(_RAISED)}", text)


_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def power_tick(exponent: float) -> str:
    """A power of ten at an axis, as HTML."""
    return f"10<sup>{exponent:.0f}</sup>"


def power_label(log10: float) -> str:
    """A size by its logarithm beside a mark, as HTML: 0.31, 10^-7.2, 0 where it is exactly zero."""
    if log10 == -math.inf:
        return "0"
    return f"{10.0**log10:.2g}" if abs(log10) < 2 else f"10<sup>{log10:.1f}</sup>"
