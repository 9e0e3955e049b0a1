"""Every chart and every sentence of the precision page as a whole, at settings that between them reach each branch. The
numbers themselves are computed once more in test_precision_claims.py and test_precision_drawn.py."""

import pytest

from core.plotting.drawing import Drawing
from core.topics.precision.figures.digits_left import digits_left
from core.topics.precision.figures.iterated_tanh import iterated_slope, iterated_value
from core.topics.precision.figures.powers import powers_figure
from core.topics.precision.figures.share_that_arrives import share_that_arrives
from core.topics.precision.figures.updates_arrived import updates_arrived
from core.topics.precision.iterated_tanh import iterated_tanh
from core.topics.precision.powers import Powers, powers, powers_in_all_types
from core.topics.precision.presets import PRESETS
from core.topics.precision.stagnation import Update, stagnation, stagnation_in_all_types
from core.topics.precision.verdict import (
    comparison,
    error_claim,
    iterated_verdict,
    powers_verdict,
    training_claims,
    update_verdict,
)
from tests.helpers.looks import kept, look


def of_powers(draw, rate, steps, dtype="float32"):
    return lambda: draw(powers_in_all_types(Powers(rate=rate, steps=steps)), dtype)


def of_updates(draw, *values, steps=3, dtype="float32"):
    return lambda: draw([stagnation(*values, one, steps) for one in ("float16", "bfloat16", "float32", "float64")],
                        dtype)


def claims(*found):
    """Name, sentence and numbers of each."""
    def short(value):
        return f"{value:.6g}" if isinstance(value, float) else value

    return [f"{c.name}: {c.text} ({', '.join(f'{name} {short(value)}' for name, value in c.numbers.items())})"
            for c in found]


def said(verdict):
    return [f"{verdict.kind}, {verdict.headline}", *claims(*verdict.claims)]


def trained(rate, steps, dtype, *update):
    return lambda: claims(*training_claims(powers(rate, dtype, steps), stagnation(*update, dtype, 1)))


def table(update=(1.0, 0.03, 0.01), **values):
    def told():
        spec, asked = Powers(**values), Update(**dict(zip(("weight", "lr", "gradient"), update, strict=True)))
        rows = comparison(spec, powers_in_all_types(spec), stagnation_in_all_types(asked, 3))
        return [" | ".join(rows[0]), *(" | ".join(row.values()) for row in rows)]
    return told


POWERS = {
    "far below the smallest number": (0.25, 600, "float32"),
    "a little below the smallest number": (0.25, 80, "float32"),
    "half as far again below the smallest number": (0.25, 112, "float32"),
    "twice as far below the smallest number": (0.25, 150, "float32"),
    "near the smallest number": (0.25, 52, "float32"), "both limits apart": (0.25, 12, "float16"),
    "near the smallest normal number": (0.25, 6, "float16"), "no limit near": (0.25, 3, "float64"),
    "stuck": (0.75, 480, "float32"), "stuck late": (0.75, 430, "float32"),
    "stuck early": (0.75, 60, "float16"), "0 at once": (0.0, 3, "float32"),
    "subnormal at once": (1e-5, 4, "float16"), "one step": (0.5, 1, "float32"), "kept": (1.0, 3, "float32"),
    "rounded away": (1.001, 3, "bfloat16"), "far above the largest": (2.0, 170, "float32"),
    "above the largest": (2.0, 140, "float32"), "near the largest": (2.0, 100, "float32"),
    "far above float64's largest": (2.0, 1300, "float64"),
    "below float64's smallest": (0.5, 1200, "float64"), "grows": (1.5, 5, "float64"),
    "a factor 2 off": (1.01, 1000, "bfloat16"),
}
DIGITS = ("far below the smallest number", "a little below the smallest number",
          "twice as far below the smallest number", "stuck", "stuck late", "stuck early", "one step",
          "subnormal at once", "0 at once", "grows")
