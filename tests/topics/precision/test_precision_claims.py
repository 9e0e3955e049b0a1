"""What the precision page claims, on random settings, recomputed by scalar loops in the type and by mpmath."""

import math
import re

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.topics.precision.iterated_tanh import iterated_tanh
from core.topics.precision.powers import powers
from core.topics.precision.stagnation import stagnation
from core.topics.precision.verdict import iterated_verdict, powers_verdict, training_claims, update_verdict
from tests.helpers.rounding import FORMATS, TYPES, loop, scalar

DTYPE = st.sampled_from(TYPES)
RATE = st.one_of(st.floats(0.0, 4.0), st.floats(0.9, 1.1), st.floats(-6.0, -2.0).map(lambda x: 1.0 - 10.0**x),
                 st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0, 1.001, 1e-7, 2.0]))


def ends(dtype):
    """The smallest normal and the largest number, from the two numbers of the format."""
    p, top = FORMATS[dtype]
    return 2.0 ** (1 - top), float((2 - mpmath.mpf(2) ** (1 - p)) * mpmath.mpf(2) ** top)


def first(where):
    return int(np.flatnonzero(where)[0]) + 1 if np.any(where) else None


def digits(value, exact, dtype):
    """Decimal digits of a value that are right, by 60 digits."""
    most = FORMATS[dtype][0] * math.log10(2.0)
    if not math.isfinite(value):
        return 0.0
    if value == exact:
        return most
    off = abs(mpmath.mpf(value) / exact - 1) if exact else mpmath.mpf(1)
    return float(min(max(-mpmath.log10(off), 0), most)) if off else most


@settings(max_examples=150, deadline=None)
@given(rate=RATE, dtype=DTYPE, steps=st.integers(1, 250))
def test_the_powers_and_every_number_said_of_them(rate, dtype, steps):
    values, held = loop("multiply", 1.0, rate, steps, dtype), float(scalar(rate, dtype))
    found = powers_verdict(powers(rate, dtype, steps))
    said = {claim.name: claim.numbers for claim in found.claims}
    normal, largest = ends(dtype)
    subnormal, zero, inf = (first(where) for where in ((values > 0) & (values < normal), values == 0, np.isinf(values)))
    stuck = first((values[1:] == values[:-1]) & (values[1:] > 0) & np.isfinite(values[1:]))
    word = ("Rounded away" if held == 1.0 != rate else "Kept" if held == 1.0 else "Gone" if zero else
            "Overflow" if inf else "Stuck" if stuck else "Fading" if subnormal else
            "Shrinking" if held < 1.0 else "Growing")
    assert found.headline == word
    assert found.kind == {"Rounded away": "cut", "Kept": "healthy", "Overflow": "exploding",
                          "Growing": "exploding"}.get(word, "vanishing")
    for name, key, expected in (("zero", "zero", zero), ("zero", "subnormal", subnormal), ("inf", "inf", inf),
                                ("stuck", "stuck", stuck), ("stuck", "subnormal", subnormal),
                                ("subnormal", "subnormal", subnormal)):
        if name in said:
            assert said[name][key] == expected
    for name in said.keys() & {"power", "stuck"}:
        assert said[name]["log10"] == pytest.approx(math.log10(values[-1]), rel=1e-12)
        assert (said[name]["rate"], said[name]["step"]) == (rate, steps)
    if "error" in said:
        with mpmath.workdps(60):
            asked, kept = mpmath.mpf(repr(rate)) ** steps, mpmath.mpf(held) ** steps
            if "log10_exact" in said["error"]:
                assert said["error"]["log10_exact"] == pytest.approx(float(mpmath.log10(asked)), rel=1e-12)
            # the three errors are each right to a few eps of float64 a step, so digits near those of the type may
            # differ where no more than that is wrong
            slack = steps * 2.0**-48
            for key, value, exact in (("digits", values[-1], asked), ("product_digits", values[-1], kept),
                                      ("rate_digits", kept, asked)):
                expected = digits(value, exact, dtype)
                assert said["error"][key] == pytest.approx(expected, abs=1e-6 + slack * 10.0**min(expected, 17.0))
            if "log10_factor" in said["error"]:
                off = float(mpmath.log10(mpmath.mpf(values[-1]) / asked))
                assert said["error"]["log10_factor"] == pytest.approx(abs(off), abs=1e-9 * (1 + abs(off)))
                assert abs(off) > math.log10(2.0)
                assert f"times too {'large' if off > 0 else 'small'}" in found.sentence
    if "limit" in said:
        assert said["limit"]["limit"] == ("subnormal" if held < 1.0 else "inf")
        if said["limit"]["counted"] and said["limit"]["step"] < 4000:
            ahead = loop("multiply", 1.0, rate, said["limit"]["step"], dtype)
            assert first((ahead < normal) | np.isinf(ahead)) == said["limit"]["step"]
        elif not said["limit"]["counted"]:  # two digits of it; each rounding, of half an eps at most, shifts it
            exact = math.log(normal if held < 1.0 else largest) / math.log(held)
            drift = 2.0 ** -FORMATS[dtype][0] / abs(math.log(held))
            assert said["limit"]["step"] == pytest.approx(exact, rel=0.05 + drift, abs=2.0)
        assert said["limit"]["step"] > steps


