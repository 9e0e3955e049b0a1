"""What a task has to look back for, as far as that is known."""

from __future__ import annotations

from core.claims import Words

say = Words({
    "recall": "the symbol at t = 1, asked for at t = T",
    "sunspots": "not known exactly: the year before, up to a cycle of 11 years",
    "sine": "three values in a row determine a sine, and so the next value",
    "generator": "the cue, the only input that is given",
    "copy": "each symbol, from where it is shown to where it is repeated",
    "adding": "the marked number of the first half; the one of the second half is nearer",
    "temporal_order": "the first special symbol, between T/10 and 2T/10; the second is nearer",
})
