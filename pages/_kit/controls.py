"""Spec -> widgets. A parameter's declaration is all a control needs; nothing here knows a parameter by name."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import streamlit as st

from core.parameters import Choice, ComplexList, Flag, Number
from pages._kit.settings import parameters, settings

MOST_STOPS = 2000  # a slider with more stops than pixels helps nobody: such a number is typed


def control(name: str, **look: Any) -> None:
    """The widget, or pair of widgets, for one flat parameter; `look` goes to a menu."""
    parameter = parameters()[name]
    if isinstance(parameter, Number):
        _number(name, parameter)
    elif isinstance(parameter, Choice):
        wired, options = _wired(name, "pick"), list(parameter.options)
        st.selectbox(_label(parameter), options, options.index(wired.pop("value")), format_func=parameter.options.get,
                     help=_help(name), **wired, **look)
    elif isinstance(parameter, Flag):
        st.toggle(parameter.label, help=_help(name), **_wired(name, "switch"))
    elif isinstance(parameter, ComplexList):
        st.text_input(_label(parameter), help=_help(name), placeholder="1.2, 0.9, 0.5+0.5j",
                      **_wired(name, "write", parameter.spell(settings().values[name]).replace(",", ", ")))


def controls(names: Iterable[str]) -> None:
    for name in names:
        control(name)


def _number(name: str, parameter: Number) -> None:
    """Drag or type: two widgets that show the same value."""
    shown = "%d" if parameter.whole else "%g"
    typed = {"step": parameter.step if not parameter.whole else int(parameter.step), "format": shown}
    if not parameter.log and (parameter.high - parameter.low) / parameter.step > MOST_STOPS:
        st.number_input(_label(parameter), help=_help(name), **typed, **_wired(name, "type"))
        return
    drag, write = st.columns([5, 3], vertical_alignment="bottom", gap="small")
    with drag:
        if parameter.log:
            st.select_slider(_label(parameter), _stops(parameter, settings().values[name]),
                             format_func=lambda v: f"{v:g}", help=_help(name), **_wired(name, "drag"))
        else:
            kind = int if parameter.whole else float
            st.slider(_label(parameter), kind(parameter.low), kind(parameter.high), step=kind(parameter.step),
                      help=_help(name), **_wired(name, "drag"))
    with write:  # without limits of its own: a wrong number gets our line, not a silent correction
        st.number_input(f"{parameter.label}, typed", label_visibility="collapsed", **typed, **_wired(name, "type"))


def _stops(parameter: Number, value: float) -> list[float]:
    """1, 2, 3 and 5 of every decade, and the value itself."""
    decades = range(math.floor(math.log10(parameter.low)), math.ceil(math.log10(parameter.high)) + 1)
    grid = {float(f"{m}e{d}") for d in decades for m in (1, 2, 3, 5)}
    return sorted({v for v in grid if parameter.low <= v <= parameter.high} | {value})


def held(name: str, value: Any) -> tuple[str, Any]:
    """The key and the initial value with which a widget shows this value.

    A widget whose value came from elsewhere (its twin, a preset, a refused entry) gets a new key instead of a new
    value: while a run plays, the browser keeps sending what it last knew of every widget, and an old value that
    comes back under the old key would pass for the reader's wish. The initial value stays the same for a key, so
    that it does not matter which of the messages that announce the widget reaches the browser.
    """
    versions: dict[str, tuple[int, Any]] = st.session_state.setdefault("versions", {})
    version, initial = versions.setdefault(name, (0, value))
    if st.session_state.get(_key(name, version), initial) != value:
        version, initial = versions[name] = (version + 1, value)
    return _key(name, version), initial


def _key(name: str, version: int) -> str:
    return f"{name}~{version}" if version else name


def _wired(name: str, kind: str, shown: Any = None) -> dict[str, Any]:
    key, initial = held(f"{kind}_{name}", settings().values[name] if shown is None else shown)
    return {"value": initial, "key": key, "on_change": _took, "args": (name, key)}


def _took(name: str, key: str) -> None:
    settings().take(name, st.session_state[key])


def _label(parameter: Any) -> str:
    symbol = f" ${parameter.symbol}$" if parameter.symbol else ""
    return f"{parameter.label}{symbol}" + (f" ({parameter.unit})" if parameter.unit else "")


def _help(name: str) -> str:
    parameter = parameters()[name]
    return parameter.help if parameter.hot or name in ("pace", "until_solved") else (
        f"{parameter.help} A change starts a new run.")
