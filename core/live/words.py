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

    "cost.problem": "{problem}",
    "cost": "{who}n = {n_hidden}, T = {seq_len}, B = {batch}: {needs}; this server gives {gives}. {way_out}",
    "cost.remedy": "{title}, ",
    "cost.lanes": "{remedies:count remedy|remedies}, {seeds:count seed}, ",
    "cost.needs": "{held:memory} and {seconds:lasting} an update",
    "cost.needs_memory": "{held:memory}",
    "cost.gives_memory": "{allowed:memory down}",
    "cost.gives_seconds": "{allowed_seconds:lasting down} an update",
    "cost.gives_both": "{allowed:memory down} and {allowed_seconds:lasting down} an update",
    "cost.fits": "B = {fits} fits.",
    "cost.fits_shorter": "B = {fits} with T = {fits_steps} fits.",
    "cost.none_fits": "Nothing fits, however small B and T are: {sizes:each  or } must be smaller.",
})
