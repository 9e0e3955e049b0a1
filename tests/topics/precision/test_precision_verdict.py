"""The sentences of the precision page say what the numbers say."""

import pytest

from core.topics.precision.iterated_tanh import iterated_tanh
from core.topics.precision.powers import Powers, powers, powers_in_all_types
from core.topics.precision.presets import PRESETS
from core.topics.precision.stagnation import Update, stagnation, stagnation_in_all_types
from core.topics.precision.verdict import comparison, iterated_verdict, powers_verdict, training_claims, update_verdict
from tests.helpers.rounding import TYPES


def said(rate, dtype="float32", steps=1100):
    found = powers_verdict(powers(rate, dtype, steps))
    return found.headline, found.sentence


def moved(dtype="float32", **values):
    spec = Update(**values)
    return update_verdict(stagnation(spec.weight, spec.lr, spec.gradient, dtype, 10))


def test_a_power_that_ends_says_where():
    word, sentence = said(0.25)
    assert word == "Gone"
    assert "subnormal from step 64 " in sentence
    assert "exactly 0 from step 75 " in sentence


def test_a_power_that_overflows_says_where():
    word, sentence = said(2.0)
    assert word == "Overflow"
    assert "inf from step 128 " in sentence


@pytest.mark.parametrize(("rate", "steps", "names"), [
    (0.25, 1100, ["zero"]), (0.99, 1000, ["power", "error", "limit"]), (0.75, 1100, ["stuck", "error"]),
    (2.0, 1100, ["inf"])])
def test_the_claims_of_a_power_by_their_names(rate, steps, names):
    assert [claim.name for claim in powers_verdict(powers(rate, "float32", steps)).claims] == names


def test_a_power_that_stays_among_the_subnormals_is_not_said_to_be_zero():
    word, sentence = said(0.75)
    assert word == "Stuck"
    assert f"from {powers(0.75, 'float32', 1100).first_stuck} on: it is never 0." in sentence


@pytest.mark.parametrize(("rate", "word", "value"), [(1.01, "Growing", "20,959"), (0.99, "Shrinking", "4.3·10^-5")])
def test_a_power_that_has_not_ended_says_its_value_and_when_it_will(rate, word, value):
    found = said(rate, steps=1000)
    assert found[0] == word
    assert f"is {value} at step 1,000." in found[1]
    assert "from step 8," in found[1]  # log(1.2e-38)/log(0.99) = 8690, log(3.4e38)/log(1.01) = 8917


def test_a_rate_that_the_type_rounds_to_1_is_not_called_kept():
    assert said(1.001, "bfloat16")[0] == "Rounded away"
    assert said(1.0, "bfloat16")[0] == "Kept"


def test_a_rate_is_said_with_all_its_digits():
    assert "1.0000001 a step" in said(1.0000001, "float64", 10)[1]


def test_a_lost_update_is_said_to_be_lost_although_the_type_goes_much_further_down():
    found = moved(lr=1e-3, gradient=1e-5)
    assert found.headline == "Stuck"
    assert "below 3.0·10^-8" in found.sentence
    assert "goes down to 1.4·10^-45" in found.sentence


@pytest.mark.parametrize(("dtype", "gradient", "word"), [
    ("float64", 1e-5, "Moves"), ("float16", 0.01, "Coarse"), ("float16", 1e-8, "Lost"), ("bfloat16", 0.01, "Stuck")])
def test_an_update_is_named_by_what_arrives(dtype, gradient, word):
    assert moved(dtype, gradient=gradient).headline == word


@pytest.mark.parametrize(("gain", "word"), [(0.0, "Flat"), (0.5, "Flatter"), (1.0, "Flatter"),
                                            (1.1, "Steeper in the middle"), (2.0, "A step")])
def test_the_iterated_tanh_is_named_by_its_shape(gain, word):
    assert iterated_verdict(iterated_tanh(gain, 10)).headline == word


