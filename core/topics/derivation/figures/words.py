"""What the pictures of the derivation say to who cannot see them."""

from __future__ import annotations

from core.claims import Words

say = Words({
    "activation": "{title}: largest slope {gamma:fine}; the units at this step have slopes from {low:plain} to "
                  "{high:plain}{beyond}.",
    "activation.beyond": "; {beyond} of {n} stand outside the chart",

    "clip": "Your gradient has norm {norm:plain} and leaves the clip at {threshold:plain} with {after:plain}.",
    "clip.zero": "The gradient is exactly 0.",
    "clip.not_finite": "The gradient is not finite.",

    "entries": "{rows} × {columns:count entry|entries}, the largest of magnitude {largest:plain}.",
    "entries.zero": "{rows} × {columns:count entry|entries}, exactly 0 everywhere.",
    "entries.not_finite": "{rows} × {columns:count entry|entries}, not a number.",

    "factors": "Step {t} stretches up to {norm:plain} times; the bound, γ σ_max, is {bound:plain}, and γ ρ is "
               "{rate:plain}.",

    "flow": "At lag {lag} the norm is {norm:power}.",
    "flow.bounded": "At lag {lag} the norm is {norm:power}, the bound {bound:power}, ρ to the lag {rho:power}.",
    "flow.not_finite": "The states are not finite.",
    "powers": "At lag {lag} the norm of the power is {norm:power}, ρ to the lag {rho:power}.",
    "leaky": "At lag {lag} the norm is {norm} for plain units and {leaky} with α = {alpha:number}.",
    "leaky.nowhere": "At the last lag the norm is {norm} for plain units and {leaky} with α = {alpha:number}.",
    "leaky.norm": "{log10:power}",
    "leaky.no_norm": "not a number",

    "update": "Letter {letter}, to be named {next}: loss {loss:fine} nats, after one update {after:fine}.",
    "update.end": "the end",

    "terms": "Terms from {low:power} to {high:power}; the one from step {T} back to step 2 is {longest:power}.",
    "terms.zero": "Every term is exactly 0.",
    "dropped": "With k2 = {k2}, {dropped} of {terms:count term} are dropped.",
    "dropped.one": "With k2 = {k2}, 1 of {terms:count term} is dropped.",

    "unrolled": "{letter} at step {t}: loss {loss:fine} nats, of {whole:fine} for the word. {more}",
    "unrolled.next": "What comes next gets {p:share}.",
    "unrolled.back": "The norm of the gradient of the whole loss by the state is {where}.",
    "unrolled.ends": "{first:plain} at step 1 and {last:plain} at step {T}",
    "unrolled.two_layers": "{upper} in the upper layer, {lower} in the lower",
})
