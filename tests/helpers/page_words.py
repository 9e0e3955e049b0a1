"""All that a page says, as plain lines: headings, sentences, buttons, controls with their range, options and help,
tables, text alternatives of charts, and what the Share menu gives away.

    PYTHONPATH=. .venv/bin/python tests/helpers/page_words.py precision

writes looks/page-precision.json anew from the cases of test_page_words.py. Read what changed in it: it is what a reader
is told.
"""

from __future__ import annotations

import html
import json
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from streamlit.testing.v1 import AppTest

from tests.helpers.app_page import charts
from tests.helpers.looks import FOLDER
from tests.helpers.panels import rows_of

LAYOUT = {"flex_container", "flex_containers", "main", "sidebar", "event", "column", "element"}
LIMIT = 2 ** 53 - 1  # and beyond: Streamlit's way to say that a number has no limit


def words(page: AppTest, sidebar: bool = False) -> list[str]:
    """A line for each thing that is shown, in the order of the page.

    Args:
        sidebar: with what stands there; it is the same on every page but the one of a remedy's lanes.
    """
    roots, shown = [page.main, page.sidebar] if sidebar else [page.main], iter(charts(page))
    return [line for root in roots for line in _lines(root, 0, shown)]


def _lines(block: Any, depth: int, shown: Iterator[dict[str, Any]]) -> list[str]:
    lines = []
    for child in block.children.values():
        inner = getattr(child, "children", None) is not None
        told = _told(child, shown)
        lines += [". " * depth + line for line in told]
        if inner:
            lines += _lines(child, depth + bool(told), shown)
    return lines


def _told(element: Any, shown: Iterator[dict[str, Any]]) -> list[str]:
    kind, proto = element.type, element.proto
    if kind in LAYOUT:
        return []
    if kind == "bidi_component":
        return _cells(next(shown)) if proto.component_name == "chart" else _component(proto)
    if kind in ("markdown", "caption", "html"):
        return [f"{kind}: {line}" for line in _text(proto.body).splitlines() if line]
    if kind == "code":
        text = proto.code_text.splitlines()
        return [f"code: {line}" for line in (text[:1] if "PyTorch" in proto.code_text else text)]  # it has its own look
    if kind in ("arrow_data_frame", "table"):
        rows = [*([[proto.alt]] if kind == "table" else []), element.value.columns, *element.value.values.tolist()]
        return [f"table: {' | '.join(map(str, row))}" for row in rows]
    inside = proto.DESCRIPTOR.name == "Block" and proto.WhichOneof("type")
    return [" | ".join([kind, *filter(None, _facts(kind, getattr(proto, inside) if inside else proto))])]


def _facts(kind: str, proto: Any) -> list[str]:
    """What a control says of itself: name, where it stands and may stand, what it offers, its help."""
    def has(name: str) -> bool:
        return name in proto.DESCRIPTOR.fields_by_name

    unset = has("default") and proto.DESCRIPTOR.fields_by_name["default"].has_presence and not proto.HasField("default")
    facts = [getattr(proto, name) for name in ("label", "text", "body", "page") if has(name) and getattr(proto, name)]
    if has("format") and proto.format and has("min") and not (has("options") and proto.options):
        default = list(proto.default) if hasattr(proto.default, "__len__") else [proto.default]
        facts += ["empty" if unset else " to ".join(proto.format % value for value in default)]
        if abs(proto.min) < LIMIT:
            facts += [f"from {proto.format % proto.min} to {proto.format % proto.max}"]
    elif has("options") and proto.options:
        offered = [option if isinstance(option, str) else option.content for option in proto.options]
        default = list(proto.default) if hasattr(proto.default, "__len__") else [proto.default]
        facts += [f"chosen {'nothing' if unset else ', '.join(offered[int(at)] for at in default)}",
                  "of " + ", ".join(offered)]
    elif kind in ("toggle", "checkbox"):
        facts += ["on" if proto.default else "off"]
    facts += [name for name in ("disabled", "expanded") if has(name) and getattr(proto, name)]
    if has("help") and proto.help:
        facts += [f"help: {proto.help}"]
    return [" / ".join(fact.splitlines()) for fact in facts]