@pytest.mark.parametrize(("rate", "dtype", "steps", "sentence"), [
    (0.99, "float32", 1000,
     "In float32 a gradient times 0.99 a step is 4.3·10^-5 at step 1,000. 5.0 of 7.2 digits are right: rounding the "
     "rate to 0.9900000095 alone leaves 5.0, rounding the products alone 6.5. It is subnormal from step 8,690 "
     "on."),
    (1.01, "float16", 1000,
     "In float16 a gradient times 1.01 a step is 16,432 at step 1,000. 0.7 of 3.3 digits are right: rounding the rate "
     "to 1.009765625 alone leaves 0.7, rounding the products alone 2.0. It is inf from step 1,143 on."),
    (1.01, "bfloat16", 1000,
     "In bfloat16 a gradient times 1.01 a step is 1,344 at step 1,000. Exactly it is 20,959 at step 1,000: this is "
     "15.6 times too small, and 0.0 of 2.4 digits are right. It is inf from step 12,288 on."),
    (0.999, "bfloat16", 5000,
     "In bfloat16 the rate 0.999 is 1, and so is every power. Exactly it is 0.00672 at step 5,000: this is 149 times "
     "too large, and 0.0 of 2.4 digits are right."),
    (1.0, "float32", 5, "In float32 a gradient times 1 a step stays what it is."),
    (0.25, "float32", 1100,
     "In float32 a gradient times 0.25 a step is subnormal from step 64 and exactly 0 from step 75 on."),
    (1e-9, "float16", 3, "In float16 a gradient times 10^-9 a step is exactly 0 from step 1 on."),
    (2.0, "float64", 1100,
     "In float64 a gradient times 2 a step is inf from step 1,024 on, and inf − inf is nan."),
    (0.75, "float16", 1000,
     "In float16 a gradient times 0.75 a step is subnormal from step 34 and stays at 1.2·10^-7 from 55 on: it is never "
     "0. Exactly it is 1.2·10^-125 at step 1,000: this is 1.0·10^118 times too large, and 0.0 of 3.3 digits are "
     "right."),
    (0.5, "float32", 140,
     "In float32 a gradient times 0.5 a step is 7.2·10^-43 at step 140. All of its 7.2 digits are right. It is "
     "subnormal from step 127 on."),
    (0.75, "float32", 200,
     "In float32 a gradient times 0.75 a step is 1.0·10^-25 at step 200. 6.3 of 7.2 digits are right: the rate is "
     "exact, and rounding the products takes the others. It is subnormal from step 304 on."),
    (0.75, "float32", 2, "In float32 a gradient times 0.75 a step is 0.562 at step 2. All of its 7.2 digits are right. "
     "It is subnormal from step 304 on."),
    (0.9999999, "float64", 9,
     "In float64 a gradient times 0.9999999 a step is 1 at step 9. 15.4 of 16.0 digits are right: rounding the rate "
     "alone leaves 15.3, rounding the products alone 16.0. It is subnormal from about step 7,100,000,000 on."),
    (0.9, "float64", 5,
     "In float64 a gradient times 0.9 a step is 0.59 at step 5. 15.5 of 16.0 digits are right: rounding the rate alone "
     "leaves 15.9, rounding the products alone 15.7. It is subnormal from step 6,724 on."),
])
def test_each_sentence_about_powers(rate, dtype, steps, sentence):
    """Found once by the loops above and by mpmath; 2^-126 and 2^128 at ln, and 149 = 1 / 0.999^5000."""
    assert powers_verdict(powers(rate, dtype, steps)).sentence == sentence


