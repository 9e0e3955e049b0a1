"""What is said of changes in the midst of a run, of its end, and of one that is not begun."""

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

    "change": "{label} {before:setting} → {after:setting}",
    "change.moved": "Eigenvalue to {to:place}",
    "change.moves": "Eigenvalues moved, the last to {to:place}",
    "change.back": "{label} back at {value:setting}",
    "change.on": "{label} on",
    "change.off": "{label} off",
    "change.more": "and {others} more",

    "refused": "{why} What is drawn is a run that fits, with a batch of {batch}.",

    "memory.problem": "{problem}",
    "memory": "This {what} would hold up to {held:memory} (seq_len {seq_len} × batch {batch} × n_hidden "
              "{n_hidden}{more}); at most {allowed:memory down} are allowed here. {way_out}",
    "memory.remedy": ", {title}",
    "memory.lanes": ", {lanes:count lane} × {seeds:count seed}",
    "memory.fits": "The largest batch that fits is {fits}.",
    "memory.none_fits": "Not even a batch of 1 fits: {sizes:each , } or n_hidden must be smaller.",
})
