"""How a page is laid out, as plain lines: what stands in one row, icons, which button is the first, what wraps and
scrolls, how high charts are and how many stand side by side; the words are those of page_words.py.

    PYTHONPATH=. .venv/bin/python tests/helpers/page_layout.py

writes looks/page-layout.json anew from the cases of test_page_layout.py. Read what changed in it.
"""

from __future__ import annotations

import json
from base64 import b64decode
from importlib import import_module
from typing import Any

from google.protobuf.json_format import MessageToDict
from streamlit.testing.v1 import AppTest

from tests.helpers.looks import FOLDER

KEPT = FOLDER / "page-layout.json"
TOLD = ("icon", "labelVisibility", "language", "wrapLines", "step", "borderConfig", "weight", "placeholder", "stale",
        "clickMode")


def layout(page: AppTest, sidebar: bool) -> list[str]:
    """A line for each thing that says more than its words, indented as it lies."""
    return [line for root in [page.main, *[page.sidebar] * sidebar] for line in _lines(root, 0)]


def _lines(block: Any, depth: int) -> list[str]:
    lines = []
    for child in block.children.values():
        told = _told(child)
        lines += [". " * depth + told] if told else []
        if getattr(child, "children", None) is not None:
            lines += _lines(child, depth + bool(told))
    return lines


def _told(element: Any) -> str:
    kind, facts = element.type, MessageToDict(element.proto) if element.proto is not None else {}
    if kind == "bidi_component":
        return _component(facts)
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


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(f"{name} {_plain(one)}" if not isinstance(one, str) else one for name, one in value.items())
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _component(facts: dict[str, Any]) -> str:
    told = json.loads(b64decode(facts.get("bytes", "")) or facts.get("json") or "{}")
    if "cells" not in told:
        return f"component | {facts['componentName']}{' | by itself' * bool(facts.get('isolateStyles'))}"
    cells = ", ".join(f"{cell['name']} {_size(cell)}"
                      f"{' to pick from' * bool(cell.get('picks'))}" for cell in told["cells"])
    return f"charts | columns {told['columns']} | {cells}{' | by itself' * bool(facts.get('isolateStyles'))}"


def _size(cell: dict[str, Any]) -> str:
    """Of words the columns, of a chart the height in px."""
    return f"over {cell['span']}" if "html" in cell else str(cell["height"])


if __name__ == "__main__":
    cases = import_module("tests.pages.test_page_layout").CASES
    found = {name: {case: told() for case, told in its.items()} for name, its in cases.items()}
    KEPT.write_text(json.dumps(found, ensure_ascii=False, indent=0) + "\n")
