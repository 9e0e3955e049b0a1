"""What is said of the end of a run, and of one that is not begun."""

from __future__ import annotations

from core.claims import Words

say = Words({
    "finished": "All updates made: {updates:count} of {steps:count}.",
    "diverged": "Diverged at update {update:count}.",
    "diverged.at_first": "The initial network is not finite.",
    "solved.right": "Solved at update {update:count}: {right:share 2} right, more than {mark:share}, over the last "
                    "{over:count update}.",
    "solved.loss": "Solved at update {update:count}: mean loss {loss:fine}, below {mark:plain}, over the last "
                   "{over:count update}.",

    "memory.problem": "{problem}",
    "memory": "This {what} would hold up to {held:memory} (seq_len {seq_len} × batch {batch} × n_hidden "
              "{n_hidden}{more}); at most {allowed:memory down} are allowed here. {way_out}",
    "memory.remedy": ", {title}",
    "memory.lanes": ", {lanes:count lane} × {seeds:count seed}",
    "memory.fits": "The largest batch that fits is {fits}.",
    "memory.none_fits": "Not even a batch of 1 fits: {sizes:each , } or n_hidden must be smaller.",
})
