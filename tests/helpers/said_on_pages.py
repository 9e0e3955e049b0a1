"""Everything that a page says, collected from what the server sends: for tests of its words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.helpers.app_page import cells
from tests.helpers.panels import rows

TEX = re.compile(r"\$\$.*?\$\$|\$[^$]*\$|`[^`]*`", re.S)
TEXTS = ("label", "value", "help", "body", "text", "placeholder")
OF_A_ROW = ("label", "heard", "help", "note", "refused", "html", "title", "line", "unit")


def said(page: object) -> Iterator[str]:
    """Labels, helps, captions, Markdown, HTML, and the titles, notes and names of charts; without TeX and code."""
    for element in _elements(page._tree):
        if type(element).__name__ in ("Code", "TextInput", "TextArea"):
            continue
        for name in TEXTS:
            for source in (element, getattr(element, "proto", None)):
                text = _safely(source, name)
                if isinstance(text, str) and text:
                    yield TEX.sub("", text)
    for row in rows(page):
        yield from filter(None, (row.get(name) for name in OF_A_ROW))
        yield from (title for _, title in row.get("options", ()))
        yield from (words for _, words in row.get("ticks", ()))
    for cell in cells(page).values():
        yield from _texts(cell.get("figure", {}))
        yield cell.get("html", "")


def alternatives(page: object) -> dict[str, str]:
    """What a chart says to whoever does not see it, by the chart's name."""
    return {name: cell["text"] for name, cell in cells(page).items() if "text" in cell}


def _safely(source: object, name: str) -> object:
    try:
        return getattr(source, name)
    except (AttributeError, KeyError, ValueError):
        return None


def _elements(block: object) -> Iterator[object]:
    for child in getattr(block, "children", {}).values():
        yield child
        yield from _elements(child)


def _texts(value: object) -> Iterator[str]:
    """Of a figure: all that is drawn as words."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key in ("text", "name", "title", "hovertemplate", "ticktext") and isinstance(item, str):
                yield item
            else:
                yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
