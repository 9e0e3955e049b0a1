"""What stands on and around the curves of the precision page, value by value: axes, hovers, rules, words, readings."""

import math

import numpy as np
import pytest

from core.plotting import theme
from core.topics.precision.figures.lines import COLOURS, DASHES
from core.topics.precision.figures.share_that_arrives import share_that_arrives
from core.topics.precision.figures.updates_arrived import updates_arrived
from core.topics.precision.stagnation import stagnation
from core.topics.precision.verdict import iterated_verdict, powers_verdict, update_verdict
from tests.helpers.drawn import hovers, legend, notes, reading, rules, titles
from tests.helpers.rounding import FORMATS, TYPES, loop
from tests.helpers.views import trace
from tests.topics.precision.test_precision_figures import figure, records

IN_ORDER = ["float64", "float32", "bfloat16", "float16"]
OF_TYPE = "<extra>%{fullData.name}</extra>"


@pytest.mark.parametrize(("name", "shown", "hover"), [
    ("powers", ("Powers λ<sup>t</sup> in four types", "t (multiplications)", "λ<sup>t</sup>"),
     "t = %{x}: 10<sup>%{y:.2f}</sup>"),
    ("digits", ("Digits left", "t (multiplications)", "decimal digits"), "t = %{x}: %{y:.1f} digits"),
    ("arrives", ("Share of an update that arrives", "update u", "(w − (w − u)) / u"),
     "u = 10<sup>%{x:.2f}</sup>: %{y:.2f} of it arrives"),
    ("updates", ("The weight, update by update", "k (updates made)", "(w<sub>0</sub> − w<sub>k</sub>) / η g"),
     "k = %{x}: %{y:.1f} arrived")])
def test_titles_units_and_hovers_of_the_four_types(name, shown, hover):
    fig = figure(name, "default")
    assert titles(fig) == shown
    assert legend(fig) == IN_ORDER
    assert {dtype: hovers(fig)[dtype] for dtype in TYPES} == dict.fromkeys(TYPES, hover + OF_TYPE)
    assert {t.name: (t.line.color, t.line.dash) for t in fig.data if t.mode == "lines"} == {
        dtype: (COLOURS[dtype], DASHES[dtype]) for dtype in TYPES}


def test_hovers_of_the_ends_name_the_type():
    fig = figure("powers", "default")
    assert hovers(fig)["inf"] == "%{text}: inf from t = %{x}<extra></extra>"


@pytest.mark.parametrize("setting", ["default", "overflow", "growing", "lost update"])
def test_the_lines_are_the_powers_of_a_loop(setting):
    spec = records(setting)[0]
    for dtype in TYPES:
        line, values = trace(figure("powers", setting), dtype), loop("multiply", 1.0, spec.rate, 300, dtype)
        drawn = dict(zip(np.asarray(line.x, int).tolist(), np.asarray(line.y, float).tolist(), strict=True))
        assert drawn[0] == 0.0
        for t in set(drawn) & set(range(1, 301)):
            value = values[t - 1]
            expected = -math.inf if value == 0.0 else math.log10(value) if value < math.inf else math.nan
            assert drawn[t] == pytest.approx(expected, rel=1e-12, nan_ok=True)


def limits_of(dtype):
    """log10 of the smallest normal, the smallest and the largest number, from the two numbers of the format."""
    p, top = FORMATS[dtype]
    two = math.log10(2)
    return (1 - top) * two, (2 - top - p) * two, math.log10(2 - 2.0 ** (1 - p)) + top * two


@pytest.mark.parametrize(("setting", "dtype", "drawn", "words"), [
    ("default", "float32", dict.fromkeys(TYPES, (0, 1)), [("subnormal, 0 from t = 75", 1, 1, "right", "top")]),
    ("lost update", "float16", dict.fromkeys(TYPES, (0, 1)), [("subnormal, 0 from t = 13", 1, 1, "right", "top")]),
    ("overflow", "float32", dict.fromkeys(TYPES, (2,)), [("largest: inf from t = 128", 1, 2, "right", "bottom")]),
    ("growing", "bfloat16", {"float16": (2,)}, [])])
def test_the_limits_are_ruled_at_their_heights_in_the_colour_of_their_type(setting, dtype, drawn, words):
    found = rules(figure("powers", setting))
    expected = [("line", "paper", 0, 1, "y", limits_of(d)[i], COLOURS[d]) for d in IN_ORDER for i in drawn.get(d, ())]
    for rule, (kind, xref, x0, x1, yref, y, colour) in zip(found, expected, strict=True):
        assert rule[:5] == (kind, xref, x0, x1, yref)
        assert rule[5] == rule[6] == pytest.approx(y, rel=1e-12)
        assert rule[7] == colour
    for note, (text, x, which, xside, yside) in zip(notes(figure("powers", setting)), words, strict=True):
        assert (note[0], note[1], note[3], note[4]) == (text, x, xside, yside)
        assert note[2] == pytest.approx(limits_of(dtype)[which], rel=1e-12)


