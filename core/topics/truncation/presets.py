"""Truncations and clips that show one thing each, as settings of the experiment."""

from __future__ import annotations

from core.topics.playground.presets import PRESETS as OF_THE_PLAYGROUND
from core.topics.preset import Preset

PRESETS: dict[str, Preset] = {
    preset.name: preset
    for preset in (
        Preset("full", "Full BPTT",
               "One update for each sequence, and its loss reaches every step.", {}),
        Preset("short", "k₂ too short",
               "The symbol to recall lies 49 steps back, and the gradient ends 9 steps back: exactly none arrives.",
               {"truncation": True, "truncation_k1": 50, "truncation_k2": 10}),
        Preset("apart", "k₁ and k₂ apart",
               "An update every 10 steps, each looking 25 steps back: beyond its own chunk, into those before it.",
               {"task": "sine", "truncation": True, "truncation_k1": 10, "truncation_k2": 25}),
        Preset("gaps", "k₂ below k₁",
               "The losses of 25 steps are carried back 10 steps from the end of the chunk: the first 15 of them reach "
               "nothing.",
               {"task": "sine", "truncation": True, "truncation_k1": 25, "truncation_k2": 10}),
        Preset("reset", "State reset",
               "Every chunk of 10 steps begins at h = 0: what lies before it is not dropped, it has no influence.",
               {"task": "sine", "truncation": True, "truncation_k1": 10, "truncation_k2": 10,
                "truncation_carry": False}),
        Preset("thousand", "1,000 steps",
               "Every update looks 100 of 1,000 steps back. Measure what that costs and what it saves.",
               {"task": "temporal_order", "seq_len": 1000, "truncation": True, "truncation_k1": 1000,
                "truncation_k2": 100}),
        Preset("norms", "Norms that jump",
               "Record it below: most gradients are short and some are far longer. The mean is the paper's guide.",
               {"n_hidden": 32, "shape": "gaussian", "rho": 1.5, "lr": 0.1}),
        Preset("threshold", "Leaves the finite numbers",
               "Within a few updates its loss is no number any more. Record it, and let the adviser search below.",
               dict(OF_THE_PLAYGROUND["exploding"].values)),
    )
}
