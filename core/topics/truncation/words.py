"""What is said of a truncation, and of a threshold for clipping."""

from __future__ import annotations

from core.claims import Words

say = Words({
    "headline.nothing": "Nothing is dropped",
    "headline.part": "Part of it is dropped",
    "headline.long_enough": "Long enough for the task",
    "headline.forgotten": "Forgotten at the borders",
    "headline.too_short": "Too short for the task",
    "headline.for_some": "Long enough for some of it",

    "seen.all": "{updates:count update} for {T:count step}, and every loss reaches the first of them.",
    "seen.of": "{updates:count update} for {T:count step}, reaching the last {k2:count step} of a chunk of "
               "{k1:,}{begins}: {seen:share} of the pairs (t, k) with a loss are seen.",
    "seen.up_to": "{updates:count update} for {T:count step}, reaching the last {k2:count step} up to the end of a "
                  "chunk of {k1:,}{begins}: {seen:share} of the pairs (t, k) with a loss are seen.",
    "seen.begins": " that begins at h = 0",

    "needed.nothing_reached": "The task needs {span} ({why}); no loss reaches even its own step.",
    "needed.one_loss": "The task needs {span} ({why}); its loss reaches {reach:,}.",
    "needed.losses": "The task needs {span} ({why}); the losses reach at most {reach:,}, and {bridged:share} of those "
                     "with so many steps before them reach {longest:,}.",
    "needed.span": "{longest:count step}",
    "needed.span_from_to": "{shortest:,} to {longest:count step}",

    "lost.nothing": "The whole gradient by V is exactly 0 here.",
    "lost.all": "Measured on {sequences:count sequence}: all of ∂L/∂V is {gone}.",
    "lost.part": "Measured on {sequences:count sequence}: of ∂L/∂V a part of {dropped:plain} times its norm is {gone}; "
                 "what is kept has a cosine of {cosine:.2g} with the whole.",
    "lost.dropped": "dropped",
    "lost.changed": "dropped or changed by the reset",

    "headline.no_run": "No run is recorded yet",
    "headline.recorded": "Recorded",
    "headline.needed": "A clip is needed",
    "headline.not_sound": "Finite, and not sound",
    "headline.above_chance": "Finite, and still above chance",
    "headline.not_needed": "No clip is needed",

    "none": "Record one here, or train in the playground: it is the same run.",
    "recorded": "{updates:count update is|updates are} recorded, with gradient norms from {smallest:plain} to "
                "{largest:plain}; {from_mean:g} to {to_mean:g} times their mean is {low:plain} to {high:plain}.",
    "zero": "{updates:,} had a gradient of exactly 0.",
    "not_finite": "{updates:,} had none that is finite.",
    "few": "So few say little.",
    "dominated": "One update alone makes {share:share} of the mean: the median, {median:plain}, may say more.",
    "refused.none": "No finite norm is recorded.",
    "refused": "A threshold must be {allowed}.",
    "clipped": "A threshold of {threshold:number} would have clipped {share:share} of them.",

    "without.no_worse": "Without any clip the run stays finite for {updates:count update} and ends with a loss of "
                        "{loss:fine}, no worse than chance, {chance:fine}.",
    "without.near": "Without any clip the run stays finite for {updates:count update} and ends with a loss of "
                    "{loss:fine}, within {within:share} of chance, {chance:fine}.",
    "without.more": "Without any clip the run stays finite for {updates:count update}; its loss went from {first:fine} "
                    "to {loss:fine}, and chance is {chance:fine}: more updates may tell.",
    "without.not_sound": "Without any clip the run stays finite for {updates:count update} but ends with a loss of "
                         "{loss:fine}, where chance is {chance:fine}: finite is not sound.",
    "without.not_finite": "Run again without a clip, it leaves the finite numbers at update {update:,}.",
    "more": "Other thresholds are being tried.",
    "highest.none": "No threshold that was tried keeps it finite.",
    "highest": "The highest threshold tried that keeps {updates:count update} finite is {threshold:number}.",
    "sound.none_of_finite": "Finite is not sound: none that was tried ends at chance or better.",
    "sound.none": "None that was tried ends at chance or better.",
    "sound.of_finite": "Finite is not sound: the highest one whose loss ends at chance or better is "
                       "{threshold:number}.",
    "sound": "The highest threshold tried whose loss ends at chance or better is {threshold:number}.",
    "disorder": "Some lower thresholds did not stay finite: a lower one is not always safer here.",

    "cost": "Medians for one sequence of the whole batch, in time of the processor:",
    "cost.length": "T = {T:,}: {full:plain} ms in full, {truncated:plain} ms truncated, **{times:plain} times**, in "
                   "{updates:count update} of {update:plain} ms",
    "cost.left_out": "left out: {why}",
    "cost.not_measured": "Not measured yet.",
    "cost.nothing": "Nothing could be timed: {why}.",

    "refused.search": "{why} Search for one.",
    "refused.start": "{why} Start from the median, or search for one.",
    "refused.would_be": "{why} This one would be {threshold:plain}.",

    "left_out": "T = {T:,} and longer: {why}",
    "left_out.too_long": "T = {T:,} and longer: one sequence would take about {seconds:.0f} s",
})
