"""What is said of the reader's own network, step by step."""

from __future__ import annotations

from core.claims import Words

say = Words({
    "per_step": "{bound} = {per_step:.4g}{fed}, so the bound says of the norm: {said:small}.",
    "product": "Over {lag:count step} of your task the bound is {log10_bound:power}, the measured norm {log10:power}.",
})
