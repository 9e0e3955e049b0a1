"""The entries of one symbol: a number, a vector or a matrix, as coloured cells."""

from __future__ import annotations

import numpy as np

from core.plotting import theme
from core.plotting.drawing import Drawing
from core.spelling import raised, signed
from core.topics.derivation.figures.words import say
from core.topics.derivation.symbols import Value

FEW = 8  # rows and columns: so many have room for their numbers


def entries_figure(value: Value, name: str, letters: tuple[str, ...] = ()) -> Drawing:
    """Rows from the top as in a matrix, a vector as one row; blue below 0, orange above.

    Args:
        value: a number, (n,) or (rows, columns).
        name: HTML for the title.
        letters: given where the entries are one number at each letter of the word.
    """
    cells = np.atleast_2d(np.asarray(value, float))
    few = max(cells.shape) <= FEW
    finite = np.abs(cells[np.isfinite(cells)])
    reach, rows, columns = float(finite.max(initial=0.0)), *cells.shape
    text = say("entries.not_finite" if not len(finite) else "entries" if reach else "entries.zero",
               {"rows": rows, "columns": columns, "largest": reach}).text
    return theme.figure(
        [{"type": "heatmap", "x": np.arange(1.0, columns + 1), "y": np.arange(1.0, rows + 1),
          "z": cells / (reach or 1.0), "zmin": -1.0, "zmax": 1.0, "colorscale": theme.SHRINK_GROW, "name": "",
          "colorbar": {"tickvals": [-1.0, 0.0, 1.0], "thickness": 12, "outlinewidth": 0,
                       "ticktext": [_entry(-reach), "0", _entry(reach)] if reach else ["", "0", ""]},
          "text": [[_entry(cell) for cell in row] if few else [] for row in cells],
          "texttemplate": "%{text}" if few else "", "textfont": {"size": theme.FONT - 3},
          "customdata": cells, "hovertemplate": "row %{y}, column %{x}: %{customdata:.5g}<extra></extra>"}],
        title=f"{name} at each letter" if letters else f"Entries of {name}", x="step t" if letters else "column",
        y="" if letters else "row", text=text,
        yaxis={"autorange": "reversed", "showgrid": False, "dtick": _apart(rows), "showticklabels": rows > 1},
        xaxis={"showgrid": False, "dtick": _apart(columns)} | ({"tickvals": np.arange(1.0, columns + 1),
               "ticktext": [f"{i} {letter}" for i, letter in enumerate(letters, start=1)]} if letters else {}))


def _entry(value: float) -> str:
    """For a cell and for a tick, which take no TeX."""
    return raised(signed(value, 3))


def _apart(cells: int) -> int:
    """Between two ticks: whole numbers, and few enough to be read."""
    return next(step for step in (1, 2, 5, 10, 20, 50) if cells <= 8 * step)
