"""The figures of the one-unit page: valid, labelled, in colours that can be seen, and drawn from the right numbers."""

from functools import cache

import numpy as np
import pytest

from core.network.activations import ACTIVATIONS
from core.spelling import plain
from core.topics.landscape.attractors import attractors, orbit
from core.topics.landscape.bifurcations import bias_of, folds
from core.topics.landscape.figures.bifurcation import bifurcation
from core.topics.landscape.figures.descent import descent
from core.topics.landscape.figures.error_map import error_map
from core.topics.landscape.figures.error_surface import error_surface
from core.topics.landscape.figures.shades import LARGEST
from core.topics.landscape.one_unit import OneUnit, descents, surface
from core.topics.landscape.presets import PRESETS
from core.topics.landscape.view import Descending, Region, shades
from core.topics.landscape.wall import crossings
from pages._chart.patch import patch, specification
from tests.helpers.drawn import check
from tests.helpers.figure_colours import infinite, stands_out, without_a_twin
from tests.helpers.views import colours, trace

# unit, descent, window
UNITS = {
    **{f"preset {name}": preset.values for name, preset in PRESETS.items()},
    "at the start": {"shown": 0},
    "one update": {"updates": 1},
    "start is not finite": {"activation": "linear", "w": 10.0, "steps": 500},
    "left the finite numbers": {"activation": "linear", "w": 1.2, "b": 0.0, "w_mid": 0.0, "width": 10.0},
    "dead": {"activation": "relu", "w": -1.0, "b": -1.0, "w_mid": -1.0, "b_mid": -1.0, "shade": "gradient"},
    "w = 0": {"w": 0.0},
    "narrow": {"width": 0.001, "w_mid": 4.69, "b_mid": -2.42},
    "wide": {"width": 40.0, "shade": "gradient"},
    "wanders": {"activation": "gelu", "w": -9.0, "b": -0.9, "w_mid": -9.0, "b_mid": -1.0},
}
EACH_UNIT = pytest.mark.parametrize("unit", UNITS)
FIGURES = ("error_map", "error_surface", "descent", "bifurcation")
EACH = pytest.mark.parametrize("name", FIGURES)


def spec_of(kind, values):
    return kind(**{name: values[name] for name in kind.parameters() if name in values})


def parts(values, points=40):
    """Unit, window, the two descents as shown, their crossings, the surface."""
    unit, view, down = (spec_of(kind, values) for kind in (OneUnit, Region, Descending))
    ways = descents(unit, down.lr, (None, down.threshold), down.updates)
    over = tuple(crossings(unit.activation, unit.x0, way.w, way.b) for way in ways)
    found = surface(unit, np.linspace(*view.w_span, points), np.linspace(*view.b_span, points))
    return unit, view, down, ways, over, found


def drawn(name, values):
    unit, view, down, ways, over, found = parts(values)
    now = [way.until(down.shown) for way in ways]
    if name == "error_map":
        return error_map(found, unit, *now, view.shade)
    if name == "error_surface":
        return error_surface(found, unit, *now, view.shade)
    if name == "descent":
        return descent(*ways, over, min(down.shown, down.updates))
    return bifurcation(unit, *view.b_span, orbit(unit.activation, unit.w, unit.b, unit.x0, unit.steps)[-1])


@cache
def figure(name, unit):
    return drawn(name, UNITS[unit])


def axes(name, fig):
    return (fig.layout.scene.xaxis, fig.layout.scene.yaxis, fig.layout.scene.zaxis) if name == "error_surface" else (
        fig.layout.xaxis, fig.layout.yaxis)


@EACH
@EACH_UNIT
def test_a_figure_is_valid_and_drawn(name, unit):
    check(figure(name, unit))


@EACH
@EACH_UNIT
def test_a_figure_has_a_title_and_titles_at_all_axes(name, unit):
    assert figure(name, unit).layout.title.text
    assert all(axis.title.text for axis in axes(name, figure(name, unit)))


@EACH
@EACH_UNIT
def test_a_figure_says_its_reading_in_words_without_nan(name, unit):
    text = figure(name, unit).layout.meta["text"]
    assert len(text) > 10
    assert text.isprintable()
    assert "nan" not in text


