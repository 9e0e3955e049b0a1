"""What is said of a setting that has no effect: beside its control, and to who has given its flag."""

from __future__ import annotations

from core.claims import Words

say = Words({
    "why.set_by": "it is set by {by}",
    "why.later": "it acts later",
    "why.off": "{remedy} is off",
    "why.at": "--at sets it before the first update",

    "beside": "no effect: {why}",
    "beside.beyond": "no effect beyond {limit}: {why}",
    "beside.set_by": "set by {by}",

    "flag": "--{name} has no effect because {why}.",
    "flag.beyond": "--{name} has no effect beyond {limit} because {why}.",
    "flag.off": "--{name} has no effect without --{switch}.",
    "flag.later": "--{name} has no effect on `{command}`.",
})
