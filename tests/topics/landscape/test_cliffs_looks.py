"""Every chart and every sentence of the one-unit page as a whole: lines, signs, colours, hover, rules, words on it,
axes and text, from numbers in which no two are equal. They are computed once more in test_landscape_*.py."""

from dataclasses import replace

import numpy as np
import pytest

from core.topics.landscape.figures.bifurcation import bifurcation
from core.topics.landscape.figures.descent import descent
from core.topics.landscape.figures.error_map import error_map
from core.topics.landscape.figures.error_surface import error_surface
from core.topics.landscape.one_unit import Descent, OneUnit, surface
from core.topics.landscape.reasons import reasons
from core.topics.landscape.verdict import attractor_claims, attractors_in_words, landscape_verdict
from core.topics.landscape.wall import Crossings
from tests.helpers.looks import kept, look
from tests.helpers.verdict_lines import lines


def way(w, b, error, gradient, threshold=None, stopped=None):
    return Descent(*(np.array(values, float) for values in (w, b, error, gradient)), threshold, stopped)


def crossed(bifurcation=(), wall=()):
    return Crossings(np.array(bifurcation, int), np.array(wall, int))


def drawn(figure, unit, ways, shade, w=(3.5, 6.5), b=(-4.0, -1.0)):
    return figure(surface(unit, np.linspace(*w, 3), np.linspace(*b, 4)), unit, *ways, shade)


UNIT = OneUnit(steps=12)
FREE = way([4.5, 4.25, 9.0, 9.125], [-2.5, -2.75, -2.0, -1.5], [0.3, 0.25, 20.0, 0.5], [3.0, 440.0, 0.5, 0.25])
HELD = way([4.5, 4.375, 4.25, 4.0], [-2.5, -2.625, -2.75, -2.875], [0.3, 0.2, 0.04, 0.005], [3.0, 2.0, 40.0, 0.125],
           0.75)
WAYS = (FREE, HELD)
START = tuple(one.until(0) for one in WAYS)
FIRST = tuple(one.until(1) for one in WAYS)
NOWHERE = tuple(way([], [], [], [], threshold, "the error is inf at the start") for threshold in (None, 2.0))
GONE = (replace(FREE, stopped="the error is nan after update 4"), HELD)
BOTH = (GONE[0], replace(HELD.until(0), stopped="the gradient is inf after update 1"))
FLAT = tuple(replace(one, gradient=np.array([0.5, 0.25, 0.625, 0.125]), threshold=0.75) for one in (FREE, FREE))
SLOPE = (replace(HELD, threshold=None), replace(HELD, w=0.5 * HELD.w))
TEN = (way([1.0, 1.0, 3.5], [0.0, 0.25, 0.25], [0.3, 0.2, 0.1], [3.0, 2.0, 1.0]),
       way([1.0, 1.25], [0.0, 0.0], [0.3, 0.2], [3.0, 2.0], 0.5))
LATE = (way([1.0, 1.25, 1.5, 5.0], [2.0, 2.0, 2.5, 3.0], [1.0, 0.5, 0.125, 0.0], [10.0, 1.5, 1.25, 0.0]), HELD)

