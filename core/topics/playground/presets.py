"""Settings that show one thing each. Flat values over the defaults; every claim is tested on fresh seeds."""

from __future__ import annotations

from core.topics.preset import Preset

PRESETS: dict[str, Preset] = {
    preset.name: preset
    for preset in (
        Preset(
            "vanishing", "Vanishing",
            "ρ = 0.8: every step back leaves at most 0.8 of the gradient, and 49 steps leave 10⁻⁵. Train: the loss "
            "stays at chance, and the map stays dark where the symbol was shown, at t = 1.",
            {"rho": 0.8},
        ),
        Preset(
            "exploding", "Exploding",
            "A leaky ReLU does not saturate, so ρ = 1.2 grows as it says, to 10⁴ in 49 steps. Train: after a few "
            "updates the loss is no number any more. Then try the two buttons that appear.",
            {"n_hidden": 32, "shape": "identity", "rho": 1.2, "activation": "leaky_relu"},
            pace="2",
        ),
        Preset(
            "critical", "Critical (orthogonal)",
            "W_hh is orthogonal: all eigenvalues on the unit circle, σ_max = ρ = 1. The gradient keeps its size but "
            "for what tanh takes, and the first symbol is learnt over 50 steps.",
            {"n_hidden": 32, "angle": 180.0, "optimizer": "adam", "lr": 0.003, "clip_norm": True},
        ),
        Preset(
            "nonnormal", "Non-normal surprise",
            "ρ = 0.9 says shrink, and the gradient first grows all the same, because σ_max is far above 1. Move α to "
            "0 and back: the eigenvalues stay where they are, the curve does not.",
            {"n_hidden": 32, "rho": 0.9, "angle": 180.0, "alpha": 2.0, "activation": "linear", "clip_norm": True},
        ),
        Preset(
            "clip_saves", "Clipping saves it",
            "ReLU with ρ = 1.05 leaves the finite numbers on most seeds. With the threshold at 1 it learns the task: "
            "compare the norm before and after. Then reset, switch the clip off and train again.",
            {"n_hidden": 32, "shape": "identity", "rho": 1.05, "activation": "relu",
             "clip_norm": True},
        ),
        Preset(
            "truncation_forgets", "Truncation forgets",
            "Each update looks 3 steps back; the symbol, 49 steps back, gets exactly no gradient, and the task is not "
            "solved. Set k₂ to 50, reset and train again: it is.",
            {"n_hidden": 32, "shape": "identity", "activation": "relu", "clip_norm": True,
             "truncation": True, "truncation_k1": 50, "truncation_k2": 3},
        ),
    )
}
