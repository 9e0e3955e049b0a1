"""What is said of the reader's own network, step by step; Markdown with TeX."""

from __future__ import annotations

from core.claims import Words

say = Words({
    "update": "Read “{letter}”, name {next}: with $\\eta = {lr:tex_number}$ one update of all weights takes the loss "
              "on this letter from ${before:tex_number 4}$ to ${after:tex_number 4}$ nats.",
    "next.letter": "“{letter}”",
    "next.end": "the end",

    "unroll.one_layer": "Your word has {T:count step} and {letters:count different letter}. The same {n} × {n} numbers "
                        "of $W_{{hh}}$ are used at each of the {T} steps.",
    "unroll.two_layers": "Your word has {T:count step} and {letters:count different letter}. The same {n} × {n} "
                         "numbers of $W_{{hh}}$ are used at each of the {T} steps. Each of the two layers has its own.",

    "forward.one_layer": "At $t = {t}$ the past adds $\\lVert W_{{hh}} h_{{t-1}} \\rVert = {past:tex_number}$, the "
                         "letter $\\lVert W_{{xh}} x_t \\rVert = {read:tex_number}$.",
    "forward.two_layers": "At $t = {t}$ the past adds $\\lVert W_{{hh}} h_{{t-1}} \\rVert = {past:tex_number}$, the "
                          "state below $\\lVert W_{{xh}} x_t \\rVert = {read:tex_number}$.",

    "output.right": "After “{read}” the largest probability, {largest:share}, is that of {guess}, and that is what "
                    "comes next.",
    "output.other": "After “{read}” the largest probability, {largest:share}, is that of {guess}; what comes next is "
                    "{next}, with {p:share}.",

    "loss": "The word costs ${loss:tex_number 4}$ nats, ${a_step:tex_number 4}$ a step; knowing nothing costs $\\ln "
            "{outputs} = {nothing:.4g}$ a step.",

    "sum.one_layer": "From the last letter back to the first $\\lVert\\partial L/\\partial h_t\\rVert$ goes from "
                     "${last:tex_number}$ to ${first:tex_number}$.",
    "sum.two_layers": "From the last letter back to the first $\\lVert\\partial L/\\partial h_t\\rVert$ goes from "
                      "${last_above:tex_number}$ to ${first_above:tex_number}$ in the upper layer and from "
                      "${last:tex_number}$ to ${first:tex_number}$ in the lower.",

    "terms.at_1": "At $t = 1$ there is one way, and its term is 0: $h_0 = 0$.",
    "terms.at_2": "At $t = 2$ one term can be other than 0, that of $k = 2$: its norm is ${longest:tex_number}$.",
    "terms": "At $t = {t}$ the shortest way, $k = t$, has a term of ${shortest:tex_number}$, the longest that can be "
             "other than 0, $k = 2$, one of ${longest:tex_number}$. Together they are ${whole:tex_number}$.",

    "product.no_factor": "$k = t$: there is no factor, and the product is the identity.",
    "product.factors": "In your word {lag:count factor lies|factors lie} between $k = {k}$ and $t = {t}$. Their norms "
                       "multiply to ${norms:tex_number}$; the norm of their product is ${norm:tex_number}$.",

    "eigen.orthogonal": "{rate} Your eigenvectors are orthogonal: the rate says all.",
    "eigen.defective": "{rate} Your $W_{{hh}}$ has too few eigenvectors to be written so, or nearly: the norm may grow "
                       "first.",
    "eigen.condition": "{rate} $\\mathrm{{cond}}\\,Q = {condition:tex_number}$: the norm may be up to so many times "
                       "more than the rate says.",
    "eigen.rate": "Your $|\\lambda|$ go from ${smallest:tex_number 4}$ to $\\rho = {rho:tex_number 4}$; over "
                  "{lag:count step}, from $k = {k}$ to $t = {t}$, $\\rho$ comes to ${far:tex_number 4}$.",

    "bound": "At $t = {t}$ a step stretches up to ${step:tex_number}$ times; $\\sigma_{{\\max}}\\gamma = "
             "{bound:tex_number}$, $\\rho\\gamma = {rate:tex_number}$.",
    "bound.exceeded": "{bound} The eigenvalue is exceeded: it is no bound.",

    "gamma": "At $t = {t}$ the slopes of your {n} units go from ${smallest:tex_number}$ to ${largest:tex_number}$; "
             "$\\gamma = {gamma:tex_number}$.",

    "per_step": "{bound} = {per_step:.4g}{fed}, so the bound says of the norm: {said:small}.",
    "product": "Over {lag:count step} of your task the bound is {log10_bound:power}, the measured norm {log10:power}.",

    "clip.not_finite": "Your first gradient is not finite ({why}): no clip helps here.",
    "clip.left": "Your first gradient has norm ${norm:tex_number}$, not above $\\theta = {threshold:tex_number}$: it "
                 "is left as it is.{note}",
    "clip.to_a_share": "Your first gradient has norm ${norm:tex_number}$, above $\\theta = {threshold:tex_number}$: it "
                       "is shortened to {kept:share} of its length.{note}",
    "clip.to_a_power": "Your first gradient has norm ${norm:tex_number}$, above $\\theta = {threshold:tex_number}$: it "
                       "is shortened to ${kept:tex_number}$ of its length.{note}",
    "clip.no_directions": "{clip} Some of your first {batches} gradients have no direction to compare: one is 0 or not "
                          "finite.",
    "clip.directions": "{clip} Between the gradients of your first {batches} batches the cosine is {cosine:.2f} on "
                       "average: {pointing}.{note}",
    "clip.alike": "they point the same way",
    "clip.partly_alike": "they share a direction, and differ in more",
    "clip.unlike": "each points another way, and a clip does not change that",

    "truncate.keeps_the_one": "$k_2 = {k2}$ keeps the one term at $t = {t}$, and nothing is dropped.",
    "truncate.keeps_all": "$k_2 = {k2}$ keeps all {t} terms at $t = {t}$, and nothing is dropped.",
    "truncate.drops": "$k_2 = {k2}$ keeps {k2} of the {t} terms at $t = {t}$: ${kept:tex_number}$ of it stays where "
                      "the whole is ${whole:tex_number}$, and what is dropped is ${dropped:tex_number}$.",

    "vanishing": "Over the {T:count step} of your task the norm is {plain} without a leak and {leaky} with $\\alpha = "
                 "{alpha:tex_number}$.",
    "vanishing.norm": "${log10:tex_power}$",
    "vanishing.no_number": "not a number",
})