DEAD = OneUnit(activation="relu", w=-1.0, b=-1.0, steps=5)
LINEAR = OneUnit(activation="linear", w=0.5, b=0.25, steps=500)
FLIPS = OneUnit(activation="tanh", w=-2.0, b=1.0, steps=12)
THREE = OneUnit(activation="gelu", w=-8.7, b=-0.86)
UNITS = {
    "the cliff": OneUnit(), "two attractors": OneUnit(w=5.0, b=-2.5, steps=7, x0=1.0), "a cycle": FLIPS,
    "a cycle of three": THREE, "no period": OneUnit(activation="gelu", w=-6.7, b=-0.77),
    "ReLU": OneUnit(activation="relu", w=1.5, b=1.0, x0=2.0), "no attractor": OneUnit(activation="linear", w=1.2),
    "a cycle at a kink": OneUnit(activation="relu", w=-1.5, b=1.0, x0=0.5), "nothing happens": OneUnit(w=0.5),
    "a wall that is not looked for": OneUnit(activation="gelu", w=3.0, x0=-5.0),
    "two that repel": OneUnit(activation="gelu", w=8.3, b=-0.8, x0=-1.5),
    "folds by a hair": OneUnit(activation="tanh", w=1.00002, b=3e-7, x0=0.0),
    "a cycle of eight": OneUnit(activation="gelu", w=-5.0, b=-0.61, x0=3.0),
    "a cycle of nine": OneUnit(activation="gelu", w=-6.53, b=-0.19, x0=3.0),
    "a wall before no period": OneUnit(activation="gelu", w=-6.7, b=-0.5, x0=-0.2019),
    "half a fixed point": OneUnit(activation="relu", w=2.0, b=0.0, x0=0.0),
    "a kink that holds": OneUnit(activation="leaky_relu", w=-2.0, b=0.0, x0=0.0),
    "a slope of 1": OneUnit(activation="tanh", w=1.0, b=0.0, x0=0.25),
    "a slope of -1, and a cycle": OneUnit(activation="linear", w=-1.0, b=0.5, x0=0.25),
    "a wall that leads nowhere": OneUnit(activation="leaky_relu", w=-10.0, b=1.0, x0=1.0),
    "leaky ReLU": OneUnit(activation="leaky_relu", w=1.5, b=-0.5, x0=1.0, steps=300),
    "a wall before a cycle of three": OneUnit(activation="gelu", w=-8.7, x0=-0.1822),
}
PATHS = {"thrown": WAYS, "at the start": START, "after one update": FIRST, "nowhere": NOWHERE, "one is gone": GONE,
         "both are gone": BOTH, "nothing to clip": FLAT, "a slope": SLOPE, "ten times": TEN, "late": LATE,
         "just at the threshold": tuple(replace(one, threshold=0.625) for one in FLAT),
         "the other is gone": (FREE, replace(HELD, stopped="w is inf after update 4"))}
OVER = {"never": crossed(), "once": crossed([0], [1]), "twice": crossed([1, 2], [0, 2]),
        "thrice": crossed([0, 1, 2], [0, 1, 2])}

