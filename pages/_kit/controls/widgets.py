"""Spec -> widgets. A parameter's declaration is all a control needs; nothing here knows a parameter by name.

A widget runs its whole page, which costs the browser more the more elements there are. A number that only the stage
shows is a fragment of its own with its twin: what is dragged draws these two and the stage, and nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitAPIException

from core.markup import as_markdown
from core.parameters import Choice, ComplexList, Flag, Number, Word
from core.spelling import number, raised
from pages._kit.controls.names import name_of, sign
from pages._kit.link.settings import settings
from pages._kit.link.values import STAGE, Values
from pages._session import session

TYPED = 92  # px, the width of a number beside its slider
MOST_STOPS = 2000  # a slider with more stops than pixels helps nobody: such a number is typed


@dataclass
class Widgets:
    """Of this browser session."""

    versions: dict[str, tuple[int, Any]] = field(default_factory=dict)  # name -> version, the value that it began with


def control(name: str, of: Values | None = None, *, typed: bool = False, **look: Any) -> None:
    """The widget, or pair of widgets, for one flat parameter.

    Args:
        of: the values that it belongs to; the session's experiment when None.
        typed: a number without its slider.
        look: goes to a menu.
    """
    of = of or settings()
    parameter, label = of.parameters[name], name_of(of.parameters[name])
    if isinstance(parameter, Number):
        _number(of, name, parameter, typed)
    elif isinstance(parameter, Choice):
        wired, options = _wired(of, name, "pick"), list(parameter.options)
        st.selectbox(label, options, options.index(wired.pop("value")), format_func=parameter.options.get,
                     **wired, **look)
    elif isinstance(parameter, Flag):
        st.toggle(parameter.label, **_wired(of, name, "switch"))
    elif isinstance(parameter, ComplexList):
        st.text_input(label, placeholder="1.2, 0.9, 0.5+0.5j",
                      **_wired(of, name, "write", parameter.spell(of.values[name]).replace(",", ", ")))
    elif isinstance(parameter, Word):
        st.text_input(label, **_wired(of, name, "write"))
    if (idle := of.idle(name)) is not None:
        st.caption(as_markdown(f"{idle.reason[:1].upper()}{idle.reason[1:]}"))


def controls(names: Iterable[str], of: Values | None = None) -> None:
    for name in names:
        control(name, of)


def _number(of: Values, name: str, parameter: Number, typed: bool) -> None:
    """Drag or type: two widgets that show the same value."""
    shown = "%d" if parameter.whole else "%g"
    steps = {"step": parameter.step if not parameter.whole else int(parameter.step), "format": shown}
    draw = _typed if typed or (not parameter.log and (parameter.high - parameter.low) / parameter.step > MOST_STOPS) \
        else _pair
    (st.fragment(draw, key=_part(of, name)) if name in of.quick else draw)(of, name, parameter, steps)


def _part(of: Values, name: str) -> str:
    return f"{of.prefix}number_{name}"


def _typed(of: Values, name: str, parameter: Number, steps: dict[str, Any]) -> None:
    st.number_input(name_of(parameter), **steps, **_wired(of, name, "type"))


def _pair(of: Values, name: str, parameter: Number, steps: dict[str, Any]) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
        if parameter.log:
            st.select_slider(name_of(parameter), _stops(parameter, of.values[name]),
                             format_func=lambda stop: raised(number(stop)), **_wired(of, name, "drag"))
        else:
            kind = int if parameter.whole else float
            st.slider(name_of(parameter), kind(parameter.low), kind(parameter.high), step=kind(parameter.step),
                      **_wired(of, name, "drag"))
        # without limits of its own: a wrong number gets our line, not a silent correction
        st.number_input(f"{parameter.label}, typed", label_visibility="collapsed", width=TYPED, **steps,
                        **_wired(of, name, "type") | {"help": None})


def _stops(parameter: Number, value: float) -> list[float]:
    """1, 2, 3 and 5 of every decade, and the value itself."""
    decades = range(math.floor(math.log10(parameter.low)), math.ceil(math.log10(parameter.high)) + 1)
    grid = {float(f"{m}e{d}") for d in decades for m in (1, 2, 3, 5)}
    return sorted({v for v in grid if parameter.low <= v <= parameter.high} | {value})


def key_and_initial(name: str, value: Any) -> tuple[str, Any]:
    """The key and the initial value with which a widget shows this value.

    A widget whose value came from elsewhere (its twin, a preset, a refused entry) gets a new key instead of a new
    value: while a run plays, the browser keeps sending what it last knew of every widget, and an old value that
    comes back under the old key would pass for the reader's wish. The initial value stays the same for a key, so
    that it does not matter which of the messages that announce the widget reaches the browser.
    """
    versions = session(Widgets).versions
    version, initial = versions.setdefault(name, (0, value))
    if st.session_state.get(_key(name, version), initial) != value:
        version, initial = versions[name] = (version + 1, value)
    return _key(name, version), initial


def _key(name: str, version: int) -> str:
    return f"{name}~{version}" if version else name


def _wired(of: Values, name: str, kind: str, shown: Any = None) -> dict[str, Any]:
    key, initial = key_and_initial(f"{of.prefix}{kind}_{name}", of.values[name] if shown is None else shown)
    idle = of.idle(name)
    return {"value": initial, "key": key, "on_change": _took, "args": (of, name, key),
            "disabled": idle is not None and idle.locks, "help": _help(of, name)}


def _help(of: Values, name: str) -> str:
    """What it is, in symbols where those take more than the letter beside its name; and why it has no effect."""
    symbol, idle = of.parameters[name].symbol, of.idle(name)
    return " ".join(filter(None, (f"${symbol}$." if symbol and symbol != sign(symbol) else "", of.help_of(name),
                                  f"**Now {as_markdown(idle.reason)}.**" if idle is not None else "")))


def wired(name: str, value: Any, act: Callable[[Any], None]) -> tuple[Any, dict[str, Any]]:
    """The initial value of a page's own widget, and the key and the callback with which it shows this value.

    Args:
        act: called with what the reader chooses.
    """
    key, initial = key_and_initial(name, value)

    def chosen() -> None:
        if not replaced(key):
            act(st.session_state[key])

    return initial, {"key": key, "on_change": chosen}


def typed(name: str, of: Values, shown: float) -> None:
    """A number as the page makes use of it, which need not be the value that was asked for."""
    parameter = of.parameters[name]
    initial, wires = wired(f"{of.prefix}type_{name}", shown, lambda value: of.take(name, value, shown))
    st.number_input(name_of(parameter), value=initial, step=type(shown)(parameter.step), help=of.help_of(name), **wires)


def replaced(key: str) -> bool:
    """Whether the widget of this key is gone, and a newer one shows its value.

    The browser may still send what it last knew of the old one, and Streamlit (1.67) would call its callback.
    """
    name, _, version = key.partition("~")
    return session(Widgets).versions[name][0] != int(version or 0)


def _took(of: Values, name: str, key: str) -> None:
    if replaced(key):
        return
    if name not in of.quick:
        of.take(name, st.session_state[key])
        return
    before = of.problems  # lines above the stage
    of.take(name, st.session_state[key])
    _replace_twins(of, name)
    run_again("app" if before or of.problems else [STAGE, _part(of, name)])


def _replace_twins(of: Values, name: str) -> None:
    """At once: until the twin has been drawn again, the browser may still send what it last knew of it."""
    for kind in ("drag", "type"):
        if (twin := f"{of.prefix}{kind}_{name}") in session(Widgets).versions:
            key_and_initial(twin, of.values[name])


def run_again(parts: str | list[str]) -> None:
    """The whole page, or these fragments of it."""
    try:
        st.rerun(parts)
    except StreamlitAPIException:  # a run of the page was stopped before it came to one of them
        st.rerun("app")