CASES = {f"powers, {which}": of_powers(powers_figure, *case) for which, case in POWERS.items()}
CASES |= {f"digits, {which}": of_powers(digits_left, *POWERS[which]) for which in DIGITS}
UPDATES = {
    "taken": ((1.0, 0.03, 0.01), "float32"), "lost": ((1.0, 1e-3, 1e-5), "float32"),
    "rounded to 0": ((1.0, 1e-5, 1e-6), "float16"), "too small for the chart": ((1e4, 1e-5, 1e-12), "float32"),
    "too large for the chart": ((1e-6, 1.0, 1.0), "float64"), "coarse": ((3.0, 0.023, 1.0), "bfloat16"),
    "at the chart's left end": ((1000.0, 1e-5, 1.02e-12), "float64"),
    "on the left": ((1.0, 1e-5, 1e-6), "float64"), "of a small weight": ((1e-6, 1e-5, 1e-9), "float64"),
}
CASES |= {f"{name}, {which}": of_updates(draw, *values, dtype=dtype)
          for name, draw in (("arrives", share_that_arrives), ("updates", updates_arrived))
          for which, (values, dtype) in UPDATES.items()}
CASES |= {"updates, one": of_updates(updates_arrived, 1.0, 0.03, 0.01, steps=1),
          "updates, beyond the numbers": of_updates(updates_arrived, 1e4, 10.0, 1000.0, steps=20, dtype="float16")}
TANH = {"flat": (0.0, 3), "flatter": (0.5, 4), "rounded to 0": (0.0005, 100), "steeper": (1.1, 7), "a step": (4.0, 37),
        "of gain 1": (1.0, 5)}
CASES |= {f"{name}, {which}": lambda draw=draw, case=case: draw(iterated_tanh(*case))
          for name, draw, which, case in (
              ("iterated", iterated_value, "flat", TANH["flat"]),
              ("iterated", iterated_value, "a step", TANH["a step"]),
              ("slope", iterated_slope, "flat", TANH["flat"]), ("slope", iterated_slope, "steeper", TANH["steeper"]))}
CASES |= {f"said of powers, {which}": lambda rate=rate, steps=steps, dtype=dtype:
          said(powers_verdict(powers(rate, dtype, steps)))
          for which, (rate, steps, dtype) in {
              **POWERS, "the rate is exact": (0.75, 200, "float32"),
              "fading": (0.5, 140, "float32"), "shrinks": (0.99, 1000, "float32"),
              "limit at some 7 billion steps": (0.9999999, 9, "float64")}.items()}
CASES |= {f"said of an update, {which}": lambda values=values, dtype=dtype:
          said(update_verdict(stagnation(*values, dtype, 3))) for which, (values, dtype) in UPDATES.items()}
CASES |= {f"said of tanh, {which}": lambda case=case: said(iterated_verdict(iterated_tanh(*case)))
          for which, case in TANH.items()}
CASES |= {
    "said of an error, too large": lambda: claims(error_claim(powers(0.999, "bfloat16", 5000))),
    "said of training, gone": trained(0.25, 1100, "float32", 1.0, 0.03, 0.01),
    "said of training, gone at a step that is not counted": trained(0.99999, 3, "float64", 0.3, 0.03, 0.01),
    "said of training, stuck": trained(0.75, 1100, "float32", 12.5, 0.03, 0.01),
    "said of training, at no step": trained(1.001, 3, "bfloat16", 0.3, 0.3, 1.0),
    "said of training, growing": trained(1.5, 3, "float32", 10000.0, 0.3, 10.0),
    "said of training, lost at once": trained(0.5, 3, "float32", 1.0, 1e-3, 1e-5),
    "said of training, at a rate of 0": trained(0.0, 3, "float32", 1.0, 0.03, 0.01),
    "table": table(), "table of a growth": table(update=(1e-6, 1.0, 1e-8), rate=2.0, steps=1100),
    "table of a rate of nine digits": table(update=(2048.125, 0.3, 1.0), rate=1.00000001, steps=20),
    "table of a tiny rate": table(rate=1.5e-9, steps=2),
    "presets": lambda: [f"{preset.name} | {preset.title} | {preset.look} | {preset.values}"
                        for preset in PRESETS.values()],
}


@pytest.mark.parametrize("name", CASES)
def test_all_that_is_seen_of_it(name):
    found = CASES[name]()
    assert (look(found) if isinstance(found, Drawing) else found) == kept("precision")[name]


def test_every_look_that_is_kept_is_looked_at():
    assert list(kept("precision")) == list(CASES)
