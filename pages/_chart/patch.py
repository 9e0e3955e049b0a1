"""What changed between two figures: new points appended, other attributes replaced.

A patch says for each trace {attribute: value}; an array that begins like the old one is {"from": i, "tail": values},
to be cut at i and extended. Layout entries are replaced one by one; None takes one away.
"""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.plotting.drawing import PLAIN, Drawing

Json = dict[str, Any]
SHARED = 0.5  # an array is extended if at least this much of the old one is still there


def specification(drawing: Drawing) -> Json:
    """The figure as plain data with numpy arrays, without what the browser fills in itself."""
    data = [dict(trace) for trace in drawing.traces]
    for trace in data:
        if isinstance(trace.get("meta"), dict) and "zeros_of" in trace["meta"]:
            for name in ("x", "y", "z"):
                trace.pop(name, None)
    return {"data": data, "layout": dict(drawing.look)}


def encoded(value: Any) -> Any:
    """JSON: numeric arrays as base64 of float32, {"f4": ..., "shape": [...]}; inf and nan survive."""
    if isinstance(value, np.ndarray):
        if value.dtype.kind not in "fiub":
            return value.tolist()
        with np.errstate(over="ignore"):
            flat = np.ascontiguousarray(value, "<f4")
        return {"f4": base64.b64encode(flat.tobytes()).decode(), "shape": list(value.shape)}
    if isinstance(value, dict):
        return {key: encoded(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [encoded(item) for item in value]
    if isinstance(value, (float, np.floating)) and not np.isfinite(value):
        return None
    return value.item() if isinstance(value, np.generic) else value


def same(a: Any, b: Any) -> bool:
    """Equality that looks into arrays; nan equals nan there."""
    if a is b:
        return True
    if type(a) in PLAIN and type(b) in PLAIN:
        return a == b
    if isinstance(a, dict):
        return isinstance(b, dict) and a.keys() == b.keys() and all(map(same, a.values(), map(b.get, a)))
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        a, b = np.asarray(a), np.asarray(b)
        return a.shape == b.shape and bool(np.array_equal(a, b, equal_nan=a.dtype.kind == b.dtype.kind == "f"))
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    return bool(a == b)


def patch(old: Json, new: Json) -> Json | None:
    """What turns `old` into `new`; None if the traces are not the same ones and the whole figure must be sent."""
    kinds = [[(trace.get("type"), trace.get("meta"), trace.keys()) for trace in spec["data"]] for spec in (old, new)]
    if kinds[0] != kinds[1]:
        return None
    traces = {}
    for i, (before, trace) in enumerate(zip(old["data"], new["data"], strict=True)):
        if changed := {name: change[0] for name, value in trace.items() if (change := _change(before[name], value))}:
            traces[str(i)] = changed
    names = {**dict.fromkeys(old["layout"]), **new["layout"]}
    layout = {name: encoded(new["layout"].get(name)) for name in names
              if not same(old["layout"].get(name), new["layout"].get(name))}
    return {"traces": traces, "layout": layout}


def _change(a: Any, b: Any) -> tuple[Any, ...]:
    """The new value, or only its end where it begins like the old one; () where they are the same."""
    if type(a) is type(b) is np.ndarray and a.shape[1:] == b.shape[1:] and len(a) and len(b):
        kept = _begin_alike(a, b)
        if kept == len(a) == len(b):
            return ()
        return ({"from": kept, "tail": encoded(b[kept:])} if kept >= SHARED * len(a) else encoded(b),)
    return () if same(a, b) else (encoded(b),)


def _begin_alike(a: NDArray, b: NDArray) -> int:
    """How many entries, or rows, two arrays have in common before they differ."""
    n = min(len(a), len(b))
    equal = a[:n] == b[:n]
    if equal.all():
        return n
    equal |= (a[:n] != a[:n]) & (b[:n] != b[:n])
    rows = equal.reshape(n, -1).all(axis=1)
    return n if rows.all() else int(rows.argmin())
