"""What the charts of truncation and clipping say to who cannot see them."""

from __future__ import annotations

from core.claims import Words

say = Words({
    "cost": "At T = {T:,} a sequence takes {full:plain} ms in full and {truncated:plain} ms truncated, in "
            "{updates:count update} of {update:plain} ms.",
    "cost.not_measured": "Not measured yet.",
    "cost.nothing": "Nothing could be timed.",

    "needed": "At T = {T:,} the task needs {span} back; {bridged:share} of the losses reach so far.",
    "needed.not_known": "How far this task has to look back is not known.",
    "needed.one": "{longest:count step}",
    "needed.from_to": "{shortest:,} to {longest:count step}",

    "lags": "Lags 0 to {last}: the part of lag 0 is {nearest:power}, the last {farthest:power}, all together "
            "{whole:power}.",
    "lags.cut": "Lags 0 to {last}: the part of lag 0 is {nearest:power}, the last {farthest:power}, all together "
                "{whole:power}; the lags from {k2} on together {dropped:power}.",
    "lags.not_measured": "Nothing is measured.",

    "norms": "{updates:count update}: norms from {low:plain} to {high:plain}, mean {mean:plain}, median "
             "{median:plain}.",
    "norms.clipped": "{updates:count update}: norms from {low:plain} to {high:plain}, mean {mean:plain}, median "
                     "{median:plain}; a threshold of {threshold:number} would have clipped {share:share} of them.",
    "norms.empty": "{why:capital}.",
    "norms.not_finite": "{updates:count update}: no norm that is finite and above 0",
    "norms.no_update": "no update is recorded yet",

    "tried": "{runs:count run}: {reruns:each ; }.",
    "tried.none": "No threshold is tried yet.",
    "rerun": "{name}: finite for {updates:count update}, loss {loss:plain}",
    "rerun.not_finite": "{name}: left the finite numbers at update {left:,}",
    "rerun.threshold": "θ = {threshold:number}",
    "rerun.no_clip": "without a clip",

    "seen": "{seen} The task needs up to {longest:count step} back.",
})