def test_powers_that_are_0_at_once_say_so():
    assert notes(figure("powers", "gone at once")) == [("0 from the first step", 0.5, 0.5, None, None)]


@pytest.mark.parametrize(("setting", "band", "word"), [
    ("default", (64, 75), ("subnormal", 75, 0.62, "left", "middle")),
    ("lost update", (8, 13), ("subnormal", 13, 0.62, "left", "middle")),
    ("stuck", (304, 1100), ("subnormal", 304, 0.62, "left", "middle"))])
def test_the_subnormal_stretch_is_a_band(setting, band, word):
    fig = figure("digits", setting)
    assert rules(fig) == [("rect", "x", *band, "paper", 0, 1, theme.MARK, None)]
    assert notes(fig) == [word]


def test_where_nothing_is_subnormal_there_is_no_band():
    assert (rules(figure("digits", "growing")), notes(figure("digits", "growing"))) == ([], [])


def test_the_update_is_ruled_at_its_size_and_named_on_the_side_that_has_room():
    at = math.log10(3e-4)
    fig = figure("arrives", "default")
    assert rules(fig) == [("line", "x", pytest.approx(at), pytest.approx(at), "paper", 0, 1, theme.THRESHOLD,
                           "dashdot")]
    assert notes(fig) == [("η g", pytest.approx(at), 1, "right", "top")]
    small = share_that_arrives([stagnation(1.0, 1e-5, 1e-12, d, 2) for d in TYPES], "float32")
    assert notes(small) == [("η g", pytest.approx(-17.0), 1, "left", "top")]


def test_the_hover_of_each_count_of_tanh_names_it():
    for name, y in (("iterated", "%{y:.3f}"), ("slope", "10<sup>%{y:.2f}</sup>")):
        fig = figure(name, "step")
        assert [t.hovertemplate for t in fig.data] == [
            f"x<sub>0</sub> = %{{x:.2f}}: {y}<extra>n = {n}</extra>" for n in (1, 2, 5, 10, 20, 50, 100, 37)]
        assert legend(fig) == ["1, 2, 5 … 100", "n = 37"]
    assert titles(figure("iterated", "step")) == ("tanh(c x), n times", "x<sub>0</sub>", "x<sub>n</sub>")
    assert titles(figure("slope", "step")) == ("Its slope", "x<sub>0</sub>", "dx<sub>n</sub>/dx<sub>0</sub>")


@pytest.mark.parametrize("setting", ["default", "stuck", "overflow", "growing", "lost update", "far", "step"])
def test_the_readings_are_the_sentences_of_the_page(setting):
    spec, _, found, updates, tanh = records(setting)
    one = next(p for p in found if p.dtype == spec.dtype)
    changed = next(s for s in updates if s.dtype == spec.dtype)
    assert reading(figure("powers", setting)) == powers_verdict(one).sentence
    assert reading(figure("iterated", setting)) == iterated_verdict(tanh).sentence
    assert reading(figure("arrives", setting)).startswith(update_verdict(changed).sentence + " ")


@pytest.mark.parametrize(("name", "setting", "words"), [
    ("digits", "default", "In float32 7.2 decimal digits are right at t = 1; 7.2 at t = 63, the last normal number; "
     "0.0 at t = 1,100."),
    ("digits", "growing", "In bfloat16 2.4 decimal digits are right at t = 1; 0.0 at t = 1,000. Exactly it is 20,959 "
     "at step 1,000: this is 15.6 times too small, and 0.0 of 2.4 digits are right."),
    ("arrives", "default", "In float32 w = 1 takes η g = 3.0·10^-4; below 3.0·10^-8 it would not move, though float32 "
     "goes down to 1.4·10^-45. The smallest that it takes is 3.0·10^-8 of w."),
    ("arrives", "small", "In float64 w = 10^-6 takes η g = 1.0·10^-17; below 1.1·10^-22 it would not move, though "
     "float64 goes down to 4.9·10^-324. The smallest that it takes is 1.1·10^-16 of w."),
    ("updates", "default", "After 1,100 updates of the weight 1 in float32 it has moved by 1,100 of them."),
    ("slope", "default", "After n = 10 the slope is 1 at x = 0, 0.0409 at x = 1, 0.00367 at x = 2, 4.7·10^-4 at "
     "x = 3.")])
def test_readings_with_their_numbers(name, setting, words):
    assert reading(figure(name, setting)) == words


def test_the_reading_of_one_update_has_no_plural():
    found = [stagnation(1.0, 0.03, 0.01, dtype, 1) for dtype in TYPES]
    assert reading(updates_arrived(found, "float64")) == \
        "After 1 update of the weight 1 in float64 it has moved by 1 of it."
    gone = [stagnation(1e4, 10.0, 1000.0, dtype, 20000) for dtype in TYPES]
    assert reading(updates_arrived(gone, "float16")) == \
        "After 20,000 updates of the weight 10,000 in float16 it has left the finite numbers."