@settings(max_examples=150, deadline=None)
@given(weight=st.floats(-6.0, 4.0), lr=st.floats(-5.0, 1.0), gradient=st.floats(-12.0, 3.0), dtype=DTYPE)
def test_the_update_and_every_number_said_of_it(weight, lr, gradient, dtype):
    weight, lr, gradient = 10.0**weight, 10.0**lr, 10.0**gradient
    found = update_verdict(stagnation(weight, lr, gradient, dtype, 3))
    (claim,) = found.claims
    w = scalar(weight, dtype)
    with np.errstate(all="ignore"):
        u = scalar(lr, dtype) * scalar(gradient, dtype)
        after = float(w - u)
    arrives = (float(w) - after) / (lr * gradient)
    word = "Lost" if float(u) == 0.0 else "Stuck" if after == float(w) else "Coarse" if abs(arrives - 1.0) > 0.01 else \
        "Moves"
    assert found.headline == word
    assert found.kind == {"Lost": "vanishing", "Stuck": "vanishing", "Coarse": "cut", "Moves": "healthy"}[word]
    assert claim.numbers["weight"] == float(w)
    assert claim.numbers["arrives"] == pytest.approx(arrives, rel=1e-12)
    assert claim.numbers["log10_update"] == pytest.approx(math.log10(lr) + math.log10(gradient), abs=1e-12)
    smallest = 10.0 ** claim.numbers["log10_smallest"]
    with np.errstate(all="ignore"):
        assert float(w - scalar(smallest * (1 + 2.0**-7), dtype)) != float(w)
        assert float(w - scalar(smallest * (1 - 2.0**-7), dtype)) == float(w) or smallest < ends(dtype)[0]
    p, top = FORMATS[dtype]
    assert claim.numbers["log10_end"] == pytest.approx((2 - top - p) * math.log10(2.0), abs=1e-12)


@pytest.mark.parametrize(("dtype", "values", "headline", "sentence"), [
    ("float32", (1.0, 1e-3, 1e-5), "Stuck", "In float32 w = 1 takes no update below 3.0·10^-8: η g = 1.0·10^-8 is lost,"
     " though float32 goes down to 1.4·10^-45."),
    ("float32", (1.0, 0.03, 0.01), "Moves", "In float32 w = 1 takes η g = 3.0·10^-4; below 3.0·10^-8 it would not move,"
     " though float32 goes down to 1.4·10^-45."),
    ("float16", (1.0, 0.03, 0.01), "Coarse", "In float16 w = 1 moves by 1.63 times η g = 3.0·10^-4; below 2.4·10^-4 it "
     "would not move."),
    ("float16", (1.0, 1e-5, 1e-6), "Lost", "In float16 η g = 1.0·10^-11 is rounded to 0: w = 1 stays; below 2.4·10^-4 "
     "it would not move."),
    ("bfloat16", (2.0, 0.01, 0.6), "Coarse", "In bfloat16 w = 2 moves by 1.30 times η g = 0.006; below 0.00394 it would"
     " not move."),
    ("float16", (3.0, 0.003, 1.0), "Coarse", "In float16 w = 3 moves by 1.30 times η g = 0.003; below 9.8·10^-4 it "
     "would not move."),
    ("float16", (2048.0, 1.0, 1.9), "Coarse", "In float16 w = 2,048 moves by 1.05 times η g = 1.9; below 0.5 it would "
     "not move.")])
def test_each_sentence_about_an_update(dtype, values, headline, sentence):
    found = update_verdict(stagnation(*values, dtype, 3))
    assert (found.headline, found.sentence) == (headline, sentence)


def test_half_of_an_update_that_arrives_is_no_move():
    """Above 2 in bfloat16 numbers are 2^-6 apart: of 0.03 only 0.0156 arrives."""
    found = update_verdict(stagnation(3.0, 0.023, 1.0, "bfloat16", 3))
    assert (found.headline, round(found.claims[0].numbers["arrives"], 2)) == ("Coarse", 0.68)


@settings(max_examples=60, deadline=None)
@given(gain=st.floats(0.0, 4.0), times=st.integers(1, 100))
def test_the_iterated_tanh_and_every_number_said_of_it(gain, times):
    found = iterated_verdict(iterated_tanh(gain, times))
    said = {claim.name: claim.numbers for claim in found.claims}
    with mpmath.workdps(60):
        def run(x):
            x, slope = mpmath.mpf(x), mpmath.mpf(1)
            for _ in range(times):
                x = mpmath.tanh(mpmath.mpf(gain) * x)
                slope *= mpmath.mpf(gain) * (1 - x * x)
            return x, slope
        (end, _), (_, at_2), (_, at_0) = run(3), run(2), run(0)
        if at_0 == 0:
            assert (found.headline, set(said)) == ("Flat", {"flat"})
            return
        # the end is rounded at each application, which multiplies what was rounded by at most the gain
        assert said["span"]["end"] == pytest.approx(float(end), rel=1e-12 * max(gain, 1.0) ** 3 * times)
        for key, exact in (("log10_at_2", at_2), ("log10_at_0", at_0)):
            exact = float(mpmath.log10(exact))
            assert said["slopes"][key] == pytest.approx(exact, abs=1e-9 * (1 + abs(exact)))
        step = at_0 >= 10 and at_2 <= mpmath.mpf(1) / 100
    if abs(said["slopes"]["log10_at_0"] - 1.0) > 1e-6 and abs(said["slopes"]["log10_at_2"] + 2.0) > 1e-6:
        assert found.headline == ("A step" if step else "Steeper in the middle" if gain > 1.0 else "Flatter")
    assert found.kind == {"A step": "exploding", "Steeper in the middle": "healthy", "Flatter": "vanishing"}[
        found.headline]


