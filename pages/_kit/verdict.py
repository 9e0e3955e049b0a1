"""The headline of a page: colour, sign and word say the same."""

from __future__ import annotations

import html

from core.claims import Verdict
from core.markup import as_html
from pages._chart.frame import HtmlCell

SIGNS = {"vanishing": "▼", "healthy": "●", "exploding": "▲", "held": "▲", "cut": "◧", "diverged": "✕"}
OTHER = "▸"


def verdict_html(found: Verdict, *, spoken: bool) -> str:
    """A box; read aloud where it is the last word, and not while it changes many times a second."""
    role = 'role="status" aria-live="polite"' if spoken else 'role="note"'
    return (f'<div class="verdict {found.kind}" {role}><b>{SIGNS.get(found.kind, OTHER)} '
            f"{html.escape(found.headline)}.</b> {as_html(found.sentence)}</div>")


def verdict_cell(found: Verdict, *, spoken: bool) -> HtmlCell:
    return HtmlCell(verdict_html(found, spoken=spoken))
