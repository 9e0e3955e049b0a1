"""What the charts of products of Jacobians say to who cannot see them."""

from __future__ import annotations

from core.claims import Words

say = Words({
    "empty": "{why:capital}.",
    "why.not_finite": "the states are not finite",
    "why.measuring": "measuring …",
    "why.playing": "measured when the run rests",
    "why.held": "measured when the control rests",
    "why.no_phi": "the gates of this cell have no one φ",

    "flow": "{told} {around}",
    "flow.told": "The norm at lag {lag} is {norm:power}.",
    "flow.around": "At lag {lag} the bound is {bound:power}, and the rate to the lag {rate:power}.",
    "flow.no_bound": "There is no bound: this cell's gates change with every input.",
    "flow.not_finite": "The states are not finite.",

    "lines": "Back from step {t} to step 0 the norm comes to {row}; on from step {k} to step {last} to {column}.",
    "lines.end": "{log10:power}",
    "lines.no_end": "nothing",

    "long": "{parts:each ; }.",
    "long.end": "At lag {lag:,} the norm is {norm:power}",
    "long.zero": "it is exactly 0 from lag {lag:,} on",
    "long.zero_alone": "It is exactly 0 from lag {lag:,} on",
    "long.type_ends": "{dtype} ends at lag {lag:,}",
    "long.not_measured": "Not measured yet.",

    "map.exact": "{pairs:count pair} of time steps, exact, mean of log10 over {sequences:count sequence}{more}.",
    "map.approximate": "{pairs:count pair} of time steps, approximate, mean of log10 over {sequences:count sequence}"
                       "{more}.",
    "map.span": ": from {low:power} to {high:power}",
    "map.zero": "; {zero:count is|are} exactly 0",
    "map.dropped": "; truncation drops {dropped:,}",

    "step": "Step {t}: {ends}, largest |eigenvalue| {magnitude:plain}; {zeros}",
    "step.all_zero": "Step {t}: all singular values are exactly 0.",
    "step.ends": "singular values from {first:plain} down to {last:plain}",
    "step.one": "singular value {first:plain}",
    "step.none_zero": "none is 0.",
    "step.zeros": "{zeros} of {n} singular values are 0, up to rounding.",
    "step.one_zero": "1 of {n} singular values is 0, up to rounding.",

    "spectrum": "At lag {lag:,}: {alive} of {n} singular values are above 0, from {low:power} to {high:power}{gone}.",
    "spectrum.one": "At lag {lag:,}: 1 of {n} singular values is above 0, {high:power}{gone}.",
    "spectrum.none": "At lag {lag:,}: 0 of {n} singular values are above 0{gone}.",
    "spectrum.gone": "; {gone:count is|are} 0, exactly or up to rounding",

    "slopes": "{flat:share} of the units, over all steps, have a slope below a tenth of γ = {gamma:fine}; the mean "
              "slope is {mean:plain}.",
})