@pytest.mark.parametrize(("gain", "times", "headline", "sentence"), [
    (0.0, 3, "Flat", "After n = 3 every x is 0, and the slope exactly 0."),
    (1.0, 10, "Flatter",
     "After n = 10 [−3, 3] has become [−0.37, 0.37]. The slope is 0.00367 at x = 2 and 1 at x = 0."),
    (0.1, 10, "Flatter",
     "After n = 10 [−3, 3] has become [−2.9·10^-10, 2.9·10^-10]. The slope is 9.6·10^-11 at x = 2 and 1.0·10^-10 at "
     "x = 0."),
    (0.0005, 100, "Flatter",
     "After n = 100 every x is rounded to 0. The slope is 7.9·10^-331 at x = 2 and 7.9·10^-331 at x = 0."),
    (1.1, 1, "Steeper in the middle",
     "After n = 1 [−3, 3] has become [−1, 1]. The slope is 0.0527 at x = 2 and 1.1 at x = 0."),
    (2.0, 10, "A step", "After n = 10 [−3, 3] has become [−0.96, 0.96]. The slope is 2.2·10^-10 at x = 2 and 1,024 at "
     "x = 0.")])
def test_each_sentence_about_the_iterated_tanh(gain, times, headline, sentence):
    """0.1^10 3 = 3·10^-10, less what the first tanh takes; 0.0005^100 3 = 2.4·10^-330, below float64's last number."""
    found = iterated_verdict(iterated_tanh(gain, times))
    assert (found.headline, found.sentence) == (headline, sentence)


@settings(max_examples=80, deadline=None)
@given(rate=st.floats(0.0, 1.5), dtype=DTYPE, weight=st.floats(-3.0, 3.0), update=st.floats(-9.0, 0.0))
def test_from_which_step_a_gradient_moves_nothing(rate, dtype, weight, update):
    weight, gradient = 10.0**weight, 10.0**update
    changed = stagnation(weight, 1.0, gradient, dtype, 1)
    said = {c.name: c.numbers for c in training_claims(powers(rate, dtype, 60), changed)}
    w, held = scalar(weight, dtype), float(scalar(rate, dtype))

    def moves(t):
        size = float(scalar(gradient, dtype)) * held**t
        return float(w - scalar(size, dtype)) != float(w)
    if not moves(0):
        assert said["lost"]["step"] == 0
    elif held >= 1.0:
        assert set(said) == {"never_lost"}
    else:
        step = said["lost"]["step"]
        assert moves(max(step - 2, 0)) or step < 2  # a step more or less is the rounding of its logarithms
        assert not moves(step + 1)
        gone = loop("multiply", 1.0, rate, 60, dtype)
        stays = first((gone[1:] == gone[:-1]) & (gone[1:] > 0))
        if (known := first(gone == 0) or stays):
            assert said["gone"]["step"] == known


@pytest.mark.parametrize(("rate", "dtype", "update", "words"), [
    (0.25, "float32", (0.03, 0.01), "float32 loses a gradient that every step back multiplies by 0.25 from step 75 on. "
     "An update made of it alone no longer moves the weight 1 from step 7 on."),
    (0.99, "float32", (0.03, 0.01), "float32 loses a gradient that every step back multiplies by 0.99 from about step "
     "10,277 on. An update made of it alone no longer moves the weight 1 from step 918 on."),
    (0.999, "bfloat16", (0.3, 1.0), "In bfloat16, where 0.999 is 1, a gradient that does not shrink on its way back "
     "moves the weight 1 from any step."),
    (1.5, "float32", (0.3, 1.0), "In float32 a gradient that does not shrink on its way back moves the weight 1 from "
     "any step."),
    (0.5, "float32", (1e-3, 1e-5), "In float32 this update is too small for the weight 1 before it goes back a single "
     "step.")])
def test_each_sentence_about_training(rate, dtype, update, words):
    """0.99: 1.4e-45 after ln 1.4e-45 / ln 0.99 = 10,271 steps of the rounded rate, a few later by its products."""
    claims = training_claims(powers(rate, dtype, 1100), stagnation(1.0, *update, dtype, 1))
    assert " ".join(claim.text for claim in claims) == words


@settings(max_examples=60, deadline=None)
@given(rate=RATE, dtype=DTYPE, steps=st.sampled_from([1, 2, 1100]))
def test_no_sentence_has_what_is_no_word(rate, dtype, steps):
    sentence = powers_verdict(powers(rate, dtype, steps)).sentence
    assert len(sentence) < 260
    assert not re.search(r"None|no number|infinite|nan", sentence.replace("inf − inf is nan", ""))
