"""Tables that a reader takes home."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any


def as_csv(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    """A line for the names of the columns, and one for each row."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows(rows)
    return out.getvalue()
