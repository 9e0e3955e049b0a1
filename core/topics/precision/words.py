"""What is said of powers, updates and an iterated tanh in a number type."""

from __future__ import annotations

from core.claims import Words

say = Words({
    "headline.rounded_away": "Rounded away",
    "headline.kept": "Kept",
    "headline.gone": "Gone",
    "headline.overflow": "Overflow",
    "headline.stuck": "Stuck",
    "headline.fading": "Fading",
    "headline.shrinking": "Shrinking",
    "headline.growing": "Growing",
    "headline.lost": "Lost",
    "headline.coarse": "Coarse",
    "headline.moves": "Moves",
    "headline.flat": "Flat",
    "headline.step": "A step",
    "headline.steeper": "Steeper in the middle",
    "headline.flatter": "Flatter",

    "rounded_away": "In {dtype} the rate {rate:number} is 1, and so is every power.",
    "kept": "In {dtype} a gradient times {rate:number} a step stays what it is.",
    "zero.after_subnormal": "In {dtype} a gradient times {rate:number} a step is subnormal from step {subnormal:,} and "
                            "exactly 0 from step {zero:,} on.",
    "zero.at_once": "In {dtype} a gradient times {rate:number} a step is exactly 0 from step {zero:,} on.",
    "inf": "In {dtype} a gradient times {rate:number} a step is inf from step {inf:,} on, and inf − inf is nan.",
    "stuck": "In {dtype} a gradient times {rate:number} a step is subnormal from step {subnormal:,} and stays at "
             "{log10:amount} from {stuck:,} on: it is never 0.",
    "power": "In {dtype} a gradient times {rate:number} a step is {log10:amount} at step {step:,}.",
    "subnormal": "It is subnormal from step {subnormal:,} on.",
    "limit.counted": "It is {limit} from step {step:,} on.",
    "limit.about": "It is {limit} from about step {step:,} on.",

    "error.too_large": "Exactly it is {log10_exact:amount} at step {step:,}: this is {log10_factor:amount} times too "
                       "large, and {digits:.1f} of {of:.1f} digits are right.",
    "error.too_small": "Exactly it is {log10_exact:amount} at step {step:,}: this is {log10_factor:amount} times too "
                       "small, and {digits:.1f} of {of:.1f} digits are right.",
    "error.none": "All of its {of:.1f} digits are right.",
    "error.products": "{digits:.1f} of {of:.1f} digits are right: the rate is exact, and rounding the products takes "
                      "the others.",
    "error.held": "{digits:.1f} of {of:.1f} digits are right: rounding the rate to {held:number} alone leaves "
                  "{rate_digits:.1f}, rounding the products alone {product_digits:.1f}.",
    "error.both": "{digits:.1f} of {of:.1f} digits are right: rounding the rate alone leaves {rate_digits:.1f}, "
                  "rounding the products alone {product_digits:.1f}.",

    "update.zero": "In {dtype} η g = {log10_update:amount} is rounded to 0: w = {weight:number 4} stays; below "
                   "{log10_smallest:amount} it would not move.",
    "update.lost": "In {dtype} w = {weight:number 4} takes no update below {log10_smallest:amount}: η g = "
                   "{log10_update:amount} is lost, though {dtype} goes down to {log10_end:amount}.",
    "update.coarse": "In {dtype} w = {weight:number 4} moves by {arrives:.2f} times η g = {log10_update:amount}; below "
                     "{log10_smallest:amount} it would not move.",
    "update.taken": "In {dtype} w = {weight:number 4} takes η g = {log10_update:amount}; below {log10_smallest:amount} "
                    "it would not move, though {dtype} goes down to {log10_end:amount}.",

    "flat": "After n = {times} every x is 0, and the slope exactly 0.",
    "span.some": "After n = {times} [−3, 3] has become [−{end:number 2}, {end:number 2}].",
    "span.none": "After n = {times} every x is rounded to 0.",
    "slopes": "The slope is {log10_at_2:amount} at x = 2 and {log10_at_0:amount} at x = 0.",

    "lost.at_once": "In {dtype} this update is too small for the weight {weight:number 4} before it goes back a single "
                    "step.",
    "lost.later": "An update made of it alone no longer moves the weight {weight:number 4} from step {step:,} on.",
    "never_lost.rounded_away": "In {dtype}, where {rate:number} is 1, a gradient that does not shrink on its way back "
                               "moves the weight {weight:number 4} from any step.",
    "never_lost.grows": "In {dtype} a gradient that does not shrink on its way back moves the weight {weight:number 4} "
                        "from any step.",
    "gone.counted": "{dtype} loses a gradient that every step back multiplies by {rate:number} from step {step:,} on.",
    "gone.about": "{dtype} loses a gradient that every step back multiplies by {rate:number} from about step {step:,} "
                  "on.",
})
