"""Powers in finite precision, against scalar loops in the type, exact fractions, mpmath and published values."""

import time
from fractions import Fraction

import mpmath
import numpy as np
import pytest

from core.parameters import ParameterError
from core.topics.precision.number_types import limits, rounded
from core.topics.precision.powers import Powers, powers, powers_in_all_types, steps_until
from tests.helpers.rounding import TYPES, log10_relative_error, loop, nearest

EACH = pytest.mark.parametrize("dtype", TYPES)
RATES = [0.25, 0.3, 0.5, 0.75, 0.99, 1.001, 1.01, 2.0, 3.7]
EACH_RATE = pytest.mark.parametrize("rate", RATES)


@pytest.mark.parametrize(("rate", "dtype", "zero"), [
    (0.25, "float32", 75), (0.25, "float64", 538), (0.25, "float16", 13), (0.25, "bfloat16", 67), (0.5, "float32", 150),
    (0.5, "float64", 1075)])
def test_a_power_of_two_is_zero_when_it_is_half_of_the_smallest_number(rate, dtype, zero):
    assert powers(rate, dtype, 1100).first_zero == zero
    assert Fraction(rate) ** zero <= Fraction(limits(dtype).smallest_subnormal) / 2 < Fraction(rate) ** (zero - 1)


@pytest.mark.parametrize(("dtype", "inf"), [("float32", 128), ("bfloat16", 128), ("float16", 16), ("float64", 1024)])
def test_2_to_the_t_overflows(dtype, inf):
    assert powers(2.0, dtype, 1100).first_inf == inf


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("rate", "published"), [(1.01, 20959), (0.99, 4.3e-5)])
def test_the_published_powers_of_a_thousand_steps(rate, published, dtype):
    assert 10.0 ** powers(rate, dtype, 1000).log10_value[-1] == pytest.approx(published, rel=0.01)


@EACH
@EACH_RATE
def test_the_values_are_those_of_a_scalar_loop_in_the_type(dtype, rate):
    with np.errstate(divide="ignore"):
        np.testing.assert_array_equal(powers(rate, dtype, 700).log10_value,
                                      np.log10(loop("multiply", 1.0, rate, 700, dtype)))


@EACH
@EACH_RATE
def test_every_value_is_the_last_one_times_the_rate_rounded_exactly(dtype, rate):
    """By fractions: no processor's arithmetic is used."""
    value = 1.0
    for log10 in powers(rate, dtype, 120).log10_value:
        value = nearest(Fraction(value) * Fraction(float(rounded(rate, dtype))), dtype)
        if not np.isfinite(value) or value == 0.0:
            assert log10 == (np.inf if value else -np.inf)
            break
        assert log10 == np.log10(value)


@EACH
@EACH_RATE
def test_the_first_subnormal_zero_and_inf_are_those_of_the_loop(dtype, rate):
    values, p = loop("multiply", 1.0, rate, 1300, dtype), powers(rate, dtype, 1300)
    found = [(values > 0) & (values < limits(dtype).smallest_normal), values == 0, np.isposinf(values)]
    assert [p.first_subnormal, p.first_zero, p.first_inf] == [
        int(np.flatnonzero(where)[0]) + 1 if where.any() else None for where in found]


@EACH
@EACH_RATE
def test_the_exact_power_is_that_of_mpmath(dtype, rate):
    """t log10(rate): both factors and the product are rounded once each, 1.5 eps in all."""
    p = powers(rate, dtype, 500)
    assert p.asked == rate
    with mpmath.workdps(40):
        exact = np.array([float(t * mpmath.log10(mpmath.mpf(rate))) for t in range(1, 501)])
    np.testing.assert_allclose(p.log10_exact, exact, rtol=2 * 2.0**-52)