def _component(proto: Any) -> list[str]:
    if proto.component_name == "panel":
        return [". " * depth + line for row, depth in rows_of(proto) for line in _row(row)]
    told = json.loads(proto.bytes or proto.json or "{}")
    if "colours" in told:  # the symbols of equations
        return [f"symbol: {one['name']}{' (chosen)' * (one['name'] == told['chosen'])} | {one['title']}"
                for one in told["colours"].values()]
    return [f"{proto.component_name}: {_text(text)}" for text in told.values() if isinstance(text, str) and text]


def _row(row: dict[str, Any]) -> list[str]:
    """What a row of a panel says: of a control, and below it why it has no effect, or why a text was refused."""
    kind = row["kind"]
    if kind in ("words", "heading"):
        return [f"{kind}: {line}" for line in _text(row["html"]).splitlines()]
    if kind == "fold":
        return [" | ".join(filter(None, ["fold", row["title"], "open" * row["open"], _text(row["line"])]))]
    called, facts = _text(row["label"]), []
    if kind == "button":
        kind, facts = ("button", []) if row["on"] is None else ("switch", ["on" if row["on"] else "off"])
    elif kind == "number":
        kind = "typed" if row["typed"] else "slider"
        facts = [f"{row['text']} {row['unit']}".strip(), f"from {row['low']:.10g} to {row['high']:.10g}",
                 "by factors" * row["log"]] + [f"{words} at {at:g}" for at, words in row["ticks"] if words]
    elif kind == "choice":
        titles = dict(row["options"])
        kind = "pills" if row["pills"] else "select"
        facts = [f"chosen {titles[row['text']]}", f"of {', '.join(titles.values())}"]
    elif kind == "flag":
        kind, facts = "switch", ["on" if row["text"] == "true" else "off"]
    else:
        facts = [row["text"] or "empty", row["hint"] and f"such as {row['hint']}"]
    if "switch" in row:
        called += f" ({'on' if row['switch']['text'] == 'true' else 'off'})"
    heard = row.get("heard", called)
    facts = [called, heard if heard != _text(row["label"]) else "", *facts, "disabled" * row.get("locked", False)]
    help_ = " / ".join(_text(row["help"]).splitlines())
    told = " | ".join(filter(None, [kind, *facts, help_ and f"help: {help_}"]))
    return [told, *(f"{name}: {_text(row[name])}" for name in ("note", "refused") if row.get(name))]


def _cells(told: dict[str, Any]) -> list[str]:
    """What stands in an element of charts; words that there are none of now are not there."""
    return [f"{cell['name']}: {_text(cell.get('html', cell.get('text')))}"
            for cell in told["cells"] if cell.get("html") != ""]


def _text(body: str) -> str:
    """HTML as it is read; what only places it left out. A table's cells are told apart."""
    body = re.sub(r"<style>.*?</style>", "", body, flags=re.DOTALL)
    body = re.sub(r"</t[dh]>\s*<t[dh][^>]*>", " | ", body)
    body = re.sub(r"<(br|/p|/li|/tr|/div|/summary)[^>]*>", "\n", body)
    body = re.sub(r"<[^>]*?\b(?:title|aria-label)=\"([^\"]*)\"[^>]*>", r"[\1] ", body)
    body = html.unescape(re.sub(r"<[a-zA-Z/][^>]*>", "", body))
    return "\n".join(" ".join(line.split()) for line in body.splitlines() if line.strip())


def kept(page: str) -> dict[str, list[str]]:
    """Name of a case -> its lines, as they were read by somebody."""
    return json.loads((FOLDER / f"page-{page}.json").read_text())


if __name__ == "__main__":
    cases = import_module("tests.pages.test_page_words").CASES
    for name in sys.argv[1:]:
        found = {case: told() for case, told in cases[name].items()}
        (FOLDER / f"page-{name}.json").write_text(json.dumps(found, ensure_ascii=False, indent=0) + "\n")
