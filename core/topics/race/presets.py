"""Races worth watching: the same remedies help in one and harm in another. Flat values over the defaults."""

from __future__ import annotations

from typing import Any

from core.topics.preset import Preset
from core.topics.race.entries import RaceSpec

WATCHED = ("pace", "until_solved", "band", "reach_level", "card")  # how a race is watched: it stays the same race


def _values(lanes: str, **values: Any) -> dict[str, Any]:
    return {"lanes": RaceSpec(lanes=lanes).lanes, "n_hidden": 32, "pace": "60", **values}


RACES: dict[str, Preset] = {
    preset.name: preset
    for preset in (
        Preset(
            "race_vanishing", "Vanishing",
            "A Gaussian W_hh with ρ = 0.7: the symbol shown at t = 1 hardly reaches the end, and no gradient comes "
            "back. Race: what keeps the way open learns within a hundred updates; with this momentum not every remedy "
            "does.",
            _values("orthogonal_init,lstm+lstm_bias=4,omega+omega_weight=2,leaky,gru+gru_bias=4,identity_relu",
                    shape="gaussian", rho=0.7, optimizer="momentum", clip_norm=True, steps=300),
        ),
        Preset(
            "race_exploding", "Exploding",
            "ReLU with ρ = 1.05 and plain SGD. Race: shortening the step keeps the run finite and it learns; shrinking "
            "the weights a little, or cutting the way back alone, comes too late.",
            _values("clip_norm,clip_value,clip_jacobian,truncation,l2,l1",
                    shape="identity", rho=1.05, activation="relu", steps=150),
        ),
        Preset(
            "race_harm", "Remedies that harm",
            "Here the baseline is healthy: an orthogonal start, Adam, clipped. Race: what pulls W_hh towards 0 makes "
            "it forget, and truncation, which sends no gradient back to the symbol, leaves it to the readout alone.",
            _values("l2+l2_weight=0.3,l1+l1_weight=0.2,truncation+truncation_k2=3",
                    orthogonal_init=True, optimizer="adam", lr=0.003, clip_norm=True, steps=200),
        ),
    )
}
LOOK = ("The same seeds and the same batches in every lane: what differs is the remedy. The line is the median over "
        "the seeds, the area how far they lie apart. A star has solved the task on every seed, a diamond on some "
        "while the others diverged; a cross has diverged on most.")
