"""What is said of a live run."""

from __future__ import annotations

from core.claims import Words

say = Words({
    "headline.cut_off": "{word}, cut off by truncation",
    "headline.gradient_grows": "{word}, and the gradient grows",
    "headline.gradient_vanishes": "{word}, and the gradient vanishes",
    "headline.gradient_keeps": "{word}, and the gradient keeps its size",
    "headline.solved": "Solved · {word}",
    "headline.falls": "{word}, and the loss falls all the same",
    "headline.falls_all_the_same": "{word} – the loss falls all the same",

    "stopped.at_once": "{what:capital}.",
    "stopped.later": "{what:capital}. The charts keep the finite updates.",
    "stopped.states": "the states are not finite",

    "product.carried": "Over {lag:count step} back the product of Jacobians has norm {log10:power} {where}.",
    "product.not_carried": "Over {lag:count step} back, were the state carried from chunk to chunk, the product of "
                           "Jacobians would have norm {log10:power} {where}.",
    "product.one_sequence": "(one sequence)",
    "product.median": "(median of {sequences:count sequence})",
    "rounding.nilpotent": "That is what rounding leaves: all eigenvalues of W_hh are 0, and without rounding the "
                          "product of {n:count factor} is exactly 0.",
    "rounding.cancels": "Large factors cancel on the way: rounding may have made all of it.",
    "overflow.carried": "With the weights of now h is not finite from t = {t} on: the product of Jacobians has no "
                        "size.",
    "overflow.not_carried": "Were the state carried from chunk to chunk, h would not be finite from t = {t} on: the "
                            "product of Jacobians has no size.",

    "gradient.many_targets": "Most steps have a target: ∂L/∂h_t at one step says nothing of a single product.",
    "gradient.none_at_the_last": "∂L/∂h at the last step is exactly 0.",
    "gradient.none_at_the_last_of_the_chunk": "∂L/∂h at the last step of this chunk is exactly 0.",
    "gradient.rounded_away": "In this update ∂L/∂h is exactly 0 in {dtype}, {lag:count step} before {last}; without "
                             "rounding it would be {exact:power} of what it is there.",
    "gradient.zero": "In this update ∂L/∂h is exactly 0, {lag:count step} before {last}.",
    "gradient.as_large": "In this update ∂L/∂h, {lag:count step} before {last}, is as large as it is there.",
    "gradient.grown": "In this update ∂L/∂h, {lag:count step} before {last}, is {log10:power} times what it is there.",
    "gradient.shrunk": "In this update ∂L/∂h, {lag:count step} before {last}, is {log10:power} of what it is there.",
    "gradient.last": "the last one",
    "gradient.last_of_the_chunk": "the last one of its chunk",

    "hump.alone": "It first grows, to {log10:power} at lag {lag}.",
    "hump.below_one": "It first grows, to {log10:power} at lag {lag}, although ρ = {rho:.4g} is below 1: σ_max = "
                      "{sigma_max:.4g}.",
    "half_life": "Half of it is gone after {lag:count step}.",
    "doubling": "It has doubled after {lag:count step}.",

    "truncated": "{does:capital}: {effect}.",
    "truncated.drops": "truncation drops what lies {k2:count step} or more before the last one",
    "truncated.drops_in_chunks": "truncation drops what lies {k2:count step} or more before the end of a chunk",
    "truncated.begins": "every chunk begins with h = 0",
    "truncated.both": "{drops} and {begins}",
    "truncated.no_gradient": "no gradient reaches t < {first_t}",
    "truncated.no_step_back": "no loss is carried back to an earlier step",
    "truncated.no_farther": "no loss is carried back over more than {longest:count step}",

    "clipped.one": "The gradient of the one update was shortened.",
    "clipped.none": "The gradient of the one update was short enough.",
    "clipped.share": "Of {updates:count update}, {share:share} had their gradient shortened.",
    "readout": "The readout alone is learnt: no update uses ∂L/∂h.",

    "loss.before_the_change": "Measured before the settings changed: {claim:small}",
    "loss.no_number": "The loss is no finite number; chance is {chance:fine}.",
    "loss.before_training": "Loss before training {now:fine} {unit}, chance {chance:fine}.",
    "loss.untouched": "Loss at the first update, of the untouched network, {now:fine} {unit}, chance {chance:fine}.",
    "loss.solved": "Solved: over the last updates the loss is {now:fine} (chance {chance:fine}){right}.",
    "loss.learnt": "The loss has fallen to {now:fine}, below a tenth of chance, {chance:fine}{right}; it counts as "
                   "solved {mark} over {over} updates.",
    "loss.learnt_unmarked": "The loss has fallen to {now:fine}, below a tenth of chance, {chance:fine}.",
    "loss.right": ", and {accuracy:share} are named right",
    "loss.mark_right": "when more than {mark:share} are named right",
    "loss.mark_below": "below {mark:g}",
    "loss.too_long": "{made} The loss is {now:fine} (chance {chance:fine}).",
    "loss.too_long_as_at_the_start": "{made} The loss is {now:fine} (as at the start; chance {chance:fine}).",
    "loss.too_long_since_the_start": "{made} The loss is {now:fine} (at the start {start:fine}, chance {chance:fine}).",
    "loss.no_memory": "The loss, {now:fine}, is no better than a guess without {without}, {no_memory:fine}.",
    "loss.chance_at_first": "The loss sits at chance, {chance:fine} ({now:fine} at the first update, of the untouched "
                            "network).",
    "loss.chance": "The loss sits at chance, {chance:fine} ({now:fine} over the last updates).",
    "loss.more_than_a_guess": "The loss, {now:fine}, is near chance, {chance:fine}, and yet {accuracy:share} are named "
                              "right, more than a guess.",
    "loss.not_moved": "The loss, {now:fine}, does not differ from where it began, {start:fine}, by more than from one "
                      "update to the next; chance is {chance:fine}.",
    "loss.fallen": "The loss has fallen from {start:fine} to {now:fine} (chance {chance:fine}).",
    "loss.above": "The loss, {now:fine}, is above where it began, {start:fine}; chance is {chance:fine}.",

    "worse.the_one": "The one update made the loss of its own batch worse, where a shorter step would not have: the "
                     "steps are too long.",
    "worse.the_one_since": "The one update since the settings changed made the loss of its own batch worse, where a "
                           "shorter step would not have: the steps are too long.",
    "worse.one": "{worse} of the last {of:count update} made the loss of its own batch worse, where a shorter step "
                 "would not have: the steps are too long.",
    "worse.several": "{worse} of the last {of:count update} made the loss of their own batch worse, where a shorter "
                     "step would not have: the steps are too long.",
    "worse.at_least_one": "At least {worse} of the last {of:count update} made the loss of its own batch worse, where "
                          "a shorter step would not have: the steps are too long.",
    "worse.at_least_several": "At least {worse} of the last {of:count update} made the loss of their own batch worse, "
                              "where a shorter step would not have: the steps are too long.",

    "reason.truncation": "The task needs {lag:count step} back, and truncation ends before that.",
    "reason.no_reach": "Over the {lag:count step} back that the task needs the product is {log10:power}: what "
                       "happened there does not reach the weights.",
    "reason.hardly_reaches": "Over the {lag:count step} back that the task needs the product is {log10:power}: what "
                             "happened there hardly reaches the weights.",
    "reason.not_vanishing": "Over the {lag:count step} back that the task needs the product is {log10:power}: "
                            "vanishing is not what keeps it from learning.",
})
