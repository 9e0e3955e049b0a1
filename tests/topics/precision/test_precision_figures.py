"""Figures of the precision page: valid, labelled, colours that can be seen, the same traces at every setting."""

from functools import cache

import numpy as np
import pytest

from core.topics.precision.figures.digits_left import digits_left
from core.topics.precision.figures.iterated_tanh import iterated_slope, iterated_value
from core.topics.precision.figures.lines import COLOURS, DASHES, THICK
from core.topics.precision.figures.powers import powers_figure
from core.topics.precision.figures.share_that_arrives import share_that_arrives
from core.topics.precision.figures.updates_arrived import updates_arrived
from core.topics.precision.iterated_tanh import Iteration, iterated_tanh
from core.topics.precision.number_types import limits
from core.topics.precision.powers import Powers, powers_in_all_types
from core.topics.precision.stagnation import Update, stagnation_in_all_types
from pages._chart.patch import patch, specification
from tests.helpers.drawn import check, zeros
from tests.helpers.figure_colours import infinite, stands_out, without_a_twin
from tests.helpers.rounding import TYPES
from tests.helpers.views import colours, trace

SETTINGS = {
    "default": {},
    "gone at once": {"rate": 0.0},
    "one step": {"steps": 1},
    "stuck": {"rate": 0.75},
    "overflow": {"rate": 2.0},
    "far": {"rate": 4.0, "steps": 20000, "dtype": "float16", "weight": 1e4, "lr": 10.0, "gradient": 1000.0},
    "growing": {"rate": 1.01, "steps": 1000, "dtype": "bfloat16"},
    "kept": {"rate": 1.0},
    "lost update": {"lr": 1e-3, "gradient": 1e-5, "dtype": "float16"},
    "small": {"weight": 1e-6, "gradient": 1e-12, "lr": 1e-5, "dtype": "float64"},
    "tiny beside it": {"weight": 1e4, "gradient": 1e-12, "lr": 1e-5},
    "flat": {"gain": 0.0, "times": 100},
    "step": {"gain": 4.0, "times": 37},
}
EACH_SETTING = pytest.mark.parametrize("setting", SETTINGS)


def of(kind, setting):
    return kind(**{name: value for name, value in SETTINGS[setting].items() if name in kind.parameters()})


@cache
def records(setting):
    spec, update, iteration = of(Powers, setting), of(Update, setting), of(Iteration, setting)
    return (spec, update, powers_in_all_types(spec), stagnation_in_all_types(update, spec.steps),
            iterated_tanh(iteration.gain, iteration.times))


DRAWN = {
    "powers": lambda spec, u, found, updates, tanh: powers_figure(found, spec.dtype),
    "digits": lambda spec, u, found, updates, tanh: digits_left(found, spec.dtype),
    "arrives": lambda spec, u, found, updates, tanh: share_that_arrives(updates, spec.dtype),
    "updates": lambda spec, u, found, updates, tanh: updates_arrived(updates, spec.dtype),
    "iterated": lambda spec, u, found, updates, tanh: iterated_value(tanh),
    "slope": lambda spec, u, found, updates, tanh: iterated_slope(tanh),
}
EACH = pytest.mark.parametrize("name", DRAWN)


@cache
def figure(name, setting):
    return DRAWN[name](*records(setting))


@EACH
@EACH_SETTING
def test_a_figure_is_valid_and_drawn(name, setting):
    check(figure(name, setting))


@EACH
@EACH_SETTING
def test_a_figure_has_a_title_and_titles_at_both_axes(name, setting):
    layout = figure(name, setting).layout
    assert all((layout.title.text, layout.xaxis.title.text, layout.yaxis.title.text))


@EACH
@EACH_SETTING
def test_a_figure_says_its_reading_in_words_without_nan(name, setting):
    text = figure(name, setting).layout.meta["text"]
    assert len(text) > 20
    assert text.isprintable()
    assert "nan" not in text.lower().replace("inf − inf is nan", "")