def test_the_iterated_tanh_says_its_ends_and_its_slopes():
    sentence = iterated_verdict(iterated_tanh(1.0, 10)).sentence
    assert "[−0.37, 0.37]" in sentence
    assert "0.00367 at x = 2 and 1 at x = 0" in sentence


def test_training_loses_a_small_gradient_long_before_the_type_does():
    claims = training_claims(powers(0.25, "float32", 1100), stagnation(1.0, 0.03, 0.01, "float32", 1))
    sentence = " ".join(claim.text for claim in claims)
    assert "from step 75 on" in sentence
    assert "from step 7 on" in sentence  # 3e-4 0.25^7 = 1.8e-8, below 2^-25 = 3.0e-8; 0.25^6 leaves 7.3e-8


def test_the_comparison_has_a_line_for_each_fact_and_a_column_for_each_type():
    spec = Powers()
    rows = comparison(spec, powers_in_all_types(spec), stagnation_in_all_types(Update(), 10))
    assert all(tuple(row) == ("quantity", *TYPES) for row in rows)
    by_words = {row["quantity"]: row for row in rows}
    assert list(by_words) == [
        "largest number", "smallest normal number", "smallest number above 0", r"relative spacing $\varepsilon$",
        r"$\lambda^t$ with $\lambda = 0.25$ is subnormal from $t =$", "exactly 0 from $t =$", "inf from $t =$",
        "digits right at $t = 1{,}100$", r"rounding $\lambda$ alone leaves", "rounding the products alone leaves",
        "smallest update that changes $w = 1$", r"the same as a share of $\varepsilon |w|$",
        r"steps back from which $\eta g \lambda^t$ no longer changes $w$"]
    assert by_words["exactly 0 from $t =$"]["float64"] == "538"
    assert [by_words["digits right at $t = 1{,}100$"][dtype] for dtype in TYPES] == ["0.0"] * 4
    assert by_words["smallest number above 0"]["float32"] == "1.4·$10^{-45}$"
    assert by_words["largest number"]["float16"] == "65,504"
    assert by_words["inf from $t =$"]["float32"] == "–"


def test_the_comparison_tells_the_rates_rounding_from_the_products():
    """By mpmath: 0.99^1000 against the decimal number, the rounded rate's power against it, and the value against
    that."""
    spec = Powers(rate=0.99, steps=1000)
    rows = {row["quantity"]: row
            for row in comparison(spec, powers_in_all_types(spec), stagnation_in_all_types(Update(), 10))}
    assert [[rows[words][dtype] for dtype in TYPES] for words in (
        "digits right at $t = 1{,}000$", r"rounding $\lambda$ alone leaves", "rounding the products alone leaves")] == [
        ["0.6", "0.1", "5.0", "14.0"], ["0.6", "0.1", "5.0", "14.0"], ["2.2", "0.5", "6.5", "15.3"]]


@pytest.mark.parametrize(("name", "dtype", "field", "step"), [
    ("leaves", "float32", "first_zero", 75), ("leaves", "float64", "first_zero", 538),
    ("overflows", "float32", "first_inf", 128), ("overflows", "bfloat16", "first_inf", 128),
    ("overflows", "float16", "first_inf", 16), ("overflows", "float64", "first_inf", 1024),
    ("grows", "float16", "first_inf", None), ("shrinks", "float32", "first_subnormal", None),
    ("stuck", "float32", "first_zero", None)])
def test_what_a_preset_says_is_so(name, dtype, field, step):
    values = {"rate": 0.25, "steps": 1100} | PRESETS[name].values
    assert getattr(powers(values["rate"], dtype, values["steps"]), field) == step


def test_the_preset_of_growth_says_what_bfloat16_makes_of_its_rate():
    assert f"{powers(1.01, 'bfloat16', 1).rate:.4f}" == "1.0078"
    assert "1.0078" in PRESETS["grows"].look


def test_the_preset_of_stagnation_stops_float32_and_not_float64():
    values = PRESETS["stagnates"].values
    assert moved("float32", **values).headline == "Stuck"
    assert moved("float64", **values).headline == "Moves"
