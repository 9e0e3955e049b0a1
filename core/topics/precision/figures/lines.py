"""How the four number types are drawn: the same colour and dash in every figure, the chosen one thicker."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.plotting import theme
from core.plotting.thinning import thin

COLOURS = {"float64": theme.RHO, "float32": theme.MEASURED, "bfloat16": theme.MEMORYLESS, "float16": theme.BOUND}
DASHES = {"float64": "dash", "float32": "solid", "bfloat16": "dashdot", "float16": "dot"}
ORDER = tuple(COLOURS)  # the widest range first: the others are drawn over it
THICK, THIN = 4.0, 2.0


def typed_line(x: Any, y: Any, dtype: str, chosen: str, **more: Any) -> theme.Trace:
    """The line of one type."""
    trace = theme.line(x, y, dtype, COLOURS[dtype], dash=DASHES[dtype], **more)
    trace["line"]["width"] = THICK if dtype == chosen else THIN
    return trace


def from_start(y: Any, start: float) -> tuple[np.ndarray, np.ndarray]:
    """x and y of a curve over steps 1..N, thinned, with its value at step 0 before it."""
    x, thinned = thin(y)
    return np.r_[0.0, x], np.r_[start, thinned]


def by_type(records: list) -> list:
    """Records with a `dtype`, in the order in which they are drawn."""
    return sorted(records, key=lambda record: ORDER.index(record.dtype))
