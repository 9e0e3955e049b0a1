"""The whole of a drawing as plain values: what is left when the look that all figures share is taken away.

    PYTHONPATH=. .venv/bin/python tests/helpers/looks.py playground

writes looks/playground.json anew from the cases of test_playground_looks.py, wherever that lies. Read what changed in
it: it is what a reader sees.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from core.plotting import theme
from core.plotting.drawing import Drawing
from tests.helpers.drawn import check

COMMON = theme.figure([], title="", x="", y="", text="").look
FOLDER = Path(__file__).parents[1] / "looks"
MOST = 8  # numbers of a curve that are written out


def look(fig: Drawing) -> dict[str, Any]:
    """Traces, axes, words, rules, of which all is drawn."""
    check(fig)
    traces = []
    for trace in fig.traces:
        told = _told(trace)
        if told.get("type") == "scatter":
            del told["type"]
        traces.append(told)
    layout = {key: _told(value, COMMON.get(key)) for key, value in fig.look.items() if value != COMMON.get(key)}
    return {"traces": traces, **layout}


def _told(value: Any, common: Any = None) -> Any:
    """Without what is as always; numbers to six digits, long rows as their number and the first."""
    if isinstance(value, dict):
        common = common if isinstance(common, dict) else {}
        return {key: _told(item, common.get(key)) for key, item in value.items()
                if key not in common or not np.array_equal(item, common[key])}
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, list):
        told = [_told(item) for item in value]
        return told if len(told) <= MOST else [len(told), *told[:3]]
    if isinstance(value, float):
        return float(f"{value:.6g}") if np.isfinite(value) else str(value)
    return value


def kept(group: str) -> dict[str, Any]:
    """Name of a case -> its look, as it was read by somebody."""
    return json.loads((FOLDER / f"{group}.json").read_text())


def written(looks: dict[str, Any]) -> str:
    """As JSON; a trace, a part of the layout, or a line of a text on each line."""
    def one(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False)

    def several(values: list[Any]) -> str:
        return "[\n  " + ",\n  ".join(map(one, values)) + "]"

    def case(found: Any) -> str:
        if isinstance(found, list):
            return several(found)
        return "{" + ",\n ".join(f"{one(key)}: {several(value) if key == 'traces' else one(value)}"
                                 for key, value in found.items()) + "}"

    return "{" + ",\n".join(f"{one(name)}: {case(found)}" for name, found in looks.items()) + "}\n"


def _module(group: str) -> ModuleType:
    """test_<group>_looks.py, in whichever room of the tests it lies."""
    tests = FOLDER.parent
    file = next(tests.rglob(f"test_{group}_looks.py")).relative_to(tests.parent)
    return import_module(".".join(file.with_suffix("").parts))


if __name__ == "__main__":
    for group in sys.argv[1:]:
        found = {name: draw() for name, draw in _module(group).CASES.items()}
        (FOLDER / f"{group}.json").write_text(written({
            name: look(one) if isinstance(one, Drawing) else one for name, one in found.items()}))
