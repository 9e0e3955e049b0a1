"""What stands on and around the charts of the one-unit page, value by value, and what a change of a setting redraws."""

import numpy as np
import pytest

from core.plotting import theme
from core.spelling import plain
from core.topics.landscape.bifurcations import folds
from core.topics.landscape.figures.descent import descent
from core.topics.landscape.figures.error_map import error_map
from core.topics.landscape.one_unit import OneUnit, descents, surface
from core.topics.landscape.presets import PRESETS
from core.topics.landscape.verdict import attractors_in_words
from core.topics.landscape.view import Descending, Region
from core.topics.landscape.wall import crossings
from pages._live.kept import Kept
from pages._parts.landscape import picture as page
from tests.helpers.drawn import hovers, legend, notes, reading, rules, titles
from tests.helpers.views import trace
from tests.topics.landscape.test_landscape_claims import run
from tests.topics.landscape.test_landscape_figures import drawn, figure, parts


@pytest.mark.parametrize(("name", "shown"), [
    ("error_map", ("Error over w and b", "weight w", "bias b")),
    ("error_surface", ("Error surface", "weight w", "bias b")),
    ("descent", ("The two descents", "update", "E")),
    ("bifurcation", ("Fixed points at w = 4.69", "bias b", "state x"))])
def test_titles_and_axes(name, shown):
    assert titles(figure(name, "preset cliff")) == shown


def test_the_axes_of_the_gradient_and_of_the_surface_are_named():
    assert figure("descent", "preset cliff").layout.yaxis2.title.text == "‖∇E‖"
    scene = figure("error_surface", "preset cliff").layout.scene
    assert (scene.xaxis.title.text, scene.yaxis.title.text, scene.zaxis.title.text) == ("w", "b", "E")
    assert drawn("error_surface", {"shade": "gradient"}).layout.scene.zaxis.title.text == "‖∇E‖"


@pytest.mark.parametrize(("shade", "quantity", "value"), [
    ("error", "E", "%{z:.4g}"), ("log_error", "E", "10<sup>%{z:.2f}</sup>"),
    ("gradient", "‖∇E‖", "10<sup>%{z:.2f}</sup>")])
def test_the_hover_of_the_map_has_the_quantity_and_its_value(shade, quantity, value):
    for name in ("error_map", "error_surface"):
        fig = drawn(name, {"shade": shade})
        assert fig.data[0].hovertemplate == f"w = %{{x:.4f}}, b = %{{y:.4f}}: {quantity} = {value}<extra></extra>"
        assert fig.data[0].colorbar.title.text == quantity
    assert drawn("error_map", {"shade": shade}).data[1].hovertemplate == \
        "w = %{x:.4f}, b = %{y:.4f}: exactly 0<extra></extra>"


def test_the_hover_of_a_descent_has_its_error_and_its_gradient_at_each_update():
    _, _, _, (unclipped, clipped), _, _ = parts(PRESETS["clipped"].values)
    fig = figure("error_map", "preset clipped")
    for name, way in (("not clipped", unclipped), ("clipped at 1", clipped)):
        (line,) = (t for t in fig.data if t.name == name and t.showlegend is not False)
        assert line.hovertemplate == ("update %{customdata[0]}: E = %{customdata[1]:.4g}, gradient %{customdata[2]:.4g}"
                                      "<extra>%{fullData.name}</extra>")
        np.testing.assert_array_equal(line.customdata, np.stack([np.arange(101), way.error, way.gradient], axis=1))
    assert legend(fig) == ["fold", "wall", "clipped at 1", "not clipped"]


def test_the_reading_of_the_map_has_its_window_its_errors_and_where_both_are():
    _, _, _, (unclipped, clipped), _, found = parts(PRESETS["clipped"].values)
    assert reading(figure("error_map", "preset clipped")) == (
        f"w from 4.45 to 4.95, b from -2.65 to -2.15: E from {plain(float(found.error.min()))} to "
        f"{plain(float(found.error.max()))}. Without clipping, the descent is at w = {unclipped.w[-1]:.4g}, b = "
        f"{unclipped.b[-1]:.4g} after 100 updates. Clipped, the descent is at w = {clipped.w[-1]:.4g}, b = "
        f"{clipped.b[-1]:.4g} after 100 updates.")
    assert unclipped.w[-1] > 10.0 > clipped.w[-1]  # thrown off: the two cannot be exchanged


