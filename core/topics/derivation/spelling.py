"""How symbols are written: in TeX, in the HTML of a chart's title, and as plain words."""

from __future__ import annotations

import re

SIGNS = {r"\partial": "∂", r"\varphi": "φ", r"\Lambda": "Λ", r"\sigma": "σ", r"\gamma": "γ", r"\eta": "η",
         r"\theta": "θ", r"\alpha": "α", r"\lVert": "‖", r"\rVert": "‖", r"\left": "", r"\right": "", r"\,": " "}


def inline(tex: str) -> str:
    """The TeX of a symbol with its fractions on one line."""
    return re.sub(r"\\frac\{((?:[^{}]|\{[^{}]*\})*)\}\{((?:[^{}]|\{[^{}]*\})*)\}", r"\1/\2", tex)


def html_of(tex: str) -> str:
    """The TeX of a symbol as HTML in a chart: W_{hh} as W<sub>hh</sub>, a fraction with a slash."""
    text = inline(tex)
    for name, sign in SIGNS.items():
        text = re.sub(re.escape(name) + (r"(?![a-zA-Z])" if name[-1].isalpha() else ""), sign, text)
    text = re.sub(r"\\(?:text|mathrm)\{(\w+)\}", r"\1", text)
    text = text.replace(r"_{\max}", "<sub>max</sub>").replace("'", "′").replace("^{+}", "<sup>+</sup>")
    text = re.sub(r"_(?:\{([^{}]*)\}|(\w))", lambda m: f"<sub>{m[1] or m[2]}</sub>", text)
    text = re.sub(r"\^(?:\{([^{}]*)\}|(\w))", lambda m: f"<sup>{m[1] or m[2]}</sup>", text)
    return re.sub(r"\s+", " ", text).strip().replace("∂ ", "∂")


def spoken(tex: str) -> str:
    """The same without marks, for a voice that reads it."""
    return re.sub(r"</?su[bp]>", " ", html_of(tex)).replace("  ", " ").strip()


def symbols_in_tex(words: str) -> str:
    """Plain words as Markdown whose symbols are TeX: W_hh, h_{t-1}, phi'(a)."""
    words = words.replace("phi'(", r"$\varphi'$(").replace("|", r"\|")
    return re.sub(r"\b([A-Za-z])_(?:\{([^}]*)\}|([A-Za-z0-9]+))", lambda m: f"${m[1]}_{{{m[2] or m[3]}}}$", words)
