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

    "question.way": "Before you look: carried back over the whole sequence of your task, which way will "
                    "$\\lVert\\partial h_T/\\partial h_1\\rVert$ go?",
    "question.steps": "Before you look: without the nonlinearity, after how many steps $l$ has "
                      "$\\lVert W_{{hh}}^{{\\,l}} \\rVert$ fallen to $10^{{-3}}$?",
    "question.bound": "Before you look: what does the bound say of $\\lVert\\partial h_T/\\partial h_1\\rVert$ in your "
                      "network?",
    "way.shrinks": "It shrinks",
    "way.stays": "It stays within a factor of 2",
    "way.grows": "It grows",
    "must.vanish": "It must vanish",
    "must.not_grow": "It cannot grow; whether it shrinks is left open",
    "must.nothing": "It may grow, but need not",

    "guess.right": "Right. {found}",
    "guess.wrong": "Not so: {right:small}. {found}",
    "guess.way": "Measured over {steps:count step} of the task, the norm comes to {log10:power}.",
    "guess.bound": "{bound} = {per_step:.4g}{fed}. Over {steps:count step} the bound is {log10_bound:power}, the norm "
                   "{log10:power}.",
    "guess.bound_alone": "{bound} = {per_step:.4g}{fed}. Over {steps:count step} the bound is {log10_bound:power}; the "
                         "states are not finite, so there is no norm.",
    "guess.not_finite": "The states of this network are not finite: there is nothing to compare with.",

    "steps.never": "Right: {why}",
    "steps.not_never": "It never does: {why} You said {guess:,}.",
    "steps.rho": "ρ = {rho:.4g}, and ‖W_hh^l‖ is never below ρ^l.",
    "steps.searched": "not within {searched:count step}, and later is as good as never.",
    "steps.does": "It does: it takes {steps:count step}. With ρ = {rho:.4g} < 1 it must.",
    "steps.exactly": "Exactly: {steps:count step}.",
    "steps.close_few": "Close: it takes {steps:count step}, you said {guess:,}, {off:share} too few.",
    "steps.close_many": "Close: it takes {steps:count step}, you said {guess:,}, {off:share} too many.",
    "steps.near_few": "Not far off: it takes {steps:count step}, you said {guess:,}, {log10_off:amount} times too few.",
    "steps.near_many": "Not far off: it takes {steps:count step}, you said {guess:,}, {log10_off:amount} times too "
                       "many.",
    "steps.far_few": "Far off: it takes {steps:count step}, you said {guess:,}, {log10_off:amount} times too few.",
    "steps.far_many": "Far off: it takes {steps:count step}, you said {guess:,}, {log10_off:amount} times too many.",

    "not_finite": "Your network leaves the finite numbers before any update: {why}. There is nothing to measure; a "
                  "smaller spectral radius brings it back.",
    "not_finite.state": "a state is not finite",
    "smaller": " (Measured on {sizes:each  and }, to be quick.)",
    "smaller.sequences": "{now:count sequence} instead of {asked:,}",
    "smaller.steps": "{now:count step} instead of {asked:,}",

    "min_not_max": "Your first gradient has norm {norm:plain}. With the threshold at half of it, min shortens it to "
                   "{min_half:plain} and max leaves it at {max_half:plain}. With the threshold at twice its norm, min "
                   "leaves it at {min_twice:plain} and max lengthens it to {max_twice:plain}.{note}",
    "min_not_max.zero": "Your first gradient is exactly 0: either rule leaves it as it is.",
    "min_not_max.too_long": "Your first gradient is so long that twice its norm leaves float64.",

    "singular_value": "The powers of [[0.5, 4], [0, 0.5]], whose eigenvalues are 0.5, exceed ρ^lag in "
                      "{share_example:share} of the pairs (t, k), by up to {log10_example:power} times. On your "
                      "network (ρ γ)^lag{fed} fails in {share_own:share} of {count_pairs:count pair}. (σ_max γ)^lag "
                      "fails in {share_bound:share} of them, and in {share_example_bound:share} on the example.{note}",
    "singular_value.fed": " (W_hh with its output fed back)",

    "sufficient": "Gaussian W_hh with ρ = 1.5 and {count_units:count unit}: σ_max γ = {sigma_gamma:plain}{fed}, and "
                  "||dh_T/dh_1|| over {count_steps:count step} is {log10_tanh:power} with tanh; the same weights "
                  "without a nonlinearity give {log10_linear:power}.{so}{note}",
    "sufficient.nothing_exploded": " Nothing exploded.",
    "sufficient.part": " Saturation takes part of it away, not all.",

    "order": "At t = {count_t:count} of your network, diag(φ'(a_t)) W_hh differs from dh_t/dh_(t-1) by central "
             "differences by {off_right:plain} of its norm. Of da_t/da_(t-1), W_hh diag(φ'(a_(t-1))) differs by "
             "{off_theirs:plain}; W_hh^T diag(φ'(a_(t-1))) by {off_printed:plain}, and from its transpose by "
             "{off_transposed:plain}.{here}{note}",
    "order.symmetric": " Your W_hh is symmetric, so that here its transpose is the same matrix.",
    "order.same_slopes": " All slopes are the same at this step, so that here the printed form is the transpose.",
    "order.none": "At no step of your network is there a Jacobian to difference: it is 0, or the activation has a "
                  "corner there.",

    "dropped.lags": "The lags from {count_k2:count} on come to {ratio_dropped:plain} times the norm of your first "
                    "dL/dW; truncation with k2 = {count_k2:count} drops them. {left}{note}",
    "dropped.fed_back": "What truncation with k2 = {count_k2:count} drops comes to {ratio_dropped:plain} times the "
                        "norm of your first dL/dW. {left}{note}",
    "dropped.left": "From the end back it leaves dL/dh_t exactly 0 at {count_zero:count} of {count_steps:count step}. "
                    "Without it dL/dh_1 has norm {log10_first:power}.",
    "dropped.nothing": "Your first dL/dW is exactly 0: there is nothing that truncation could drop.",

    "slow": "With your W_hh scaled to σ_max γ = 0.5{given}, the number of steps until ||dh_t/dh_0|| falls below 10^-3 "
            "is {count_plain:count} without a leak (α = 0), {count_printed:count} at α = 0.1, inside the printed "
            "range, and {count_slow:count} at α = 0.9.",
    "slow.given": " and every input given",

    "alive": "{count_units:count unit} with ρ = 0.8 on the sine task, which asks at each of 50 steps: ||dL/dW|| is "
             "{log10_norm:power} before training, alive, while ||dh_T/dh_1|| is {log10_reach:power}. The part of dL/dW "
             "from lags 0 to 5 alone has {ratio_short:plain} times the norm of the whole.",
    "alive.zero": "The gradient of the example is exactly 0 with this activation: no unit is on.",

    "on_the_step": "The exploding network of the playground, clipped at 1, over {count_updates:count} updates: the "
                   "norm is {mean_before:plain} on average before the clip and {mean_after:plain} after it, and "
                   "{share_clipped:share} of the updates were clipped. {end}",
    "on_the_step.stays": "Its loss stays finite.",
    "on_the_step.stays_with_it_alone": "Its loss stays finite; without the clip it is no number any more at update "
                                       "{count_free:count}.",
    "on_the_step.leaves": "Even so it leaves the finite numbers then.",
    "on_the_step.leaves_either_way": "Even so it leaves the finite numbers then; without the clip it is no number any "
                                     "more at update {count_free:count}.",

    "curve": "In a short run of your experiment (updates: {count_updates:count}) the norm is {mean:plain} on average. "
             "A threshold of half of that would have clipped {share_half:share} of the updates, the mean itself "
             "{share_once:share}, twice the mean {share_twice:share}, 5 times {share_five:share}, 10 times "
             "{share_ten:share}.{cut}{note}",
    "curve.cut": " Then the run left the finite numbers: these are the norms before it.",
    "curve.zero": "Every gradient of a short run of your experiment is exactly 0: no threshold clips it.",

    "spacing": "The smallest number above 0 is {log10_smallest_64:power} in float64 and {log10_smallest_32:power} in "
               "float32; the relative spacing of float64 is {log10_eps:power}. An update of 10^-17 changes w = 1 by "
               "{change_of_one:plain} and w = 10^-4 by {change_of_small:plain}.{own}",
    "spacing.own": " Your own first update, by {optimizer} in {dtype}, leaves {share_lost:share} of the weights that "
                   "have a gradient unchanged.{note}",

    "own_type": "Your first gradient in float32, scaled until its largest entry is 10^20, and clipped at 1: "
                "clip_grad_norm_ finds {found}, and of the entries that are not 0 it makes {share_zero:share} exactly "
                "0. In float64 the norm is {log10_norm:power}, and the clip by that leaves {norm_left:plain}. Where "
                "the largest entry is infinite, clip_grad_norm_ leaves no number in {count_broken:count} of "
                "{count_entries:count} entries.{note}",
    "own_type.infinite": "an infinite norm",
    "own_type.norm": "the norm {norm:plain}",
    "own_type.zero": "Your first gradient is exactly 0: there is nothing to clip.",

    "biases": "{whose}: ||dL/dθ|| of the first batch is {norm_two:plain} with both biases trained, "
              "{share_longer:share} more than the {norm_one:plain} with one, as here.{gate}{note}",
    "biases.yours": "Your network as {module}",
    "biases.example": "torch has no module for your network; an LSTM on recall as {module}",
    "biases.gate": " A gate's bias of {bias_each:plain} keeps {share_one:share} of the state at a step; set in each of "
                   "the two it keeps {share_two:share}.",
    "biases.zero": "Your first gradient is exactly 0, with one bias or with two.",
})
