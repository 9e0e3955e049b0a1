"""Values -> the rows of a panel. A parameter's declaration is all a control needs; nothing here knows one by name.

What is set runs the whole page, which costs the browser more the more elements there are. Where only the stage makes
use of a number, its panel and the stage are drawn, and nothing else.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitAPIException

from core.markup import as_html
from core.parameters import Flag
from pages._kit.controls.names import name_of, sign, symbol_html
from pages._kit.link.settings import settings
from pages._kit.link.values import STAGE, Values
from pages._panel.panel import panel
from pages._panel.rows import Field, Fold, Row


def field(name: str, of: Values | None = None, *, shown: Any = None, **look: Any) -> Field:
    """The control of one flat parameter.

    Args:
        of: the values that it belongs to; the session's experiment when None.
        shown: as the page makes use of it, which need not be the value that was asked for.
        look: further parts of a `Field`.
    """
    of = of or settings()
    parameter, idle = of.parameters[name], of.idle(name)
    called = parameter.label if isinstance(parameter, Flag) else name_of(parameter)
    note = "" if idle is None else as_html(f"{idle.reason[:1].upper()}{idle.reason[1:]}")
    made = Field(name, parameter, of.values[name] if shown is None else shown, of=of.prefix, label=html.escape(called),
                 heard=called, words=parameter.label, short=sign(parameter.symbol) or parameter.label,
                 help=_help(of, name), note=note, refused=of.refused.get(name, ""),
                 locked=idle is not None and idle.locks)
    return replace(made, **look)


def fields(names: Iterable[str], of: Values | None = None) -> tuple[Field, ...]:
    return tuple(field(name, of) for name in names)


def switched(switch: str, number: str, of: Values | None = None) -> Field:
    """One row: the switch of a remedy, and its most important number, which is there while it is off, too."""
    of = of or settings()
    first, second = field(switch, of), field(number, of)
    helps = f"{first.help}<br>{second.label}: {second.help}" if second.help else first.help
    if (idle := of.idle(number)) is not None and idle.switch == switch:  # it is off: moved, it switches it on
        second = replace(second, locked=False, note="")
    return replace(second, label=first.label, help=helps, note=first.note or second.note, switch=first)


def _help(of: Values, name: str) -> str:
    """What it is, in symbols where those take more than the letter beside its name."""
    symbol = of.parameters[name].symbol
    return " ".join(filter(None, (f"{symbol_html(symbol)}." if symbol and symbol != sign(symbol) else "",
                                  as_html(of.help_of(name)))))


def control(name: str, of: Values | None = None, **look: Any) -> None:
    """A panel of this parameter alone."""
    panel_of(lambda: [field(name, of, **look)], of, key=name)


def panel_of(rows: Callable[[], Sequence[Row]], *sets: Values | None, key: str, inline: bool = False,
             at_hand: bool = False) -> None:
    """These rows as one element.

    Args:
        rows: makes them, of the values as they are by then.
        sets: the values that their fields belong to; the session's experiment when None.
        key: one per page and set of values.
        at_hand: on a narrow screen, which the sidebar would cover, the first fields stand at its lower edge.
    """
    of = {values.prefix: values for values in (one or settings() for one in sets)}
    key = f"panel_{'_'.join(of)}{key}"

    def draw() -> None:
        made = rows()
        shown = {(one.of, one.name): one.value for one in _each(made) if one.value != of[one.of].values.get(one.name)}
        panel(made, partial(_took, of, shown, key), key=key, inline=inline, at_hand=at_hand)

    quick = any(values.quick for values in of.values())
    (st.fragment(draw, key=_part(key)) if quick else draw)()


def _part(key: str) -> str:
    return f"{key}.part"


def _took(of: Mapping[str, Values], shown: Mapping[tuple[str, str], Any], key: str,
          changes: list[tuple[str, str, str]]) -> None:
    ours = [(of[prefix], name, text, shown.get((prefix, name))) for prefix, name, text in changes if prefix in of]
    before = any(values.problems for values in of.values())  # lines above the stage
    for values, name, text, now in ours:
        values.take_text(name, text, now)
    if any(values.quick for values in of.values()):
        stage_alone = not before and all(name in values.quick for values, name, *_ in ours)
        run_again([STAGE, _part(key)] if stage_alone else "app")


def _each(rows: Iterable[Row]) -> Iterator[Field]:
    """All fields, also those that are folded away."""
    for row in rows:
        if isinstance(row, Fold):
            yield from _each(row.rows)
        elif isinstance(row, Field):
            yield row
            if row.switch is not None:
                yield row.switch


def run_again(parts: str | list[str]) -> None:
    """The whole page, or these fragments of it."""
    try:
        st.rerun(parts)
    except StreamlitAPIException:  # a run of the page was stopped before it came to one of them
        st.rerun("app")
