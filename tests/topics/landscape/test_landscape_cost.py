"""What a surface of one unit holds, as it is foretold, against what it holds; its seconds: tests/benchmarks/cost.py."""

import numpy as np
import pytest

from core.topics.landscape.cost import surface_cost
from core.topics.landscape.one_unit import OneUnit, surface
from tests.helpers.traced import traced

SLACK = 4e6  # bytes that do not grow with the sizes


@pytest.mark.parametrize(("activation", "across"), [("tanh", 400), ("gelu", 120), ("sigmoid", 20)])
def test_a_surface_holds_what_is_foretold(activation, across):
    spec, at = OneUnit(activation=activation, steps=3), np.linspace(-5.0, 5.0, across)
    surface(spec, at, at)
    held = traced(lambda: surface(spec, at, at)).peak
    assert held <= surface_cost(spec, across**2).bytes <= 1.5 * held + SLACK


def test_steps_and_points_make_it_dearer():
    few, many = OneUnit(steps=10), OneUnit(steps=40)
    assert surface_cost(many, 90_000).seconds == pytest.approx(4 * surface_cost(few, 90_000).seconds)
    assert surface_cost(few, 90_000).seconds > 2 * surface_cost(few, 30_000).seconds
