"""What the charts of a run say to who cannot see them."""

from __future__ import annotations

from core.claims import Words

say = Words({
    "loss": "Update {updates}: loss {loss:fine}, {compared}",
    "loss.none": "No update yet; {compared}",
    "loss.compared": "chance {chance:fine}, best guess without {without} {memoryless:fine} {unit}.",
    "loss.before": "The run before: loss {loss:fine} at its update {updates}.",

    "norm": "Update {updates}: gradient norm {before:fine}; nothing is clipped.",
    "norm.clipped": "Update {updates}: gradient norm {before:fine} before and {after:fine} after clipping; "
                    "{share:share} of the updates were clipped.",
    "norm.before": "The run before: gradient norm {norm:fine} at its update {updates}.",

    "steps": "Update {update}: ∂L/∂h_t is {last:power} at t = {end}, the last step that it reaches, and {first:power} "
             "at t = {start}, the first; {none} of {T:count step} get exactly none.",
    "steps.too_small": "Of these {lost:,} are too small for the run's number type: at t = {t} it is {exact:power}, "
                       "exactly.",
    "steps.not_finite": "Update {update}: no step has a finite gradient.",

    "map": "{columns:count update} drawn, up to update {update}. At that one ∂L/∂h_t is above 10^-3 at "
           "{alive:count} of {T:count time step}, first at t = {first}.",
    "map.nowhere": "{columns:count update} drawn, up to update {update}. At that one ∂L/∂h_t is above 10^-3 at "
                   "{alive:count} of {T:count time step}.",
    "none": "No update yet.",
})