@EACH
@EACH_SETTING
def test_no_infinity_reaches_a_line(name, setting):
    assert infinite(figure(name, setting)) == []


@EACH
@EACH_SETTING
def test_every_colour_has_a_dark_twin_and_stands_out_from_both_pages(name, setting):
    fig = figure(name, setting)
    assert without_a_twin(fig) == set()
    assert all(map(stands_out, colours([t.to_plotly_json() for t in fig.data])))


@EACH
@EACH_SETTING
def test_every_setting_is_a_patch_of_the_default_so_that_zoom_survives(name, setting):
    assert patch(specification(figure(name, "default")), specification(figure(name, setting))) is not None


@EACH
@EACH_SETTING
def test_no_axis_is_given_a_range(name, setting):
    """A range that changes would drop the reader's zoom."""
    layout = figure(name, setting).layout
    assert layout.xaxis.range is None
    assert layout.yaxis.range is None


@EACH
@EACH_SETTING
def test_a_figure_is_small_enough_to_follow_a_slider(name, setting):
    assert sum(len(t.x) for t in figure(name, setting).data) <= 4100


def test_types_are_told_apart_by_dash_and_colour_and_the_chosen_one_by_its_width():
    assert len(set(COLOURS.values())) == len(set(DASHES.values())) == len(TYPES)
    lines = {t.name: t.line.width for t in figure("powers", "default").data if t.mode == "lines"}
    assert [name for name, width in lines.items() if width == THICK] == ["float32"]


@pytest.mark.parametrize("name", ["powers", "digits", "arrives", "updates"])
def test_every_type_has_its_line(name):
    assert {t.name for t in figure(name, "default").data if t.mode == "lines"} == set(TYPES)


def test_the_line_of_each_type_goes_on_at_exactly_zero():
    fig = figure("powers", "default")
    assert {dtype: zeros(trace(fig, dtype))[0] for dtype in TYPES} == {
        "float16": 13, "bfloat16": 67, "float32": 75, "float64": 538}
    assert len(trace(figure("powers", "default"), "inf").x) == 0


def test_another_mark_shows_where_each_type_overflows():
    fig = figure("powers", "overflow")
    mark = trace(fig, "inf")
    assert dict(zip(mark.text, mark.x, strict=True)) == {
        "float16": 16, "bfloat16": 128, "float32": 128, "float64": 1024}


@pytest.mark.parametrize(("setting", "drawn"), [("default", ("smallest_normal", "smallest_subnormal")),
                                                ("overflow", ("largest",)), ("kept", ())])
def test_the_limits_of_the_chosen_type_are_ruled_where_the_powers_reach_them(setting, drawn):
    heights = [shape.y0 for shape in figure("powers", setting).layout.shapes if shape.line.width > 1]
    assert heights == [np.log10(getattr(limits("float32"), name)) for name in drawn]


def test_the_other_types_have_rules_too():
    """Smallest normal and smallest subnormal of each of the four: they all end here."""
    assert len(figure("powers", "default").layout.shapes) == 8


def test_the_chart_of_digits_shades_where_the_chosen_type_is_subnormal():
    (shade,) = figure("digits", "default").layout.shapes
    assert (shade.x0, shade.x1) == (64, 75)


def test_the_update_is_ruled_where_it_is():
    (rule,) = figure("arrives", "default").layout.shapes
    assert rule.x0 == pytest.approx(np.log10(0.03 * 0.01))


def test_an_update_beyond_the_chart_has_no_rule():
    assert figure("arrives", "tiny beside it").layout.shapes == ()


def test_the_count_that_was_asked_for_is_the_thick_curve():
    thick = max(figure("iterated", "step").data, key=lambda t: t.line.width)
    assert thick.name == "n = 37"
    np.testing.assert_array_equal(thick.y, records("step")[4].value[records("step")[4].row])


def test_a_slope_that_is_zero_everywhere_says_so():
    assert "exactly 0" in figure("slope", "flat").layout.annotations[0].text
