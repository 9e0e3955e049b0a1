"""Four number types: their limits, and arithmetic that is really done in them."""

import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.topics.precision.number_types import (
    difference,
    limits,
    number_at,
    number_types,
    numbers_above_zero,
    product,
    repeated,
    rounded,
    subnormals_kept,
)
from tests.helpers.rounding import TYPES, loop, nearest, scalar

EACH = pytest.mark.parametrize("dtype", TYPES)


def info(dtype):
    return torch.finfo(torch.bfloat16) if dtype == "bfloat16" else np.finfo(dtype)


def test_there_are_four_types():
    assert tuple(number_types()) == TYPES


@EACH
def test_the_limits_are_those_that_numpy_and_torch_state(dtype):
    ours, theirs = limits(dtype), info(dtype)
    assert (ours.largest, ours.smallest_normal, ours.eps) == (theirs.max, theirs.tiny, theirs.eps)


@EACH
def test_the_smallest_subnormal_is_the_last_number_above_zero(dtype):
    smallest = limits(dtype).smallest_subnormal
    assert float(scalar(smallest, dtype)) == smallest > 0.0
    with np.errstate(under="ignore"):
        assert float(scalar(smallest, dtype) * scalar(0.5, dtype)) == 0.0


def test_the_published_smallest_numbers():
    assert limits("float32").smallest_subnormal == pytest.approx(1.4e-45, rel=0.01)
    assert limits("float64").smallest_subnormal == 5e-324


@EACH
def test_eps_is_the_distance_from_1_to_the_next_number(dtype):
    eps = limits(dtype).eps
    assert rounded(1.0 + eps, dtype) == 1.0 + eps
    assert rounded(1.0 + eps / 2.0, dtype) == 1.0


@EACH
def test_the_places_of_numbers_run_from_the_smallest_to_the_largest(dtype):
    count = numbers_above_zero(dtype)
    assert number_at(1, dtype) == limits(dtype).smallest_subnormal
    assert number_at(count, dtype) == limits(dtype).largest
    assert number_at(count + 1, dtype) == np.inf


numbers = st.tuples(st.integers(1, 2**53 - 1), st.integers(-60, 10)).map(lambda pair: pair[0] * 2.0 ** (pair[1] - 53))
anything = st.one_of(numbers, st.floats(1e-45, 1e-30), st.floats(5e-324, 1e-290), st.floats(1e4, 1e6))


@pytest.mark.slow
@EACH
@settings(max_examples=300, deadline=None)
@given(x=anything, y=anything)
def test_a_product_is_the_exact_one_rounded_once_to_the_nearest_even(dtype, x, y):
    x, y = float(rounded(x, dtype)), float(rounded(y, dtype))
    if np.isfinite([x, y]).all():
        assert product(x, y, dtype) == nearest(Fraction(x) * Fraction(y), dtype)


@pytest.mark.slow
@EACH
@settings(max_examples=300, deadline=None)
@given(x=anything, y=anything)
def test_a_difference_is_the_exact_one_rounded_once_to_the_nearest_even(dtype, x, y):
    x, y = float(rounded(x, dtype)), float(rounded(y, dtype))
    if np.isfinite([x, y]).all():
        assert difference(x, y, dtype) == nearest(Fraction(x) - Fraction(y), dtype)


@EACH
@pytest.mark.parametrize("rate", [0.0, 0.25, 0.3, 0.5, 0.75, 0.99, 0.9995, 1.0, 1.001, 1.01, 2.0, 3.7])
def test_repeated_multiplication_is_the_scalar_loop_bit_for_bit(dtype, rate):
    np.testing.assert_array_equal(repeated("multiply", 1.0, rate, 1500, dtype)[1:],
                                  loop("multiply", 1.0, rate, 1500, dtype))


@EACH
@pytest.mark.parametrize(("start", "by"), [(1.0, 1e-3), (1.0, 1e-8), (0.1, 0.01), (1e4, 100.0), (1e-6, 1e-7)])
def test_repeated_subtraction_is_the_scalar_loop_bit_for_bit(dtype, start, by):
    """Through zero and out on the other side, to -inf in float16."""
    np.testing.assert_array_equal(repeated("subtract", start, by, 1500, dtype)[1:],
                                  loop("subtract", start, by, 1500, dtype))


@EACH
def test_repeating_nothing_leaves_the_start(dtype):
    np.testing.assert_array_equal(repeated("multiply", 1.0, 0.3, 0, dtype), [1.0])


def test_torch_cumprod_does_not_round_bfloat16_at_every_step():
    """Why the table is there."""
    rate = torch.tensor(0.99, dtype=torch.bfloat16)
    carried = torch.cumprod(rate.expand(300).clone(), 0).double().numpy()
    assert not np.array_equal(carried, loop("multiply", 1.0, 0.99, 300, "bfloat16"))


def test_subnormals_are_not_flushed_where_the_engine_has_been_imported():
    import core.training.trainer  # noqa: F401

    assert subnormals_kept()


@EACH
def test_flushed_subnormals_are_refused_and_not_shown(dtype):
    if not torch.set_flush_denormal(True):
        pytest.skip("this processor cannot flush subnormals")
    try:
        with pytest.raises(RuntimeError, match="set_flush_denormal"):
            rounded(1.0, dtype)
    finally:
        torch.set_flush_denormal(False)
    assert rounded(1.0, dtype) == 1.0


def test_torch_is_imported_for_bfloat16_alone():
    code = ("import sys; from core.topics.precision.powers import powers; powers(0.25, 'float16', 10); "
            "powers(0.25, 'float64', 10);"
            "assert 'torch' not in sys.modules; powers(0.25, 'bfloat16', 10); assert 'torch' in sys.modules")
    subprocess.run([sys.executable, "-c", code], check=True)