CASES = {
    "map": lambda: drawn(error_map, UNIT, WAYS, "error"),
    "map of the logarithm, at the start": lambda: drawn(error_map, UNIT, START, "log_error"),
    "map of the gradient, after one update": lambda: drawn(error_map, UNIT, FIRST, "gradient"),
    "map with a gradient of exactly 0": lambda: drawn(error_map, DEAD, WAYS, "gradient", (-1.5, 0.5), (-2.0, 1.0)),
    "map of an error of exactly 0": lambda: drawn(error_map, replace(DEAD, target=0.0), WAYS, "log_error",
                                                  (-1.5, 0.5), (-2.0, 1.0)),
    "map, partly beyond": lambda: drawn(error_map, LINEAR, GONE, "error", (0.0, 10.0), (0.0, 1.0)),
    "map, all beyond": lambda: drawn(error_map, LINEAR, NOWHERE, "error", (9.0, 10.0), (0.0, 1.0)),
    "map of a narrow window": lambda: drawn(error_map, UNIT, WAYS, "error", (4.68951, 4.69051), (-2.42051, -2.41951)),
    "map with flips": lambda: drawn(error_map, FLIPS, WAYS, "error", (-3.0, -1.0), (0.0, 2.0)),
    "map of an error without a ceiling": lambda: drawn(error_map, replace(DEAD, w=2.0), WAYS, "error", (0.0, 2.0)),
    "surface": lambda: drawn(error_surface, UNIT, WAYS, "error"),
    "surface of the logarithm": lambda: drawn(error_surface, UNIT, LATE, "log_error", (1.25, 4.0), (0.0, 2.25)),
    "surface of the gradient": lambda: drawn(error_surface, UNIT, START, "gradient"),
    "surface with a gradient of exactly 0": lambda: drawn(error_surface, DEAD, LATE, "gradient", (-1.5, 5.5),
                                                          (-2.0, 3.0)),
    "surface, all beyond": lambda: drawn(error_surface, LINEAR, NOWHERE, "error", (9.0, 10.0), (0.0, 1.0)),
    "descents": lambda: descent(*WAYS, (crossed([0, 2], [1]), crossed([1], [0, 2])), 2),
    "descents at the start": lambda: descent(*START, (crossed(), crossed()), 0),
    "descents after one update": lambda: descent(*FIRST, (crossed([0]), crossed([], [0])), 1),
    "descents from nowhere": lambda: descent(*NOWHERE, (crossed(), crossed()), 0),
    "descents, one gone": lambda: descent(*GONE, (crossed(), crossed()), 3),
    "descents, a late jump": lambda: descent(*LATE, (crossed(), crossed()), 3),
    "fixed points": lambda: bifurcation(replace(UNIT, w=5.0, b=-2.5), -3.0, -2.0, 1.25),
    "fixed points, folds close by": lambda: bifurcation(OneUnit(w=4.2, b=-2.0), -3.0, -1.0, 1.25),
    "fixed points, folds at the right": lambda: bifurcation(OneUnit(w=4.2, b=-2.0), -3.0, -2.05, 1.25),
    "fixed points, last off the chart": lambda: bifurcation(OneUnit(w=3.0, b=-1.5), -2.0, -1.0, 40.0),
    "fixed points, last beyond": lambda: bifurcation(OneUnit(activation="linear", w=1.2, b=0.5), 0.0, 1.0, np.inf),
    "fixed points, last just near": lambda: bifurcation(OneUnit(activation="linear", w=0.0, b=0.5), 0.0, 1.0, 1.5),
    "fixed points, last just off": lambda: bifurcation(OneUnit(activation="linear", w=0.0, b=0.5), 0.0, 1.0, 1.5625),
    "fixed points, last just near below": lambda: bifurcation(OneUnit(activation="linear", w=0.0), 0.0, 1.0, -0.5),
    "fixed points, last just off below": lambda: bifurcation(OneUnit(activation="linear", w=0.0), 0.0, 1.0, -0.5625),
    "fixed points, three lines": lambda: bifurcation(THREE, -3.0, -1.8, -2.5),
    "fixed points, a negative weight": lambda: bifurcation(FLIPS, -3.0, 3.0, 0.5),
    "fixed points, a longer cycle": lambda: bifurcation(THREE, -0.861, -0.859, 0.5),
    "no fixed points": lambda: bifurcation(OneUnit(activation="linear", w=1.0, b=0.5), 0.25, 1.0, 3.0),
}
CASES |= {f"verdict, {name}, over the wall {often}": lambda ways=ways, over=over: lines(
    landscape_verdict(UNIT, *ways, over)) for name, ways in PATHS.items() for often, over in OVER.items()
    if name == "nothing to clip" or often == "once"}
CASES |= {f"attractors and reasons, {name}": lambda unit=unit, over=over: [
    *(f"{claim.name} ({', '.join(claim.numbers)})" for claim in attractor_claims(unit)), attractors_in_words(unit),
    *reasons(unit, (over, OVER["once"]))]
    for (name, unit), over in zip(UNITS.items(), [*OVER.values()] * 6, strict=False)}


@pytest.mark.parametrize("name", CASES)
def test_all_that_is_seen_and_said(name):
    found = CASES[name]()
    assert (found if isinstance(found, list) else look(found)) == kept("cliffs")[name]


def test_every_look_that_is_kept_is_looked_at():
    assert list(kept("cliffs")) == list(CASES)
