"""How a page is laid out, as plain lines: what stands in one row, icons, which button is the first, what wraps and
scrolls, how high charts are and how many stand side by side; the words are those of page_words.py.

    PYTHONPATH=. .venv/bin/python tests/helpers/page_layout.py

writes looks/page-layout.json anew from the cases of test_page_layout.py. Read what changed in it.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from google.protobuf.json_format import MessageToDict
from streamlit.testing.v1 import AppTest

from tests.helpers.app_page import charts
from tests.helpers.looks import FOLDER
from tests.helpers.panels import rows_of

KEPT = FOLDER / "page-layout.json"
TOLD = ("icon", "labelVisibility", "language", "wrapLines", "step", "borderConfig", "weight", "placeholder", "stale",
        "clickMode")


def layout(page: AppTest, sidebar: bool) -> list[str]:
    """A line for each thing that says more than its words, indented as it lies."""
    shown = iter(charts(page))
    return [line for root in [page.main, *[page.sidebar] * sidebar] for line in _lines(root, 0, shown)]


def _lines(block: Any, depth: int, shown: Iterator[dict[str, Any]]) -> list[str]:
    lines = []
    for child in block.children.values():
        told = _told(child, shown)
        lines += [". " * depth + told] if told else []
        lines += [". " * (depth + 1 + deep) + line for line, deep in _rows(child)]
        if getattr(child, "children", None) is not None:
            lines += _lines(child, depth + bool(told), shown)
    return lines


def _told(element: Any, shown: Iterator[dict[str, Any]]) -> str:
    kind, facts = element.type, MessageToDict(element.proto) if element.proto is not None else {}
    if kind == "bidi_component":
        return _component(facts, shown)
    inside = facts.get("flexContainer" if kind == "flex_container" else kind, {})
    facts |= inside if isinstance(inside, dict) else {}
    if kind == "flex_container" and facts.get("direction") == "HORIZONTAL":
        return f"row | {facts['gapConfig']['gapSize']} | {facts['align']}"
    if kind == "flex_container":
        return "box | border" * bool(facts.get("border"))
    said = [f"{name} {_plain(facts[name])}" for name in TOLD if facts.get(name) not in (None, {}, False, "")]
    if facts.get("type") == "primary":
        said.append("primary")
    return " | ".join([kind, *filter(None, [facts.get("label")]), *said]) if said else ""


def _rows(element: Any) -> list[tuple[str, int]]:
    """Of a panel each row that says more of its look than its kind, and how deep it lies."""
    if element.type != "bidi_component" or element.proto.component_name != "panel":
        return []
    found = []
    for row, depth in rows_of(element.proto):
        said = [name for name in ("typed", "log", "bare", "pills", "open") if row.get(name)]
        said += [f"step {row['step']:g}"] if row["kind"] == "number" else []
        said += [f"switch {row['switch']['name']}"] if "switch" in row else []
        if said or row["kind"] == "fold":
            found.append((" | ".join([row["kind"], row.get("title") or row["heard"], *said]), depth))
    return found


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(f"{name} {_plain(one)}" if not isinstance(one, str) else one for name, one in value.items())
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _component(facts: dict[str, Any], shown: Iterator[dict[str, Any]]) -> str:
    by_itself = " | by itself" * bool(facts.get("isolateStyles"))
    if facts["componentName"] == "panel":
        return f"panel{' | inline' * json.loads(base64.b64decode(facts['bytes']))['inline']}{by_itself}"
    if facts["componentName"] != "chart":
        return f"component | {facts['componentName']}{by_itself}"
    told = next(shown)
    return f"charts | columns {told['columns']} | {', '.join(_cell(cell, told) for cell in told['cells'])}{by_itself}"


def _cell(cell: dict[str, Any], told: dict[str, Any]) -> str:
    """Of words the columns, of a chart the height in px."""
    if "html" in cell:
        return f"{cell['name']} over {cell['span']}"
    return f"{cell['name']} {told['height']}{' to pick from' * told['picks']}"


if __name__ == "__main__":
    cases = import_module("tests.pages.test_page_layout").CASES
    found = {name: {case: told() for case, told in its.items()} for name, its in cases.items()}
    KEPT.write_text(json.dumps(found, ensure_ascii=False, indent=0) + "\n")
