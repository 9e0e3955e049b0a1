"""Settings of the one-unit page that show one thing each."""

from __future__ import annotations

from core.topics.preset import Preset

PRESETS = {
    preset.name: preset
    for preset in (
        Preset("cliff", "Pascanu's cliff",
               "The start is on the wall: a gradient of 440. The first step without clipping leaves the map, and "
               "stays away: it is flat out there.", {}),
        Preset("attractors", "Two attractors",
               "w = 5: between the folds at b = -2.656 and -2.344 the unit keeps one of two states. Move b, then x₀: "
               "it moves the wall, and not the folds.",
               {"w": 5.0, "b": -2.5, "width": 1.0, "shown": 0}),
        Preset("clipped", "Over the cliff, clipped",
               "Both go down to the wall the same way. One step without clipping is then thrown far off; clipped, the "
               "descent comes back and goes along the wall.",
               {"w": 4.8, "b": -2.35, "width": 0.5, "w_mid": 4.7, "b_mid": -2.4}),
        Preset("thin", "A wall too thin to feel",
               "tanh makes the wall so thin that no step lands on it: the error jumps a hundredfold again and again, "
               "no gradient says so, and there is nothing to clip.",
               {"w": 2.0, "b": -0.3, "activation": "tanh", "width": 1.0, "w_mid": 1.8, "b_mid": -0.3}),
        Preset("ceiling", "ReLU: no ceiling",
               "Nothing stops a state that grows by 1.1 a step. One step without clipping kills the unit: its gradient "
               "is exactly 0 from then on.",
               {"w": 1.1, "b": 0.05, "activation": "relu", "width": 0.5, "w_mid": 1.0, "b_mid": 0.0,
                "shade": "log_error"}),
        Preset("cycle", "Negative weight",
               "The unit goes to and fro between two states. The wall is where it begins to do so in the other order: "
               "with one step more (T = 51) its sides are exchanged.",
               {"w": -2.0, "b": 1.0, "activation": "tanh", "target": -0.5, "w_mid": -1.6, "b_mid": 1.1, "width": 2.0}),
    )
}