@EACH
@EACH_UNIT
def test_no_infinity_reaches_a_line(name, unit):
    assert infinite(figure(name, unit)) == []


@EACH
@EACH_UNIT
def test_every_colour_drawn_has_a_dark_twin(name, unit):
    assert without_a_twin(figure(name, unit)) == set()


@EACH
def test_every_line_and_marker_with_a_name_stands_out_from_both_pages(name):
    """The halo does not: it is there to set a line off from the map."""
    for t in figure(name, "preset cycle").data:
        if t.type in ("scatter", "scatter3d") and t.showlegend is not False:
            assert all(map(stands_out, colours(t))), t.name


@EACH
def test_every_two_units_are_told_apart_by_a_patch_so_that_a_zoom_survives(name):
    """The same traces in the same order, with the same attributes, whatever is drawn."""
    specs = [specification(figure(name, unit)) for unit in UNITS]
    assert all(patch(specs[0], spec) is not None for spec in specs[1:])


@pytest.mark.parametrize("shade", shades())
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_map_is_the_surface(activation, shade):
    """As far as float32 goes, which is what travels."""
    values = {"activation": activation, "shade": shade, "w_mid": 0.0, "b_mid": 0.0, "width": 8.0}
    unit, _, _, ways, _, found = parts(values, 12)
    z = np.array(error_map(found, unit, *ways, shade).data[0].z, float)
    with np.errstate(divide="ignore"):
        expected = {"error": found.error, "log_error": np.log10(found.error), "gradient": found.log10_gradient}[shade]
    finite = np.isfinite(expected)
    np.testing.assert_allclose(z[finite], np.minimum(expected[finite], LARGEST), rtol=1e-6, atol=1e-37)
    assert np.isneginf(z[np.isneginf(expected)]).all()
    assert np.isnan(z[~finite & ~np.isneginf(expected)]).all()


def test_the_map_shows_its_window_and_rows_are_biases():
    fig = figure("error_map", "preset cliff")
    assert fig.layout.xaxis.range == (3.5, 6.5)
    assert fig.layout.yaxis.range == (-4.0, -1.0)
    z = np.array(fig.data[0].z)
    assert z[0].mean() > 0.4 > 0.1 > z[-1].mean()  # few biases are large enough to keep the state up


def test_the_scale_of_the_map_does_not_move_with_its_window():
    scales = {(fig.data[0].zmin, fig.data[0].zmax) for fig in (figure("error_map", unit) for unit in
                                                               ("preset cliff", "preset attractors", "narrow"))}
    assert len(scales) == 1
    assert scales.pop() == pytest.approx((0.0, 0.49))  # (0 - 0.7)^2: the farthest that the sigmoid can be


def test_the_map_has_the_folds_and_the_wall():
    fig = figure("error_map", "preset cliff")
    fold, wall = (next(t for t in fig.data if t.name == name and t.showlegend) for name in ("fold", "wall"))
    w, b = np.array(fold.x), np.array(fold.y)
    for i in np.flatnonzero(np.isfinite(w))[1::50]:
        assert w[i] == pytest.approx(4.0) or np.abs(folds("sigmoid", w[i]).b - b[i]).min() < 1e-10
    w, b = np.array(wall.x), np.array(wall.y)
    shown = np.isfinite(b)
    np.testing.assert_allclose(b[shown], bias_of("sigmoid", w[shown], np.full(shown.sum(), 0.5)), atol=1e-13)
    assert w[shown].min() == pytest.approx(1.0 / (0.6224593312 * 0.3775406688), abs=0.02)  # 1 / phi'(0.5)


def test_the_map_shows_both_ways_up_to_the_update_shown():
    values = PRESETS["clipped"].values | {"shown": 7}
    fig = drawn("error_map", values)
    _, _, _, (unclipped, clipped), _, _ = parts(values)
    for name, way in (("not clipped", unclipped), ("clipped at 1", clipped)):
        seen = next(t for t in fig.data if t.name == name and t.showlegend is not False)
        np.testing.assert_array_equal(seen.x, way.w[:8])
        np.testing.assert_array_equal(seen.y, way.b[:8])


