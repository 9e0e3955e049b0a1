"""Pictures as plain values that are equal where they are the same, bit for bit."""

import numpy as np

from pages._chart.frame import HtmlCell


def plain(value):
    """Arrays as their bytes; nan equals nan."""
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, np.ndarray):
        return value.dtype.str, value.shape, value.tobytes()
    return repr(value)


def plain_cell(cell):
    return cell.html if isinstance(cell, HtmlCell) else plain([cell.traces, cell.look])


def plain_parts(picture):
    """Name of a cell -> all that it shows."""
    return {name: plain_cell(cell) for cells in picture.parts.values() for name, cell in cells.items()}
