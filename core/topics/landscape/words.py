"""What is said of the two descents, of the attractors at a point, and of the wall."""

from __future__ import annotations

from core.claims import Words

say = Words({
    "headline.nothing": "Nothing to descend from",
    "headline.start": "At the start",
    "headline.diverged": "Left the finite numbers",
    "headline.slope": "A slope, not a cliff",
    "headline.thrown": "Thrown off the cliff",
    "headline.nothing_to_clip": "Nothing to clip",
    "headline.unfelt": "Over a wall that no gradient felt",

    "left.w": "w",
    "left.b": "b",
    "left.error": "the error",
    "left.gradient": "the gradient",
    "left.at_start": "{what} is {value} at the start",
    "left.later": "{what} is {value} after update {update}",
    "stopped.at_once": "{why:capital}.",
    "stopped.unclipped": "Without clipping, {why}.",
    "stopped.clipped": "Clipped, {why}.",
    "start": "The error is {error:plain}, the norm of its gradient {gradient:plain}.",
    "steps": "The longest step is {unclipped:plain} without clipping and {clipped:plain} with it.",
    "jump": "Without clipping, update {update:,} jumped {length:plain} away, from ({w_from:signed}, {b_from:signed}) "
            "to ({w_to:signed}, {b_to:signed}), thrown by a gradient of {gradient:plain}.",
    "longest": "Clipped, no step is longer than {clipped:plain}.",
    "end.both": "After {updates:count update} E is {clipped:plain} clipped and {unclipped:plain} without.",
    "end.unclipped": "Without clipping, E is {error:plain} after {updates:count update}.",
    "end.clipped": "Clipped, E is {error:plain} after {updates:count update}.",
    "gradient": "The gradient is at most {gradient:plain}, the threshold {threshold:plain}: both descents are the "
                "same.",
    "wall": "{often:capital} a step went over the wall, at update {update:,} with E from {before:plain} to "
            "{after:plain}, and no gradient was above {gradient:plain}: there was nothing to clip at "
            "{threshold:plain}.",
    "wall.often": "{times:often}",

    "attractors": "At w = {w:signed}, b = {b:signed}: {parts:each , and }.",
    "attractors.some": "{attractors:count attractor} ({states:each ; })",
    "attractors.none": "no attractor",
    "attractors.unsure": "a fixed point where |w φ'(x)| is 1, which does not tell whether it attracts "
                         "({states:each ; })",
    "attractors.several_unsure": "fixed points where |w φ'(x)| is 1, which does not tell whether they attract "
                                 "({states:each ; })",
    "attractors.repels": "a fixed point that repels ({states:each ; })",
    "attractors.several_repel": "fixed points that repel ({states:each ; })",
    "escapes": "States that are large enough grow for ever.",

    "state": "x = {x:signed}",
    "state.one_sided": "x = {x:signed}, on one side alone",
    "state.of_a_cycle": "{x:signed}",
    "orbit": "an orbit with no period up to {longest} after {steps:,} steps",
    "cycle.of_two": "a cycle between {low:signed} and {high:signed}",
    "cycle.short": "a cycle of {period}: {states:each  → }",
    "cycle.long": "a cycle of {period} between {low:signed} and {high:signed}",

    "bifurcation.folds": "At $w = {w:signed_tex}$ two fixed points meet and vanish (fold), where $w\\,\\varphi'(x) = "
                         "1$: at {places:each  and }.",
    "bifurcation.folds_at_the_kink": "At $w = {w:signed_tex}$ two fixed points meet at the kink of $\\varphi$ and "
                                     "vanish (border collision), where $w\\,\\varphi'(x)$ jumps across $1$: at "
                                     "{places:each  and }.",
    "bifurcation.flips": "At $w = {w:signed_tex}$ a fixed point gives way to a cycle of two states (flip), where "
                         "$w\\,\\varphi'(x) = -1$: at {places:each  and }.",
    "bifurcation.flips_at_the_kink": "At $w = {w:signed_tex}$ a fixed point at the kink of $\\varphi$ gives way to a "
                                     "cycle of two states (border collision), where $w\\,\\varphi'(x)$ jumps across "
                                     "$-1$: at {places:each  and }.",
    "bifurcation.place": "$b = {b:signed_tex}$",
    "bifurcation.none": "At $w = {w:signed_tex}$ no $b$ makes a fixed point vanish or lose its stability: "
                        "$|w\\,\\varphi'(x)|$ nowhere crosses 1.",

    "edge.kink": "$x_0$ is at the kink of $\\varphi$, whose slope is {below:g} below and {above:g} above: it is a "
                 "fixed point at the border collision alone, and no wall stands apart from that.",
    "edge.none_monotone": "$|w\\,\\varphi'(x_0)| = {log10_slope:tex} \\le 1$: where $x_0$ is a fixed point it does not "
                          "repel. An orbit of this unit only rises or only falls, so that no later state comes upon "
                          "one that does: $E$ jumps at folds alone.",
    "edge.none": "$|w\\,\\varphi'(x_0)| = {log10_slope:tex} \\le 1$: where $x_0$ is a fixed point it does not repel. A "
                 "later state may still come upon a point that repels, and $E$ jump there: that is not looked for.",
    "edge": "The wall: at $b = x_0 - w\\,\\varphi(x_0) = {b:signed_tex 5}$ the first state is itself a fixed point, "
            "and repels. What is beside it moves away by a factor of ${slope:signed_tex}$ at each step, as long as it "
            "is near: about ${log10_far:tex}$ in ${steps}$ steps{to}.",
    "edge.to": ", to {ends:each  or }",
    "edge.point": "${x:signed_tex}$",
    "edge.infinity": "infinity",
    "edge.cycle": "the cycle of ${p:signed_tex}$ and ${q:signed_tex}$, in either order",
    "edge.long_cycle": "a cycle of {period} states",
    "edge.orbit": "an orbit with no period up to {longest}",

    "crossed": "{unclipped}; {clipped}.",
    "crossed.unclipped": "Without clipping, the descent {wall} over the wall and {bifurcation} over a bifurcation",
    "crossed.clipped": "clipped, the descent {wall} over the wall and {bifurcation} over a bifurcation",
    "crossed.went": "went {times:often}",
    "crossed.never": "never went",
})
