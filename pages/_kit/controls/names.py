"""What a control is called: words, with a symbol of one letter, so that it reads the same aloud as on the page."""

from __future__ import annotations

import html
import re

from core.parameters import Parameter

LETTERS = {r"\Omega": "Ω", r"\rho": "ρ", r"\alpha": "α", r"\beta": "β", r"\gamma": "γ", r"\eta": "η",
           r"\theta": "θ", r"\varepsilon": "ε", r"\lambda": "λ", r"\mu": "μ", r"\varphi": "φ", r"\ell": "ℓ"}
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
# a letter; then nothing, a number below it, or what it is a function of
SHORT = re.compile(r"(?P<letter>\\[a-z]+|[A-Za-z])(?:_(?P<below>\d+))?(?P<of>\(.*\))?")


def sign(tex: str) -> str:
    """A symbol as one letter, such as ρ or k₁; "" where it takes more than that."""
    found = SHORT.fullmatch(tex)
    letter = found["letter"] if found else ""
    if letter.startswith("\\"):
        letter = LETTERS.get(letter, "")
    return letter + (found["below"] or "").translate(SUBSCRIPTS) if letter else ""


def symbol_html(tex: str) -> str:
    """A symbol in HTML: what stands below it below, a function's name upright."""
    for name, letter in LETTERS.items():
        tex = re.sub(rf"{re.escape(name)}(?![a-z])", letter, tex)
    tex = re.sub(r"\\mathrm\{(\w+)\}", r"\1", tex.replace(r"\dots", "…"))
    tex = html.escape(re.sub(r"\\(min|max|arg|log)(?![a-z])\s*", r"\1 ", tex)).replace(" _", "_")
    below = re.compile(r"_(?:\{([^}]*)\}|(\d+|\w))")
    return below.sub(lambda found: f"<sub>{(found[1] or found[2]).strip()}</sub>", tex).strip()


def name_of(parameter: Parameter) -> str:
    """Its label, with what a formula calls it, and the unit where the label does not say it."""
    unit = parameter.unit if parameter.unit.lower() not in parameter.label.lower() else ""
    return " ".join(filter(None, (parameter.label, sign(parameter.symbol), unit and f"({unit})")))


def numbered(word: str, number: int) -> str:
    """Such as Angle of λ₁."""
    return f"{word} λ{str(number).translate(SUBSCRIPTS)}"
