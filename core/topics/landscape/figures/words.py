"""What the charts of one unit say to who cannot see them."""

from __future__ import annotations

from core.claims import Words

say = Words({
    "way.unclipped": "Without clipping",
    "way.clipped": "Clipped",

    "descent": "{way}, after {updates:count update}: E {error:plain}, gradient norm {gradient:plain}.",
    "descent.stopped": "{way}, after {updates:count update}: E {error:plain}, gradient norm {gradient:plain}; {why}.",
    "descent.none": "The start is not finite.",

    "window": "w from {w_low:signed 6} to {w_high:signed 6}, b from {b_low:signed 6} to {b_high:signed 6}: {span}.",
    "window.error": "{what} from {low:plain} to {high:plain}",
    "window.gradient": "{what} from {low:power} to {high:power}",
    "window.not_finite": "{what} is not finite",
    "blank": "Blank, {blank:share} of it: beyond the finite numbers.",
    "stands": "{way}, the descent is at w = {w:signed}, b = {b:signed} after {updates:count update}.",
    "zero": "Lilac: {what} is exactly 0.",

    "aim": "φ(x) is the target, {target:signed}, at {states:each  and }.",
    "aim.state": "x = {x:signed}",
    "aim.below": "every x up to {x:signed}",
    "aim.nowhere": "φ(x) is the target, {target:signed}, at no x.",
    "aim.line": "target: φ(x) = {target:signed}",
    "aim.no_line": "target {target:signed}: out of reach",

    "surface": "The same as the map, as a surface: {what} is its height. {reach}",
    "reach": "It reaches from {low} to {high}.",
    "reach.not_finite": "It is not finite.",
    "end.error": "{value:plain}",
    "end.log10": "{value:power}",
    "end.or_less": "{end} or less",
    "end.or_more": "{end} or more",
})
