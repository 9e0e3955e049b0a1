"""What the charts of number types say to who cannot see them."""

from __future__ import annotations

from core.claims import Words

say = Words({
    "digits": "{parts:each ; }.",
    "digits.first": "In {dtype} {digits:fixed} decimal digits are right at t = 1",
    "digits.last_normal": "{digits:fixed} at t = {t:,}, the last normal number",
    "digits.end": "{digits:fixed} at t = {t:,}",

    "slope": "After n = {n} the slope is {places:each , }.",
    "slope.place": "{log10:amount} at x = {x:g}",
    "slope.zero": "After n = {n} the slope is exactly 0 everywhere.",

    "smallest": "The smallest that it takes is {log10:amount} of w.",

    "moved": "After {updates:count update} of the weight {weight:number 4} in {dtype} it has moved by {moved:number 4} "
             "of them.",
    "moved.one": "After {updates:count update} of the weight {weight:number 4} in {dtype} it has moved by "
                 "{moved:number 4} of it.",
    "moved.not_finite": "After {updates:count update} of the weight {weight:number 4} in {dtype} it has left the "
                        "finite numbers.",
})
