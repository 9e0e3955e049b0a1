"""The headline, the reasons and the presets of the one-unit page, each claim against the numbers."""

import numpy as np
import pytest

from core.spelling import plain
from core.topics.landscape.presets import PRESETS
from core.topics.landscape.reasons import reasons
from core.topics.landscape.verdict import _cycle, attractors_in_words, landscape_verdict
from tests.topics.landscape.test_landscape_figures import parts

EACH = pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)


def told(values):
    unit, _, down, ways, over, _ = parts(values)
    return landscape_verdict(unit, *(way.until(down.shown) for way in ways), over[0])


@pytest.mark.parametrize("name", ["cliff", "clipped", "ceiling", "cycle"])
def test_where_a_preset_says_so_the_descent_without_clipping_is_thrown_and_the_clipped_one_is_not(name):
    _, _, down, (unclipped, clipped), _, _ = parts(PRESETS[name].values)
    assert unclipped.step.max() > 10 * clipped.step.max()
    assert clipped.step.max() <= down.lr * down.threshold * (1 + 1e-12)
    assert clipped.error[-1] < unclipped.error[-1]
    assert told(PRESETS[name].values).kind == "exploding"


@pytest.mark.parametrize("name", ["cliff", "clipped"])
def test_the_headline_has_the_measured_length_of_the_jump(name):
    _, _, _, (unclipped, _), _, _ = parts(PRESETS[name].values)
    i = int(np.argmax(unclipped.step))
    assert f"update {i + 1} jumped {plain(unclipped.step[i])} away" in told(PRESETS[name].values).sentence


def test_the_cliff_throws_the_first_step_off_the_map():
    """lr 0.03 times 440 is 13.2, in a window that is 3 wide; from there on it is flat."""
    _, view, _, (unclipped, _), _, _ = parts(PRESETS["cliff"].values)
    assert unclipped.step[0] == pytest.approx(13.2, abs=0.03)
    assert unclipped.w[1] > view.w_span[1]
    assert unclipped.gradient[1:].max() < 1e-5


def test_two_attractors_are_kept_at_the_start_of_that_preset():
    unit, *_ = parts(PRESETS["attractors"].values)
    assert "2 attractors (x = -1.776; x = 1.776)" in attractors_in_words(unit)
    assert told(PRESETS["attractors"].values).headline == "At the start"


def test_both_ways_to_the_wall_are_the_same_before_the_jump():
    _, _, _, (unclipped, clipped), _, _ = parts(PRESETS["clipped"].values)
    i = unclipped.longest
    assert i > 20
    np.testing.assert_allclose(unclipped.w[:i], clipped.w[:i], rtol=1e-6)


def test_the_wall_of_tanh_is_stepped_over_without_a_gradient_that_says_so():
    _, _, down, (unclipped, clipped), over, _ = parts(PRESETS["thin"].values)
    assert unclipped.gradient.max() < down.threshold
    assert len(over[0].wall) > 10
    rise = unclipped.error[over[0].wall + 1] / unclipped.error[over[0].wall]
    assert rise.max() > 100
    np.testing.assert_array_equal(unclipped.w, clipped.w)
    found = told(PRESETS["thin"].values)
    assert (found.kind, found.headline) == ("held", "Over a wall that no gradient felt")
    assert found.sentence.startswith(f"{len(over[0].wall)} times a step went over the wall")


def test_one_step_kills_the_relu_and_its_gradient_is_exactly_zero_from_then_on():
    _, _, _, (unclipped, clipped), _, _ = parts(PRESETS["ceiling"].values)
    assert (unclipped.gradient[1:] == 0.0).all()
    assert clipped.error[-1] < 1e-3


def test_one_step_more_exchanges_the_sides_of_the_wall_of_a_negative_weight():
    even, odd = (parts(PRESETS["cycle"].values | {"steps": steps})[-1].error for steps in (50, 51))
    assert np.sign(even[-1, 0] - even[0, 0]) == -np.sign(odd[-1, 0] - odd[0, 0])


@EACH
def test_a_preset_is_legal_and_says_what_to_look_for(preset):
    parts(preset.values)
    assert 40 < len(preset.look) < 200


@pytest.mark.parametrize(("values", "kind", "words"), [
    ({"w": 5.0, "b": -2.3, "lr": 0.01}, "healthy", "both descents are the same"),
    ({"shown": 0}, "healthy", "norm of its gradient 440"),
    ({"activation": "linear", "w": 1.2, "b": 0.0}, "diverged", "the error is inf after update 1"),
    ({"activation": "linear", "w": 10.0, "steps": 500}, "diverged", "The error is inf at the start"),
    ({"threshold": 100.0}, "held", "The longest step is 13.2 without clipping and 3 with it.")])
def test_the_headline_tells_what_happened(values, kind, words):
    found = told(values)
    assert found.kind == kind
    assert words in found.sentence
    assert "nan" not in found.sentence


def test_the_reasons_have_the_folds_the_wall_and_the_crossings():
    unit, _, _, _, over, _ = parts({})
    turns, wall, crossed = reasons(unit, over)
    assert "$b = -2.436$ and $b = -2.254$" in turns
    assert wall == (
        "The wall: at $b = x_0 - w\\,\\varphi(x_0) = -2.4193$ the first state is itself a fixed point, and repels. "
        "What is beside it moves away by a factor of $1.102$ at each step, as long as it is near: about $130$ in $50$ "
        "steps, to $-1.687$ or $1.095$.")
    assert crossed.startswith("Without clipping, the descent went once over the wall and went once over a bifurcation")


@pytest.mark.parametrize(("values", "words"), [
    ({"activation": "linear", "w": 0.5}, "no $b$ makes a fixed point vanish"),
    ({"w": 3.0}, "$|w\\,\\varphi'(x_0)| = 0.705 \\le 1$: where $x_0$ is a fixed point it does not repel. An orbit of "
     "this unit only rises or only falls, so that no later state comes upon one that does: $E$ jumps at folds alone."),
    ({"activation": "gelu", "w": 3.0, "x0": -5.0}, "A later state may still come upon a point that repels, and $E$ "
     "jump there: that is not looked for."),
    ({"activation": "tanh", "w": -2.0, "x0": 3.0}, "A later state may still come upon a point that repels"),
    ({"activation": "relu", "w": 1.5, "b": 1.0}, "border collision"),
    ({"activation": "relu", "w": 1.5, "b": 1.0}, "or infinity"),
    ({"activation": "tanh", "w": -2.0}, "a fixed point gives way to a cycle of two states (flip)"),
    ({"activation": "tanh", "w": -2.0}, "in either order")])
def test_the_reasons_follow_the_unit(values, words):
    unit, _, _, _, over, _ = parts(values)
    assert any(words in line for line in reasons(unit, over))


def test_a_second_cycle_has_numbers_of_its_own():
    numbers = {}
    assert _cycle(numbers, np.array([1.0, 2.0])).text == "a cycle between 1 and 2"
    assert _cycle(numbers, np.array([3.0, 5.0, 4.0])).text == "a cycle of 3: 3 → 5 → 4"
    assert numbers == {"cycle_1_period": 2, "cycle_1_1": 1.0, "cycle_1_2": 2.0,
                       "cycle_2_period": 3, "cycle_2_1": 3.0, "cycle_2_2": 5.0, "cycle_2_3": 4.0}
