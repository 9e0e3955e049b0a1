"""Tables as CSV: those that a command writes into a file, and those that a reader takes home from a page."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any


def as_csv(head: Iterable[str], rows: Iterable[Iterable[Any]], end: str = "\r\n") -> str:
    """A line for the names of the columns, and one for each row.

    Args:
        end: of each line; as RFC 4180 has it, section 2, if nothing is said.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=end)
    writer.writerow(head)
    writer.writerows(rows)
    return out.getvalue()
