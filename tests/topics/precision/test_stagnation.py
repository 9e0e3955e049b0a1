"""When a sum stops changing: brute force, the round-to-even edge, exact fractions, and what it means for training."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.parameters import ParameterError
from core.topics.precision.number_types import limits, number_at, numbers_above_zero, rounded
from core.topics.precision.stagnation import (
    Update,
    arrived,
    smallest_update,
    stagnation,
    stagnation_in_all_types,
    steps_until_lost,
)
from tests.helpers.rounding import TYPES, loop, nearest, scalar

EACH = pytest.mark.parametrize("dtype", TYPES)
EACH_WEIGHT = pytest.mark.parametrize("weight", [1.0, 0.75, 1.5, 0.1, 3.0, 1000.0, 1e-6])


def after(weight, update, dtype):
    """One scalar subtraction in the type."""
    return float(scalar(weight, dtype) - scalar(update, dtype))


def place(x, dtype):
    """The place of a number above 0 among those of the type, by bisection."""
    low, high = 0, numbers_above_zero(dtype)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if number_at(middle, dtype) < x else (low, middle)
    return high


@EACH
@EACH_WEIGHT
def test_the_smallest_update_changes_the_weight_and_the_number_before_it_does_not(dtype, weight):
    w = float(rounded(weight, dtype))
    smallest = smallest_update(w, dtype)
    assert after(w, smallest, dtype) != w
    assert after(w, number_at(place(smallest, dtype) - 1, dtype) if smallest > number_at(1, dtype) else 0.0, dtype) == w


@pytest.mark.slow
@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
@EACH_WEIGHT
def test_the_smallest_update_is_the_first_of_all_numbers_that_changes_the_weight(dtype, weight):
    w = float(rounded(weight, dtype))
    assert smallest_update(w, dtype) == next(
        u for u in (number_at(i, dtype) for i in range(1, 2**15)) if nearest(Fraction(w) - Fraction(u), dtype) != w)


@EACH
def test_half_a_spacing_is_rounded_to_the_even_weight(dtype):
    """Below 1 the spacing is eps/2. 1 is even: half of it is lost. 1 - eps/2 is odd: half of it moves it on."""
    half = limits(dtype).eps / 4.0
    assert after(1.0, half, dtype) == 1.0
    assert smallest_update(1.0, dtype) == number_at(place(half, dtype) + 1, dtype)
    odd = 1.0 - limits(dtype).eps / 2.0
    assert after(odd, half, dtype) == 1.0 - limits(dtype).eps
    assert smallest_update(odd, dtype) == half


@EACH
def test_above_a_power_of_two_an_update_must_be_twice_as_large(dtype):
    half = limits(dtype).eps / 2.0
    assert smallest_update(1.0, dtype, upwards=True) == number_at(place(half, dtype) + 1, dtype)
    assert smallest_update(1.0 + 2.0 * half, dtype, upwards=True) == half  # an odd one


@EACH
@settings(max_examples=50, deadline=None)
@given(weight=st.floats(0.01, 1e4))
def test_the_smallest_update_lies_between_a_quarter_and_half_of_eps_times_the_weight(dtype, weight):
    w, eps = float(rounded(weight, dtype)), limits(dtype).eps
    smallest = smallest_update(w, dtype)
    assert eps * w / 4.0 <= smallest <= eps * w / 2.0 * (1.0 + eps)


@EACH
def test_the_smallest_update_is_far_above_the_smallest_number(dtype):
    """By 3 decades in float16 and 307 in float64: it is not the end of the type that stops the sum."""
    assert smallest_update(1.0, dtype) > 1000.0 * limits(dtype).smallest_subnormal


@EACH
def test_a_weight_of_zero_takes_the_smallest_number(dtype):
    assert smallest_update(0.0, dtype) == limits(dtype).smallest_subnormal


@EACH
@EACH_WEIGHT
def test_the_share_that_arrives_is_that_of_exact_fractions(dtype, weight):
    w = float(rounded(weight, dtype))
    size = w * np.logspace(-18.0, 0.5, 97)
    shares = arrived(w, size, dtype)
    for u, share in zip(size, shares, strict=True):
        moved = Fraction(w) - Fraction(nearest(Fraction(w) - Fraction(float(rounded(u, dtype))), dtype))
        assert share == pytest.approx(float(moved / Fraction(u)), rel=limits(dtype).eps)


@EACH
def test_nothing_arrives_below_the_smallest_update_and_nearly_all_far_above(dtype):
    s = stagnation(1.0, 0.03, 0.01, dtype, 1)
    assert (s.arrived[s.size < s.smallest * (1.0 - limits(dtype).eps)] == 0.0).all()
    assert ((s.arrived >= 0.0) & (s.arrived <= 2.0)).all()
    far = s.size > 1000.0 * s.smallest
    np.testing.assert_allclose(s.arrived[far], 1.0, atol=1e-3 + limits(dtype).eps)


@EACH
@pytest.mark.parametrize(("lr", "gradient"), [(0.03, 0.01), (1e-3, 1e-5), (0.1, 1.0), (10.0, 100.0)])
def test_the_weight_moves_as_a_scalar_loop_moves_it(dtype, lr, gradient):
    u = float(scalar(lr, dtype) * scalar(gradient, dtype))
    s = stagnation(1.0, lr, gradient, dtype, 200)
    np.testing.assert_array_equal(s.moved[1:], (1.0 - loop("subtract", 1.0, u, 200, dtype)) / (lr * gradient))
    assert s.moved[0] == 0.0


@EACH
def test_the_update_is_computed_in_the_type_and_not_rounded_to_it_at_the_end(dtype):
    """Both factors are rounded first; on this grid that makes a difference in every type but the widest."""
    grid = [(lr, g) for lr in (0.03, 0.07, 0.3) for g in (0.011, 0.13, 0.7, 3.3)]
    updates = [stagnation(1.0, lr, g, dtype, 1).update for lr, g in grid]
    assert updates == [float(scalar(lr, dtype) * scalar(g, dtype)) for lr, g in grid]
    assert (updates != [float(scalar(lr * g, dtype)) for lr, g in grid]) == (dtype != "float64")


def test_an_update_that_float32_can_hold_easily_does_not_move_a_weight_of_1():
    """1e-8 against 1.4e-45, and yet lost; float64 takes it."""
    found = {s.dtype: s for s in stagnation_in_all_types(Update(weight=1.0, lr=1e-3, gradient=1e-5), 1000)}
    assert found["float32"].update == pytest.approx(1e-8)
    assert not found["float32"].moves
    assert (found["float32"].moved == 0.0).all()
    assert found["float64"].moves
    assert found["float64"].moved[-1] == pytest.approx(1000.0, rel=1e-6)


def test_1e_minus_16_is_lost_beside_1_in_float64_and_kept_beside_1e_minus_6():
    """Relative, not absolute."""
    assert smallest_update(1.0, "float64") > 1e-17 > smallest_update(1e-6, "float64")


@EACH
@EACH_WEIGHT
def test_moves_says_what_one_update_does(dtype, weight):
    for gradient in (1e-12, 1e-6, 1e-3, 1.0):
        s = stagnation(weight, 0.03, gradient, dtype, 1)
        assert s.moves == (after(s.weight, s.update, dtype) != s.weight)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("rate", [0.25, 0.3, 0.9, 0.99])
def test_the_steps_until_a_gradient_is_lost_are_the_first_that_are_too_small(dtype, rate):
    s = stagnation(1.0, 0.03, 0.01, dtype, 1)
    t = steps_until_lost(s, rate)
    assert after(s.weight, s.update * rate ** (t - 1), dtype) != s.weight
    assert after(s.weight, s.update * rate**t, dtype) == s.weight


def test_a_gradient_that_does_not_shrink_is_never_lost_and_one_too_small_is_lost_at_once():
    large, small = stagnation(1.0, 0.03, 0.01, "float32", 1), stagnation(1.0, 1e-3, 1e-5, "float32", 1)
    assert steps_until_lost(large, 1.0) is None
    assert steps_until_lost(large, 2.0) is None
    assert steps_until_lost(large, 0.0) == 1
    assert steps_until_lost(small, 0.5) == 0


@pytest.mark.parametrize("name", Update.parameters())
def test_every_legal_edge_of_the_spec_passes_and_what_is_outside_does_not(name):
    parameter = Update.parameters()[name]
    for value in parameter.legal():
        stagnation_in_all_types(Update(**{name: value}), 3)
    for value in parameter.illegal():
        with pytest.raises(ParameterError, match=name):
            Update(**{name: value})
