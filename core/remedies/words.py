"""What is said of the cost of a remedy."""

from __future__ import annotations

from core.claims import Words

say = Words({
    "cost.about_as_long": "An update takes {low:.2f} to {high:.2f} times as long as a plain one: no more than the "
                          "measurement tells apart.",
    "cost.not_measured": "How long an update takes has not been measured yet.",
    "measured": "{tasks:each , }; n = {least} to {most}, T = {lengths:each  and }, B = {batches:each  and }, "
                "{dtypes:each  and }, one thread",
    "cost": "An update takes {low:.2g} to {high:.2g} times as long as a plain one.",
})
