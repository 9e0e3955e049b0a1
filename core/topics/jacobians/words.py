"""What is said of a map of ||dh_t/dh_k||, and of any way back through time."""

from __future__ import annotations

from core.claims import Words

say = Words({
    "headline.vanishing": "Vanishing",
    "headline.vanishing_after_a_hump": "Vanishing, after a hump",
    "headline.healthy": "Healthy",
    "headline.healthy_with_a_hump": "Healthy, with a hump",
    "headline.exploding": "Exploding",
    "headline.exploding_in_parts": "Exploding in parts",
    "headline.grows": "Grows before it shrinks",
    "headline.grows_held": "Grows before it shrinks, held by the clip",
    "headline.held": "Exploding, held by the clip",
    "headline.cut": "Cut off by truncation",
    "headline.diverged": "Diverged",
    "headline.measuring": "Measuring the first map: {share:share}",

    "states": "The states are not finite.",
    "hump": "On the way back it first grows, to {log10:power} times at lag {lag:count}.",
    "product.of_all": "From step {t:count} back to step 0 the norm is {log10:power}.",
    "product.of_some": "From step {t:count} back to step 0 the norm is {log10:power} in the mean of {alive:count "
                       "sequence}; in {gone:count} of {sequences:count} it is exactly 0.",

    "range.pairs_all": "{pairs:count pair}",
    "range.pairs_some": "{pairs:count} of {of:count pair}",
    "range.zero": "Over {which} it is exactly 0 throughout.",
    "range.finite": "Over {which} it lies between {log10_low:power} and {log10_high:power}.",
    "range.partly_zero": "Over {which} it is exactly 0 in {zero:count}, and elsewhere between {log10_low:power} and "
                         "{log10_high:power}.",
    "partly": "In {partly:count pair} it is exactly 0 for some of the {sequences:count} sequences: the mean is over "
              "the others.",

    "no_bound": "This cell's gates change with every input: no bound of σ_max and γ holds for it.",
    "bound.never": "({rate})^lag, {rate} = {per_step:plain}{fed}, is exceeded by none of them.",
    "bound.infinitely": "({rate})^lag, {rate} = {per_step:plain}{fed}, is exceeded by {exceeded:count} of them, by an "
                        "infinite factor.",
    "bound.hardly": "({rate})^lag, {rate} = {per_step:plain}{fed}, is exceeded by {exceeded:count} of them, by "
                    "{more:share}.",
    "bound.by_a_share": "({rate})^lag, {rate} = {per_step:plain}{fed}, is exceeded by {exceeded:count} of them, by up "
                        "to {more:share}.",
    "bound.by_a_factor": "({rate})^lag, {rate} = {per_step:plain}{fed}, is exceeded by {exceeded:count} of them, by a "
                         "factor of up to {log10_most:power}.",
    "bound.fed": " (the larger one of W_hh and of W_hh with its output fed back)",
    "eigenvalue.fed": " (of W_hh with its output fed back)",

    "approximate": "(Approximate while the run plays or a control is held, or until the exact map is there.)",
    "measuring": "(Measuring: {share:share}.)",

    "unknown.digits": "How many digits are right is known once the map is exact.",
    "none.digits": "No product is left whose digits could be lost.",
    "rounding": "Rounding, in the products of these factors: at most a share of 10^{log10:.1f} of any norm on this "
                "map, at t = {t}, k = {k}. That the states were rounded too, and the factors with them, is not in it.",
    "doubtful": "Do not trust {pairs:count pair} beyond the third digit: large factors cancel there.",

    "unknown.lyapunov": "Lyapunov exponents: measured when the run rests.",
    "none.lyapunov": "No Lyapunov exponent is finite: the product is exactly 0.",
    "lyapunov.all": "Lyapunov exponents, estimated from this one sequence of {steps:count step}: largest "
                    "{largest:z.3f}, smallest {smallest:z.3f} a step. The largest is the rate at which ln "
                    "||dh_T/dh_k|| grows in the long run, ln ρ for a linear network.",
    "lyapunov.some": "Lyapunov exponents, estimated from this one sequence of {steps:count step}: largest "
                     "{largest:z.3f}, smallest {smallest:z.3f} a step, and {gone:count} minus infinite. The largest "
                     "is the rate at which ln ||dh_T/dh_k|| grows in the long run, ln ρ for a linear network.",
})