def test_what_left_the_finite_numbers_is_blank_and_counted_in_words():
    fig = figure("error_map", "left the finite numbers")
    z = np.array(fig.data[0].z, float)
    assert np.isfinite(z).all()
    far = drawn("error_map", UNITS["start is not finite"])
    assert np.isnan(np.array(far.data[0].z, float)).all()
    assert "Blank, 100% of it" in far.layout.meta["text"]


def test_a_gradient_of_exactly_zero_has_its_own_colour_and_words():
    fig = figure("error_map", "dead")
    assert np.isneginf(np.array(fig.data[0].z, float)).any()
    assert fig.data[1].meta == {"zeros_of": 0}
    assert "exactly 0" in fig.layout.meta["text"]


def test_the_surface_has_the_height_of_the_map():
    flat, high = figure("error_map", "preset cliff").data[0], figure("error_surface", "preset cliff").data[0]
    np.testing.assert_array_equal(flat.z, high.z)
    assert (high.cmin, high.cmax) == (flat.zmin, flat.zmax)


def test_the_descents_are_drawn_as_powers_of_ten():
    _, _, _, (unclipped, clipped), _, _ = parts(PRESETS["clipped"].values)
    fig = figure("descent", "preset clipped")
    lines = [(t.name, t.yaxis) for t in fig.data[:4]]
    assert lines == [("clipped at 1", "y"), ("clipped at 1", "y2"), ("not clipped", "y"), ("not clipped", "y2")]
    drawn_values = (clipped.error, clipped.gradient, unclipped.error, unclipped.gradient)
    for t, values in zip(fig.data, drawn_values, strict=False):
        np.testing.assert_allclose(t.y, np.log10(values))


def test_the_longest_step_is_marked_with_its_length():
    _, _, _, (unclipped, _), _, _ = parts(PRESETS["clipped"].values)
    mark = trace(figure("descent", "preset clipped"), "longest step")
    assert mark.x[0] == np.argmax(unclipped.step)
    assert mark.text[0] == f" a step of {plain(float(unclipped.step.max()))} "
    assert mark.y[0] == pytest.approx(np.log10(unclipped.gradient.max()))


def test_the_crossings_are_marked_where_the_step_landed():
    _, _, _, ways, over, _ = parts(PRESETS["cliff"].values)
    fig = figure("descent", "preset cliff")
    marks = [t for t in fig.data if t.name in ("over a bifurcation", "over the wall")]
    for way, crossed, (fold, wall) in zip(ways[::-1], over[::-1], (marks[:2], marks[2:]), strict=True):
        np.testing.assert_array_equal(fold.x, crossed.bifurcation + 1)
        np.testing.assert_array_equal(wall.x, crossed.wall + 1)
        np.testing.assert_allclose(wall.y, np.log10(way.error[crossed.wall + 1]))


@EACH_UNIT
def test_the_fixed_points_drawn_are_fixed_points(unit):
    spec = spec_of(OneUnit, UNITS[unit])
    for t in figure("bifurcation", unit).data[:2]:
        shown = np.isfinite(t.x)
        np.testing.assert_allclose(t.x[shown], bias_of(spec.activation, spec.w, t.y[shown]), atol=1e-10)


def test_the_folds_are_lines_with_their_bias():
    fig = figure("bifurcation", "preset attractors")
    assert sorted(a.text for a in fig.layout.annotations) == ["fold -2.344", "fold -2.656", "target: φ(x) = 0.7"]
    assert sorted(round(s.x0, 3) for s in fig.layout.shapes if s.yref == "paper") == [-2.656, -2.5, -2.344]


def test_the_words_count_the_attractors():
    text = figure("bifurcation", "preset attractors").layout.meta["text"]
    assert "2 attractors (x = -1.776; x = 1.776), and a fixed point that repels (x = 0)." in text


def test_the_cycle_is_drawn_where_it_attracts():
    cycle = trace(figure("bifurcation", "preset cycle"), "cycle")
    for b, x in list(zip(cycle.x, cycle.y, strict=True))[::29]:
        found = attractors("tanh", -2.0, b)
        assert np.abs(found.cycle[found.stable_cycle] - x).min() < 1e-12


def test_a_last_state_far_away_does_not_flatten_the_chart():
    last = figure("bifurcation", "preset ceiling").data[3]
    assert np.isnan(last.y[0])
    assert "off the chart" in last.name