@EACH
@EACH_RATE
def test_the_error_of_the_products_is_that_of_mpmath(dtype, rate):
    """The sum of t terms of at most u = eps/2 is off by at most t 2^-52 of their sum; log10 by 2^-52 of itself."""
    steps = 400
    p, values = powers(rate, dtype, steps), loop("multiply", 1.0, rate, steps, dtype)
    for t in range(1, steps + 1):
        if not np.isfinite(values[t - 1]):
            assert p.log10_product_error[t - 1] == np.inf
            continue
        exact = log10_relative_error(values[t - 1], p.rate, t)
        if np.isneginf(exact) or np.isneginf(p.log10_product_error[t - 1]):
            assert p.log10_product_error[t - 1] == exact
            continue
        off = t * 2.0**-52 * t * max(limits(dtype).eps, 2.0**-52)
        assert p.log10_product_error[t - 1] == pytest.approx(exact, rel=1e-13, abs=1e-13 + off / 10.0**exact)


@EACH
@pytest.mark.parametrize("rate", [0.25, 0.3, 0.99, 1.01, 3.7])
@pytest.mark.parametrize("t", [1, 7, 60])
def test_the_error_of_the_rate_and_the_whole_error_are_those_of_mpmath(dtype, rate, t):
    """Against the decimal number that was typed, in 60 digits; both to a few eps of float64 a step."""
    p, value = powers(rate, dtype, t), loop("multiply", 1.0, rate, t, dtype)[-1]
    with mpmath.workdps(60):
        exact = mpmath.mpf(repr(rate)) ** t
        for found, wrong in ((p.log10_rate_error, mpmath.mpf(p.rate) ** t), (p.log10_error, mpmath.mpf(value))):
            if not np.isfinite(value):
                assert p.log10_error[-1] == np.inf
                continue
            off = abs(wrong / exact - 1)
            assert 10.0 ** found[-1] == pytest.approx(float(off), rel=1e-9, abs=t * 2.0**-54 + float(off) * 1e-9)


@EACH
def test_a_power_of_two_has_no_error_until_it_is_lost_altogether(dtype):
    p = powers(0.25, dtype, 600)
    assert np.isneginf(p.log10_error[:p.first_zero - 1]).all()
    assert (p.log10_error[p.first_zero - 1:] == 0.0).all()


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32"])
@pytest.mark.parametrize("rate", [0.51, 0.6, 0.75, 0.9])
def test_a_rate_above_a_half_never_reaches_zero_and_stays_somewhere(dtype, rate):
    """Half of the smallest number or more is rounded up to it again."""
    p = powers(rate, dtype, 2000)
    assert p.first_zero is None
    assert p.first_subnormal <= p.first_stuck
    assert len(set(p.log10_value[p.first_stuck - 1:])) == 1
    assert p.log10_value[p.first_stuck - 2] != p.log10_value[p.first_stuck - 1]


@EACH
@pytest.mark.parametrize("rate", [0.1, 0.3, 0.5])
def test_a_rate_of_a_half_or_less_ends_at_zero(dtype, rate):
    p = powers(rate, dtype, 1200)
    assert p.first_zero is not None
    assert p.first_stuck is None
    assert np.isneginf(p.log10_value[p.first_zero - 1:]).all()


@EACH
def test_the_digits_go_down_to_none_among_the_subnormals(dtype):
    p = powers(0.3, dtype, 700)
    assert p.product_digits[p.first_subnormal - 2] > limits(dtype).digits - 2.0
    assert p.digits[p.first_zero - 1] == 0.0
    assert p.digits[p.first_zero - 2] < 1.0


@EACH
@EACH_RATE
def test_digits_are_between_none_and_what_the_type_holds(dtype, rate):
    digits = powers(rate, dtype, 1100).digits
    assert ((digits >= 0.0) & (digits <= limits(dtype).digits)).all()


def test_a_stuck_power_may_be_wrong_by_any_factor():
    p = powers(0.75, "float16", 1000)
    assert p.log10_error[-1] == pytest.approx(p.log10_value[-1] - p.log10_exact[-1], abs=1e-9)
    assert p.log10_error[-1] > 100


@EACH
def test_a_rate_of_zero_is_exactly_zero_without_error(dtype):
    p = powers(0.0, dtype, 5)
    assert (p.digits == limits(dtype).digits).all()
    assert p.first_zero == 1
    assert np.isneginf(p.log10_value).all()
    assert np.isneginf(p.log10_error).all()


