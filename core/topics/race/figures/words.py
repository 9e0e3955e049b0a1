"""What the charts of the lanes say to who cannot see them."""

from __future__ import annotations

from core.claims import Words

say = Words({
    "lanes": "{what} at {where}, {seeds}: {lanes:each ; }.",
    "lanes.nothing": "{what}: nothing measured yet.",
    "lanes.no_update": "No update yet.",

    "what.loss": "Loss ({unit})",
    "what.norm": "Gradient norm",
    "what.product": "Norm of the product of Jacobians",
    "horizon": "First lag below {level:number}: {lanes:each ; }.",
    "horizon.lag": "{title} {lag:plain}",
    "horizon.beyond": "{title} none up to {last:.0f}",
    "horizon.line": "horizon {level:number}",
    "where.update": "update {x:.0f}",
    "where.lag": "lag {x:.0f}",
    "where.step": "t = {x:.0f}",
    "seeds": "median over {seeds:count seed}",
    "seeds.one": "one seed",

    "lane": "{title} {value}",
    "lane.elsewhere": "{lane} ({where})",
    "lane.diverged": "{lane}, diverged",
    "value.plain": "{value:plain}",
    "value.power": "{value:power}",
    "value.not_finite": "not finite",
    "value.not_computed": "not computed",
    "value.not_measured": "not measured yet",

    "effect.by_step": "At the first step it is {without} without and {with_it} with it.",
    "effect.flow": "At the longest lag it is {without} without and {with_it} with it.",
    "effect.norm": "At the last update it is {without} before the rule and {with_it} after it.",
    "effect.step": "At the last update it is {without} without and {with_it} with it.",
    "effect.measuring": "It is being measured.",
})
