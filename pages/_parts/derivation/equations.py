"""Equations whose symbols can be pointed at and clicked, each with its number below it.

An equation is drawn by st.latex. Each symbol gets a colour that stands for its name; browser/symbols.js finds it,
gives the symbol its proper colour back, and tells what the reader does with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

import streamlit as st

from core.topics.derivation.spelling import spoken
from core.topics.derivation.symbols import SYMBOLS
from pages._chart.browser_scripts import script

TOKEN = re.compile(r"@(\w+)@")
FIRST = 96  # of the last byte of the colours; grey in the moment before it is taken away, readable on both pages


def names_in(equations: Iterable[str]) -> list[str]:
    """The symbols of some equations, each once, in order."""
    return list(dict.fromkeys(name for equation in equations for name in TOKEN.findall(equation)))


def coloured_tex(equation: str, numbers: Mapping[str, str]) -> str:
    """TeX with every symbol in its own colour, and its number, if it has one, below the first time it stands there."""
    seen: set[str] = set()

    def coloured(found: re.Match[str]) -> str:
        name, symbol = found[1], SYMBOLS[found[1]].tex
        if name in numbers and name not in seen:
            symbol = rf"\underset{{{numbers[name]}}}{{{symbol}}}"
        seen.add(name)
        return rf"\textcolor{{{_colour(name)}}}{{{symbol}}}"

    return TOKEN.sub(coloured, equation)


def show_equations(equations: Iterable[str], numbers: Mapping[str, str], words: Mapping[str, str], chosen: str | None,
                   on_choose: Callable[[str], None]) -> None:
    """Draw them.

    Args:
        numbers: name of a symbol -> TeX of what is written below it.
        words: name -> what is said where it is pointed at.
        on_choose: called with the name of a symbol that is clicked.
    """
    for equation in equations:
        st.latex(coloured_tex(equation, numbers))
    known = {_computed(name): {"name": name, "title": f"{spoken(SYMBOLS[name].tex)}: {text}"}
             for name, text in words.items()}
    _component()(key="symbols", data={"colours": known, "chosen": chosen},
                 on_chosen_change=lambda: _chosen(on_choose))


def _chosen(on_choose: Callable[[str], None]) -> None:
    """What came from the browser is data: the name of a symbol, or nothing."""
    name = st.session_state["symbols"].get("chosen")
    if isinstance(name, str) and name in SYMBOLS:
        on_choose(name)


def _number(name: str) -> int:
    return FIRST + list(SYMBOLS).index(name)


def _colour(name: str) -> str:
    """Used for nothing else."""
    return f"#7a7b{_number(name):02x}"


def _computed(name: str) -> str:
    """The same as a browser spells it."""
    return f"rgb(122, 123, {_number(name)})"


@cache
def _component() -> Any:
    """The registered component."""
    return st.components.v2.component("symbols", js=f"""
const at = (path) => new URL("component/" + path, document.baseURI).href;
const symbols = import(at("{script("symbols.js")}"));
export default (c) => {{ symbols.then((m) => m.watch(c)); }}""", isolate_styles=False)