@EACH
def test_a_rate_of_one_stays_and_is_not_called_stuck(dtype):
    p = powers(1.0, dtype, 50)
    assert (p.log10_value == 0.0).all()
    assert (p.first_stuck, p.first_zero, p.first_inf, p.first_subnormal) == (None,) * 4


def test_a_rate_that_the_type_takes_for_0_is_all_lost():
    p = powers(1e-9, "float16", 3)
    assert (p.rate, p.first_zero) == (0.0, 1)
    assert (p.log10_error == 0.0).all()
    assert (p.digits == 0.0).all()


@pytest.mark.parametrize(("rate", "dtype", "steps", "digits", "of_the_rate", "of_the_products"), [
    (0.99, "float32", 1000, 5.0, 5.0, 6.5), (1.01, "float16", 1000, 0.7, 0.7, 2.0),
    (1.01, "bfloat16", 1000, 0.0, 0.1, 0.4), (0.999, "bfloat16", 5000, 0.0, 0.0, 2.4)])
def test_the_digits_are_counted_against_the_rate_that_was_asked_for(rate, dtype, steps, digits, of_the_rate,
                                                                    of_the_products):
    """Not against the power of the rate as the type holds it, which has far more of them."""
    p = powers(rate, dtype, steps)
    assert [round(float(d[-1]), 1) for d in (p.digits, p.rate_digits, p.product_digits)] == [
        digits, of_the_rate, of_the_products]


@pytest.mark.parametrize(("rate", "dtype", "steps", "size"), [
    (0.99, "float32", 1000, "smallest_normal"), (1.01, "float16", 1000, "largest"), (1.01, "bfloat16", 10, "largest"),
    (0.5, "float32", 125, "smallest_normal"), (0.3, "float16", 1, "smallest_normal"), (3.9, "float16", 7, "largest")])
def test_where_a_power_will_end_is_where_it_does(rate, dtype, steps, size):
    """Not where its logarithm says: 1.01 in bfloat16 is inf from t = 12,288 on, and not from 11,421."""
    values = loop("multiply", 1.0, rate, 13000, dtype)
    end = getattr(limits(dtype), size)
    there = int(np.flatnonzero(values < end if rate < 1 else values > end)[0]) + 1
    assert steps_until(powers(rate, dtype, steps), end) == (there, True)


def test_where_a_power_ends_that_takes_too_long_to_count_is_told_to_two_digits():
    """ln 2^-1022 / ln 0.9999999 = 7,083,963,831."""
    assert steps_until(powers(0.9999999, "float64", 9), 2.0**-1022) == (7_100_000_000, False)


def test_1_001_is_1_in_bfloat16():
    assert powers(1.001, "bfloat16", 1).rate == 1.0


def test_four_types_over_2000_steps_take_less_than_a_frame():
    """30 ms, where about 3 are needed: the best of some tries, since other programs run too."""
    spec, times = Powers(rate=0.99, steps=2000), []
    for _ in range(7):
        start = time.perf_counter()
        powers_in_all_types(spec)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.03


def test_all_types_come_in_their_order():
    assert [p.dtype for p in powers_in_all_types(Powers(steps=3))] == list(TYPES)


@pytest.mark.parametrize("wrong", [
    {"rate": float("nan")}, {"rate": -0.1}, {"rate": 4.1}, {"dtype": "float8"}, {"steps": 0}, {"steps": 20001},
    {"steps": 1.5}])
def test_what_is_not_allowed_gives_one_line(wrong):
    with pytest.raises(ParameterError, match=next(iter(wrong))):
        powers(**{"rate": 0.5, "dtype": "float32", "steps": 10} | wrong)


@pytest.mark.parametrize("name", Powers.parameters())
def test_every_legal_edge_of_the_spec_passes_and_what_is_outside_does_not(name):
    parameter = Powers.parameters()[name]
    for value in parameter.legal():
        Powers(**{name: value})
    for value in parameter.illegal():
        with pytest.raises(ParameterError):
            Powers(**{name: value})