def test_the_reading_of_one_update_has_no_plural():
    unit, _, _, ways, _, found = parts({"updates": 1})
    text = reading(error_map(found, unit, *ways))
    assert text.count("after 1 update.") == 2


def test_a_corner_beyond_the_finite_numbers_is_told_as_a_share():
    values = {"activation": "linear", "steps": 500, "w_mid": 5.0, "b_mid": 0.0, "width": 10.0, "w": 0.5, "b": 0.0}
    unit, _, _, ways, _, found = parts(values)
    off = 1.0 - np.isfinite(found.error).mean()
    assert f"Blank, {off:.0%} of it: beyond the finite numbers." in reading(error_map(found, unit, *ways))
    assert 0.2 < off < 0.95


@pytest.mark.parametrize("shade", ["error", "log_error"])
def test_the_reading_of_the_surface_has_its_height(shade):
    found = parts({"shade": shade})[-1]
    values = found.error if shade == "error" else np.clip(np.log10(found.error), -8.0, 2.0)
    spelled = plain if shade == "error" else (lambda v: f"{10.0**v:.2g}" if abs(v) < 1 else f"10^{v:.1f}")
    z = np.array(drawn("error_surface", {"shade": shade}).data[0].z, float)
    assert np.nanmin(z) == pytest.approx(values.min(), rel=1e-6)
    assert reading(drawn("error_surface", {"shade": shade})) == (
        "The same as the map, as a surface: E is its height. It reaches from "
        f"{spelled(float(np.float32(values.min())))} to {spelled(float(np.float32(values.max())))}.")


def test_the_descents_have_their_hovers_threshold_and_the_line_of_what_is_shown():
    _, _, _, ways, over, _ = parts(PRESETS["clipped"].values)
    fig = descent(*ways, over, 7)
    each = "update %{x}: 10<sup>%{y:.2f}</sup><extra>%{fullData.name}</extra>"
    over_each = ["update %{x}: over a bifurcation<extra></extra>", "update %{x}: over the wall<extra></extra>"]
    assert [t.hovertemplate for t in fig.data] == [
        each, each, each, each, *over_each, *over_each,
        "after update %{x}:%{text}<extra></extra>", None]
    assert rules(fig) == [("line", "x", 7, 7, "paper", 0, 1, theme.MARK, "dot")]
    level = trace(fig, "threshold")
    assert (list(level.x), list(level.y), level.yaxis, level.hoverinfo) == ([0, 100], [0.0, 0.0], "y2", "name+y")
    ways = descents(OneUnit(), 0.03, (None, 10.0), 5)
    other = descent(*ways, tuple(crossings("sigmoid", 0.5, way.w, way.b) for way in ways), 5)
    assert list(trace(other, "threshold").y) == [1.0, 1.0]
    assert legend(fig) == ["clipped at 1", "not clipped", "over a bifurcation", "over the wall"]


def test_the_reading_of_the_descents_has_the_last_error_and_gradient_of_each():
    _, _, _, (unclipped, clipped), _, _ = parts(PRESETS["clipped"].values)
    assert reading(figure("descent", "preset clipped")) == (
        f"Without clipping, after 100 updates: E {plain(float(unclipped.error[100]))}, gradient norm "
        f"{plain(float(unclipped.gradient[100]))}. Clipped, after 100 updates: E {plain(float(clipped.error[100]))}, "
        f"gradient norm {plain(float(clipped.gradient[100]))}.")
    assert reading(figure("descent", "left the finite numbers")).startswith(
        "Without clipping, after 0 updates: E 10^7.3, gradient norm 10^9.2; the error is inf after update 1. Clipped, ")
    assert reading(figure("descent", "start is not finite")) == "The start is not finite."


@pytest.mark.parametrize(("values", "side"), [({}, "middle right"), (PRESETS["cycle"].values, "middle left")])
def test_the_words_at_the_longest_step_stand_on_the_side_that_has_room(values, side):
    _, _, _, ways, over, _ = parts(values | {"updates": 60})
    mark = trace(descent(*ways, over, 60), "longest step")
    assert (mark.textposition, mark.yaxis) == (side, "y2")
    assert ways[0].longest == mark.x[0]


