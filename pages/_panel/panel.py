"""How a script puts a panel on its page, and hears what the reader sets."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import streamlit as st

from pages._chart.browser_scripts import script
from pages._panel.rows import Row, told
from pages._session import session

Took = Callable[[list[tuple[str, str, str]]], None]
MOST = 200  # changes in one message: more than a panel has fields


@dataclass
class LastTaken:
    """Of this browser session: the number of the last change that was taken of each panel, by its key."""

    last: dict[str, int] = field(default_factory=dict)


def panel(rows: Iterable[Row], took: Took, *, key: str, inline: bool = False, at_hand: bool = False) -> None:
    """Rows as one element.

    Args:
        took: called with what the reader has set, (prefix of the values, name, text) in the order in which it was.
        key: one per page.
        inline: side by side, where there is room.
        at_hand: on a narrow screen the first fields stand at its lower edge.
    """
    taken = session(LastTaken).last.setdefault(key, 0)
    data = {"taken": taken, "inline": inline, "at_hand": at_hand, "rows": told(rows)}
    # as bytes: see `pages._live.element`
    component()(key=key, data=json.dumps(data, separators=(",", ":")).encode(), on_set_change=lambda: _set(key, took))


def _set(key: str, took: Took) -> None:
    """Every change that the browser does not yet know to have been taken comes with each message: one may be lost, or
    come twice. What came from the browser is data: texts of those names, or nothing."""
    found = (st.session_state.get(key) or {}).get("set")  # nothing of a panel that is gone by then
    changes = found.get("changes") if isinstance(found, dict) else None
    if not isinstance(changes, list):
        return
    last = session(LastTaken).last
    new = [one for one in changes[:MOST] if _is_change(one) and one["n"] > last.get(key, 0)]
    if new:
        new.sort(key=lambda one: one["n"])
        last[key] = new[-1]["n"]
        took([(one["of"], one["name"], one["text"]) for one in new])


def _is_change(one: Any) -> bool:
    return (isinstance(one, dict) and type(one.get("n")) is int
            and all(isinstance(one.get(part), str) for part in ("of", "name", "text")))


@cache
def component() -> Any:
    """The registered component: a few lines that load browser/panel.js once, and its styles."""
    return st.components.v2.component("panel", js=f"""
const at = (path) => new URL("component/" + path, document.baseURI).href;
const ready = (window.panelScripts ??= Promise.all([import(at("{script('panel.js')}")),
  new Promise((done) => document.head.append(Object.assign(document.createElement("link"),
    {{ rel: "stylesheet", href: at("{script('panel.css')}"), onload: done, onerror: done }})))]));
export default (c) => {{ ready.then(([m]) => m.panel(c)); }}""", isolate_styles=False)
