"""Settings of the precision page that show one thing each."""

from __future__ import annotations

from core.topics.preset import Preset

PRESETS = {
    preset.name: preset
    for preset in (
        Preset("grows", "1.01", "1 % more at each of 1,000 steps: 20,959 times as much, and no type but float16 is "
               "near its end. Compare the digits: bfloat16 takes 1.01 for 1.0078.", {"rate": 1.01, "steps": 1000}),
        Preset("shrinks", "0.99", "1 % less at each of 1,000 steps leaves 4.3·10^-5. It is small and not lost: float32 "
               "still has 5 digits of it.", {"rate": 0.99, "steps": 1000}),
        Preset("leaves", "0.25", "The largest slope of the sigmoid at every step: float32 is exactly 0 from t = 75, "
               "float64 from t = 538. Powers of two keep every digit until then.", {}),
        Preset("overflows", "2", "float32 is inf from t = 128, and bfloat16 at the same step: it has the same "
               "exponents. float16 ends at t = 16, float64 at t = 1,024.", {"rate": 2.0}),
        Preset("stuck", "0.75, never 0", "More than half of the smallest number is rounded up to it again: the power "
               "stays there for ever, with no digit right.", {"rate": 0.75}),
        Preset("stagnates", "A weight that no longer moves", "The update is 10^-8: far above 1.4·10^-45, the smallest "
               "number of float32, and lost all the same, since the weight is 1. float64 takes it.",
               {"lr": 1e-3, "gradient": 1e-5}),
    )
}
