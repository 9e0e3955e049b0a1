"""Words as a page sets them: what is raised or stands below, in HTML or in Markdown."""

from __future__ import annotations

import html
import re


def as_html(text: str) -> str:
    """Words for a page: 10^-7.2 and x^2 with what is raised, W_hh, σ_max and h_{t-1} with what stands below."""
    safe = html.escape(text)
    safe = re.sub(r"(?<=10)\^(-?[\d.]*\d)|\^(\w+)", lambda found: _html("sup", found[1] or found[2]), safe)
    return re.sub(r"(?<=[A-Za-zσγρλτ])_(?:(max|min|hh|xh|hy|[A-Za-z]|\d+)(?![A-Za-z_])|\{([^}]*)\})",
                  lambda found: _html("sub", found[1] or found[2]), safe)


def _html(tag: str, text: str) -> str:
    return f"<{tag}>{text.replace('-', '−')}</{tag}>"


_BELOW = r"(?P<d>[∂d]?)(?P<letter>[A-Za-zσρλγτφ])_(?P<sub>max|hh|xh|hy|[A-Za-z]|\d+|\{[^}]*\}|\([^)]*\))"
_IN_TEX = re.compile(rf"10\^(?P<power>-?[\d.]*\d)|(?<![\w\\]){_BELOW}(?:\^(?P<up>\w+))?(?!\w)|\^(?P<raised>\w+)")


def as_markdown(text: str) -> str:
    """Words for Markdown that takes no HTML, as the help of a control is: what is raised or stands below in TeX, and
    every other sign as it is."""
    out, end = [], 0
    for found in _IN_TEX.finditer(text):
        out += [_signs(text[end:found.start()]), f"${_tex(found)}$"]
        end = found.end()
    return "".join([*out, _signs(text[end:])])


def _signs(text: str) -> str:
    return re.sub(r"([\\`*_\[\]<$~#|])", r"\\\1", text)


def _tex(found: re.Match[str]) -> str:
    if found["power"] is not None:
        return f"10^{{{found['power']}}}"
    if found["raised"] is not None:
        return f"^{{{_name(found['raised'])}}}"
    d = {"∂": r"\partial ", "d": r"\mathrm{d}", "": ""}[found["d"]]
    up = f"^{{{_name(found['up'])}}}" if found["up"] else ""
    return f"{d}{_GREEK.get(found['letter'], found['letter'])}_{{{_name(found['sub'].strip('{}()'))}}}{up}"


def _name(word: str) -> str:
    """A word of several letters upright, as max and lag; W_hh's letters are two indices."""
    return rf"\mathrm{{{word}}}" if word.isalpha() and len(word) > 2 else word


_GREEK = {"σ": r"\sigma", "ρ": r"\rho", "λ": r"\lambda", "γ": r"\gamma", "τ": r"\tau", "φ": r"\varphi"}
