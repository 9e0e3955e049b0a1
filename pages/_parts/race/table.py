"""The table of a race as HTML."""

from __future__ import annotations

import html

from core.markup import as_html
from core.topics.race.records import RaceView
from core.topics.race.table import columns, notes, rows
from pages._parts.race.lane_looks import lane_line

WIDTHS = (14, 11, 13, 14, 15, 12, 21)  # of the columns, %: they do not move when a number grows
LOOK = """<style>
.race { width: 100%; table-layout: fixed; border-collapse: collapse; font-size: 0.9rem; line-height: 1.3; }
.race th, .race td { text-align: left; padding: 0.22rem 0.35rem; vertical-align: top; overflow-wrap: anywhere;
                     border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); }
.race th { font-weight: 600; } .race td:nth-child(n+2):nth-child(-n+6) { font-variant-numeric: tabular-nums; }
.race small { opacity: 0.85; font-size: 0.8rem; line-height: 1.2; display: block; } .race-scroll { overflow-x: auto; }
.race-line { display: inline-block; width: 2.6rem; height: 4px; vertical-align: middle; forced-color-adjust: none; }
.race-notes { margin: 0.3rem 0.35rem 0; font-size: 0.8rem; line-height: 1.25; }
@media (max-width: 700px) { .race { min-width: 720px; } }
</style>"""  # of the page: a style that came with each table would have a browser lay out the whole page anew


def table(view: RaceView) -> str:
    """Its columns are always the same, and it never flickers."""
    head = "".join(f'<th style="width: {width}%">{as_html(name)}</th>'
                   for name, width in zip(columns(view), WIDTHS, strict=True))
    body = "".join(
        f"<tr><td>{_mark(row.slot)} {html.escape(row.title)}</td><td>{row.solved}</td><td>{row.updates}</td>"
        f"<td>{row.seconds}</td><td>{row.cost}</td><td>{row.horizon}</td>"
        f"<td><small>{as_html(' '.join(filter(None, (row.orthogonality, row.price))))}</small></td></tr>"
        for row in rows(view))
    return f'<div class="race-scroll"><table class="race"><tr>{head}</tr>{body}</table></div>' \
           f'<p class="race-notes">{as_html(notes(view).text)}</p>'


def _mark(slot: int) -> str:
    """The number of a lane, and its line."""
    return f'<b>{slot}</b> <i class="race-line" style="background: {lane_line(slot)}"></i>'
