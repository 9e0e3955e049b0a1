"""What a stage shows, and what a browser is told of it: of each chart and each line of words, what changed.

A frame is one JSON object {"n": its number, "base": the number of the frame that it builds on or None, "parts": {name
of an element: [names of its cells]} where these changed, "cells": [...]}. Frames come in order and none is lost on the
way, so that each builds on the one before it; a browser that has another one is told everything.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from core.plotting.drawing import Drawing
from core.plotting.theme import DARK
from pages._chart.patch import Json, encoded, patch, specification
from pages._chart.vocabulary import outside

LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class HtmlCell:
    """HTML in the place of a chart; what is not ours in it has been escaped."""

    html: str
    span: int = 1  # columns, where there is room


Cell = Drawing | HtmlCell
Parts = Mapping[str, Mapping[str, Cell]]  # by the name of an element of the page, its cells by their names


@dataclass(frozen=True)
class Shown:
    """A chart as a browser has been told of it."""

    drawing: Drawing
    spec: Json
    text: str  # its text alternative
    drawn: bool  # else it is told in words


@dataclass(frozen=True)
class Told:
    """All that a browser has been told of a stage."""

    number: int = 0
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    cells: Mapping[str, Shown | HtmlCell] = field(default_factory=dict)


def frame(before: Told | None, number: int, parts: Parts) -> tuple[Told, Json]:
    """The next frame, and what a browser knows after it.

    Args:
        before: what it knows; nothing if None.
    """
    known = before.cells if before else {}
    names = {part: tuple(cells) for part, cells in parts.items()}
    now: dict[str, Shown | HtmlCell] = {}
    told = []
    for name, cell in ((name, cell) for cells in parts.values() for name, cell in cells.items()):
        now[name], message = _cell(name, known.get(name), cell)
        if message:
            told.append({"name": name, **message})
    made = {"n": number, "base": before.number if before else None, "cells": told}
    if before is None or before.parts != names:
        made["parts"] = names
    return Told(number, names, now), made


def whole(name: str, cell: Cell) -> Json:
    """All of a cell."""
    return {"name": name, **_cell(name, None, cell)[1]}


def as_json(message: Json) -> str:
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))


def _cell(name: str, before: Shown | HtmlCell | None, cell: Cell) -> tuple[Shown | HtmlCell, Json]:
    """What is known of it now, and what is said; nothing where it did not change."""
    if isinstance(cell, HtmlCell):
        return cell, {} if cell == before else {"html": cell.html, "span": cell.span}
    if isinstance(before, Shown) and before.drawing is cell:
        return before, {}
    spec = specification(cell)
    meta = dict(spec["layout"].pop("meta", None) or {})
    text = meta.pop("text", "")
    if meta:
        spec["layout"]["meta"] = meta
    change = patch(before.spec, spec) if isinstance(before, Shown) and before.drawn else None
    if change is None:
        drawn = not (found := outside(spec))
        for line in found:
            _noted(name, line)
        now = Shown(cell, spec, text, drawn)
        return now, {"text": text} | ({"figure": encoded(spec), "dark": DARK} if drawn else {"outside": True})
    message = {"patch": change} if change["traces"] or change["layout"] else {}
    return Shown(cell, spec, text, True), message | ({} if text == before.text else {"text": text})


@lru_cache(maxsize=1000)
def _noted(name: str, line: str) -> None:
    """Once each, for whoever runs the server."""
    LOG.warning("The chart %s is told in words: %s", name, line)