def test_the_bifurcations_have_their_hovers_rules_and_words():
    fig = figure("bifurcation", "preset attractors")
    each = "b = %{x:.4f}: x = %{y:.4f}<extra>%{fullData.name}</extra>"
    assert hovers(fig) == {"attracts": each, "repels": each, "cycle": each, "x<sub>50</sub>": each}
    low, high = np.sort(folds("sigmoid", 5.0).b)
    assert rules(fig) == [("line", "x", pytest.approx(low), pytest.approx(low), "paper", 0, 1, theme.BOUND, "dash"),
                          ("line", "x", pytest.approx(high), pytest.approx(high), "paper", 0, 1, theme.BOUND, "dash"),
                          ("line", "x", -2.5, -2.5, "paper", 0, 1, theme.MARK, "dot"),
                          ("line", "paper", 0, 1, "y", *[pytest.approx(np.log(7 / 3))] * 2, theme.INK, "dashdot")]
    assert notes(fig) == [("fold -2.656", pytest.approx(low), 0.98, "right", "top"),
                          ("fold -2.344", pytest.approx(high), 0.02, "left", "bottom"),
                          ("target: φ(x) = 0.7", 0.0, pytest.approx(np.log(7 / 3)), "left", "top")]
    assert [t.line.dash for t in fig.data[:2]] == ["solid", "dash"]
    assert reading(fig) == f"{attractors_in_words(OneUnit(w=5.0, b=-2.5))} φ(x) is the target, 0.7, at x = 0.8473."
    last = trace(fig, "x<sub>50</sub>")
    assert (last.x[0], last.y[0]) == (-2.5, pytest.approx(run("sigmoid", 5.0, -2.5, 0.5, 50), rel=1e-9))


def test_flips_have_another_colour_and_word():
    fig = drawn("bifurcation", PRESETS["cycle"].values | {"width": 4.0})
    assert {rule[7] for rule in rules(fig)} == {theme.RHO, theme.MARK, theme.INK}
    assert all(note[0].startswith("flip ") for note in notes(fig)[:-1])


def test_a_longer_cycle_is_drawn_at_its_bias():
    fig = drawn("bifurcation", {"activation": "gelu", "w": -8.7, "b": -0.86, "w_mid": -8.7, "b_mid": -0.86,
                                "width": 0.02})
    dots = trace(fig, "cycle")
    for b in np.unique(dots.x):
        states = np.sort(np.asarray(dots.y)[np.asarray(dots.x) == b])
        assert len(states) == 3
        following = [run("gelu", -8.7, b, x, 1) for x in states]
        np.testing.assert_allclose(np.sort(following), states, atol=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("change", [{"w": 4.8}, {"x0": -0.3}, {"steps": 49}, {"target": 0.2}, {"activation": "tanh"},
                                    {"lr": 0.1}, {"threshold": 0.01}, {"threshold": 50.0}, {"updates": 30},
                                    {"width": 0.5}, {"w_mid": 4.0}, {"b_mid": -3.0}, {"b": -2.3}])
def test_what_is_kept_of_the_last_run_is_never_of_other_settings(change):
    """After any change of one setting everything measured is what it is in a session that knows nothing."""
    def specs(values):
        return [kind(**{n: v for n, v in values.items() if n in kind.parameters()})
                for kind in (OneUnit, Descending, Region)]

    same = Kept()
    first = page.landscape_of(*specs({}), same)
    again = page.landscape_of(*specs(change), same)
    unit, down, view = specs(change)
    ways = descents(unit, down.lr, (None, down.threshold), down.updates)
    for way, kept in zip(ways, (again.unclipped, again.clipped), strict=True):
        np.testing.assert_array_equal(way.w, kept.w)
    for way, kept in zip(ways, again.over, strict=True):
        fresh = crossings(unit.activation, unit.x0, way.w, way.b)
        np.testing.assert_array_equal(fresh.wall, kept.wall)
        np.testing.assert_array_equal(fresh.bifurcation, kept.bifurcation)
    fresh = surface(unit, *(np.linspace(*span, len(again.surface.w)) for span in (view.w_span, view.b_span)))
    np.testing.assert_array_equal(fresh.error, again.surface.error)
    assert page.landscape_of(*specs({}), same).surface.w[0] == first.surface.w[0]


def test_clipping_lower_changes_what_is_crossed():
    """Else the test above could not see stale crossings."""
    counts = []
    for threshold in (1.0, 50.0):
        ways = descents(OneUnit(), 0.03, (threshold,), 100)
        counts.append(len(crossings("sigmoid", 0.5, ways[0].w, ways[0].b).wall))
    assert counts[0] != counts[1]
